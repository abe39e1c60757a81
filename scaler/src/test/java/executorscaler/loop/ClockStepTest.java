package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock is set while timers run: nothing is done earlier for it, and nothing later. */
@Tag("simulation")
class ClockStepTest {

    private static final Duration WORK = Duration.ofSeconds(20);

    @ParameterizedTest(name = "set by {0} s")
    @ValueSource(ints = {3600, -3600, 40, -40})
    void nothingComesEarlierOrLater(int seconds) {
        var usual = lowered(0);
        assertThat(lowered(seconds)).isEqualTo(usual);
    }

    @Test
    void aWorldThatIsPlayedFasterIsNoStep() {
        var elapsed = new AtomicReference<>(Duration.ZERO);
        var steps = new ClockSteps(new Clock() {
            @Override
            public Instant now() {
                return Instant.EPOCH.plus(elapsed.get().multipliedBy(40));
            }

            @Override
            public Duration elapsed() {
                return elapsed.get();
            }

            @Override
            public double pace() {
                return 40;
            }
        });
        elapsed.set(Duration.ofSeconds(90));
        assertThat(steps.sinceLastAsked()).isEmpty();
    }

    /** When, by monotonic time, replicas fall to none after a job, where the clock is set soon after its end. */
    private static Duration lowered(int seconds) {
        var config = PlatformConfig.config();
        var world = SimWorld.of(config).seed(1).jobs(new MemoryJobs()).build();
        var ways = new TroubledWays(world, List.of(), new SplittableRandom(1), new FaultRows());
        var sim = new SimLoop(world, config, Leadership.alone("a simulation"), ways.ways(), Runnable::run);
        var executor = config.executors().getFirst();
        world.push(executor.name(), 1, WORK);
        sim.until("the job is done", Duration.ofMinutes(10), () -> world.stats().finished() == 1);
        sim.run(Duration.ofSeconds(2));
        ways.wrongBy(Duration.ofSeconds(seconds));
        sim.until("replicas fall", Duration.ofMinutes(30),
                () -> sim.done(Action.ScaleExecutor.class).stream().anyMatch(scale -> scale.replicas() == 0));
        return world.clock().elapsed();
    }
}
