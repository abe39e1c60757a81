package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several nodes that are emptied at once, each by its own clock: what keeps one of them keeps neither the others nor growth. */
@Tag("unit")
class ParallelDrainsTest {

    private static final int DRAIN_TIMEOUT = 600;

    @Test
    void eachNodeGoesItsOwnWay() {
        var given = draining(601, 300, 60, 60);
        terminating(given, "finalized", "n0");
        given.web("budgeted", 100, "n1").budget(0);
        moves(given, "free", "n2");
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).containsExactlyInAnyOrder(
                new Plan.Step(new Action.Uncordon("n0", "uid-n0"), new Reason.DrainTimedOut(Given.NOW.minusSeconds(601), "web/finalized")),
                new Plan.Step(new Action.Evict("db", "free", "uid-free", "n2"), new Reason.DrainsNode("n2")),
                new Plan.Step(new Action.Terminate("n3", "uid-n3", "compute", "asg-compute", "i-3"),
                        new Reason.CordonedAndEmpty(Given.NOW.minusSeconds(60))));
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.BudgetExhausted("web/web"));
    }

    @ParameterizedTest(name = "closed {0} s ago -> opened: {1}")
    @CsvSource({"0,false", "599,false", "600,false", "601,true"})
    void aBudgetThatNeverAllowsKeepsANodeClosedForTheDrainTimeoutAndNoLonger(int seconds, boolean opened) {
        var given = draining(seconds);
        given.web("budgeted", 100, "n0").budget(0);
        assertThat(actions(given.planAfterAnHour())).isEqualTo(opened ? List.of(new Action.Uncordon("n0", "uid-n0")) : List.of());
    }

    @Test
    void growthGoesOnBesideAStuckDrain() {
        var given = draining(300);
        terminating(given, "finalized", "n0");
        given.poolConfigs.add(Given.general(0, 5));
        given.pool(given.poolConfigs.get(1), Given.T3, 0);
        given.pod("waits", "Deployment/other", Given.shape(500, 512, "general"), "", false);
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 1));
    }

    /** Three executors a node: the two nodes that are closing come first, and only what they have no room for is bought. */
    @ParameterizedTest(name = "{0} jobs -> {1} opened, {2} bought")
    @CsvSource({"2,1,0", "4,1,0", "8,2,0", "12,2,0", "14,2,1", "24,2,2"})
    void whenDemandReturnsWhatIsClosingIsOpenedBeforeAnythingIsBought(int jobs, int opened, int bought) {
        var given = Given.executorsOnly().jobs(jobs, 0).replicas(0);
        IntStream.range(0, 2).forEach(i -> given.nodes.add(given.node("n" + i, "i-" + i, new Node.Cordon.ByUs(Given.NOW.minusSeconds(60)))));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 2, instances(2));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan).stream().filter(Action.Uncordon.class::isInstance)).hasSize(opened);
        assertThat(actions(plan).stream().filter(Action.RaiseCapacity.class::isInstance)
                .mapToInt(action -> ((Action.RaiseCapacity) action).desired() - 2)
                .sum()).isEqualTo(bought);
        assertThat(plan.steps().stream().filter(step -> step.action() instanceof Action.Uncordon))
                .allMatch(step -> step.why() instanceof Reason.DemandReturned);
    }

    /** Nodes that we closed so long ago, and one that is open, full enough to stay and with room for their pods. */
    private static Given draining(int... secondsAgo) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        for (int i = 0; i < secondsAgo.length; i++)
            given.nodes.add(given.node("n" + i, "i-" + i, new Node.Cordon.ByUs(Given.NOW.minusSeconds(secondsAgo[i]))));
        given.nodes.add(given.node("stays", "i-" + secondsAgo.length));
        moves(given, "large", "stays");
        given.pods.replaceAll(pod -> pod.name().equals("large") ? pod.shaped(Given.shape(6000, 64, "executor")) : pod);
        assertThat(given.scaleDown.drainTimeoutSeconds()).isEqualTo(DRAIN_TIMEOUT);
        return given.pool(given.poolConfigs.getFirst(), Given.C5, secondsAgo.length + 1, instances(secondsAgo.length + 1));
    }

    private static Pool.Instance[] instances(int count) {
        return IntStream.range(0, count).mapToObj(i -> Given.instance("i-" + i, Given.NOW.minusSeconds(3600))).toArray(Pool.Instance[]::new);
    }

    /** A pod that its budget, if it has one, lets go. */
    private static void moves(Given given, String name, String node) {
        given.pods.add(new Pod("db", name, "uid-" + name, "Deployment/db", Given.shape(100, 64, "executor"), new TreeMap<>(), Pod.Phase.RUNNING,
                node, "", true, false, false, false, "", Given.NOW.minusSeconds(600)));
        var all = new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("none"))));
        if (given.budgets.isEmpty()) given.budgets.add(new Budget("db", "of-others", all, 0));
    }

    /** A pod that was evicted, and that its finalizer keeps. */
    private static void terminating(Given given, String name, String node) {
        given.pods.add(new Pod("web", name, "uid-" + name, "Deployment/web", Given.shape(100, 64, "executor"), new TreeMap<>(), Pod.Phase.RUNNING,
                node, "", false, true, false, false, "", Given.NOW.minusSeconds(600)));
    }
}
