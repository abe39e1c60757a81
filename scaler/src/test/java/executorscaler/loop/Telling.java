package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One telling of a story: the service in a simulated world, second by second, until nothing happens any more. */
final class Telling implements CrashStory.Stage {

    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(3);
    private static final int STILL_SECONDS = 260; // longer than anything in these stories is waited for

    /** Who goes on when the process dies. */
    enum Successor {
        ITSELF, OTHER_REPLICA
    }

    /** How a story ends, where nothing is to depend on what went wrong in it. */
    record End(Map<String, Integer> desired, Map<String, Integer> replicas, long closedNodes, long heldGroups, long markedPods,
            long jobsLeft, long killed, long stranded) {}

    /** A story that has come to its end. */
    record Told(End end, int launched, List<String> writes, int deaths) {}

    private final SimWorld world;
    private final CrashPoint.Writes writes;
    private final Successor successor;
    private final StaleReads reads;
    private final SimLease lease = SimLease.neverHeld();
    private final List<Replica> alive = new ArrayList<>();
    private final TreeMap<Integer, List<Runnable>> events = new TreeMap<>(); // by second
    private Config config;
    private Instant nextStart;
    private int stirred; // the second in which something last happened
    private int deaths;

    private record Replica(SimLoop loop, Leadership leadership) {}

    /**
     * @param point at which it dies
     * @param reads what it reads
     */
    Telling(CrashStory story, CrashPoint point, Successor successor, StaleReads reads) {
        this.successor = successor;
        this.reads = reads;
        config = CrashStory.config(8).with(true, story.leavesNodes());
        world = story.world();
        writes = new CrashPoint.Writes(point);
        nextStart = world.clock().now();
        start("a");
        if (successor == Successor.OTHER_REPLICA) start("b");
        story.happens(this);
    }

    @Override
    public SimWorld world() {
        return world;
    }

    @Override
    public void at(int second, Runnable what) {
        events.computeIfAbsent(second, _ -> new ArrayList<>()).add(what);
    }

    @Override
    public void reload(Config newer) {
        config = newer;
        alive.forEach(each -> each.loop().reload(newer));
    }

    private void start(String identity) {
        Leadership leadership = successor == Successor.ITSELF
                ? Leadership.alone(identity)
                : new Elector(lease, identity, world.clock(), () -> {});
        var ways = SimWays.to(world).reading(reads.of(world)).writing(writes.to(world.clusterWrites()), writes.to(world.cloudWrites()),
                writes.to(world.noticeWrites()));
        var loop = new SimLoop(world, config, leadership, ways, Runnable::run);
        alive.add(new Replica(loop, leadership));
    }

    Told tell() {
        for (int second = 0; second - stirred < STILL_SECONDS + reads.patience().toSeconds(); second++) {
            if (second > LONGEST.toSeconds()) throw new AssertionError("no rest after " + LONGEST + ": " + end() + "\n" + lines());
            int written = writes.names.size();
            world.advance(Duration.ofSeconds(1));
            events.getOrDefault(second, List.of()).forEach(Runnable::run);
            if (alive.isEmpty() && !world.clock().now().isBefore(nextStart)) start("a" + deaths);
            for (var each : List.copyOf(alive)) turn(each, second);
            if (writes.names.size() > written || second <= events.lastKey() || jobsLeft() > 0) stirred = second;
        }
        return new Told(end(), world.stats().launched(), List.copyOf(writes.names), deaths);
    }

    private void turn(Replica replica, int second) {
        if (replica.leadership() instanceof Elector elector && second % 2 == 0) elector.turn();
        replica.loop().tick();
        if (!writes.diedJustNow()) return;
        alive.remove(replica);
        deaths++;
        reads.died(world.clock().elapsed());
        nextStart = world.clock().now().plus(DOWN);
    }

    private long jobsLeft() {
        var stats = world.stats();
        return stats.pushed() - stats.finished();
    }

    private End end() {
        var desired = new TreeMap<String, Integer>();
        long held = 0;
        for (var pool : config.nodePools()) {
            var live = world.live(pool.name());
            desired.put(pool.name(), live.desired());
            if (live.setup().heldSince().isPresent() || !live.setup().suspended().isEmpty()) held++;
        }
        var replicas = new TreeMap<String, Integer>();
        for (var executor : config.executors())
            replicas.put(executor.name(), world.liveReplicas(executor.namespace(), executor.deployment()));
        return new End(desired, replicas, world.liveNodes().stream().filter(node -> !node.open()).count(), held, world.livePodsMarked(),
                jobsLeft(), world.killedJobs(), world.podsEndedWithTheirNode());
    }

    private String lines() {
        return alive.stream().map(each -> each.loop().lastLines(30)).collect(Collectors.joining("\n---\n"));
    }
}
