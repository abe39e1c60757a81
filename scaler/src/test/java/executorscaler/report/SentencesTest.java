package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import executorscaler.plan.Price;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pool;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every action, reason and outcome has a sentence that fits on a line and says something. */
@Tag("unit")
class SentencesTest {
    private static final String LONG = "x".repeat(500);

    static Stream<Class<?>> reasons() {
        return Arrays.stream(Reason.class.getPermittedSubclasses());
    }

    static Stream<Class<?>> actions() {
        return Arrays.stream(Action.class.getPermittedSubclasses());
    }

    static Stream<Class<?>> outcomes() {
        return Arrays.stream(Outcome.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void everyReasonHasASentenceAndAWeight(Class<?> kind) throws ReflectiveOperationException {
        checked(Sentences.of((Reason) example(kind, "pod-1")));
        checked(Sentences.of((Reason) example(kind, LONG)));
        assertThat(Weight.of((Reason) example(kind, "pod-1"))).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("actions")
    void everyActionHasASentence(Class<?> kind) throws ReflectiveOperationException {
        checked(Sentences.of((Action) example(kind, "name-1")));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void everyOutcomeHasASentence(Class<?> kind) throws ReflectiveOperationException {
        checked(Sentences.of((Outcome) example(kind, LONG)));
    }

    @Test
    void numbersAreInTheSentence() {
        assertThat(Sentences.of(new Action.ScaleExecutor("executor", "production-platform", "executor", "u", 0, 50)))
                .isEqualTo("scale production-platform/executor from 0 to 50");
        assertThat(Sentences.of(new Reason.QueueNeeds(100, 0, 0, 2, 50, 0, 50)))
                .isEqualTo("100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods");
        assertThat(Sentences.of(new Reason.QueueNeeds(1, 0, 0, 2, 1, 0, 50))).isEqualTo("1 job (1 waiting, 0 due, 0 running) at 2 a pod needs 1 pod");
        assertThat(Sentences.of(new Reason.QueueNeeds(130, 0, 0, 2, 50, 0, 50))).endsWith("need 50 pods, the maximum");
        assertThat(Sentences.of(new Reason.PodsDoNotFit(10, 8, 2, 4, new Price(0.34, Price.Source.ESTIMATE))))
                .isEqualTo("10 pods (8 coming, 2 pending) do not fit on what there is and need 4 more nodes at $0.34 an hour (estimated)");
        assertThat(Sentences.of(new Reason.PodsDoNotFit(1, 0, 1, 3, new Price(0.34, Price.Source.CONFIG), 0, 0, 2, "", ""))).isEqualTo(
                "1 pod (0 coming, 1 pending) does not fit on what there is and needs 3 more nodes at $0.34 an hour, 2 for zones' turns");
        assertThat(Sentences.of(new Reason.PodsDoNotFit(1, 1, 0, 1, new Price(0.34, Price.Source.CONFIG))))
                .isEqualTo("1 pod (1 coming, 0 pending) does not fit on what there is and needs 1 more node at $0.34 an hour");
    }

    @Test
    void nodesFromTheWarmPoolAreInTheSentence() {
        assertThat(Sentences.of(new Reason.PodsDoNotFit(10, 8, 2, 4, new Price(0.34, Price.Source.CONFIG), 3, 0)))
                .isEqualTo(
                        "10 pods (8 coming, 2 pending) do not fit on what there is and need 4 more nodes at $0.34 an hour, 3 from the warm pool");
    }

    @Test
    void anOrderFromAFallbackSaysForWhichPoolAndWhy() {
        var price = new Price(0.34, Price.Source.CONFIG);
        assertThat(Sentences.of(new Reason.PodsDoNotFit(2, 0, 2, 1, price, 0, 0, 0, "spot", "at its maximum of 12"))).isEqualTo(
                "2 pods (0 coming, 2 pending) do not fit on what there is and need 1 more node at $0.34 an hour; as fallback of spot: at its maximum of 12");
        var failed = new Reason.PodsDoNotFit(2, 0, 2, 1, price, 0, 0, 0, "spot", "AWS could not launch: " + LONG);
        assertThat(Sentences.of(failed)).hasSize(200).endsWith("…");
        assertThat(Sentences.whole(failed)).endsWith("as fallback of spot: AWS could not launch: " + LONG);
    }

    @Test
    void whatAPodWaitsForIsCounted() {
        var since = Instant.parse("2026-01-05T09:00:00Z");
        var by = since.plusSeconds(600);
        assertThat(Sentences.of(new Reason.NodesComing("compute", "", true, 0, 1, 0, since, by)))
                .isEqualTo("it waits for pool compute: 1 node on its way since 09:00:00Z; expected by 09:10:00Z");
        assertThat(Sentences.of(new Reason.NodesComing("compute", "", false, 1, 2, 3, since, by)))
                .isEqualTo("it or pods like it wait for pool compute: "
                        + "1 node opened again, 2 nodes on their way since 09:00:00Z, 3 nodes ordered by this plan; expected by 09:10:00Z");
        assertThat(Sentences.of(new Reason.NodesComing("compute", "", true, 1, 0, 0, since, by)))
                .isEqualTo("it waits for pool compute: 1 node opened again");
        assertThat(Sentences.of(new Reason.NodesComing("compute", "n1", true, 0, 1, 0, since, by)))
                .isEqualTo("node n1 of pool compute is promised to it, on its way since 09:00:00Z; expected by 09:10:00Z");
    }

    /** Where there is room for all of it, as in JSON. */
    @ParameterizedTest
    @MethodSource("reasons")
    void theWholeSentenceLeavesNothingOut(Class<?> kind) throws ReflectiveOperationException {
        assertThat(Sentences.whole((Reason) example(kind, LONG))).doesNotContain("…");
        var brief = (Reason) example(kind, "name-1");
        assertThat(Sentences.whole(brief)).isEqualTo(Sentences.of(brief));
    }

    private static void checked(String sentence) {
        assertThat(sentence).isNotBlank().doesNotContain("null", "[", "Reason", "\n").hasSizeLessThanOrEqualTo(200);
    }

    /** A record with {@code text} in every string and a number in every number. */
    static Object example(Class<?> kind, String text) throws ReflectiveOperationException {
        var components = kind.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var values = Arrays.stream(types).map(type -> value(type, text)).toArray();
        return kind.getDeclaredConstructor(types).newInstance(values);
    }

    private static Object value(Class<?> type, String text) {
        if (type == String.class) return text;
        if (type == int.class) return 7;
        if (type == boolean.class) return true;
        if (type == long.class) return 8L;
        if (type == Instant.class) return Instant.parse("2026-01-05T09:00:00Z");
        if (type == Missing.Source.class) return Missing.Source.REDIS;
        if (type == Pool.LaunchFailure.Cause.class) return Pool.LaunchFailure.Cause.QUOTA;
        if (type == Notice.Kind.class) return Notice.Kind.MAINTENANCE;
        if (type == Reason.Settled.class) return Reason.Settled.FOREIGN;
        if (type == Action.Announce.Door.class) return Action.Announce.Door.CLOSE;
        if (type == Pause.Kind.class) return Pause.Kind.HOLD_IN;
        if (type == Price.class) return new Price(0.34, Price.Source.ESTIMATE);
        if (type == List.class) return List.of(text, text, text);
        throw new IllegalArgumentException("no example of " + type);
    }
}
