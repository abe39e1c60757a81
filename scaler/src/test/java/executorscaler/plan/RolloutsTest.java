package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Rollout;
import executorscaler.snapshot.Rollout.State;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule S13: while pods are being replaced nothing shrinks that they may need, and what comes beside the old ones has room ordered at once. */
@Tag("unit")
class RolloutsTest {

    @ParameterizedTest(name = "{0}, {1} jobs, busy: {2} -> {3} replicas")
    @CsvSource({"COMPLETE,0,NONE,0", "SCALING,0,NONE,0", "UNDER_WAY,0,NONE,4", "UNDER_WAY,0,LEASE,4", "PAUSED,0,NONE,0", "PAUSED,0,LEASE,0",
            "STUCK,0,NONE,0", "STUCK,0,QUEUE,0", "PAUSED,2,NONE,4", "STUCK,2,NONE,4", "STUCK,2,LEASE,4", "UNDER_WAY,2,LEASE,4"})
    void replicasFallOnlyWhereItDoesNotMatterWhichPodsGo(State state, int running, BusySource busy, int replicas) {
        var given = fourOfWhichOneIsNew(state).jobs(0, running);
        given.worker = new WorkerConfig(busy, false, 0);
        var plan = checked(given);

        assertThat(replicas(plan, 4)).isEqualTo(replicas);
        assertThat(Given.held(plan, "executor/executor").stream()
                .anyMatch(why -> why instanceof Reason.RollingOut || why instanceof Reason.NotRolledOut))
                .isEqualTo(replicas == 4);
    }

    /** One of two templates would choose: a pod that has not started may stay, and one that works may go. */
    @ParameterizedTest
    @EnumSource(names = {"UNDER_WAY", "PAUSED", "STUCK"})
    void podsWithoutANodeDoNotGoEitherWhileThereAreTwoTemplates(State state) {
        var given = fourOfWhichOneIsNew(state).executorPod("p4", "").replicas(0).jobs(0, 2);
        given.executors.clear();
        given.replicas(5).rollout(rollout(state, 1, 4));

        assertThat(replicas(checked(given), 5)).isEqualTo(5);
    }

    @ParameterizedTest(name = "{0} with {1} of {2} new, surge {3}, {4} pods of which {5} are leaving, recreate {6} -> room for {7} more")
    @CsvSource({"UNDER_WAY,0,12,3,12,0,false,3", "UNDER_WAY,3,12,3,15,0,false,0", "UNDER_WAY,11,12,3,12,0,false,1", "UNDER_WAY,3,12,3,12,3,false,3",
            "STUCK,1,12,3,13,0,false,2", "PAUSED,1,12,3,12,0,false,0", "COMPLETE,12,12,3,12,0,false,0", "SCALING,4,12,3,4,0,false,8",
            "UNDER_WAY,0,12,0,0,12,true,0", "UNDER_WAY,0,12,0,0,5,true,7", "UNDER_WAY,2,12,0,12,0,false,0"})
    void roomIsForWhatTheControllerIsAboutToMake(State state, int updated, int replicas, int surge, int pods, int leaving, boolean recreate,
            int coming) {
        var rollout = new Rollout(state, recreate, updated, Math.max(0, pods - updated), surge, 0, "");

        assertThat(rollout.coming(replicas, pods, leaving)).isEqualTo(coming);
    }

