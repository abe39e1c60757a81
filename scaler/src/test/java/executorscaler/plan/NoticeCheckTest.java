package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action.Announce.Door;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a broken planner could do with what AWS announces: each is caught, by the rule that it breaks. */
@Tag("unit")
class NoticeCheckTest {

    private static final Instant NOW = Given.NOW;
    private static final Instant BEFORE = NOW.minusSeconds(5);
    private static final Announced INTERRUPTION = Given.said(Kind.INTERRUPTION, BEFORE);
    private static final Announced REBALANCE = Given.said(Kind.REBALANCE, BEFORE);
    private static final Announced HOOK = Given.said(Kind.TERMINATING, BEFORE);
    private static final Action.Evict EVICT = new Action.Evict("jobs", "p-0", "uid-p-0", "n0");

    static Stream<Arguments> wrongPlans() {
        return Stream.of(
                wrong("S21", "deletes a message whose node does not keep it", () -> world().notice(Kind.INTERRUPTION, "i-0", BEFORE),
                        new Action.Acknowledge("m-0")),
                wrong("S21", "deletes a message whose node keeps an older one",
                        () -> world().notice(Kind.REBALANCE, "i-0", NOW).told(0, REBALANCE), new Action.Acknowledge("m-0")),
                wrong("S21", "deletes a message of which one instance of two is marked", () -> {
                    var given = world().told(0, new Announced(Kind.MAINTENANCE, BEFORE, NOW.plusSeconds(60), ""));
                    given.notices.add(new Notice("m-0", Kind.MAINTENANCE, List.of("i-0", "i-1"), BEFORE, NOW.plusSeconds(60), "", "", BEFORE));
                    return given;
                }, new Action.Acknowledge("m-0")),
                wrong("S21", "deletes a message about an instance that may be too new to be listed",
                        () -> world().notice(Kind.INTERRUPTION, "i-new", NOW.plusSeconds(1)), new Action.Acknowledge("m-0")),
                wrong("S21", "deletes a message about an unknown instance while AWS is unknown",
                        () -> world().notice(Kind.INTERRUPTION, "i-new", BEFORE).missing(Missing.Source.AWS, ""), new Action.Acknowledge("m-0")),
                wrong("S21", "deletes a message that nobody received", NoticeCheckTest::world, new Action.Acknowledge("m-0")),
                wrong("S21", "closes a node for what nobody announced", NoticeCheckTest::world, announce(Door.CLOSE, INTERRUPTION)),
                wrong("S21", "closes a node for a message about another", () -> world().notice(Kind.INTERRUPTION, "i-1", BEFORE),
                        announce(Door.CLOSE, INTERRUPTION)),
                wrong("S21", "closes a node for a message of others", () -> {
                    var given = world();
                    given.notices.add(new Notice("m-0", Kind.INTERRUPTION, List.of("i-0"), BEFORE, BEFORE.plusSeconds(120), "", "account 1", BEFORE));
                    return given;
                }, announce(Door.CLOSE, INTERRUPTION)),
                wrong("S21", "closes a node for maintenance of next week", () -> world().notice(Kind.MAINTENANCE, "i-0", BEFORE),
                        announce(Door.CLOSE, Given.said(Kind.MAINTENANCE, BEFORE))),
                wrong("S21", "forgets an interruption that is to come", () -> world().told(0, INTERRUPTION, REBALANCE),
                        announce(Door.LEAVE, REBALANCE)),
                wrong("S21", "opens a node that is interrupted", () -> world().told(0, INTERRUPTION), announce(Door.OPEN)),
                wrong("S21", "opens a node and says that it is interrupted", () -> world().told(0, INTERRUPTION), announce(Door.OPEN, INTERRUPTION)),
                wrong("S21", "opens a node that is interrupted, as demand returns", () -> world().told(0, INTERRUPTION),
                        new Action.Uncordon("n0", "uid-n0")),
                wrong("S21", "ends a node for a message", () -> {
                    var given = world().told(0, REBALANCE);
                    given.pods.clear();
                    return given;
                }, new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0")),
                wrong("S21", "counts on a node that is interrupted", () -> world().executorPod("waits", "").told(0, INTERRUPTION),
                        new Action.Nominate("jobs", "waits", "uid-waits", "", "n0")),
                wrong("S3", "evicts a busy pod of a node that nobody takes", () -> {
                    var given = world();
                    given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(BEFORE)));
                    return given;
                }, EVICT),
                wrong("S3", "evicts a busy pod for a recommendation", () -> world().told(0, REBALANCE), EVICT),
                wrong("S3", "evicts a busy pod while there is time", () -> world().told(0, INTERRUPTION), EVICT),
                wrong("S3", "evicts a busy pod that a hook waits for", () -> world().told(0, HOOK), EVICT),
                wrong("S4", "evicts from a node that others closed", () -> {
                    var given = world();
                    given.nodes.set(0, Given.telling(given.nodes.getFirst(), new Node.Cordon.ByOthers(), Given.said(Kind.INTERRUPTION,
                            NOW.minusSeconds(100))));
                    return given;
                }, EVICT),
                wrong("S4", "lets a hook go while a pod is there", () -> world().told(0, HOOK), complete("drain")),
                wrong("S21", "lets a hook go that the node does not name", () -> empty().told(0, HOOK), complete("other")),
                wrong("S4", "lets a hook go in the tick that closes the node", () -> {
                    var given = empty();
                    given.nodes.set(0, Given.telling(given.nodes.getFirst(), new Node.Cordon.ByUs(NOW), HOOK));
                    return given;
                }, complete("drain")),
                wrong("S1", "lets a hook go while the cluster is unknown", () -> empty().told(0, HOOK).missing(Missing.Source.KUBERNETES, ""),
                        complete("drain")),
                wrong("S21", "keeps a hook waiting of which nobody said anything", NoticeCheckTest::world,
                        new Action.ExtendHook("compute", "asg-compute", "drain", "i-0")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongPlans")
    void aWrongStepIsFound(String rule, String what, Supplier<Given> world, Action action) {
        var given = world.get();
        var plan = new Plan(List.of(new Plan.Step(action, new Reason.BelowMinSize(1))), List.of());
        var checked = PlanCheck.check(given.config(), given.snapshot(), Memory.ofStanding(given.snapshot(), 3600), plan);
        assertThat(checked.findings()).as(what).extracting(PlanCheck.Finding::rule).contains(rule);
        assertThat(checked.plan().steps()).isEmpty();
    }

    private static Arguments wrong(String rule, String what, Supplier<Given> world, Action action) {
        return Arguments.of(rule, what, world, action);
    }

    private static Action announce(Door door, Announced... announced) {
        return new Action.Announce("n0", "uid-n0", List.of(announced), door);
    }

    private static Action complete(String hook) {
        return new Action.CompleteHook("n0", "uid-n0", "compute", "asg-compute", hook, "i-0");
    }

    /** Two nodes, and jobs that may be in the one pod. */
    private static Given world() {
        return Given.executorsOnly().replicas(1).jobs(0, 2).computePool(2, 2).executorPod("p-0", "n0");
    }

    private static Given empty() {
        return Given.executorsOnly().replicas(0).jobs(0, 0).computePool(2, 2);
    }
}
