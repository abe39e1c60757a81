package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten busy nodes of spot, ten more that AWS cannot launch, and the pods of those on compute, which is dearer. */
@Tag("simulation")
class CancelledLaunchesTest {

    private static final String SPOT = "spot";

    private SimWorld world;
    private SimLoop sim;

    @BeforeEach
    void tenNodesAreBusyAndTenDoNotCome() {
        var config = config();
        world = SimWorld.of(config).seed(7).build();
        sim = new SimLoop(world, config);
        world.push("executor", 30, Duration.ofMinutes(40));
        sim.until("30 pods work on spot", Duration.ofMinutes(10), () -> world.liveNodes().size() == 10 && world.stats().waits().size() == 30);
        world.refuseCapacity(SPOT, true);
        world.push("executor", 30, Duration.ofMinutes(40));
    }

    /** For a minute nobody sees that the number is wrong: the suspension alone keeps AWS from choosing, and what the tag says is enough to go on. */
    @Test
    void theyComeAfterAllAndTheServiceDiesAndNobodyLosesAJob() {
        world.comesMeanwhile(SPOT);
        sim.until("the launches are taken back", Duration.ofMinutes(5), () -> !sim.done(Action.CancelLaunches.class).isEmpty());
        assertThat(sim.done(Action.CancelLaunches.class)).containsExactly(new Action.CancelLaunches(SPOT, "spot-asg", 20, 10));
        world.advance(Duration.ofMinutes(1));
        assertThat(world.live(SPOT).filled()).isEqualTo(20);
        sim = new SimLoop(world, sim.config());
        sim.until("spot is released", Duration.ofMinutes(5), () -> !sim.done(Action.ResumeTerminate.class).isEmpty());
        assertThat(sim.performed).filteredOn(each -> each.step().why() instanceof Reason.CameAfterAll).singleElement()
                .satisfies(each -> assertThat(each.step().action()).isEqualTo(new Action.RaiseCapacity(SPOT, "spot-asg", 10, 20)));
        sim.until("all jobs are done and all nodes given back", Duration.ofHours(3), () -> world.liveNodes().isEmpty());
        assertThat(world.killedJobs()).isZero();
        assertThat(world.stats().finished()).isEqualTo(60);
    }

    @Test
    void whatIsTakenBackDoesNotComeLater() {
        sim.until("spot is released", Duration.ofMinutes(5), () -> !sim.done(Action.ResumeTerminate.class).isEmpty());
        assertThat(world.live(SPOT).desired()).isEqualTo(10);
        world.refuseCapacity(SPOT, false);
        sim.run(Duration.ofMinutes(10));
        assertThat(world.live(SPOT).instances()).hasSize(10);
        assertThat(world.live("compute").instances()).hasSize(10);
        assertThat(world.killedJobs()).isZero();
    }

    /** A check that cannot fail is not a check: the same number, written while AWS may choose, and an instance that came in between. */
    @Test
    void theSameNumberWithoutAHoldCostsJobs() {
        sim.step();
        world.refuseCapacity(SPOT, false);
        world.advance(Duration.ofMinutes(1));
        assertThat(world.live(SPOT).instances()).as("what AWS launched after all").hasSizeGreaterThan(10);
        world.setDesired(SPOT, 10);
        world.advance(Duration.ofMinutes(1));
        assertThat(world.killedJobs()).isPositive();
    }

    private static Config config() {
        var queue = new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS);
        var executor = new ExecutorConfig("executor", "jobs", "executor", queue, 1, 0, 100);
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), List.of(executor),
                List.of(pool(SPOT, 0.1), pool("compute", 0.34)),
                new ScaleDownConfig(60, 300, 5, 600, 0.5, 0), ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private static PoolConfig pool(String name, double price) {
        var taint = new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE);
        return new PoolConfig(name, name + "-asg", "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, 0, 40,
                new TreeMap<>(Map.of("workload-type", "executor")),
                List.of(taint), 0, PoolConfig.Reserved.BY_FORMULA, 600, OptionalDouble.of(price), 0);
    }
}
