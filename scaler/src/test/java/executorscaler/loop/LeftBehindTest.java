package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action;
import executorscaler.sim.NodeIds;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cluster without a cloud controller, in which Node objects stay when their instances end. */
@Tag("simulation")
class LeftBehindTest {

    private static final String COMPUTE = "compute-optimized";

    @ParameterizedTest
    @EnumSource(NodeIds.class)
    void nodesThatWeEndedAreDeleted(NodeIds ids) {
        var sim = worked(ids, true);
        sim.until("no node is left behind", Duration.ofMinutes(10), () -> sim.world.nodesLeftBehind().isEmpty());
        assertThat(sim.done(Action.DeleteNode.class)).hasSize(2);
        assertThat(sim.world.liveNodes()).as("the general pool's").hasSize(2);
    }

    @Test
    void withoutTheOptionTheyStay() {
        var sim = worked(NodeIds.K3S, false);
        sim.run(Duration.ofHours(1));
        assertThat(sim.world.nodesLeftBehind()).hasSize(2);
        assertThat(sim.tried(Action.MarkNode.class)).isEmpty();
    }

    /** Its pods have stopped with it, and would be waited for until somebody gives them up: they go with their node, and others take their jobs. */
    @Test
    void aNodeThatTheCloudTookIsDeletedWithItsPodsEvenByTheNextLeader() {
        var config = PlatformConfig.config().with(true, true);
        var world = SimWorld.of(config).seed(5).nodeIds(NodeIds.K3S).leavesNodes(true).build();
        var sim = new SimLoop(world, config);
        world.push("executor", 6, Duration.ofHours(1));
        sim.until("six jobs run on one node", Duration.ofMinutes(10), () -> world.stats().waits().size() == 6);
        sim.run(Duration.ofMinutes(10));
        world.interrupt(world.live(COMPUTE).instances().getFirst().id());
        world.advance(Duration.ofSeconds(10));
        var next = new SimLoop(world, config);
        next.until("it is deleted", Duration.ofMinutes(2), () -> !next.done(Action.DeleteNode.class).isEmpty());
        assertThat(world.nodesLeftBehind()).isEmpty();
        next.until("others run in their place", Duration.ofMinutes(10),
                () -> world.liveNodes().stream().filter(node -> node.ready() && node.labels().containsValue("executor")).count() == 1);
    }

    /** Two nodes have done their work and are ended. */
    private static SimLoop worked(NodeIds ids, boolean deleteNodes) {
        var config = PlatformConfig.config().with(true, deleteNodes);
        var world = SimWorld.of(config).seed(5).nodeIds(ids).leavesNodes(true).build();
        var sim = new SimLoop(world, config);
        world.push("executor", 12, Duration.ofMinutes(2));
        sim.until("all jobs are done", Duration.ofMinutes(15), () -> world.stats().finished() == 12);
        sim.until("all instances are gone", Duration.ofMinutes(30), () -> world.live(COMPUTE).instances().isEmpty());
        return sim;
    }
}
