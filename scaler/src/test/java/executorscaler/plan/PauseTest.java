package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.Schedule;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pause;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people say about an executor's number: for a while, at times of the week, and how fast. */
@Tag("unit")
class PauseTest {

    @ParameterizedTest(name = "{0} with {1} waiting and {2} replicas: {3}")
    @CsvSource({"NONE,10,2,5", "HOLD,10,2,2", "HOLD_IN,10,2,5", "HOLD_OUT,10,2,2", "NONE,0,2,0", "HOLD,0,2,2", "HOLD_IN,0,2,2", "HOLD_OUT,0,2,0"})
    void aPauseStopsWhatItNames(Pause.Kind kind, long waiting, int current, int replicas) {
        var given = given(new Pause(kind, 0, ""), waiting, current);
        assertThat(replicas(given.planAfterAnHour(), current)).isEqualTo(replicas);
        assertThat(held(given.planAfterAnHour(), "executor/executor")).isEqualTo(
                kind == Pause.Kind.NONE ? List.of() : List.of(new Reason.PausedByHand(kind, (waiting + 1) / 2, "")));
    }

    @Test
    void whatIsNotUnderstoodHoldsAndIsSaid() {
        var given = given(new Pause(Pause.Kind.HOLD, 0, "the annotation says maybe"), 10, 2);
        assertThat(replicas(given.planAfterAnHour(), 2)).isEqualTo(2);
        assertThat(held(given.planAfterAnHour(), "executor/executor"))
                .containsExactly(new Reason.PausedByHand(Pause.Kind.HOLD, 5, "the annotation says maybe"));
    }

    @ParameterizedTest(name = "forced to {0} of 1 to 8, {1} waiting, {2} replicas: {3}")
    @CsvSource({"7,0,2,7", "7,100,2,7", "20,0,2,8", "0,0,4,1", "3,0,3,3", "2,100,5,5"})
    void aForcedNumberCountsWithinTheBoundsAndKillsNoJob(int forced, long waiting, int current, int replicas) {
        var given = given(new Pause(Pause.Kind.FORCE, forced, ""), waiting, current);
        given.minReplicas = 1;
        given.maxReplicas = 8;
        for (int i = 0; i < current; i++) given.executorPod("p" + i, "n0");
        var plan = given.planAfterAnHour();
        assertThat(replicas(plan, current)).isEqualTo(replicas);
        if (forced < 1 || forced > 8) assertThat(held(plan, "executor/executor")).contains(new Reason.ForcedOutOfBounds(forced, 1, 8));
    }

    @Test
    void upByForceNeedsNoQueue() {
        var given = given(new Pause(Pause.Kind.FORCE, 7, ""), 0, 2);
        given.queues.clear();
        assertThat(replicas(given.missing(Missing.Source.REDIS, "executor").planAfterAnHour(), 2)).isEqualTo(7);
    }

    @ParameterizedTest(name = "minimum 4 until 12:00, {0}: {1} replicas")
    @CsvSource({"2026-11-21T11:59:59Z,4", "2026-11-21T12:00:00Z,0"})
    void aScheduleIsAMinimum(Instant now, int replicas) {
        var given = new Given();
        given.now = now;
        given.schedules = List.of(new Schedule(List.of(DayOfWeek.SATURDAY), LocalTime.of(8, 0), LocalTime.of(12, 0), ZoneOffset.UTC, 4));
        given.poolConfigs.add(Given.compute(0, 20));
        given.computePool(2, 2).jobs(0, 0).replicas(6);
        var decision = given.decide(Memory.ofStanding(given.snapshot(), 3600));
        assertThat(replicas(decision.plan(), 6)).isEqualTo(replicas);
        if (replicas == 4) assertThat(decision.until()).isBeforeOrEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
        assertThat(PlanCheck.check(given.config(), given.snapshot(), Memory.ofStanding(given.snapshot(), 3600), decision.plan()).findings())
                .isEmpty();
    }

