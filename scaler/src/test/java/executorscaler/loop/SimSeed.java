package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.sim.Delays;
import executorscaler.sim.Jobs;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.NodeIds;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SimWorldBuilder;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Rollout;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** One seed's two hours: a config, arrivals and faults, all drawn from the seed, and then peace. */
final class SimSeed {

    private static final Duration TROUBLE = Duration.ofHours(2);
    private static final Duration PEACE = Duration.ofHours(8);
    private static final int STILL_TICKS = 100;
    private static final int PLATFORM_PODS = 6;
    private static final String NAMESPACE = "production-platform";
    private static final List<Duration> LAGS = List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private static final Jobs.Counts NO_JOBS = new Jobs.Counts(0, 0, 0);

    private enum Fault {
        REDIS_DOWN, KUBERNETES_DOWN, AWS_DOWN, ONE_QUEUE, ONE_GROUP, LOST_REPLIES, CLUSTER_LAG, CLOUD_LAG, REDIS_EMPTY, HAND_ON_NODE, NO_CAPACITY, NEVER_JOINS, HAND_ON_GROUP, HAND_ON_REPLICAS, SILENT_NODE, COMES_MEANWHILE
    }

    private final RandomGenerator random;
    private final List<Fault> faults = new ArrayList<>();
    private final double faultsAnHour;
    private final double arrivalsAnHour;
    private final Duration longestJob;
    private final MemoryJobs jobs = new MemoryJobs();
    private final SimLoop sim;
    private final SimWorld world;
    private final Config config;
    private final List<String> cordonedByHand = new ArrayList<>();
    private final TreeMap<Instant, Runnable> ends = new TreeMap<>();
    private long lostInRedis;
    private final boolean vandal;
    private final SimDeploys deploys;
    private final SimTroubles troubles;
    private final FaultRows rows = new FaultRows();
    private final RandomGenerator aws; // as workers
    private final double noticesAnHour;
    private final RandomGenerator workers; // its own source, so that what else a seed draws does not depend on it
    private final RandomGenerator machines; // the same, for what becomes of instances and nodes
    private final boolean rebalances; // groups even out their zones, now and then
    private final boolean leavesNodes;

    SimSeed(long seed) {
        this(seed, false);
    }

    /** @param vandal whether somebody takes nodes by number, as no scaler should; then nothing is protected, or the number would hit nobody */
    SimSeed(long seed, boolean vandal) {
        this.vandal = vandal;
        random = new SplittableRandom(seed);
        workers = new SplittableRandom(seed ^ 0xB05B);
        machines = new SplittableRandom(seed ^ 0xA25);
        rebalances = machines.nextInt(3) == 0;
        leavesNodes = machines.nextInt(3) == 0;
        aws = new SplittableRandom(seed ^ 0x57E11);
        noticesAnHour = aws.nextInt(2) == 0 ? 0 : 1 + aws.nextDouble() * 30;
        for (var fault : Fault.values()) {
            if (random.nextInt(3) == 0) faults.add(fault);
        }
        faultsAnHour = 1 + random.nextDouble() * 20;
        arrivalsAnHour = random.nextInt(2, 30);
        longestJob = Duration.ofSeconds(random.nextInt(2) == 0 ? random.nextInt(5, 60) : random.nextInt(60, 900));
        config = config().with(!vandal && machines.nextInt(4) > 0, leavesNodes);
        var builder = SimWorld.of(config).seed(seed).jobs(jobs).nodeIds(nodeIds(random.nextBoolean()))
                .leavesNodes(leavesNodes)
                .delays(Delays.TYPICAL.withBoot(Duration.ofSeconds(random.nextInt(5, 200)), Duration.ofSeconds(random.nextInt(1, 60))));
        if (random.nextBoolean()) builder.platform();
        if (random.nextInt(3) == 0) {
            var large = SimWorldBuilder.executorShape(config.nodePools().getLast());
            builder.shape("second", SimWorldBuilder.shape(700, 1L << 30, large.nodeSelector(), large.tolerations()));
        }
        for (var executor : config.executors()) {
            if (executor.worker().drainsOnSigterm() || workers.nextBoolean()) builder.drains(executor.name(), (int) longestJob.toSeconds() + 5);
        }
        world = builder.build();
        world.givesJobsBack();
        world.neglectLeases(workers.nextInt(3) == 0 ? workers.nextDouble() / 2 : 0);
        troubles = new SimTroubles(seed, world, config, rows);
        sim = troubles.loop();
        deploys = new SimDeploys(seed, world, config, rows, sim::tell);
        sim.tell("seed " + seed + ": " + faults + " " + Math.round(faultsAnHour) + " times an hour, jobs up to " + longestJob.toSeconds() + " s");
    }

