package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Action;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No node is given back that has to be bought again within minNodeLifetimeSeconds, as far as the queue could tell. */
@Tag("simulation")
class FlappingTest {

    private static final int LIFETIME = 300;
    private static final Duration HOURS = Duration.ofHours(2);
    private static final long SEEDS = 6;

    /** When a node was ended, and when one was bought within the lifetime after that. */
    private record Regret(Instant ended, Instant bought) {}

    private record Told(long seed, List<Regret> regrets, long ended, Duration youngest) {}

    /** Bursts of delayed jobs that are known for longer than the lifetime before they come due. */
    @Test
    void noNodeIsEndedAndBoughtAgainForJobsThatWereKnown() {
        var told = seeds().mapToObj(seed -> play(seed, LIFETIME, true)).toList();
        assertThat(told).allSatisfy(one -> assertThat(one.regrets()).isEmpty());
        assertThat(told.stream().mapToLong(Told::ended).sum()).as("nodes that went all the same").isGreaterThan(SEEDS);
    }

    @Test
    void withoutALeastLifetimeItHappens() {
        assertThat(seeds().filter(seed -> !play(seed, 0, true).regrets().isEmpty()).count()).isGreaterThan(SEEDS / 2);
    }

    /** Nobody knows of the next burst; but no node that is there goes before it has served for a while. */
    @Test
    void aNodeLivesForTheLeastLifetimeHoweverTheQueueBursts() {
        var youngest = seeds().mapToObj(seed -> play(seed, LIFETIME, false).youngest()).min(Duration::compareTo).orElseThrow();
        assertThat(youngest).isBetween(Duration.ofSeconds(LIFETIME), Duration.ofHours(1));
        assertThat(play(0, 0, false).youngest()).isLessThan(Duration.ofSeconds(LIFETIME));
    }

    private static LongStream seeds() {
        return LongStream.range(0, SEEDS).parallel();
    }

    private static Told play(long seed, int lifetime, boolean known) {
        var random = new SplittableRandom(seed);
        var config = config(lifetime);
        var world = SimWorld.of(config).seed(seed).build();
        var sim = new SimLoop(world, config);
        var ended = new ArrayList<Instant>();
        var regrets = new ArrayList<Regret>();
        var youngest = HOURS;
        var next = world.clock().now();
        var created = new TreeMap<String, Instant>();
        while (world.clock().elapsed().compareTo(HOURS) < 0) {
            var now = world.clock().now();
            if (!now.isBefore(next)) {
                int jobs = random.nextInt(1, 60);
                var work = Duration.ofSeconds(random.nextInt(5, 60));
                if (known) world.pushLater("executor", jobs, work, now.plusSeconds(LIFETIME + random.nextInt(10, 60)));
                else
                    world.push("executor", jobs, work);
                next = now.plusSeconds(random.nextInt(60, 600));
            }
            created.putAll(world.liveNodes().stream().collect(Collectors.toMap(Node::name, Node::createdAt)));
            world.advance(Duration.ofSeconds(1));
            for (var each : sim.tick().performed()) {
                if (!(each.outcome() instanceof Outcome.Done)) continue;
                var at = world.clock().now();
                if (each.step().action() instanceof Action.Terminate end) {
                    ended.add(at);
                    var age = Duration.between(created.getOrDefault(end.node(), at), at);
                    youngest = age.compareTo(youngest) < 0 ? age : youngest;
                } else if (each.step().action() instanceof Action.RaiseCapacity) {
                    ended.stream().filter(then -> then.plusSeconds(LIFETIME).isAfter(at)).findFirst()
                            .ifPresent(then -> regrets.add(new Regret(then, at)));
                }
            }
        }
        return new Told(seed, regrets, ended.size(), youngest);
    }

    /** Quick to give back: what keeps a node is its lifetime, and what comes. */
    private static Config config(int lifetime) {
        var like = PlatformConfig.config();
        return new Config(like.redis(), like.executors(), like.nodePools(), new ScaleDownConfig(5, 10, 2, 600, 0.5, 0, lifetime, 1200),
                like.control(),
                like.placeholderImage(), like.priorityCutoff());
    }
}
