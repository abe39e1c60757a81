package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Toleration;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.PodShape;
import java.time.Instant;
import java.util.TreeMap;
import java.util.Map;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes and pods that say no, nodes that are too young, and nodes that are not ready. */
@Tag("unit")
class StaysTest {

    private static final String NO = "its annotation says so";

    @Test
    void aPodThatSaysNoKeepsItsNode() {
        var given = twoNodes().web("a", 1000, "n0").web("b", 4500, "n1");
        given.pods.set(0, saysNo(given.pods.getFirst()));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.PodCannotMove("web/a", NO));
    }

    @Test
    void aPodThatSaysNoOnANodeThatIsClosedKeepsTheOthersThereToo() {
        var given = twoNodes().web("a", 1000, "n0").web("c", 1000, "n0").web("b", 4500, "n1");
        given.pods.set(1, saysNo(given.pods.get(1)));
        given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.PodCannotMove("web/c", NO));
    }

    @Test
    void residentsThatSayNoKeepNothing() {
        var given = twoNodes().pod("agent", "DaemonSet/agent", Given.shape(100, 64, ""), "n0", true).web("b", 4500, "n1");
        given.pods.set(0, saysNo(given.pods.getFirst()));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Cordon("n0", "uid-n0"));
    }

    @Test
    void aNodeThatSaysNoStaysEvenEmpty() {
        var given = twoNodes().web("b", 4500, "n1");
        given.nodes.set(0, node(given, new Node.Cordon.None(), true, Instant.MAX, Given.NOW.minusSeconds(7200), NO));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.NodeStays(NO));
    }

    @Test
    void aNodeThatSaysNoAfterItWasClosedIsGivenBack() {
        var given = twoNodes().web("b", 4500, "n1");
        given.nodes.set(0, node(given, new Node.Cordon.ByUs(Given.NOW.minusSeconds(60)), true, Instant.MAX, Given.NOW.minusSeconds(7200), NO));
        assertThat(given.planAfterAnHour().steps())
                .containsExactly(new Plan.Step(new Action.Uncordon("n0", "uid-n0"), new Reason.NodeStays(NO)));
    }

    /** Idle for 10 s is enough here, and the least age is 300 s. */
    @ParameterizedTest(name = "{0} s old")
    @ValueSource(ints = {20, 299, 300, 301})
    void aNodeIsNotClosedBeforeItHasTheLeastAge(int age) {
        var given = twoNodes().web("b", 4500, "n1");
        given.scaleDown = new ScaleDownConfig(60, 10, 5, 600, 0.5, 60, 300, 1200);
        given.nodes.set(0, node(given, new Node.Cordon.None(), true, Instant.MAX, Given.NOW.minusSeconds(age), ""));
        var plan = given.planAfterAnHour();
        if (age < 300) {
            assertThat(plan.steps()).isEmpty();
            assertThat(held(plan, "node/n0")).containsExactly(new Reason.NodeYoung(Given.NOW.minusSeconds(age), 300));
        } else {
            assertThat(actions(plan)).containsExactly(new Action.Cordon("n0", "uid-n0"));
        }
    }

    @Test
    void anUnreadyNodeWithoutPodsIsClosedAfterItsTimeAndEndedLikeAnEmptyOne() {
        var since = Given.NOW.minusSeconds(1199);
        var early = twoNodes().web("b", 4500, "n1");
        early.nodes.set(0, unready(early, since, new Node.Cordon.None()));
        assertThat(early.planAfterAnHour().steps()).isEmpty();
        assertThat(held(early.planAfterAnHour(), "node/n0")).containsExactly(new Reason.UnreadySince(since, 1200));

        var late = twoNodes().web("b", 4500, "n1").pod("agent", "DaemonSet/agent", Given.shape(100, 64, ""), "n0", true);
        late.nodes.set(0, unready(late, Given.NOW.minusSeconds(1200), new Node.Cordon.None()));
        assertThat(late.planAfterAnHour().steps())
                .containsExactly(new Plan.Step(new Action.Cordon("n0", "uid-n0"), new Reason.NodeUnready(Given.NOW.minusSeconds(1200))));

        late.nodes.set(0, unready(late, Given.NOW.minusSeconds(1300), new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        assertThat(actions(late.planAfterAnHour())).containsExactly(new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0"));
    }

    @Test
    void anUnreadyNodeWithPodsStaysForEverAndNamesThem() {
        var given = twoNodes().web("a", 100, "n0").executorPod("busy", "n0").web("b", 4500, "n1");
        given.nodes.set(0, unready(given, Given.NOW.minusSeconds(100_000), new Node.Cordon.None()));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).noneMatch(Action::lowers);
        assertThat(held(plan, "node/n0")).containsExactly(
                new Reason.UnreadyWithPods(Given.NOW.minusSeconds(100_000), 2, List.of("web/a", "jobs/busy")));
    }

    @Test
    void podsOfANodeThatFallsSilentWhileItIsEmptiedAreNotEvicted() {
        var given = twoNodes().web("a", 100, "n0").web("b", 4500, "n1");
        given.nodes.set(0, unready(given, Given.NOW.minusSeconds(60), new Node.Cordon.ByUs(Given.NOW.minusSeconds(120))));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).hasOnlyElementsOfType(Reason.UnreadyWithPods.class);
    }

    @Test
    void anUnreadyNodeOfWhichNobodyKnowsSinceWhenStays() {
        var given = twoNodes().web("b", 4500, "n1");
        given.nodes.set(0, unready(given, Instant.MAX, new Node.Cordon.None()));
        assertThat(given.planAfterAnHour().steps()).isEmpty();
    }

    /** Its condition is as old as the node, and that may still be booting. */
    @Test
    void aNodeThatMayStillBeBootingIsNotUnready() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.scaleDown = new ScaleDownConfig(60, 300, 5, 600, 0.5, 60, 0, 10);
        given.nodes.add(unready(given, Given.NOW.minusSeconds(500), new Node.Cordon.None()));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(590)));
        assertThat(given.planAfterAnHour().steps()).isEmpty();
        assertThat(held(given.planAfterAnHour(), "node/n0")).isEmpty();
    }

    /** While it counts against the maximum, the pod that waits could wait for ever. */
    @Test
    void anUnreadyNodeMakesRoomWherePodsWaitAndThePoolIsFull() {
        var given = Given.executorsOnly();
        given.poolConfigs.set(0, Given.compute(0, 1));
        given.jobs(0, 0).replicas(0).computePool(1, 1).web("waits", 1000, "");
        given.nodes.set(0, unready(given, Given.NOW.minusSeconds(1300), new Node.Cordon.None()));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Cordon("n0", "uid-n0"));
        given.nodes.set(0, unready(given, Given.NOW.minusSeconds(1300), new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0"));
    }

    /** Pods that wait are bought for; pods that are there are still there, as far as anybody knows. */
    @Test
    void anUnreadyNodeIsNoRoomAndItsPodsAreNotReplaced() {
        var given = Given.executorsOnly().jobs(0, 2).replicas(1).computePool(1, 1).executorPod("busy", "n0");
        given.nodes.set(0, unready(given, Given.NOW.minusSeconds(1300), new Node.Cordon.None()));
        assertThat(given.planAfterAnHour().steps()).isEmpty();

        given.web("waits", 1000, "");
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    /** It was bought for its GPU, no pod that wants one fits on it, and it would cost its price for ever. */
    @Test
    void aNodeWithoutItsDevicesGoesWhenItsTimeIsOver() {
        assertThat(actions(withoutDevices(599, new Node.Cordon.None()).planAfterAnHour())).isEmpty();
        var late = withoutDevices(700, new Node.Cordon.None());
        assertThat(late.planAfterAnHour().steps()).contains(new Plan.Step(new Action.Cordon("n0", "uid-n0"),
                new Reason.DevicesMissing(List.of("nvidia.com/gpu"), Given.NOW.minusSeconds(700), 600)));
        var closed = withoutDevices(700, new Node.Cordon.ByUs(Given.NOW.minusSeconds(60)));
        assertThat(actions(closed.planAfterAnHour())).contains(new Action.Terminate("n0", "uid-n0", "gpu", "asg-gpu", "i-0"));
        // A device plugin that is restarted takes the devices away for a moment: the node has to be idle for as long as any other.
        assertThat(held(late.planAtFirstSight(), "node/n0")).containsExactly(new Reason.IdleSince(Given.NOW, 300));
        var used = withoutDevices(700, new Node.Cordon.None()).web("there", 100, "n0");
        assertThat(actions(used.planAfterAnHour())).noneMatch(action -> action instanceof Action.Cordon);
    }

    /** The pool is full, and a pod waits for the GPU. */
    private static Given withoutDevices(int age, Node.Cordon cordon) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        var config = Given.gpu(0, 1);
        given.poolConfigs.add(config);
        given.nodes.add(node(given, cordon, true, Instant.MAX, Given.NOW.minusSeconds(age), ""));
        given.pool(config, Given.G4, 1, new Pool.Instance("i-0", Pool.Lifecycle.IN_SERVICE, "10.0.0.1", "i-0.internal", "g4dn.xlarge", "us-east-1a",
                Given.NOW.minusSeconds(age)));
        var gpu = new PodShape(new Resources(500, 1L << 28, 0, 1, new TreeMap<>(Map.of("nvidia.com/gpu", 1L))), new TreeMap<>(), List.of(),
                List.of(new Toleration("", true, "", "")), List.of());
        return given.pod("waits", "Deployment/web", gpu, "", false);
    }

    private static Given twoNodes() {
        return Given.executorsOnly().jobs(0, 0).replicas(0).computePool(2, 2);
    }

    private static Pod saysNo(Pod pod) {
        return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), pod.node(), "", true, false,
                false, pod.resident(), "", pod.createdAt(), pod.claims(), NO);
    }

    private static Node unready(Given given, Instant since, Node.Cordon cordon) {
        return node(given, cordon, false, since, Given.NOW.minusSeconds(7200), "");
    }

    private static Node node(Given given, Node.Cordon cordon, boolean ready, Instant unreadySince, Instant createdAt, String staysFor) {
        var like = given.node("n0", "i-0");
        return new Node("n0", like.uid(), like.providerId(), "", "n0", like.labels(), like.taints(), like.allocatable(), ready, cordon, createdAt,
                unreadySince, staysFor);
    }
}
