package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule S14, second half: where no pod of the newest template can pull its image, there is nothing to scale and nothing to buy. */
@Tag("unit")
class UnpulledTest {

    private static final String IMAGE = "registry/executor:1";

    /**
     * Pods as {@code template age what}: the age in seconds; what is {@code ok}, {@code none} (no node), or the image that was not pulled, {@code 1} for the
     * template's own.
     */
    @ParameterizedTest(name = "{0} -> awaits: {1}")
    @CsvSource({"a 60 1, true", "a 60 1; a 50 1, true", "a 60 1; a 50 ok, false", "a 60 1; a 50 none, true", "a 60 none, false", "a 60 ok, false",
            "old 900 ok; new 60 1, true", "old 900 1; new 60 ok, false", "old 900 1; new 60 none, false", "a 60 other/image:9, false",
            "old 60 1; new 60 1, false"})
    void itIsSoWhenEveryNewestPodThatHasANodeSaysSo(String pods, boolean awaits) {
        var given = given(pods).jobs(40, 0);
        var plan = checked(given);

        assertThat(Given.held(plan, "executor/executor").stream().anyMatch(Reason.AwaitingDeployment.class::isInstance)).isEqualTo(awaits);
        assertThat(Given.actions(plan).isEmpty()).as("neither replicas nor nodes").isEqualTo(awaits);
    }

    @Test
    void itIsShownWithItsImageAndHowManyTried() {
        assertThat(Given.held(checked(given("a 60 1; a 50 1; a 40 none").jobs(40, 0)), "executor/executor"))
                .contains(new Reason.AwaitingDeployment(IMAGE, 2));
    }

    @Test
    void itEndsWhenTheTemplateHasAnotherImage() {
        var given = given("a 60 1").jobs(40, 0);
        given.executors.clear();
        given.executor(1, "registry/executor:2");

        assertThat(Given.actions(checked(given))).contains(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 1, 20));
    }

    /** Pods that never started run no job: without work they go as all do. */
    @Test
    void withoutWorkItsReplicasFall() {
        assertThat(Given.actions(checked(given("a 60 1").jobs(0, 0))))
                .contains(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 1, 0));
    }

    private static Given given(String pods) {
        var given = Given.executorsOnly().computePool(1, 1);
        for (var each : pods.split("; ", -1)) {
            var words = each.split(" ", -1);
            var unpulled = switch (words[2]) {
                case "ok", "none" -> "";
                case "1" -> IMAGE;
                default -> words[2];
            };
            boolean placed = !words[2].equals("none");
            var name = "p" + given.pods.size();
            given.pods.add(new Pod("jobs", name, "uid-" + name, "Deployment/executor", given.shape,
                    new TreeMap<>(Map.of("pod-template-hash", words[0])),
                    words[2].equals("ok") ? Pod.Phase.RUNNING : Pod.Phase.PENDING, placed ? "n0" : "", "", words[2].equals("ok"), false, false, false,
                    "", Given.NOW.minusSeconds(Long.parseLong(words[1])), List.of(), 0, 30, "", unpulled));
        }
        return given.executor(given.pods.size(), IMAGE);
    }

    private static Plan checked(Given given) {
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        var plan = given.decide(memory).plan();
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings()).isEmpty();
        return plan;
    }
}
