package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans that would take a busy pod away: the independent check finds each, by its own reading of who goes first. */
@Tag("unit")
class VictimsCheckTest {

    private static final int FIRST = -1000;

    static Stream<Arguments> wrongPlans() {
        return Stream.of(
                wrong("S3", "goes below the marked ones", () -> workers("a:1 b:0 c:0").marked("b"), scale(3, 1, "b", "c")),
                wrong("S3", "marks none and lowers", () -> workers("a:1 b:0"), scale(2, 1, "b")),
                wrong("S3", "names a busy one as a victim", () -> workers("a:1 b:0 c:0").marked("b"), scale(3, 2, "b", "a")),
                wrong("S3", "lowers while a marked one is busy", () -> workers("a:1 b:1 c:0").marked("b", "c"), scale(3, 2, "c")),
                wrong("S3", "lowers while a busy one is not ready", () -> notReady(workers("a:1 b:0").marked("b"), "a"), scale(2, 1, "b")),
                wrong("S3", "lowers beside jobs that nobody admits to", () -> unadmitted(workers("a:1 b:0").marked("b")), scale(2, 1, "b")),
                wrong("S3", "marks a busy pod", () -> workers("a:1 b:0"), cost("a", 0, FIRST)),
                wrong("S3", "marks a pod beside jobs that nobody admits to", () -> unadmitted(workers("a:1 b:0")), cost("b", 0, FIRST)),
                wrong("S6", "marks over somebody else's order", () -> foreign(workers("a:1 b:0"), "b"), cost("b", 0, FIRST)),
                wrong("S6", "takes somebody else's order away", () -> foreign(workers("a:1 b:0"), "b"), cost("b", 7, 0)),
                wrong("S6", "gives an order of its own", () -> workers("a:1 b:0"), cost("b", 0, -5)),
                wrong("S6", "marks a pod of workers that tell nothing", () -> workers("a:1 b:0").worker(BusySource.NONE), cost("b", 0, FIRST)),
                wrong("S6", "marks a pod that is not there", () -> workers("a:1 b:0"), cost("z", 0, FIRST)),
                wrong("S13", "marks while a rollout is under way", () -> rollout(workers("a:1 b:0")), cost("b", 0, FIRST)),
                wrong("S13", "lowers while a rollout is under way", () -> rollout(workers("a:1 b:0").marked("b")), scale(2, 1, "b")),
                wrong("S17", "lowers by the cache's word alone", () -> workers("a:1 b:0").marked("b"), scale(2, 1)),
                wrong("S3", "drains pods that have too little time", () -> draining(workers("a:1 b:0"), 31), scale(2, 1)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongPlans")
    void theStepIsFoundAndRemoved(String rule, String what, Supplier<Workers> world, Action action) {
        var checked = check(world.get(), action);
        assertThat(checked.findings()).extracting(PlanCheck.Finding::rule).as(what).contains(rule);
        assertThat(checked.plan().steps()).isEmpty();
    }

    @Test
    void rightStepsPass() {
        assertThat(check(workers("a:1 b:0"), cost("b", 0, FIRST)).findings()).isEmpty();
        assertThat(check(workers("a:1 b:1").marked("b"), cost("b", FIRST, 0)).findings()).isEmpty();
        assertThat(check(workers("a:1 b:0").marked("b"), scale(2, 1, "b")).findings()).isEmpty();
        assertThat(check(draining(workers("a:1 b:0"), 30), scale(2, 1)).findings()).isEmpty();
    }

    private static PlanCheck.Checked check(Workers world, Action action) {
        var plan = new Plan(List.of(new Plan.Step(action, new Reason.BelowMinSize(1))), List.of());
        var snapshot = world.snapshot();
        return PlanCheck.check(world.config(), snapshot, Memory.ofStanding(snapshot, 3600), plan);
    }

    private static Workers workers(String pods) {
        return new Workers(pods);
    }

    private static Workers notReady(Workers world, String name) {
        world.change(name, pod -> new Workers.PodChange(pod).ready(false));
        return world;
    }

    private static Workers foreign(Workers world, String name) {
        world.change(name, pod -> new Workers.PodChange(pod).cost(7));
        return world;
    }

    private static Workers rollout(Workers world) {
        world.change("a", pod -> new Workers.PodChange(pod).label("pod-template-hash", "new"));
        return world;
    }

    private static Workers unadmitted(Workers world) {
        world.reading(2, world.busy(), "");
        return world;
    }

    private static Workers draining(Workers world, int longestJobSeconds) {
        world.worker = new WorkerConfig(BusySource.NONE, true, longestJobSeconds);
        return world;
    }

    private static Action cost(String pod, int expected, int cost) {
        return new Action.SetDeletionCost("executor", "jobs", pod, "uid-" + pod, expected, cost);
    }

    private static Action scale(int from, int to, String... victims) {
        return new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", from, to, false,
                Arrays.stream(victims).map(pod -> "uid-" + pod).toList());
    }

    private static Arguments wrong(String rule, String what, Supplier<Workers> world, Action action) {
        return Arguments.of(rule, what, world, action);
    }
}
