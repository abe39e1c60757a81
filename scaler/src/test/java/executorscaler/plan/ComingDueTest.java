package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolScaleDown;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Selector;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes stay for delayed jobs that come due within minNodeLifetimeSeconds: 300 here. Two jobs a pod, three pods a node. */
@Tag("unit")
class ComingDueTest {

    @ParameterizedTest(name = "{0} jobs come due -> {1} of 4 idle nodes stay")
    @CsvSource({"0, 0", "1, 1", "6, 1", "7, 2", "12, 2", "19, 4", "1000, 4"})
    void asManyNodesStayAsTheJobsToComeWillNeed(long coming, int stay) {
        var given = comes(coming, 0).computePool(4, 4);
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).hasSize(4 - stay).allMatch(Action.Cordon.class::isInstance);
        assertThat(plan.held().stream().filter(each -> each.why() instanceof Reason.JobsComingDue)).hasSize(stay);
    }

    @Test
    void theReasonNamesTheJobsAndWhen() {
        var plan = comes(5, 0).computePool(1, 1).planAfterAnHour();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.JobsComingDue("executor", 5, 3, 300));
    }

    @Test
    void noMoreThanTheMaximumOfPodsIsKeptRoomFor() {
        var given = comes(1000, 0).computePool(4, 4);
        given.maxReplicas = 4;
        assertThat(actions(given.planAfterAnHour())).hasSize(2);
    }

    /** Two pods run with 4 jobs; 4 more jobs need two more: one beside them, one on a node that is idle. */
    @Test
    void roomOnNodesThatAreUsedComesFirst() {
        var given = comes(4, 4).replicas(2).computePool(3, 3).executorPod("a", "n0").executorPod("b", "n0");
        given.executors.removeFirst();
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(new Action.Cordon("n2", "uid-n2"));
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.JobsComingDue("executor", 4, 1, 300));
    }

    @Test
    void aNodeThatIsBeingClosedIsGivenBackIfNoOtherWillDo() {
        var given = comes(2, 0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        assertThat(given.planAfterAnHour().steps()).containsExactly(
                new Plan.Step(new Action.Uncordon("n0", "uid-n0"), new Reason.JobsComingDue("executor", 2, 1, 300)));
    }

    @Test
    void nodesThatThePodsCannotUseGo() {
        var given = comes(20, 0).computePool(1, 1);
        var like = given.nodes.getFirst();
        given.nodes.set(0, new Node("n0", "uid-n0", like.providerId(), "", "n0", new TreeMap<>(Map.of("workload-type", "other")), like.taints(),
                like.allocatable(), true, like.cordon(), like.createdAt()));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Cordon("n0", "uid-n0"));
    }

    @Test
    void aPoolThatLooksLessFarAheadGivesItsNodesBack() {
        var given = comes(20, 0).computePool(1, 1);
        given.poolConfigs.set(0, Given.compute(0, 20).with(new PoolScaleDown(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(),
                OptionalDouble.empty(), OptionalInt.of(299), OptionalInt.empty())));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Cordon("n0", "uid-n0"));
    }

    @Test
    void podsThatWouldBeMovedDoNotTakeTheRoomOfThoseToCome() {
        // The jobs to come need two more pods on n0, which leave 1910 millis there; so what is on n1 stays there.
        var given = comes(5, 1).replicas(1).computePool(2, 2).executorPod("a", "n0").web("w", 2500, "n1");
        given.executors.removeFirst();
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.PodCannotMove("web/w", Reason.PodCannotMove.NO_ROOM));
    }

    /** Whether they may be beside others is not tried: a node for each. */
    @Test
    void podsWithRulesAboutOthersKeepANodeEach() {
        var given = comes(6, 0).computePool(4, 4);
        var plain = Given.executorShape();
        var alone = new PodRules(List.of(), List.of(new PodTerm(List.of("jobs"), new Selector(List.of()), "kubernetes.io/hostname")), List.of(),
                List.of());
        given.executors.set(0, new Executor("executor", "jobs", "executor", "uid-executor", 7, 0, 0,
                new PodShape(plain.requests(), plain.nodeSelector(), List.of(), plain.tolerations(), alone, 0, List.of()), new TreeMap<>(),
                List.of("registry/executor:1"), true));
        assertThat(actions(given.planAfterAnHour())).hasSize(1);
    }

    /** Nothing waits; {@code running} jobs run. */
    private static Given comes(long coming, long running) {
        var given = Given.executorsOnly().replicas(0);
        given.queues.add(new Queue("executor", 0, 0, running, new TreeMap<>(Map.of(300, coming)), "epoch-1", "", Given.NOW));
        return given;
    }
}
