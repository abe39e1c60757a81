package executorscaler.loop;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.NoticeWriter;
import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The ways of the service to a simulated world, and what is wrong with them at the moment. */
final class TroubledWays {

    /** What becomes of writes that reach nobody. */
    enum Answer {
        CONFLICT, FORBIDDEN, ERROR;

        private Outcome outcome() {
            return switch (this) {
                case CONFLICT -> new Outcome.Stale("it was changed by somebody else at the same time");
                case FORBIDDEN -> new Outcome.Refused("403: the right is missing");
                case ERROR -> new Outcome.Failed("503: not now");
            };
        }
    }

    /** Which list of the cluster has a watch of its own. */
    enum Kind {
        DEPLOYMENTS, PODS, NODES
    }

    /** What a watch shows, as of then. */
    private record Shown(Instant at, List<?> list) {}

    private final SimWorld world;
    private final List<String> executors;
    private final RandomGenerator random;
    private final FaultRows rows;
    private final Map<Kind, Duration> lags = new EnumMap<>(Kind.class);
    private final Map<Kind, Shown> shown = new EnumMap<>(Kind.class);
    private final Map<Source, Answer> answers = new EnumMap<>(Source.class);
    private Optional<Cluster> before = Optional.empty(); // what a new process is shown by an API server that has fallen behind
    private Optional<Cluster> newest = Optional.empty();
    private Duration step = Duration.ZERO;

    /** How long Redis takes to answer. */
    Duration redisTakes = Duration.ZERO;
    /** How long a write to AWS takes. */
    Duration awsTakes = Duration.ZERO;
    /** For how long the process is stopped when it has looked and before it writes. */
    Duration stopsBeforeWriting = Duration.ZERO;
    /** Whether the caches of the cluster are not filled yet. */
    boolean unsynced;
    /** An executor whose objects cannot be read; empty: none. */
    String unreadable = "";
    /** A mistake in the next turn: 1 in a reader, 2 in a writer, 3 in a listener; 0: none. */
    int bug;
    /** The process dies at the write after so many; below 0: it does not. */
    int diesAfter = -1;
    /** Whether that write still has its effect. */
    boolean diesLate;
    private boolean dead;

    TroubledWays(SimWorld world, List<String> executors, RandomGenerator random, FaultRows rows) {
        this.world = world;
        this.executors = executors;
        this.random = random;
        this.rows = rows;
    }

    SimWays ways() {
        return new SimWays(this::queues, (config, now) -> cluster(world.cluster().read(config, now)), this::cloud, world.notices(),
                PortCall.port(ClusterWriter.class, world.clusterWrites(), call -> fate(call, Source.KUBERNETES)),
                PortCall.port(CloudWriter.class, world.cloudWrites(), call -> fate(call, Source.AWS)),
                PortCall.port(NoticeWriter.class, world.noticeWrites(), call -> fate(call, Source.NOTICES)), new Clock() {
                    @Override
                    public Instant now() {
                        return world.clock().now().plus(step);
                    }

                    @Override
                    public Duration elapsed() {
                        return world.clock().elapsed();
                    }
                }, List.of(_ -> strikes(3)));
    }

    /** By how much the service's wall clock is wrong. */
    void wrongBy(Duration by) {
        step = by;
    }

    void lag(Kind kind, Duration lag) {
        if (lag.isZero()) lags.remove(kind);
        else
            lags.put(kind, lag);
    }

    void answer(Source source, Answer answer) {
        answers.put(source, answer);
    }

    void hear(Source source) {
        answers.remove(source);
    }

    /** From now on everybody is shown the cluster as it was seen last. */
    void freeze(boolean so) {
        before = so ? newest : Optional.empty();
    }

    /** Whether the process has died since somebody was told so. */
    boolean diedJustNow() {
        boolean so = dead;
        dead = false;
        return so;
    }

