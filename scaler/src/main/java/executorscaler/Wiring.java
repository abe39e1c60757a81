package executorscaler;

import executorscaler.act.Actuator;
import executorscaler.aws.AsgReader;
import executorscaler.aws.AsgWriter;
import executorscaler.aws.AwsClients;
import executorscaler.aws.NoticeQueue;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.http.HttpApi;
import executorscaler.http.HttpSettings;
import executorscaler.kubernetes.ClusterCaches;
import executorscaler.kubernetes.ClusterWrites;
import executorscaler.kubernetes.EventWrites;
import executorscaler.kubernetes.KubernetesClients;
import executorscaler.kubernetes.LeaseObject;
import executorscaler.kubernetes.StatusWrites;
import executorscaler.kubernetes.TokenReviews;
import executorscaler.loop.Clock;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Elector;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.loop.TickListener;
import executorscaler.observe.Observer;
import executorscaler.redis.RedisQueues;
import executorscaler.report.Health;
import executorscaler.report.TickEvents;
import executorscaler.report.TickHistory;
import executorscaler.report.TickLog;
import executorscaler.report.TickMetrics;
import executorscaler.report.TickRecorder;
import executorscaler.report.TickStatus;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the parts together: the only file that constructs adapters. */
public final class Wiring {

    /** Liveness: this many pauses without a tick, and at least half a minute, is a loop that stands still. */
    private static final int MISSED_TICKS = 6;

    private Wiring() {}

    /**
     * The whole service, not yet turning. Nothing has to be reachable: what cannot be read is unknown until it can.
     *
     * @param kubeconfig empty: {@code KUBECONFIG}, else the pod's service account
     * @param reviewed whether the API server is asked who may see the page
     * @param recorder closed with the service
     */
    public static Service service(ConfigSource config, Optional<Path> kubeconfig, HttpSettings http, boolean reviewed, Election election,
            Optional<TickRecorder> recorder) {
        var signals = new Signals();
        var clock = Clock.system();
        var metrics = new TickMetrics();
        var kubernetes = KubernetesClients.connect(kubeconfig, metrics::kubernetesCall);
        var reviews = new TokenReviews(kubernetes.calling(), clock);
        var served = reviewed ? new HttpSettings(http.host(), http.port(), reviews::accepts) : http;
        var aws = AwsClients.standard(metrics::awsCall);
        var cloud = new AsgReader(aws, clock, () -> signals.raise(Signals.Cause.CLOUD));
        var elector = elector(election, kubernetes, clock, () -> {
            cloud.wrote(); // a new leader needs a description that is not older than its term
            signals.raise(Signals.Cause.LEADERSHIP);
        });
        var leadership = elector.<Leadership>map(one -> one).orElseGet(() -> Leadership.alone(whyNone(election)));
        var cluster = new ClusterCaches(kubernetes.watching(), kubernetes.calling(), signals, clock,
                () -> elector.map(Elector::wonAt).orElse(0L));
        var queues = new RedisQueues(() -> signals.raise(Signals.Cause.QUEUE));
        var notices = new NoticeQueue(aws, leadership.gate(), clock, () -> {
            cloud.wrote(); // what AWS says of an instance is held against a description that is not older
            signals.raise(Signals.Cause.NOTICE);
        });
        var observer = new Observer(queues, cluster, cloud, notices, Wiring::inThread);
        var actuator = new Actuator(new ClusterWrites(kubernetes.calling(), clock, leadership.gate()),
                new AsgWriter(aws, leadership.gate(), cloud::wrote), notices, Wiring::inThread, clock::elapsed);
        var events = new EventWrites(kubernetes.calling(), clock, leadership.gate());
        var reports = new ArrayList<TickListener>(List.of(new TickEvents(events, ownPod(election))));
        var closing = new ArrayList<AutoCloseable>(List.of(events));
        if (election instanceof Election.By by) {
            var status = new StatusWrites(kubernetes.calling(), by.namespace(), by.status(), leadership.gate());
            reports.add(new TickStatus(status));
            closing.add(status);
        }
        recorder.ifPresent(one -> {
            reports.add(one);
            closing.add(one);
        });
        closing.addAll(List.of(queues, notices, cloud, aws, cluster, kubernetes));
        var service = assemble(config, served, signals, clock, leadership, elector, observer, actuator, metrics, reports, closing);
        elector.ifPresent(Elector::start);
        return service;
    }

