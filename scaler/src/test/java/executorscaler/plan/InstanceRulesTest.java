package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps about instances and Node objects that a broken planner could plan: each is caught, by the rule that it breaks. */
@Tag("unit")
class InstanceRulesTest {

    private static final Reason WHY = new Reason.MayRunJobs(1);
    private static final Action ON = new Action.Protect("compute", "asg-compute", List.of("i-0"));
    private static final Action OFF = new Action.Unprotect("compute", "asg-compute", List.of("i-0"));
    private static final Action END = new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0");
    private static final Action DELETE = new Action.DeleteNode("left", "uid-left", "i-gone");

    static Stream<Arguments> wrongPlans() {
        return Stream.of(
                wrong("S6", "protects a node without executors", () -> closed(60), ON),
                wrong("S6", "protects in a pool that is not configured", InstanceRulesTest::busy,
                        new Action.Protect("other", "asg-other", List.of("i-0"))),
                wrong("S6", "protects what its group does not list", InstanceRulesTest::busy,
                        new Action.Protect("compute", "asg-compute", List.of("i-1"))),
                wrong("S6", "protects more than a call takes", InstanceRulesTest::busy, new Action.Protect("compute", "asg-compute",
                        IntStream.range(0, 51).mapToObj(i -> "i-" + i).toList())),
                wrong("S6", "protects what is configured not to be", () -> {
                    var given = busy();
                    given.protect = false;
                    return given;
                }, ON),
                wrong("S6", "protects where the group does it itself", () -> protectsNew(busy()), ON),
                wrong("S4", "takes protection off an open node", InstanceRulesTest::busy, OFF),
                wrong("S3", "takes protection off a node with an executor", () -> closed(60).executorPod("late", "n0"), OFF),
                wrong("S4", "takes protection off in the tick that closes the node", () -> closed(0), OFF),
                wrong("S4", "takes protection off and ends in one plan", () -> closed(60), OFF, END),
                wrong("S1", "takes protection off while Redis is unknown", () -> closed(60).missing(Missing.Source.REDIS, ""), OFF),
                wrong("S8", "marks a node as an instance that it is not", InstanceRulesTest::busy, new Action.MarkNode("n0", "uid-n0", "i-9")),
                wrong("S8", "marks a node that is not ready", () -> left(3600, false, "", new Node.Cordon.None(), "i-0.internal"),
                        new Action.MarkNode("left", "uid-left", "i-0")),
                wrong("S6", "marks a node that is not there", InstanceRulesTest::busy, new Action.MarkNode("n1", "uid-n1", "i-0")),
                wrong("S6", "deletes what nobody allowed", () -> {
                    var given = left(3600, false, "i-gone", new Node.Cordon.None(), "left");
                    given.deleteNodes = false;
                    return given;
                }, DELETE),
                wrong("S8", "deletes a node that was never marked", () -> left(3600, false, "", new Node.Cordon.None(), "left"), DELETE),
                wrong("S4", "deletes a node that is ready", () -> left(3600, true, "i-gone", new Node.Cordon.None(), "left"), DELETE),
                wrong("S6", "deletes a node that others closed", () -> left(3600, false, "i-gone", new Node.Cordon.ByOthers(), "left"), DELETE),
                wrong("S8", "deletes a node that EC2 may not know yet", () -> left(100, false, "i-gone", new Node.Cordon.None(), "left"), DELETE),
                wrong("S8", "deletes a node whose instance is listed", () -> left(3600, false, "i-0", new Node.Cordon.None(), "left"),
                        new Action.DeleteNode("left", "uid-left", "i-0")),
                wrong("S8", "deletes a node that has an instance's address",
                        () -> left(3600, false, "i-gone", new Node.Cordon.None(), "i-0.internal"),
                        DELETE),
                wrong("S6", "deletes a node that is not there", InstanceRulesTest::busy, DELETE),
                wrong("S1", "deletes a node while AWS is unknown", () -> left(3600, false, "i-gone", new Node.Cordon.None(), "left")
                        .missing(Missing.Source.AWS, "compute"), DELETE));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongPlans")
    void aWrongStepIsFoundAndRemoved(String rule, String what, Supplier<Given> world, List<Action> actions) {
        var checked = check(world.get(), Memory.EMPTY, actions);
        assertThat(checked.findings()).as(what).extracting(PlanCheck.Finding::rule).contains(rule);
        assertThat(checked.plan().steps()).extracting(Plan.Step::action).doesNotContain(actions.getFirst());
    }

    @Test
    void rightStepsAreLeft() {
        assertThat(check(busy(), Memory.EMPTY, List.of(ON)).findings()).isEmpty();
        assertThat(check(closed(60), Memory.EMPTY, List.of(OFF)).findings()).isEmpty();
        assertThat(check(busy(), Memory.EMPTY, List.of(new Action.MarkNode("n0", "uid-n0", "i-0"))).findings()).isEmpty();
        assertThat(check(left(3600, false, "i-gone", new Node.Cordon.None(), "left"), Memory.EMPTY, List.of(DELETE)).findings()).isEmpty();
    }

    @Test
    void whatWeHaveEndedIsLeftAlone() {
        assertThat(check(closed(60), Memory.EMPTY.ended("compute", "i-0", 1, Given.NOW), List.of(OFF)).findings())
                .extracting(PlanCheck.Finding::rule).containsExactly("S16");
    }

    private static PlanCheck.Checked check(Given given, Memory memory, List<Action> actions) {
        var plan = new Plan(actions.stream().map(action -> new Plan.Step(action, WHY)).toList(), List.of());
        return PlanCheck.check(given.config(), given.snapshot(), memory, plan);
    }

    private static Arguments wrong(String rule, String what, Supplier<Given> world, Action... actions) {
        return Arguments.of(rule, what, world, List.of(actions));
    }

    private static Given world(Node.Cordon cordon) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.protect = true;
        given.deleteNodes = true;
        given.nodes.add(given.node("n0", "i-0", cordon));
        return given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
    }

    private static Given busy() {
        return world(new Node.Cordon.None()).executorPod("busy", "n0");
    }

    private static Given closed(int seconds) {
        return world(new Node.Cordon.ByUs(Given.NOW.minusSeconds(seconds)));
    }

    private static Given left(int ageSeconds, boolean ready, String instance, Node.Cordon cordon, String dns) {
        var given = world(new Node.Cordon.None());
        var like = given.nodes.getFirst();
        given.nodes.add(new Node("left", "uid-left", "k3s://left", "10.9.9.9", dns, like.labels(), like.taints(), like.allocatable(), ready, cordon,
                Given.NOW.minusSeconds(ageSeconds), ready ? Instant.MAX : Given.NOW.minusSeconds(60), "", instance));
        return given;
    }

    private static Given protectsNew(Given given) {
        var none = new TreeMap<String, String>();
        var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(), true, 0, List.of());
        var pool = given.pools.getFirst();
        given.pools.set(0, new Pool(pool.name(), pool.group(), pool.min(), pool.max(), pool.desired(), pool.instances(), pool.offers(), pool.zones(),
                setup, List.of(), Given.NOW));
        return given;
    }
}
