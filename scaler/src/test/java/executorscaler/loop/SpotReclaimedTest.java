package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Reason;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AWS takes all spot instances back at once; a floor of on-demand is what is left. Three pods a node, one job a pod. */
@Tag("simulation")
class SpotReclaimedTest {

    private static final Duration LONG = Duration.ofHours(1);

    @ParameterizedTest(name = "base {0}: {1} nodes and {2} of 12 jobs are left")
    @CsvSource({"0, 0, 0", "3, 1, 3", "6, 2, 6"})
    void theNodesOfTheFloorAndTheirJobsGoOn(int base, int nodes, int jobs) {
        var config = config(base, 0);
        var world = SimWorld.of(config).build();
        var sim = new SimLoop(world, config);
        world.push("executor", 12, LONG);
        sim.until("all jobs run", Duration.ofMinutes(15), () -> world.stats().waits().size() == 12);
        assertThat(running(world, "on-demand")).isEqualTo(nodes);

        reclaim(world);
        sim.run(Duration.ofMinutes(1));
        assertThat(world.stats().interrupted()).isEqualTo(12 - jobs);
        sim.run(LONG);
        assertThat(world.stats().finished()).isEqualTo(jobs);
        assertThat(world.killedJobs()).isZero();
    }

    /** Spot is there before and has room for all three: the node on demand comes for nobody, and is what is left an hour later. */
    @Test
    void roomThatNobodyUsesStaysWhilePodsAreOnSpot() {
        var config = config(2, 2);
        var world = SimWorld.of(config).boot("on-demand", Duration.ofMinutes(4)).build();
        var sim = new SimLoop(world, config);
        sim.until("the spot pool's minimum is there", Duration.ofMinutes(15), () -> running(world, "spot") == 2);
        world.push("executor", 3, Duration.ofHours(3));
        sim.until("the node on demand is there", Duration.ofMinutes(15), () -> running(world, "on-demand") == 1);
        assertThat(world.stats().waits()).as("jobs that run, on spot").hasSize(3);
        sim.run(LONG);
        assertThat(sim.tick().plan().held()).filteredOn(held -> held.why() instanceof Reason.RoomForBase).hasSize(1);

        world.refuseCapacity("spot", true);
        reclaim(world);
        world.push("executor", 3, LONG);
        sim.until("jobs run again, long before any node could come", Duration.ofSeconds(30), () -> world.stats().waits().size() >= 5);
    }

    private static void reclaim(SimWorld world) {
        for (var instance : world.live("spot").instances()) world.interrupt(instance.id());
    }

    private static long running(SimWorld world, String pool) {
        return world.live(pool).instances().stream().filter(instance -> instance.lifecycle() == Pool.Lifecycle.IN_SERVICE)
                .filter(instance -> world.liveNodes().stream().anyMatch(node -> node.ready() && node.providerId().endsWith(instance.id()))).count();
    }

    private static Config config(int base, int spots) {
        var queue = new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS);
        var executor = new ExecutorConfig("executor", "jobs", "executor", queue, 1, 0, 100, base);
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), List.of(executor),
                List.of(pool("spot", CapacityType.SPOT, spots, 0.1), pool("on-demand", CapacityType.ON_DEMAND, 0, 0.34)),
                new ScaleDownConfig(60, 300, 5, 600, 0.5, 0), ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private static PoolConfig pool(String name, CapacityType type, int min, double price) {
        var taint = new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE);
        return new PoolConfig(name, name + "-asg", "c5.2xlarge", type, min, 40, new TreeMap<>(Map.of("workload-type", "executor")), List.of(taint), 0,
                PoolConfig.Reserved.BY_FORMULA, 600, OptionalDouble.of(price), 0);
    }
}