    private NodeIds nodeIds(boolean aws) {
        if (!aws) rows.hit(29);
        return aws ? NodeIds.AWS : NodeIds.K3S;
    }

    SimWorld world() {
        return world;
    }

    FaultRows rows() {
        return rows;
    }

    List<String> story() {
        return sim.story;
    }

    long ticks() {
        return sim.ticks();
    }

    long stood() {
        return sim.stood();
    }

    /** Plays the whole story and holds it against the rules. */
    List<Performed> play() {
        sim.tick(); // the service looks once when it starts
        while (world.clock().elapsed().compareTo(TROUBLE) < 0) {
            arrivals();
            if (!faults.isEmpty() && random.nextDouble() < faultsAnHour / 3600) strike(faults.get(random.nextInt(faults.size())));
            deploys.second();
            troubles.second();
            if (aws.nextDouble() < noticesAnHour / 3600) announce();
            if (vandal && random.nextInt(600) == 0) vandalise();
            if (rebalances && machines.nextInt(1200) == 0) {
                sim.tell("FAULT rebalance");
                rows.hit(41);
                world.rebalance(config.nodePools().get(machines.nextInt(config.nodePools().size())).name());
            }
            endFaults(world.clock().now());
            turn();
        }
        endFaults(Instant.MAX);
        for (var source : Source.values()) world.heal(source);
        world.loseReplies(Source.AWS, 0);
        world.loseReplies(Source.KUBERNETES, 0);
        cordonedByHand.forEach(world::uncordonByHand);
        deploys.end();
        troubles.end();
        deleteNobodys();
        sim.tell("PEACE");
        for (var left = PEACE; left.isPositive() && !(atRest() && sim.quietTicks() >= STILL_TICKS); left = left.minusSeconds(1)) turn();
        hold();
        return sim.performed;
    }

