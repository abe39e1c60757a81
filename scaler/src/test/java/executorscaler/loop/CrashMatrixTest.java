package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.plan.Action;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * At every write of every story the process dies, before it or after it, or is told a lie about it; and whoever goes on, the same service started again or a second
 * replica, brings the story to the end that it would have had.
 */
@Tag("simulation")
class CrashMatrixTest {

    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(3);
    private static final int STILL_SECONDS = 260; // longer than anything in these stories is waited for

    private enum Successor {
        ITSELF, OTHER_REPLICA
    }

    /** How a story ends, where nothing is to depend on what went wrong in it. */
    private record End(Map<String, Integer> desired, Map<String, Integer> replicas, long closedNodes, long heldGroups, long markedPods,
            long jobsLeft, long killed, long stranded) {}

    private record Told(End end, int launched, List<String> writes, int deaths) {}

    /** One telling of a story. */
    private static final class Telling implements CrashStory.Stage {
        private final SimWorld world;
        private final CrashPoint.Writes writes;
        private final Successor successor;
        private final SimLease lease = SimLease.neverHeld();
        private final List<Replica> alive = new ArrayList<>();
        private final TreeMap<Integer, List<Runnable>> events = new TreeMap<>(); // by second
        private Config config;
        private Instant nextStart;
        private int stirred; // the second in which something last happened
        private int deaths;

        private record Replica(SimLoop loop, Leadership leadership) {}

        Telling(CrashStory story, CrashPoint point, Successor successor) {
            this.successor = successor;
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
            var loop = new SimLoop(world, config, leadership, writes.to(world.clusterWrites()), writes.to(world.cloudWrites()),
                    writes.to(world.noticeWrites()), Runnable::run);
            alive.add(new Replica(loop, leadership));
        }

        Told tell() {
            for (int second = 0; second - stirred < STILL_SECONDS; second++) {
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

    @ParameterizedTest
    @EnumSource(CrashStory.class)
    void whereverItDiesTheStoryEndsAsItWould(CrashStory story) {
        var troubles = new ConcurrentSkipListMap<String, String>();
        int tellings = 0;
        for (var successor : Successor.values()) {
            var undisturbed = new Telling(story, CrashPoint.NONE, successor).tell();
            assertThat(undisturbed.end().killed()).isZero();
            var points = IntStream.range(0, undisturbed.writes().size()).boxed()
                    .flatMap(write -> Arrays.stream(CrashPoint.Way.values()).map(way -> new CrashPoint(write, way))).toList();
            tellings += points.size();
            points.parallelStream().forEach(point -> {
                var name = successor + " " + point + " (" + undisturbed.writes().get(point.write()) + ")";
                try {
                    var told = new Telling(story, point, successor).tell();
                    if (!told.end().equals(undisturbed.end())) troubles.put(name, told.end() + " instead of " + undisturbed.end());
                    if (told.launched() > undisturbed.launched() + 1)
                        troubles.put(name, told.launched() + " instances launched, without it " + undisturbed.launched());
                    if (point.way() != CrashPoint.Way.UNANSWERED && told.deaths() != 1) troubles.put(name, "died " + told.deaths() + " times");
                } catch (AssertionError | RuntimeException failed) {
                    troubles.put(name, String.valueOf(failed.getMessage()));
                }
            });
            System.out.println(story + ", " + successor + ": " + undisturbed.writes().size() + " writes, " + undisturbed.end());
        }
        assertThat(troubles.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).toList())
                .as("%s of %s tellings", troubles.size(), tellings).isEmpty();
    }

    /** The stories would be worth little if they did not make the loop do everything that it can do. */
    @Test
    void theStoriesHaveEveryKindOfWrite() {
        var kinds = new TreeSet<String>();
        for (var story : CrashStory.values()) kinds.addAll(new Telling(story, CrashPoint.NONE, Successor.ITSELF).tell().writes());
        var all = Stream.of(Action.class.getPermittedSubclasses()).map(Class::getSimpleName)
                .map(name -> name.startsWith("Terminate") ? "terminate" : name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(kinds).isEqualTo(all);
    }
}