    private QueueReader.Queues queues(Config config, PodNames pods, Instant now) {
        strikes(1);
        if (redisTakes.isZero()) return world.queues().read(config, pods, now);
        world.advance(redisTakes);
        if (redisTakes.toMillis() <= 2L * config.redis().timeoutMillis()) {
            rows.hit(10);
            return world.queues().read(config, pods, now);
        }
        rows.hit(2);
        return new QueueReader.Queues(List.of(), List.of(new Missing(Source.REDIS, "", now, "no answer in time")));
    }

    /** Groups are described by the service's own clock. */
    private CloudReader.Cloud cloud(Config config, Instant now) {
        var read = world.cloud().read(config, now);
        if (step.isZero()) return read;
        var pools = read.pools().stream().map(pool -> new Pool(pool.name(), pool.group(), pool.min(), pool.max(), pool.desired(),
                pool.instances(), pool.offers(), pool.zones(), pool.setup(), pool.failures(), pool.readAt().plus(step))).toList();
        return new CloudReader.Cloud(pools, read.missing());
    }

    private Cluster cluster(Cluster fresh) {
        if (unsynced) {
            rows.hit(23);
            return new Cluster(List.of(), List.of(), List.of(), List.of(), List.of(),
                    List.of(new Missing(Source.KUBERNETES, "", world.clock().now(), "not listed yet")));
        }
        var whole = before.orElse(fresh);
        newest = Optional.of(whole);
        var executors = lagging(Kind.DEPLOYMENTS, whole.executors());
        var missing = new ArrayList<>(whole.missing());
        if (!unreadable.isEmpty() && missing.isEmpty()) {
            rows.hit(22);
            executors = executors.stream().filter(one -> !one.name().equals(unreadable)).toList();
            missing.add(new Missing(Source.KUBERNETES, unreadable, world.clock().now(), "it cannot be read"));
        }
        return new Cluster(executors, lagging(Kind.NODES, whole.nodes()), lagging(Kind.PODS, whole.pods()), whole.daemons(), whole.budgets(),
                missing);
    }

    private <T> List<T> lagging(Kind kind, List<T> fresh) {
        var lag = lags.get(kind);
        var last = shown.get(kind);
        if (lag == null || last == null || !last.at().plus(lag).isAfter(world.clock().now())) {
            shown.put(kind, new Shown(world.clock().now(), fresh));
            return fresh;
        }
        @SuppressWarnings("unchecked") // a kind is always of the same things
        var old = (List<T>) last.list();
        return old;
    }

    private void strikes(int place) {
        if (bug != place) return;
        bug = 0;
        rows.hit(61);
        throw new SimLoop.Planted();
    }

    private Object fate(PortCall call, Source source) throws Throwable {
        if (dead) return new Outcome.Failed("the process is dead");
        strikes(2);
        if (call.asks()) return call.perform();
        if (source == Source.AWS && !awsTakes.isZero()) world.advance(awsTakes);
        var answer = answers.get(source);
        // Some writes come through.
        if (answer != null && (answer != Answer.ERROR || random.nextInt(4) > 0)) return answer.outcome();
        if (diesAfter != 0) {
            if (diesAfter > 0) diesAfter--;
            var outcome = call.perform();
            if (call.name().equals("terminate") && outcome instanceof Outcome.Failed failed && failed.error().contains("lost")) rows.hit(37);
            return outcome;
        }
        dead = true;
        diesAfter = -1;
        rows.hit(59);
        if (!world.liveNotices().isEmpty()) rows.hit(48);
        if (diesLate) call.perform();
        return new Outcome.Failed("the process died");
    }

    /** What runs the steps of a plan: one after the other, each when nothing stops the process any more. */
    void perform(Runnable step) {
        if (!stopsBeforeWriting.isZero()) stop();
        step.run();
    }

    /** Whatever was idle when the process looked has work when it goes on: short work, as executors may declare how long their jobs are. */
    private void stop() {
        var stop = stopsBeforeWriting;
        stopsBeforeWriting = Duration.ZERO;
        rows.hit(53);
        for (var executor : executors) world.push(executor, 1 + random.nextInt(8), Duration.ofMillis(random.nextLong(1000, 5000)));
        world.advance(stop);
    }
}