    private void turn() {
        // Signals come at any moment, not only on the second.
        world.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(1, 1000) : 1000));
        troubles.turn();
        for (var executor : config.executors()) {
            var counts = jobs.counts(executor.name(), Instant.MAX);
            if (counts.waiting() == 0 && counts.running() > 0) rows.hit(13);
        }
        assertThat(world.killedJobs()).as("killed jobs").isZero();
        assertThat(world.podsEndedWithTheirNode()).as("pods on nodes that were ended").isZero();
        for (var pool : config.nodePools()) {
            var live = world.live(pool.name());
            if (live.desired() < pool.minSize() || live.desired() > pool.maxSize())
                throw new AssertionError(pool.name() + " is set to " + live.desired());
        }
        for (var executor : config.executors()) {
            int replicas = world.liveReplicas(executor.namespace(), executor.deployment());
            boolean byOthers = world.liveAuthor(executor.namespace(), executor.deployment()).other();
            if ((replicas < executor.minReplicas() && !byOthers) || replicas > executor.maxReplicas())
                throw new AssertionError(executor.name() + " is at " + replicas);
        }
    }

    private boolean atRest() {
        return markedAndLeft() == 0 && world.liveNotices().isEmpty()
                && runningNodes().stream().allMatch(node -> node.open() && node.announced().isEmpty())
                && config.executors().stream().allMatch(executor -> jobs.counts(executor.name(), Instant.MAX).equals(NO_JOBS))
                && config.nodePools().stream().allMatch(pool -> world.live(pool.name()).desired() <= restingSize(pool))
                && config.executors().stream()
                        .allMatch(executor -> world.liveReplicas(executor.namespace(), executor.deployment()) == executor.minReplicas()
                                && world.liveRollout(executor.namespace(), executor.deployment()).state() == Rollout.State.COMPLETE);
    }

    /** Nodes with an instance. */
    private List<Node> runningNodes() {
        var left = world.nodesLeftBehind();
        return world.liveNodes().stream().filter(node -> !left.contains(node.name())).toList();
    }

    /** A node that came and went unseen, in an outage, was told nothing: that its machine is gone only a person can know. Until then a rollout may wait for its pods. */
    private void deleteNobodys() {
        var left = world.nodesLeftBehind();
        world.liveNodes().stream().filter(node -> left.contains(node.name()) && node.instance().isEmpty())
                .forEach(node -> world.deleteNode(node.name()));
    }

    /** Nodes that were told which instance they are, and whose instance is gone. */
    private long markedAndLeft() {
        var left = world.nodesLeftBehind();
        return world.liveNodes().stream().filter(node -> left.contains(node.name()) && !node.instance().isEmpty()).count();
    }

    /** The minimum, or what executors that must stay need: two 2-CPU pods never go on one t3.large, three go on a c5.2xlarge. */
    private int restingSize(PoolConfig pool) {
        // AWS scatters the platform's own pods, and a node that is used more than the threshold stays.
        if (noticesAnHour > 0 && pool.name().equals("general")) return Math.max(pool.minSize(), PLATFORM_PODS);
        int pods = config.executors().stream().mapToInt(ExecutorConfig::minReplicas).sum();
        return pool.name().equals("compute") || pool.name().equals("spot") ? Math.max(pool.minSize(), pods) : pool.minSize();
    }

    private void hold() {
        var stats = world.stats();
        for (var executor : config.executors()) {
            assertThat(jobs.counts(executor.name(), Instant.MAX)).as("jobs of " + executor.name() + " left").isEqualTo(NO_JOBS);
            assertThat(world.liveReplicas(executor.namespace(), executor.deployment())).as("replicas of " + executor.name())
                    .isEqualTo(executor.minReplicas());
        }
        assertThat(markedAndLeft()).as("nodes whose instance is gone").isZero();
        for (var pool : config.nodePools()) {
            assertThat(world.live(pool.name()).instances().stream().filter(Pool.Instance::protectedFromScaleIn)).as("protected in " + pool.name())
                    .allMatch(instance -> world.liveNodes().stream().anyMatch(node -> node.ready() && node.name().equals(instance.privateDns())));
        }
        for (var executor : config.executors()) {
            assertThat(world.liveRollout(executor.namespace(), executor.deployment()).state()).as("rollout of " + executor.name())
                    .isEqualTo(Rollout.State.COMPLETE);
        }
        assertThat(world.liveNotices()).as("notices that nobody deleted").isEmpty();
        assertThat(runningNodes()).as("nodes that are closed or told something").allMatch(node -> node.open() && node.announced().isEmpty());
        assertThat(world.livePodsMarked()).as("pods marked as the first to go").isZero();
        assertThat(stats.finished()).as("finished jobs").isEqualTo(stats.pushed() - lostInRedis);
        for (var pool : config.nodePools()) {
            assertThat(world.live(pool.name()).desired()).as("nodes of " + pool.name()).isBetween(pool.minSize(), restingSize(pool));
        }
        assertThat(sim.quietTicks()).as("ticks since the last step").isGreaterThanOrEqualTo(STILL_TICKS);
    }

    // The work

    private void arrivals() {
        if (random.nextDouble() >= arrivalsAnHour / 3600) return;
        var chosen = anyOf(config.executors());
        var executor = chosen.name();
        // More than the pods could do in a good while would only make the run longer.
        if (jobs.counts(executor, Instant.MAX).waiting() > 10L * chosen.jobsPerPod()) return;
        boolean burst = random.nextInt(3) == 0;
        if (burst) rows.hit(12);
        int count = burst ? random.nextInt(1, 3 * chosen.jobsPerPod() * chosen.maxReplicas()) : random.nextInt(1, 10);
        var work = Duration.ofMillis(random.nextLong(500, longestJob.toMillis() + 501));
        if (random.nextInt(5) == 0) {
            var due = world.clock().now().plusSeconds(random.nextInt(1, 1200));
            world.pushLater(executor, count, work, due);
        } else {
            world.push(executor, count, work);
        }
        sim.tell(count + " jobs of " + work.toSeconds() + " s for " + executor);
    }

    // The trouble

    private void strike(Fault fault) {
        sim.tell("FAULT " + fault);
        switch (fault) {
            case REDIS_DOWN -> {
                // Drawn from the time, so that other draws stay as they are.
                boolean answers = world.clock().elapsed().toSeconds() % 2 == 0;
                rows.hit(answers ? 4 : 1);
                down(Source.REDIS, "", answers ? "LOADING Redis is loading the dataset in memory" : "connection refused");
            }
            case KUBERNETES_DOWN -> {
                rows.hit(26);
                down(Source.KUBERNETES, "", "connection refused");
            }
            case AWS_DOWN -> {
                rows.hit(34);
                down(Source.AWS, "", "connection refused");
            }
            case ONE_QUEUE -> {
                rows.hit(8);
                down(Source.REDIS, anyOf(config.executors()).name(), "WRONGTYPE Operation against a key holding the wrong kind of value");
            }
            case ONE_GROUP -> {
                rows.hit(42);
                down(Source.AWS, anyPool(), "the second page did not come");
            }
            case LOST_REPLIES -> {
                var source = random.nextBoolean() ? Source.AWS : Source.KUBERNETES;
                rows.hit(source == Source.AWS ? 35 : 15);
                world.loseReplies(source, random.nextInt(1, 5));
            }
            case CLUSTER_LAG -> {
                rows.hit(18);
                world.lagCluster(anyOf(LAGS));
                later(() -> world.lagCluster(Duration.ZERO));
            }
            case CLOUD_LAG -> {
                rows.hit(36);
                world.lagCloud(anyOf(LAGS));
                later(() -> world.lagCloud(Duration.ZERO));
            }
            case REDIS_EMPTY -> {
                rows.hit(3);
                for (var executor : config.executors()) {
                    var counts = jobs.counts(executor.name(), Instant.MAX);
                    lostInRedis += counts.waiting() + counts.due();
                }
                world.restartRedis();
            }
            case HAND_ON_NODE -> {
                var open = world.liveNodes().stream().filter(node -> node.open()).toList();
                if (open.isEmpty()) return;
                rows.hit(32);
                var node = anyOf(open).name();
                world.cordonByHand(node);
                cordonedByHand.add(node);
                later(() -> world.uncordonByHand(node));
            }
            case SILENT_NODE -> {
                var ready = world.liveNodes().stream().filter(node -> node.ready()).toList();
                if (ready.isEmpty()) return;
                var node = anyOf(ready).name();
                world.silence(node, true);
                later(() -> world.silence(node, false));
            }
            case NO_CAPACITY -> {
                rows.hit(39);
                var pool = anyPool();
                world.refuseCapacity(pool, true);
                later(() -> world.refuseCapacity(pool, false));
            }
            case COMES_MEANWHILE -> {
                var pool = anyPool();
                world.refuseCapacity(pool, true);
                world.comesMeanwhile(pool);
                later(() -> world.refuseCapacity(pool, false));
            }
            case NEVER_JOINS -> {
                rows.hit(40);
                var pool = anyPool();
                world.neverJoins(pool, true);
                later(() -> world.neverJoins(pool, false));
            }
            case HAND_ON_GROUP -> {
                rows.hit(41);
                var pool = anyOf(config.nodePools());
                int now = world.live(pool.name()).desired();
                if (now < pool.maxSize()) world.setDesired(pool.name(), random.nextInt(now, pool.maxSize() + 1));
            }
            case HAND_ON_REPLICAS -> {
                rows.hit(31);
                var executor = anyOf(config.executors());
                int now = world.liveReplicas(NAMESPACE, executor.deployment());
                if (now < executor.maxReplicas())
                    world.setReplicas(NAMESPACE, executor.deployment(), random.nextInt(now, executor.maxReplicas() + 1));
            }
        }
    }

    /** AWS says something about an instance, once, twice, late or not at all, and does it; or says what is nothing to us. */
    private void announce() {
        var all = config.nodePools().stream().flatMap(pool -> world.live(pool.name()).instances().stream()).map(instance -> instance.id()).toList();
        var id = all.isEmpty() ? "i-nobody" : all.get(aws.nextInt(all.size()));
        int copies = aws.nextInt(8) == 0 ? 0 : 1 + aws.nextInt(3) / 2;
        var late = Duration.ofSeconds(aws.nextInt(3) == 0 ? aws.nextInt(1, 200) : 0);
        int what = aws.nextInt(8);
        sim.tell("AWS " + what + " about " + id + ", " + copies + " messages, " + late.toSeconds() + " s late");
        if (copies > 1 || late.isPositive()) rows.hit(46);
        switch (what) {
            case 0, 1 -> {
                if (copies == 0 || late.toSeconds() > 60) rows.hit(52);
                world.interrupt(id, copies, late);
            }
            case 2 -> {
                rows.hit(51);
                world.recommendRebalance(id, copies, late);
            }
            case 3, 4 -> world.endWithHook(id, copies, late);
            case 5 -> {
                rows.hit(47);
                world.strangeNotice(Notice.Kind.INTERRUPTION, "i-somebody-else", "");
            }
            case 6 -> world.strangeNotice(aws.nextBoolean() ? Notice.Kind.INTERRUPTION : Notice.Kind.OTHER, id, "account 1, not 2");
            default -> {
                if (aws.nextBoolean()) {
                    world.strangeNotice(Notice.Kind.GONE, id, "");
                } else {
                    rows.hit(50);
                    down(Source.NOTICES, "", "connection refused");
                }
            }
        }
    }

    private void vandalise() {
        for (var pool : config.nodePools()) world.setDesired(pool.name(), pool.minSize());
    }

    private void down(Source source, String subject, String error) {
        world.fail(source, subject, error);
        later(() -> world.heal(source));
    }

    /** Troubles last seconds, minutes, or longer than any time-out. */
    private void later(Runnable end) {
        int seconds = switch (random.nextInt(3)) {
            case 0 -> random.nextInt(1, 10);
            case 1 -> random.nextInt(10, 200);
            default -> random.nextInt(200, 1500);
        };
        var at = world.clock().now().plusSeconds(seconds);
        while (ends.containsKey(at)) at = at.plusMillis(1);
        ends.put(at, end);
    }

    private void endFaults(Instant until) {
        while (!ends.isEmpty() && !ends.firstKey().isAfter(until)) {
            ends.pollFirstEntry().getValue().run();
            sim.tell("a fault ends");
        }
    }

    private <T> T anyOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String anyPool() {
        return anyOf(config.nodePools()).name();
    }

    // The config

    private Config config() {
        var queue = new QueueConfig.Lists("jobs", "jobs:running", "jobs:later", QueueConfig.TimeUnit.SECONDS);
        var executors = new ArrayList<ExecutorConfig>();
        executors.add(new ExecutorConfig("executor", NAMESPACE, "executor", queue, random.nextInt(1, 5), random.nextInt(4) == 0 ? 2 : 0,
                random.nextInt(5, 51), worker(), ExecutorScaleDown.NONE, List.of(), 5));
        if (random.nextInt(3) == 0)
            executors.add(new ExecutorConfig("second", NAMESPACE, "second", queue, 1, 0, random.nextInt(1, 20), worker()));
        var taint = List.of(new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE));
        int join = random.nextInt(400, 900);
        var pools = new ArrayList<PoolConfig>();
        pools.add(pool("general", "t3.large", 2, 10, Map.of("workload-type", "general"), List.of(), join));
        int min = random.nextInt(4) == 0 ? random.nextInt(1, 3) : 0;
        pools.add(pool("compute", "c5.2xlarge", min, min + random.nextInt(3, 21), Map.of("workload-type", "executor"), taint, join));
        if (random.nextInt(3) == 0) pools.add(pool("spot", "c5.2xlarge", 0, random.nextInt(3, 10), Map.of("workload-type", "executor"), taint, join));
        // What a Redis has forgotten cannot be read: readings of a new data set must stand for as long as a job may run.
        int trust = faults.contains(Fault.REDIS_EMPTY) ? (int) longestJob.toSeconds() + 20 : random.nextInt(0, 100);
        var down = new ScaleDownConfig(random.nextInt(0, 200), random.nextInt(0, 600), random.nextInt(0, 10), random.nextInt(60, 900),
                random.nextInt(3) == 0 ? 0 : random.nextDouble(),
                trust, random.nextInt(3) == 0 ? 0 : random.nextInt(0, 900), random.nextInt(0, 1200));
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), executors, pools, down, ControlConfig.DEFAULT, "TO_BE_DEPLOYED",
                Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private WorkerConfig worker() {
        return switch (workers.nextInt(5)) {
            case 0, 1 -> new WorkerConfig(BusySource.LEASE, false, 0);
            case 2 -> new WorkerConfig(BusySource.QUEUE, false, 0);
            case 3 -> new WorkerConfig(BusySource.NONE, true, (int) longestJob.toSeconds() + 1);
            default -> WorkerConfig.SILENT;
        };
    }

    private static PoolConfig pool(String name, String type, int min, int max, Map<String, String> labels, List<PoolConfig.TaintConfig> taints,
            int join) {
        return new PoolConfig(name, name + "-asg", type, name.equals("spot") ? PoolConfig.CapacityType.SPOT : PoolConfig.CapacityType.ON_DEMAND, min,
                max, new TreeMap<>(labels), taints, 0,
                PoolConfig.Reserved.BY_FORMULA, join);
    }
}