    /**
     * The same service on a simulated cluster and cloud, and a real Redis.
     *
     * @param world simulates cluster and cloud, by its own clock
     */
    public static Service demo(ConfigSource config, SimWorld world, HttpSettings http, List<TickListener> listeners) {
        var signals = new Signals();
        world.wakes(signals);
        var real = Clock.system();
        var clock = new Clock() {
            @Override
            public Instant now() {
                return world.clock().now();
            }

            @Override
            public Duration elapsed() {
                return real.elapsed(); // what a tick costs is real, whatever the time in the world
            }

            @Override
            public double pace() {
                return world.clock().speed();
            }
        };
        var queues = new RedisQueues(() -> signals.raise(Signals.Cause.QUEUE));
        var observer = new Observer(queues, world.cluster(), world.cloud(), world.notices(), Wiring::inThread);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Wiring::inThread, clock::elapsed);
        return assemble(config, http, signals, clock, Leadership.alone("the demo is alone in its world"), Optional.empty(), observer, actuator,
                new TickMetrics(), listeners, List.of(queues));
    }

    /** One look at the real world, for commands that plan and do not act. */
    public static Snapshot snapshot(Config config, Optional<Path> kubeconfig) throws InterruptedException {
        var clock = Clock.system();
        try (var kubernetes = KubernetesClients.connect(kubeconfig);
                var cluster = new ClusterCaches(kubernetes.watching(), kubernetes.calling(), new Signals(), clock, () -> 0);
                var aws = AwsClients.standard((_, _) -> {});
                var cloud = new AsgReader(aws, clock, () -> {});
                var queues = new RedisQueues()) {
            cluster.awaitListed(config, Duration.ofSeconds(20));
            // Whoever asks once waits for the answer, however long the first one takes in a process that has just begun.
            var groups = cloud.lookNow(config);
            var known = cluster.read(config, clock.now());
            return new Observer(queues, (_, _) -> known, (_, _) -> groups, Wiring::inThread).observe(config, clock.now());
        }
    }

    private static Optional<Elector> elector(Election election, KubernetesClients kubernetes, Clock clock, Runnable changed) {
        return switch (election) {
            case Election.Off _ -> Optional.empty();
            case Election.By by ->
                Optional.of(new Elector(new LeaseObject(kubernetes.calling(), by.namespace(), by.lease()), by.identity(), clock, changed));
        };
    }

    private static Optional<TickEvents.OwnPod> ownPod(Election election) {
        return election instanceof Election.By by ? Optional.of(new TickEvents.OwnPod(by.namespace(), by.pod())) : Optional.empty();
    }

    private static String whyNone(Election election) {
        return election instanceof Election.Off off ? off.why() : "";
    }

    private static Service assemble(ConfigSource config, HttpSettings http, Signals signals, Clock clock, Leadership leadership,
            Optional<Elector> elector, Observer observer, Actuator actuator, TickMetrics metrics, List<TickListener> more,
            List<AutoCloseable> adapters) {
        var pause = Duration.ofMillis(config.current().config().control().intervalMillis());
        var limit = pause.multipliedBy(MISSED_TICKS).compareTo(Duration.ofSeconds(30)) > 0
                ? pause.multipliedBy(MISSED_TICKS)
                : Duration.ofSeconds(30);
        var health = new Health(Clock.system(), limit);
        var history = new TickHistory();
        var listeners = new ArrayList<TickListener>(List.of(new TickLog(), metrics, health));
        listeners.addAll(more);
        listeners.add(history); // last, because it wakes those who show what the others have noted
        var api = new HttpApi(http, history, metrics, health);
        var loop = new ControlLoop(config, observer, actuator, clock, leadership, listeners);
        var closing = new ArrayList<AutoCloseable>(List.of(api, metrics));
        closing.addAll(adapters);
        return new Service(config, signals, loop, elector, http.host() + ":" + api.port(), closing);
    }

    private static void inThread(Runnable task) {
        Thread.startVirtualThread(task);
    }
}
