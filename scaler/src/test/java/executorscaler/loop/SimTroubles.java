package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.Problem;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What goes wrong with the service itself, and on its ways to the rest of the world, in one seed's hours. The numbers are rows of docs/faults.md. */
final class SimTroubles {

    /** How long the API server's Lease may be out of reach before its holder stops writing. */
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

    private enum Trouble {
        DIES, RESTARTS, PAUSES, STOPS_BEFORE_WRITING, LOSES_LEASE, ETCD_STALLS, ETCD_FULL, BUG, CLOCK_STEP, CONFLICTS, FORBIDDEN, API_ERRORS, THROTTLED, AWS_ERRORS, SLOW_REDIS, SLOW_AWS, OLD_KIND, UNREADABLE, BAD_CONFIG, SMALL_CONFIG, SWEEP, NO_BUDGET, FINALIZERS, KUBERNETES_AWAY
    }

    /** What one replica believes to be. */
    private static final class Term implements Leadership {
        private Role role;

        Term(Role role) {
            this.role = role;
        }

        @Override
        public Role role() {
            return role;
        }
    }

    private final RandomGenerator random; // its own source, so that what else a seed draws does not depend on it
    private final SimWorld world;
    private final Config config;
    private final FaultRows rows;
    private final TroubledWays ways;
    private final List<Trouble> troubles = new ArrayList<>();
    private final double anHour;
    private final TreeMap<Instant, Runnable> ends = new TreeMap<>();
    private final boolean twoReplicas;
    private final Term first;
    private final Term second = new Term(new Role.Follower("b", "a", ""));
    private long version = 100;
    private Term writes;
    private Instant back = Instant.MIN; // until then the process does not run
    private @Nullable SimLoop loop;

    SimTroubles(long seed, SimWorld world, Config config, FaultRows rows) {
        this.world = world;
        this.config = config;
        this.rows = rows;
        random = new SplittableRandom(seed ^ 0x7B0B1E5);
        ways = new TroubledWays(world, config.executors().stream().map(ExecutorConfig::name).toList(), random, rows);
        if (random.nextBoolean()) {
            for (var trouble : Trouble.values()) {
                if (random.nextInt(4) == 0) troubles.add(trouble);
            }
        }
        anHour = Math.exp(random.nextDouble() * 3); // 1 to 20
        first = new Term(new Role.Leader("a", version, world.clock().start()));
        writes = first;
        twoReplicas = random.nextInt(3) == 0 && !troubles.isEmpty();
    }

    /** The loop that all of this happens to. */
    SimLoop loop() {
        var made = new SimLoop(world, config, first, ways.ways(), ways::perform);
        if (twoReplicas) made.standby(second);
        if (!troubles.isEmpty()) made.tell("TROUBLES " + troubles + (twoReplicas ? ", two replicas" : ""));
        loop = made;
        return made;
    }

    private SimLoop it() {
        return Objects.requireNonNull(loop);
    }

    /** Lets a second's troubles begin and end. */
    void second() {
        end(world.clock().now());
        if (!troubles.isEmpty() && random.nextDouble() < anHour / 3600) strike(any(troubles));
    }

    /** A turn of the service, if it runs. */
    void turn() {
        if (back.isAfter(world.clock().now())) return;
        var stop = ways.stopsBeforeWriting;
        it().tickIfDue();
        if (ways.diedJustNow()) down();
        if (stop.compareTo(RENEW_DEADLINE) > 0 && ways.stopsBeforeWriting.isZero() && !twoReplicas) lead();
    }

    /** Everything goes right from now on. */
    void end() {
        end(Instant.MAX);
        back = Instant.MIN;
        ways.bug = 0;
        ways.diesAfter = -1;
        ways.stopsBeforeWriting = Duration.ZERO;
    }