    @ParameterizedTest(name = "3 a minute, {0} went {1} s ago: {2} replicas")
    @CsvSource({"0,0,7", "1,59,8", "3,59,10", "3,60,7", "2,30,9"})
    void noMoreGoWithinAMinuteThanMay(int gone, int secondsAgo, int replicas) {
        var given = given(Pause.NONE, 0, 10);
        given.scaleDownOf = new ExecutorScaleDown(OptionalInt.empty(), OptionalInt.of(3));
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        if (gone > 0) memory = memory.lowered("executor", gone, Given.NOW.minusSeconds(secondsAgo));
        var decision = given.decide(memory);
        assertThat(replicas(decision.plan(), 10)).isEqualTo(replicas);
        if (replicas == 10) {
            assertThat(held(decision.plan(), "executor/executor")).containsExactly(new Reason.AtPace(3, Given.NOW.plusSeconds(1)));
            assertThat(decision.until()).isEqualTo(Given.NOW.plusSeconds(1));
        }
    }

    @Test
    void anExecutorMayHaveAWindowOfItsOwn() {
        var given = given(Pause.NONE, 0, 4);
        given.scaleDownOf = new ExecutorScaleDown(OptionalInt.of(300), OptionalInt.empty());
        assertThat(replicas(given.decide(Memory.ofStanding(given.snapshot(), 299)).plan(), 4)).isEqualTo(4);
        assertThat(replicas(given.decide(Memory.ofStanding(given.snapshot(), 300)).plan(), 4)).isEqualTo(0);
    }

    @Test
    void theCheckFindsWhatPeopleForbade() {
        assertThat(findings(given(new Pause(Pause.Kind.HOLD, 0, ""), 10, 2), 2, 5)).containsExactly("S12");
        assertThat(findings(given(new Pause(Pause.Kind.HOLD_OUT, 0, ""), 10, 2), 2, 5)).containsExactly("S12");
        assertThat(findings(given(new Pause(Pause.Kind.HOLD_IN, 0, ""), 0, 5), 5, 2)).containsExactly("S12");
        assertThat(findings(given(new Pause(Pause.Kind.HOLD_IN, 0, ""), 10, 2), 2, 5)).isEmpty();
        var slow = given(Pause.NONE, 0, 9);
        slow.scaleDownOf = new ExecutorScaleDown(OptionalInt.empty(), OptionalInt.of(3));
        assertThat(findings(slow, 9, 5)).containsExactly("S6");
        var scheduled = given(Pause.NONE, 0, 9);
        scheduled.schedules = List.of(new Schedule(List.of(DayOfWeek.SATURDAY), LocalTime.of(8, 0), LocalTime.of(18, 0), ZoneOffset.UTC, 4));
        assertThat(findings(scheduled, 9, 3)).containsExactly("S6");
    }

    private static List<String> findings(Given given, int from, int to) {
        var action = new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", from, to);
        return PlanCheck.check(given.config(), given.snapshot(), Memory.ofStanding(given.snapshot(), 3600),
                new Plan(List.of(new Plan.Step(action, new Reason.BelowMinSize(1))), List.of())).findings().stream().map(PlanCheck.Finding::rule)
                .toList();
    }

    private static Given given(Pause pause, long waiting, int current) {
        var given = Given.executorsOnly().jobs(waiting, 0).replicas(current).computePool(20, 20);
        given.executors.replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid(), each.version(),
                each.replicas(), each.ready(), each.shape(), each.podLabels(), each.images(), each.rolledOut(), pause));
        return given;
    }

    private static int replicas(Plan plan, int current) {
        return plan.steps().stream().map(Plan.Step::action).filter(Action.ScaleExecutor.class::isInstance).map(Action.ScaleExecutor.class::cast)
                .findFirst().map(Action.ScaleExecutor::replicas).orElse(current);
    }
}
