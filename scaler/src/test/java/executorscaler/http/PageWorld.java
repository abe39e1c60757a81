package executorscaler.http;

import executorscaler.act.Actuator;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.PoolConfig.Reserved;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.Clock;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.observe.Observer;
import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickMetrics;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;

/** The page of the real loop on a simulated world whose time is moved by hand. */
public final class PageWorld implements AutoCloseable {
    private static final String URL = "redis://scaler@redis:6379/0";

    /** What happens there. */
    public final SimWorld world;
    private final TickMetrics metrics = new TickMetrics();
    private final ControlLoop loop;
    private final TickHistory history = new TickHistory();
    private final Health health = new Health(Clock.system(), Duration.ofMinutes(10));
    private HttpApi api;
    private ConfigSource.State config;
    private boolean serves = true;
    private final HttpClient client = HttpClient.newHttpClient();

    private PageWorld(Config config, boolean platform, HttpSettings settings) {
        this.config = new ConfigSource.State(config, 1, List.of(), Instant.parse("2026-01-05T09:00:00Z"));
        var builder = SimWorld.of(config).clock(SimClock.byHand(Instant.parse("2026-01-05T09:00:00Z")));
        world = (platform ? builder.platform() : builder).build();
        var observer = new Observer(world.queues(), world.cluster(), world.cloud(), world.notices(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed);
        loop = new ControlLoop(() -> this.config, observer, actuator, world.clock(), Leadership.alone("a simulation"),
                List.of(metrics, health, history));
        api = new HttpApi(settings, history, metrics, health);
    }

    /** The platform document's pools and executor, whose workers say which of them run jobs. */
    public static PageWorld platform(HttpSettings settings) {
        var config = PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0));
        return new PageWorld(new Config(new RedisConfig(URL, "", "/secrets/redis", "", 500), config.executors(), config.nodePools(),
                config.scaleDown(), config.control(), config.placeholderImage(), config.priorityCutoff()), true, settings);
    }

    /** Four executors and four pools of so many nodes together. */
    public static PageWorld large(int nodes) {
        return large(nodes, 4);
    }

    /** So many executors, and four pools of so many nodes together. */
    public static PageWorld large(int nodes, int queues) {
        var executors = new ArrayList<ExecutorConfig>();
        var pools = new ArrayList<PoolConfig>();
        for (int i = 0; i < queues; i++) {
            var queue = new QueueConfig.Lists("jobs:" + i, "running:" + i, "delayed:" + i, QueueConfig.TimeUnit.SECONDS);
            executors.add(new ExecutorConfig("etl-" + i, "jobs", "etl-" + i, queue, 2, 0, nodes * 3 / queues, WorkerConfig.SILENT));
        }
        for (int i = 0; i < 4; i++) {
            pools.add(new PoolConfig("pool-" + i, "pool-" + i + "-asg", "c5.2xlarge", CapacityType.SPOT, 0, nodes / 4,
                    new TreeMap<>(), List.of(), 0, Reserved.BY_FORMULA, 600));
        }
        return new PageWorld(new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), executors, pools, ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF), false, new HttpSettings("127.0.0.1", 0));
    }

    /** {@code http://127.0.0.1:port/} */
    public String address() {
        return "http://127.0.0.1:" + api.port() + "/";
    }

    /** Lets so much time pass, with a tick at each of these steps. */
    public PageWorld run(Duration time, Duration step) throws InterruptedException {
        for (var left = time; left.isPositive(); left = left.minus(step)) {
            tick();
            world.advance(step);
        }
        return this;
    }

    /** One turn of the loop, of which the server has made a state when it is over, if there is a server. */
    public void tick() throws InterruptedException {
        loop.tick(EnumSet.of(Signals.Cause.TIMER));
        if (serves) state();
    }

    /** The newest state, as JSON. */
    public String state() throws InterruptedException {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(address() + "api/v1/state")).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** From the next tick on the pools may have so many nodes at most. */
    public void maxSize(int nodes) {
        var old = config.config();
        var pools = old.nodePools().stream()
                .map(pool -> new PoolConfig(pool.name(), pool.autoScalingGroup(), pool.instanceType(), pool.capacityType(),
                        pool.minSize(), nodes, pool.labels(), pool.taints(), pool.maxPods(), pool.reserved(), 600))
                .toList();
        config = new ConfigSource.State(new Config(old.redis(), old.executors(), pools, old.scaleDown(), old.control(), old.placeholderImage(),
                old.priorityCutoff()), config.generation() + 1, List.of(), world.clock().now());
    }

    /** The server ends, and after this another listens at the same place. */
    public void serveAnew(Runnable meanwhile) {
        int port = api.port();
        serves = false;
        api.close();
        meanwhile.run();
        serves = true;
        api = new HttpApi(new HttpSettings("127.0.0.1", port), history, metrics, health);
    }

    @Override
    public void close() {
        client.shutdownNow();
        api.close();
        metrics.close();
    }
}