    private void strike(Trouble trouble) {
        it().tell("TROUBLE " + trouble);
        switch (trouble) {
            case DIES -> {
                ways.diesAfter = random.nextInt(4);
                ways.diesLate = random.nextBoolean();
            }
            case RESTARTS -> {
                rows.hit(62);
                down();
            }
            case PAUSES -> {
                rows.hit(60);
                back = world.clock().now().plusSeconds(random.nextInt(3, 60));
            }
            case STOPS_BEFORE_WRITING -> ways.stopsBeforeWriting = Duration.ofMillis(random.nextLong(6000, 60_000));
            case LOSES_LEASE -> {
                rows.hit(random.nextBoolean() ? 54 : 55);
                loseLease(random.nextInt(2, 90));
            }
            case ETCD_STALLS -> {
                rows.hit(24);
                int seconds = random.nextInt(11, 60);
                loseLease(seconds);
                world.fail(Source.KUBERNETES, "etcdserver: request timed out");
                later(seconds, () -> world.heal(Source.KUBERNETES));
            }
            case ETCD_FULL -> {
                rows.hit(25);
                int seconds = random.nextInt(20, 600);
                loseLease(seconds);
                refuse(Source.KUBERNETES, TroubledWays.Answer.ERROR, seconds);
            }
            case BUG -> ways.bug = random.nextInt(1, 4);
            case CLOCK_STEP -> {
                rows.hit(58);
                ways.wrongBy(Duration.ofMillis(random.nextLong(-3_600_000, 3_600_000)));
                later(() -> ways.wrongBy(Duration.ZERO));
            }
            case CONFLICTS -> {
                rows.hit(16);
                refuse(Source.KUBERNETES, TroubledWays.Answer.CONFLICT, 30);
            }
            case FORBIDDEN -> {
                rows.hit(17);
                refuse(Source.KUBERNETES, TroubledWays.Answer.FORBIDDEN, seconds());
            }
            case API_ERRORS -> {
                rows.hit(14);
                refuse(Source.KUBERNETES, TroubledWays.Answer.ERROR, seconds());
            }
            case THROTTLED -> {
                rows.hit(33);
                int seconds = seconds();
                refuse(Source.AWS, TroubledWays.Answer.ERROR, seconds);
                world.lagCloud(Duration.ofSeconds(random.nextInt(10, 60)));
                later(seconds, () -> world.lagCloud(Duration.ZERO));
            }
            case AWS_ERRORS -> {
                rows.hit(38);
                refuse(Source.AWS, TroubledWays.Answer.ERROR, seconds());
            }
            case SLOW_REDIS -> {
                ways.redisTakes = Duration.ofMillis(random.nextLong(300, 3000));
                later(() -> ways.redisTakes = Duration.ZERO);
            }
            case SLOW_AWS -> {
                rows.hit(34);
                ways.awsTakes = Duration.ofMillis(random.nextLong(300, 10_000));
                later(() -> ways.awsTakes = Duration.ZERO);
            }
            case OLD_KIND -> {
                rows.hit(18, 21);
                var kind = any(List.of(TroubledWays.Kind.values()));
                ways.lag(kind, Duration.ofSeconds(random.nextInt(1, 60)));
                later(() -> ways.lag(kind, Duration.ZERO));
            }
            case UNREADABLE -> {
                ways.unreadable = anyExecutor().name();
                later(() -> ways.unreadable = "");
            }
            case BAD_CONFIG -> {
                rows.hit(63);
                it().reject(List.of(new Problem("executors[0].jobsPerPod", "must be at least 1, was 0", 3)));
                later(() -> it().reload(it().config()));
            }
            case SMALL_CONFIG -> {
                rows.hit(64);
                it().reload(smaller());
                later(() -> it().reload(config));
            }
            case SWEEP -> {
                rows.hit(49);
                for (var instance : world.live(anyPool().name()).instances()) world.interrupt(instance.id(), 1, Duration.ZERO);
            }
            case NO_BUDGET -> {
                rows.hit(30);
                world.freezeBudgets(true);
                later(() -> world.freezeBudgets(false));
            }
            case FINALIZERS -> {
                rows.hit(30);
                var executor = anyExecutor();
                world.finalizePods(executor.namespace(), executor.deployment(), true);
                later(() -> world.finalizePods(executor.namespace(), executor.deployment(), false));
            }
            case KUBERNETES_AWAY -> {
                rows.hit(26);
                world.fail(Source.KUBERNETES, "connection refused");
                later(random.nextInt(600, 1200), () -> world.heal(Source.KUBERNETES));
            }
        }
    }

