package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What goes wrong around the service in one seed's hours: sources that are away, late or forgetful, other people's hands, and what AWS does with its instances. The
 * numbers are rows of docs/faults.md.
 */
final class SimFaults {

    private static final List<Duration> LAGS = List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60));

    enum Fault {
        REDIS_DOWN, KUBERNETES_DOWN, AWS_DOWN, ONE_QUEUE, ONE_GROUP, LOST_REPLIES, CLUSTER_LAG, CLOUD_LAG, REDIS_EMPTY, HAND_ON_NODE, NO_CAPACITY, NEVER_JOINS, HAND_ON_GROUP, HAND_ON_REPLICAS, SILENT_NODE, COMES_MEANWHILE
    }

    private final SimWorld world;
    private final Config config;
    private final MemoryJobs jobs;
    private final FaultRows rows;
    private final Consumer<String> tell;
    private final RandomGenerator random;
    private final RandomGenerator aws;
    private final List<String> cordonedByHand = new ArrayList<>();
    private final TreeMap<Instant, Runnable> ends = new TreeMap<>();
    private long lostInRedis;

    /** @param aws draws what AWS does */
    SimFaults(SimSetting setting, Consumer<String> tell, RandomGenerator random, RandomGenerator aws) {
        world = setting.world();
        config = setting.config();
        jobs = setting.jobs();
        rows = setting.rows();
        this.tell = tell;
        this.random = random;
        this.aws = aws;
    }

    /** Each with a chance of one in three. */
    static List<Fault> drawn(RandomGenerator random) {
        var faults = new ArrayList<Fault>();
        for (var fault : Fault.values()) {
            if (random.nextInt(3) == 0) faults.add(fault);
        }
        return faults;
    }

    /** Jobs that were in a Redis that forgot all. */
    long lostInRedis() {
        return lostInRedis;
    }

    /** Ends what is due by now. */
    void end(Instant until) {
        while (!ends.isEmpty() && !ends.firstKey().isAfter(until)) {
            ends.pollFirstEntry().getValue().run();
            tell.accept("a fault ends");
        }
    }

    /** From now on everything goes right. */
    void endAll() {
        end(Instant.MAX);
        for (var source : Source.values()) world.heal(source);
        world.loseReplies(Source.AWS, 0);
        world.loseReplies(Source.KUBERNETES, 0);
        cordonedByHand.forEach(world::uncordonByHand);
    }

    void strike(Fault fault) {
        tell.accept("FAULT " + fault);
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
                int now = world.liveReplicas(executor.namespace(), executor.deployment());
                if (now < executor.maxReplicas())
                    world.setReplicas(executor.namespace(), executor.deployment(), random.nextInt(now, executor.maxReplicas() + 1));
            }
        }
    }

    /** AWS says something about an instance, once, twice, late or not at all, and does it; or says what is nothing to us. */
    void announce() {
        var all = config.nodePools().stream().flatMap(pool -> world.live(pool.name()).instances().stream()).map(instance -> instance.id()).toList();
        var id = all.isEmpty() ? "i-nobody" : all.get(aws.nextInt(all.size()));
        int copies = aws.nextInt(8) == 0 ? 0 : 1 + aws.nextInt(3) / 2;
        var late = Duration.ofSeconds(aws.nextInt(3) == 0 ? aws.nextInt(1, 200) : 0);
        int what = aws.nextInt(8);
        tell.accept("AWS " + what + " about " + id + ", " + copies + " messages, " + late.toSeconds() + " s late");
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

    private <T> T anyOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String anyPool() {
        return anyOf(config.nodePools()).name();
    }
}
