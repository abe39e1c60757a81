package executorscaler.act;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What keeps a step from being performed, and when the last one has ended. */
@Tag("unit")
class ActuatorTest {

    private static final String GROUP = "compute-optimized-asg";
    private static final Reason WHY = new Reason.BelowMinSize(1);

    private final SimWorld world = SimWorld.of(PlatformConfig.config()).build();

    @Test
    void aStepWhoseLeaseRanOutIsRefusedAndNothingIsWritten() throws InterruptedException {
        var performed = actuator(Runnable::run).perform(raises(1, 2), () -> Optional.of("not the leader"), Duration.ZERO);
        assertThat(performed).hasSize(2).allSatisfy(each -> assertThat(each.outcome()).isEqualTo(new Outcome.Refused("not the leader")));
        assertThat(world.live("compute-optimized").desired()).isZero();
    }

    @Test
    void theGateIsAskedBeforeEachStepAndNotOnceForAll() throws InterruptedException {
        var performed = actuator(Runnable::run).perform(raises(1, 2),
                () -> world.live("compute-optimized").desired() > 0 ? Optional.of("not the leader") : Optional.empty(), Duration.ZERO);
        assertThat(performed).extracting(Performed::outcome).containsExactly(new Outcome.Done(0), new Outcome.Refused("not the leader"));
        assertThat(world.live("compute-optimized").desired()).isEqualTo(1);
    }

    /** A process may be stopped between look and write for any time, and what was idle has jobs by then. More capacity does no harm however late. */
    @Test
    void whatWasDecidedLongAgoTakesNothingAway() throws InterruptedException {
        var down = new Action.ScaleExecutor("executor", "production-platform", "executor", "u", 2, 0);
        var plan = new Plan(List.of(new Plan.Step(down, WHY), raises(1).steps().getFirst()), List.of());
        var late = new AtomicReference<>(Duration.ofSeconds(5));
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), Runnable::run, late::get);
        assertThat(actuator.perform(plan, WriteGate.OPEN, Duration.ZERO).getFirst().outcome()).as("in time").isInstanceOf(Outcome.Stale.class);

        late.set(Duration.ofMillis(5001));
        assertThat(actuator.perform(plan, WriteGate.OPEN, Duration.ZERO).getFirst().outcome())
                .isEqualTo(new Outcome.Refused("it was decided 5 s ago, and nothing is taken away so late"));
        assertThat(world.live("compute-optimized").desired()).isEqualTo(1);
    }

    /** Whoever is told to stop gives its Lease back next, so a write of its own must not be under way any more. */
    @Test
    void whoIsInterruptedWaitsForItsSteps() throws InterruptedException {
        var ended = Collections.synchronizedList(new ArrayList<String>());
        var performer = new Thread(() -> {
            try {
                actuator(step -> Thread.startVirtualThread(step)).perform(raises(1), gateThatStops(Thread.currentThread(), ended), Duration.ZERO);
            } catch (InterruptedException stop) {
                ended.add("the actuator");
            }
        });
        performer.start();
        performer.join();
        assertThat(ended).containsExactly("the step", "the actuator");
    }

    /** Interrupts the performer in the middle of its step, and lets the step end only when it has taken notice. */
    private static WriteGate gateThatStops(Thread performer, List<String> ended) {
        return () -> {
            performer.interrupt();
            while (performer.isInterrupted()) Thread.onSpinWait();
            while (performer.getState() != Thread.State.WAITING && performer.getState() != Thread.State.TERMINATED) Thread.onSpinWait();
            ended.add("the step");
            return Optional.empty();
        };
    }

    private Actuator actuator(Executor steps) {
        return new Actuator(world.clusterWrites(), world.cloudWrites(), steps, () -> Duration.ZERO);
    }

    private static Plan raises(int... numbers) {
        var steps = new ArrayList<Plan.Step>();
        for (int number : numbers) {
            steps.add(new Plan.Step(new Action.RaiseCapacity("compute-optimized", GROUP, number - 1, number), WHY));
        }
        return new Plan(steps, List.of());
    }
}