    /** The process is gone; it comes back, or the other replica goes on. */
    private void down() {
        if (twoReplicas) {
            handOver();
        } else {
            back = world.clock().now().plusSeconds(random.nextInt(1, 20));
            it().restart();
            lead(); // a new term, in which nothing that was described before counts
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                ways.unsynced = true;
                later(random.nextInt(20, 40), () -> ways.unsynced = false);
            }
            case 1 -> {
                rows.hit(20);
                ways.freeze(true);
                later(random.nextInt(20, 60), () -> ways.freeze(false));
            }
            default -> {
                // It starts as it should.
            }
        }
    }

    private void loseLease(int seconds) {
        if (twoReplicas) {
            handOver();
            return;
        }
        writes.role = new Role.Follower("a", "", "the Lease is out of reach");
        later(seconds, this::lead);
    }

    private void handOver() {
        rows.hit(56);
        writes.role = new Role.Follower(writes == first ? "a" : "b", "", "");
        writes = writes == first ? second : first;
        it().handOver();
        lead();
    }

    /** Whoever writes does so in a new term. */
    private void lead() {
        writes.role = new Role.Leader(writes == first ? "a" : "b", ++version, ways.ways().clock().now());
    }

    private void refuse(Source source, TroubledWays.Answer answer, int seconds) {
        ways.answer(source, answer);
        later(seconds, () -> ways.hear(source));
    }

    private Config smaller() {
        var executors = config.executors().stream().map(one -> random.nextBoolean()
                ? one
                : withMost(one,
                        random.nextInt(Math.max(1, Math.max(one.minReplicas(), one.onDemandBase())), one.maxReplicas() + 1)))
                .toList();
        var pools = new ArrayList<PoolConfig>();
        for (var pool : config.nodePools()) {
            int most = random.nextBoolean() ? pool.maxSize() : random.nextInt(pool.minSize(), pool.maxSize() + 1);
            pools.add(new PoolConfig(pool.name(), pool.autoScalingGroup(), pool.instanceType(), pool.capacityType(), pool.minSize(), most,
                    pool.labels(),
                    pool.taints(), pool.maxPods(), pool.reserved(), pool.maxProvisionSeconds(), pool.hourlyPrice(), pool.priority(), pool.scaleDown(),
                    pool.fallbackPool()));
        }
        return new Config(config.redis(), executors, pools, config.scaleDown(), config.control(), config.placeholderImage(), config.priorityCutoff())
                .with(config.scaleInProtection(), config.deleteNodes());
    }

    private static ExecutorConfig withMost(ExecutorConfig one, int most) {
        return new ExecutorConfig(one.name(), one.namespace(), one.deployment(), one.queue(), one.jobsPerPod(), one.minReplicas(), most, one.worker(),
                one.scaleDown(), one.schedules(), one.onDemandBase());
    }

    private ExecutorConfig anyExecutor() {
        return any(config.executors());
    }

    private PoolConfig anyPool() {
        return any(config.nodePools());
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void later(Runnable end) {
        later(seconds(), end);
    }

    private void later(int seconds, Runnable end) {
        var at = world.clock().now().plusSeconds(seconds);
        while (ends.containsKey(at)) at = at.plusMillis(1);
        ends.put(at, end);
    }

    /** Seconds, minutes, or longer than any time-out. */
    private int seconds() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(1, 10);
            case 1 -> random.nextInt(10, 200);
            default -> random.nextInt(200, 1500);
        };
    }

    private void end(Instant until) {
        while (!ends.isEmpty() && !ends.firstKey().isAfter(until)) {
            ends.pollFirstEntry().getValue().run();
            it().tell("a trouble ends");
        }
    }
}