    @Test
    void surgePodsHaveTheirNodeOrderedInTheTickThatSeesTheRollout() {
        var given = Given.executorsOnly().jobs(0, 6).replicas(3).computePool(1, 1);
        for (int i = 0; i < 3; i++) given.executorPod("p" + i, "n0"); // three fit on a node
        assertThat(Given.actions(checked(given))).isEmpty();

        given.rollout(new Rollout(State.UNDER_WAY, false, 0, 3, 1, 0, ""));
        assertThat(Given.actions(checked(given))).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    /** Pods that drain keep their room until they are done; with Recreate the new ones wait for it, so that no other is bought. */
    @Test
    void withRecreateNothingIsBoughtForPodsThatComeIntoTheRoomOfOthers() {
        var given = Given.executorsOnly().jobs(0, 6).replicas(3).computePool(1, 1);
        for (int i = 0; i < 3; i++) given.executorPod("p" + i, "n0");
        given.pods.replaceAll(RolloutsTest::terminating);
        given.rollout(new Rollout(State.UNDER_WAY, true, 0, 0, 0, 3, ""));
        assertThat(Given.actions(checked(given))).isEmpty();

        given.rollout(new Rollout(State.UNDER_WAY, false, 0, 0, 0, 3, ""));
        assertThat(Given.actions(checked(given))).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @ParameterizedTest(name = "{0} -> the idle node goes: {1}")
    @CsvSource({"COMPLETE,true", "SCALING,true", "UNDER_WAY,false", "PAUSED,true", "STUCK,true"})
    void anIdleNodeStaysForARolloutThatGoesOn(State state, boolean goes) {
        var plan = checked(rollingBesideAnIdleNode(state, new Node.Cordon.None()));

        assertThat(Given.actions(plan).contains(new Action.Cordon("n1", "uid-n1"))).isEqualTo(goes);
        assertThat(Given.held(plan, "node/n1").stream().anyMatch(Reason.RollingOut.class::isInstance)).isEqualTo(!goes);
    }

    @ParameterizedTest(name = "{0} -> given back: {1}")
    @CsvSource({"COMPLETE,false", "UNDER_WAY,true", "STUCK,false"})
    void aNodeThatWeClosedIsGivenBackToARolloutThatGoesOn(State state, boolean back) {
        var given = rollingBesideAnIdleNode(state, new Node.Cordon.ByUs(Given.NOW.minusSeconds(60)));

        assertThat(Given.actions(checked(given))).containsExactly(back
                ? new Action.Uncordon("n1", "uid-n1")
                : new Action.Terminate("n1", "uid-n1", "compute", "asg-compute", "i-1"));
    }

    @Test
    void nodesOnWhichItsPodsCannotRunGoOnAsEver() {
        var given = rollingBesideAnIdleNode(State.UNDER_WAY, new Node.Cordon.None());
        given.poolConfigs.add(Given.general(0, 5));
        given.pool(given.poolConfigs.getLast(), Given.T3, 1, Given.instance("i-9", Given.NOW.minusSeconds(3600)));
        var node = given.node("g0", "i-9");
        given.nodes.add(new Node(node.name(), node.uid(), node.providerId(), "", "g0", new TreeMap<>(Map.of("workload-type", "general")),
                List.of(), node.allocatable(), true, node.cordon(), node.createdAt()));

        assertThat(Given.actions(checked(given))).containsExactly(new Action.Cordon("g0", "uid-g0"));
    }

    @Test
    void aRolloutThatCannotPlaceItsPodsSaysTheOneCause() {
        var given = rollingBesideAnIdleNode(State.UNDER_WAY, new Node.Cordon.None());
        given.poolConfigs.clear();
        given.poolConfigs.add(Given.compute(0, 2));
        given.nodes.removeLast();
        given.nodes.add(given.node("n1", "i-1", new Node.Cordon.ByOthers()));
        given.rollout(new Rollout(State.UNDER_WAY, false, 1, 2, 1, 0, ""));

        assertThat(Given.held(checked(given), "executor/executor")).filteredOn(Reason.RolloutBlocked.class::isInstance).singleElement()
                .satisfies(why -> assertThat(((Reason.RolloutBlocked) why).because()).contains("compute").contains("maximum"))
                .satisfies(why -> assertThat(((Reason.RolloutBlocked) why).stuck()).isFalse());
    }

    @Test
    void whatTheControllerSaysIsTheCauseWhereNothingElseIsKnown() {
        var given = rollingBesideAnIdleNode(State.STUCK, new Node.Cordon.None());
        given.rollout(new Rollout(State.STUCK, false, 1, 2, 0, 1, "exceeded quota: compute"));

        assertThat(Given.held(checked(given), "executor/executor"))
                .contains(new Reason.RolloutBlocked(1, 3, true, "exceeded quota: compute"));
    }

    /** With the strategy Recreate; whose machine is gone, and whom nobody can identify, only a person can say. */
    @ParameterizedTest(name = "its node is ready: {0}")
    @CsvSource({"true", "false"})
    void anOldPodThatCannotEndIsTheCause(boolean ready) {
        var given = Given.executorsOnly().jobs(4, 0).replicas(2).computePool(1, 1);
        var node = given.nodes.getFirst();
        given.nodes.set(0, new Node(node.name(), node.uid(), node.providerId(), "", "n0", node.labels(), node.taints(), node.allocatable(), ready,
                node.cordon(), node.createdAt()));
        given.executorPod("p0", "n0");
        given.pods.set(0, terminating(given.pods.getFirst()));
        given.rollout(new Rollout(State.UNDER_WAY, true, 0, 0, 0, 2, ""));

        var said = Given.held(checked(given), "executor/executor").stream().filter(Reason.RolloutBlocked.class::isInstance).toList();
        assertThat(said).hasSize(ready ? 0 : 1);
        if (!ready) assertThat(((Reason.RolloutBlocked) said.getFirst()).because()).contains("pod jobs/p0", "node n0");
    }

    @Test
    void aPausedRolloutIsNamed() {
        assertThat(Given.held(checked(fourOfWhichOneIsNew(State.PAUSED).jobs(0, 8)), "executor/executor")).contains(new Reason.RolloutPaused(1, 4));
    }

    private static Given fourOfWhichOneIsNew(State state) {
        var given = Given.executorsOnly().replicas(4).computePool(2, 2);
        for (int i = 0; i < 4; i++) given.executorPod("p" + i, "n" + i % 2);
        return given.rollout(rollout(state, 1, 3));
    }

    private static Rollout rollout(State state, int updated, int old) {
        return new Rollout(state, false, updated, state == State.COMPLETE || state == State.SCALING ? 0 : old, 0, 1, "");
    }

    /** A full node of three pods and an empty one. */
    private static Given rollingBesideAnIdleNode(State state, Node.Cordon cordon) {
        var given = Given.executorsOnly().jobs(0, 6).replicas(3).computePool(2, 2);
        for (int i = 0; i < 3; i++) given.executorPod("p" + i, "n0");
        given.nodes.set(1, given.node("n1", "i-1", cordon));
        return given.rollout(new Rollout(state, false, 1, 2, 0, 1, ""));
    }

    private static Pod terminating(Pod pod) {
        return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), pod.node(), "", true, true, false,
                false, "", pod.createdAt());
    }

    private static Plan checked(Given given) {
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        var plan = given.decide(memory).plan();
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings()).isEmpty();
        return plan;
    }

    private static int replicas(Plan plan, int current) {
        return Given.actions(plan).stream().filter(Action.ScaleExecutor.class::isInstance).map(Action.ScaleExecutor.class::cast)
                .mapToInt(Action.ScaleExecutor::replicas).findFirst().orElse(current);
    }
}
