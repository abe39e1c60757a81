package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.ConfigSource;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.report.Explanation.Next;
import executorscaler.report.Explanation.Row;
import executorscaler.report.Outlook.Holds;
import executorscaler.sim.PlatformConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The answer to why: one reason, its number, when it is looked at next, and what to do, on one screen. */
@Tag("unit")
class WhyTest {
    private static final Instant NOW = Instant.parse("2026-01-05T08:59:00Z"); // a minute before the times in the examples
    private static final String LONG = "x".repeat(500);
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    static Stream<Class<?>> reasons() {
        return SentencesTest.reasons();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void everyReasonIsNamedWithItsNumberAndWhenItEnds(Class<?> kind) throws ReflectiveOperationException {
        var reason = (Reason) SentencesTest.example(kind, "name-1");
        var outlook = Outlook.of(reason);
        assertThat(outlook.ends()).isNotBlank().doesNotEndWith(".").hasSizeLessThan(100);
        if (outlook.holds() == Holds.NOTHING) return; // says why something is done, and holds nothing up
        var asked = outlook.holds() == Holds.BOTH ? Holds.WORK : outlook.holds();
        var why = Why.explain(tick(List.of(), List.of(new Plan.Held("executor/executor", reason)), List.of()), question(asked));
        var text = WhyText.of(why);
        assertThat(why.blocker()).map(Explanation.Cause::kind).contains(kind.getSimpleName());
        assertThat(why.sentence()).contains("held up by " + kind.getSimpleName() + " of executor/executor");
        // A line for each pool is broken where a sentence goes on.
        var sentence = PlanText.details(reason).isEmpty()
                ? Sentences.of(reason)
                : Sentences.of(reason).replaceFirst(": .*", ": name-1 name-1 name-1");
        assertThat(flat(text)).contains(kind.getSimpleName() + " of executor/executor: " + sentence).contains("next " + next(outlook));
        NUMBER.matcher(Sentences.of(reason)).results().forEach(number -> assertThat(text).contains(number.group()));
        assertThat(text.lines().toList().getLast()).startsWith(outlook.advice().isEmpty() ? "Do nothing" : "To do: ");
        assertThat(WhyJson.of(why)).contains("\"kind\" : \"" + kind.getSimpleName() + "\"").contains(Sentences.of(reason));
    }

    /** In the examples every time is 09:00:00Z and every number of seconds 7. */
    @ParameterizedTest
    @MethodSource("reasons")
    void whatEndsByItselfSaysWhen(Class<?> kind) throws ReflectiveOperationException {
        var expected = switch (kind.getSimpleName()) {
            case "IdleSince", "NodeYoung", "UnreadySince", "Stabilizing", "ReadingNotTrusted", "CordonSettling" -> "2026-01-05T09:00:07Z";
            case "AtPace", "LaunchFailed", "YieldsToOthers", "LeftToOthers", "JobsUntil", "AwsAnnounced", "TimeRunsOut", "NodesComing" ->
                "2026-01-05T09:00:00Z";
            default -> "never by itself";
        };
        var outlook = Outlook.of((Reason) SentencesTest.example(kind, "name-1"));
        assertThat(outlook.at().map(Instant::toString).orElse("never by itself")).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void everyAnswerFitsOnOneScreenHoweverLongTheNames(Class<?> kind) throws ReflectiveOperationException {
        var reason = (Reason) SentencesTest.example(kind, LONG);
        var held = List.of(new Plan.Held("executor/executor", reason), new Plan.Held("pod/" + LONG, reason));
        var rows = Stream.generate(() -> new Row("nodes", LONG)).limit(9).toList();
        for (var holds : Holds.values()) {
            var question = new Question("pod/" + LONG, List.of("executor/executor", "pod/" + LONG, "pool/" + LONG), holds, LONG, rows,
                    new Next(Optional.of(NOW), LONG));
            var steps = Stream.generate(() -> (Action) new Action.RaiseCapacity(LONG, LONG, 1, 2)).limit(9).toList();
            var text = WhyText.of(Why.explain(tick(steps, held, List.of()), question));
            assertThat(text.lines().count()).isLessThanOrEqualTo(WhyText.LINES);
            assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(WhyText.WIDTH));
        }
    }

    @Test
    void whatWaitsIsHeldUpByTheWorstAlongItsWayAndWhatStaysByTheNearest() {
        var held = List.of(new Plan.Held("executor/executor", new Reason.AtMaxReplicas(50, 70)),
                new Plan.Held("executor/executor", new Reason.Stabilizing(NOW, 60, 10)),
                new Plan.Held("pool/compute", new Reason.PoolAtMax("compute", 20, 9)), new Plan.Held("node/a", new Reason.NodeStays("it says so")),
                new Plan.Held("pool/other", new Reason.GroupTrouble("of another pool")));
        assertThat(blocker(held, Holds.WORK)).isEqualTo("PoolAtMax of pool/compute");
        assertThat(blocker(held, Holds.RETURN)).isEqualTo("Stabilizing of executor/executor");
        assertThat(blocker(held, Holds.NOTHING)).isEqualTo("nothing");
    }

    @Test
    void aWriteThatFailsHoldsUpWhatItIsFor() {
        var step = new Plan.Step(new Action.RaiseCapacity("compute", "asg", 3, 9), new Reason.BelowMinSize(9));
        var done = new Performed(step, new Outcome.Refused("AWS: AccessDenied"), Duration.ZERO);
        var why = Why.explain(tick(List.of(), List.of(), List.of(done)), question(Holds.WORK));
        assertThat(why.blocker()).hasValueSatisfying(cause -> assertThat(cause.kind() + ": " + cause.words())
                .isEqualTo("Refused: could not raise pool compute from 3 to 9 nodes: refused by AWS: AccessDenied"));
        assertThat(Why.explain(tick(List.of(), List.of(), List.of(done)), question(Holds.RETURN)).blocker()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"executor/executer | true | there is no executor executer; did you mean executor/executor?",
            "pool/compute | true | there is no pool compute; did you mean pool/compute-optimized?",
            "node/i-1 | true | there is no node i-1; there is none",
            "pool/zzz | true | there is no pool zzz; there is pool/general-purpose and 2 others",
            "pool/comzzzzzzzz | true | there is no pool comzzzzzzzz; there is pool/compute-optimized and 2 others",
            "queue/jobs | false | ask for pod/NAME, executor/NAME, pool/NAME or node/NAME, not for 'queue/jobs'",
            "executor | false | ask for pod/NAME, executor/NAME, pool/NAME or node/NAME, not for 'executor'"})
    void whatIsNotThereIsSaidWithWhatMayBeMeant(String subject, boolean understood, String message) {
        assertThat(Why.of(tick(List.of(), List.of(), List.of()), subject)).isEqualTo(new Why.Unknown(message, understood));
    }

    @Test
    void unknownIsSaidAndNotCountedAsZero() {
        var missing = new Missing(Missing.Source.REDIS, "", NOW, "connection refused");
        var seen = new Snapshot(NOW, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(missing));
        var held = new Plan.Held("source/redis", new Reason.SourceMissing(Missing.Source.REDIS, "", NOW, "connection refused"));
        var text = explained(Why.of(tick(seen, List.of(), List.of(held), List.of()), "executor/executor"));
        assertThat(text).startsWith("executor/executor: its jobs are unknown, held up by SourceMissing of source/redis.\n")
                .contains("jobs      unknown: connection refused").doesNotContain(" 0 waiting")
                .endsWith("To do: mend the way to Redis: redis.url, its password file, the network.\n");
    }

    private static String explained(Why.Answer answer) {
        return answer instanceof Why.Explained explained ? WhyText.of(explained.explanation()) : String.valueOf(answer);
    }

    private static String next(Outlook outlook) {
        return outlook.at().map(time -> "at " + Sentences.at(time) + ", ").orElse("") + outlook.ends();
    }

    private static String blocker(List<Plan.Held> held, Holds holds) {
        return Why.explain(tick(List.of(), held, List.of()), question(holds)).blocker().map(cause -> cause.kind() + " of " + cause.subject())
                .orElse("nothing");
    }

    /** In one line, as the sentences are. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static Question question(Holds holds) {
        return new Question("executor/executor", List.of("executor/executor", "pool/compute", "node/a"), holds, "5 jobs wait",
                List.of(new Row("jobs", "5")), new Next(Optional.empty(), "when they are done"));
    }

    private static Tick tick(List<Action> steps, List<Plan.Held> held, List<Performed> performed) {
        var queue = new Queue("executor", 5, 0, 2, "run-1", "", NOW);
        var seen = new Snapshot(NOW, List.of(queue), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        return tick(seen, steps, held, performed);
    }

    private static Tick tick(Snapshot seen, List<Action> steps, List<Plan.Held> held, List<Performed> performed) {
        var plan = new Plan(steps.stream().map(step -> new Plan.Step(step, new Reason.BelowMinSize(2))).toList(), held);
        return new Tick(7, EnumSet.noneOf(Signals.Cause.class), new Role.Alone("a test"),
                new ConfigSource.State(PlatformConfig.config(), 1, List.of(), NOW), seen, plan, List.of(), performed, Memory.EMPTY,
                new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO), false);
    }
}
