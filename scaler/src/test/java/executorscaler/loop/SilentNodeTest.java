package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Node;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes whose kubelet is silent: whether their pods still run nobody can say, and here they do. */
@Tag("simulation")
class SilentNodeTest {

    private static final String POOL = "compute-optimized";
    private static final Config CONFIG = config();

    private final SimWorld world = SimWorld.of(CONFIG).build();
    private final SimLoop sim = new SimLoop(world, CONFIG);

    @Test
    void jobsOnASilentNodeRunToTheirEndHoweverLongItIsSilent() {
        world.push("executor", 6, Duration.ofHours(3));
        sim.until("six jobs run", Duration.ofMinutes(10), () -> world.stats().waits().size() == 6);
        var node = node().name();
        world.silence(node, true);
        sim.run(Duration.ofHours(2));
        assertThat(sim.tick().plan().held()).filteredOn(held -> held.subject().equals("node/" + node)).singleElement()
                .satisfies(held -> assertThat(held.why()).isInstanceOf(Reason.UnreadyWithPods.class));
        assertThat(sim.tried(Action.Cordon.class)).isEmpty();
        assertThat(sim.done(Action.RaiseCapacity.class)).as("their pods are still pods").hasSize(1);

        world.silence(node, false);
        sim.until("all is done and given back", Duration.ofHours(6), () -> world.live(POOL).desired() == 0);
        assertThat(world.killedJobs()).isZero();
        assertThat(world.stats().finished()).isEqualTo(6);
    }

    /** It would be idle only after two hours. */
    @Test
    void aSilentNodeWithNothingOnItGoes() {
        world.setDesired(POOL, 1);
        sim.until("a node", Duration.ofMinutes(5), () -> world.liveNodes().stream().anyMatch(SilentNodeTest::isCompute));
        sim.run(Duration.ofMinutes(15));
        assertThat(world.live(POOL).desired()).isEqualTo(1);

        world.silence(node().name(), true);
        sim.run(Duration.ofSeconds(119));
        assertThat(world.live(POOL).desired()).isEqualTo(1);
        sim.until("it is ended", Duration.ofSeconds(20), () -> world.live(POOL).desired() == 0);
        assertThat(world.podsEndedWithTheirNode()).isZero();
    }

    private Node node() {
        return world.liveNodes().stream().filter(SilentNodeTest::isCompute).findFirst().orElseThrow();
    }

    private static boolean isCompute(Node node) {
        return "executor".equals(node.labels().get("workload-type"));
    }

    private static Config config() {
        var like = PlatformConfig.config();
        return new Config(like.redis(), like.executors(), like.nodePools(), new ScaleDownConfig(60, 7200, 5, 600, 0.5, 0, 300, 120), like.control(),
                like.placeholderImage(), like.priorityCutoff());
    }
}
