package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five busy nodes, and a group that looks for victims of its own: to even out its zones, or because somebody has lowered its number. */
@Tag("simulation")
class ChosenVictimsTest {

    private static final String COMPUTE = "compute-optimized";

    private SimWorld world = SimWorld.of(PlatformConfig.config()).build();
    private SimLoop sim = new SimLoop(world, PlatformConfig.config());

    private void begin(boolean protection) {
        var config = PlatformConfig.config().with(protection, false);
        world = SimWorld.of(config).seed(11).build();
        sim = new SimLoop(world, config);
        world.push("executor", 30, Duration.ofMinutes(40));
        sim.until("30 jobs run on five nodes", Duration.ofMinutes(10), () -> world.stats().waits().size() == 30);
        sim.step();
    }

    @ParameterizedTest(name = "scaleInProtection: {0}")
    @ValueSource(booleans = {true, false})
    void aGroupThatEvensOutItsZonesCutsNoJobOffWhereTheyAreProtected(boolean protection) {
        begin(protection);
        for (int i = 0; i < 30; i++) {
            world.rebalance(COMPUTE);
            sim.run(Duration.ofSeconds(10));
        }
        if (protection) assertThat(world.rebalancedJobs()).isZero();
        else
            assertThat(world.rebalancedJobs()).as("a world in which nothing happens would prove nothing").isPositive();
        assertThat(sim.tried(Action.Protect.class).isEmpty()).isNotEqualTo(protection);
    }

    @Test
    void busyNodesAreProtectedByOneCallAndNoLongerWhenTheyEnd() {
        begin(true);
        assertThat(shielded()).isEqualTo(5);
        assertThat(sim.done(Action.Protect.class).stream().mapToInt(step -> step.instances().size()).sum()).isEqualTo(5);
        sim.until("all nodes are given back", Duration.ofHours(2), () -> world.live(COMPUTE).instances().isEmpty());
        assertThat(sim.done(Action.Unprotect.class).stream().mapToInt(step -> step.instances().size()).sum()).isEqualTo(5);
        assertThat(sim.done(Action.Terminate.class)).hasSize(5);
        assertThat(world.killedJobs()).isZero();
    }

    /** A number that somebody else writes hits nobody who works; it is put right, and what is idle goes the usual way. */
    @Test
    void aLoweredNumberEndsNoBusyNodeAndIsPutRight() {
        begin(true);
        world.setDesired(COMPUTE, 0);
        sim.until("five are desired again", Duration.ofMinutes(1), () -> world.live(COMPUTE).desired() == 5);
        assertThat(sim.performed).anyMatch(each -> each.step().why().equals(new Reason.LoweredByOthers(5, 0)));
        sim.until("all jobs are done and all nodes given back", Duration.ofHours(2),
                () -> world.stats().finished() == 30 && world.live(COMPUTE).instances().isEmpty());
        assertThat(world.killedJobs()).isZero();
    }

    /** The reply is lost, or AWS does not answer at all: the group says what is so, and nodes go in the end. */
    @Test
    void lostRepliesAndAnOutageChangeNothing() {
        begin(true);
        sim.until("the jobs are done", Duration.ofHours(1), () -> world.stats().finished() == 30);
        sim.until("a node is closed", Duration.ofMinutes(20), () -> !sim.done(Action.Cordon.class).isEmpty());
        world.loseReplies(Source.AWS, 3);
        sim.run(Duration.ofSeconds(4));
        world.fail(Source.AWS, "connection refused");
        sim.run(Duration.ofMinutes(3));
        world.heal(Source.AWS);
        sim.until("all nodes are given back", Duration.ofMinutes(30), () -> world.live(COMPUTE).instances().isEmpty());
        assertThat(world.live(COMPUTE).desired()).isZero();
    }

    private long shielded() {
        return world.live(COMPUTE).instances().stream().filter(Pool.Instance::protectedFromScaleIn).count();
    }
}
