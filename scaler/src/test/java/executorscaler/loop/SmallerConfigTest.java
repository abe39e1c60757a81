package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Allowance;
import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.plan.Action;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rule S20: an edit that allows less counts for new orders, is told, and takes nothing before the windows have passed that begin with it. */
@Tag("simulation")
class SmallerConfigTest {

    private final Config config = PlatformConfig.config();
    private final SimWorld world = SimWorld.of(config).build();
    private final SimLoop sim = new SimLoop(world, config);

    @Test
    void itIsNamedWhatIsAllowedLess() {
        assertThat(Allowance.lost(config, withMost(5))).containsExactly("executors[executor].maxReplicas: 50 to 5");
        assertThat(Allowance.lost(withMost(5), config)).isEmpty();
        assertThat(Allowance.lost(config, config.withPools(config.nodePools().subList(1, config.nodePools().size()))))
                .containsExactly("nodePools[" + config.nodePools().getFirst().name() + "]: gone");
    }

    @Test
    void whatWasAboutToGoIsGivenTheWholeWindowAnew() {
        world.push("executor", 40, Duration.ofMinutes(2));
        sim.until("the jobs are done", Duration.ofMinutes(20), () -> world.stats().finished() == 40);
        int window = config.scaleDown().stabilizationWindowSeconds();
        sim.run(Duration.ofSeconds(window - 5));
        assertThat(replicas()).isEqualTo(20);
        sim.reload(withMost(5));
        sim.run(Duration.ofSeconds(window - 5));
        assertThat(replicas()).as("nothing goes by an edit that has just been told").isEqualTo(20);
        sim.until("they go as ever", Duration.ofMinutes(5), () -> replicas() == 0);
        assertThat(world.killedJobs()).isZero();
    }

    @Test
    void whatRunsIsLeftAndNothingMoreIsOrdered() {
        world.push("executor", 40, Duration.ofMinutes(30));
        sim.until("all jobs run", Duration.ofMinutes(20), () -> world.stats().waits().size() == 40);
        sim.reload(withMost(5));
        world.push("executor", 40, Duration.ofMinutes(1));
        sim.run(Duration.ofMinutes(10));
        assertThat(replicas()).isEqualTo(20);
        assertThat(sim.tried(Action.Evict.class)).isEmpty();
    }

    private int replicas() {
        var executor = config.executors().getFirst();
        return world.liveReplicas(executor.namespace(), executor.deployment());
    }

    private Config withMost(int most) {
        var executors = config.executors().stream().map(one -> new ExecutorConfig(one.name(), one.namespace(), one.deployment(), one.queue(),
                one.jobsPerPod(), one.minReplicas(), most, one.worker(), one.scaleDown(), one.schedules(), 0)).toList();
        return new Config(config.redis(), List.copyOf(executors), config.nodePools(), config.scaleDown(), config.control(), config.placeholderImage(),
                config.priorityCutoff());
    }
}
