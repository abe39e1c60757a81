package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class ShrinkTest {

    @Test
    void anIdleNodeIsClosedOnlyAfterTheIdleTime() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(1, 1);
        var first = given.planAtFirstSight();
        assertThat(first.steps()).isEmpty();
        assertThat(held(first, "node/n0")).containsExactly(new Reason.IdleSince(Given.NOW, 300));
        assertThat(given.planAfterAnHour().steps())
                .containsExactly(new Plan.Step(new Action.Cordon("n0", "uid-n0"), new Reason.NodeIdle(Given.NOW.minusSeconds(3600))));
    }

    @Test
    void allIdleNodesAreClosedInOneTickButTheMinimumStays() {
        var given = Given.executorsOnly();
        given.poolConfigs.set(0, Given.compute(2, 20));
        given.jobs(0, 0).replicas(0).computePool(5, 5);
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).hasSize(3).allMatch(action -> action instanceof Action.Cordon);
        assertThat(plan.held().stream().filter(h -> h.why().equals(new Reason.AtMinSize(2)))).hasSize(2);
    }

    @Test
    void aClosedNodeIsLookedAtAgainBeforeItIsEnded() {
        var settling = closed(Given.NOW.minusSeconds(2));
        assertThat(settling.planAfterAnHour().steps()).isEmpty();
        assertThat(held(settling.planAfterAnHour(), "node/n0")).containsExactly(new Reason.CordonSettling(Given.NOW.minusSeconds(2), 5));

        var settled = closed(Given.NOW.minusSeconds(6));
        assertThat(settled.planAfterAnHour().steps()).containsExactly(
                new Plan.Step(new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0"),
                        new Reason.CordonedAndEmpty(Given.NOW.minusSeconds(6))));
    }

    @Test
    void daemonPodsDoNotKeepANode() {
        var given = closed(Given.NOW.minusSeconds(60)).pod("agent", "DaemonSet/agent", Given.shape(100, 64, ""), "n0", true);
        assertThat(actions(given.planAfterAnHour())).hasSize(1).allMatch(action -> action instanceof Action.Terminate);
    }

    @Test
    void aNodeOnWhichAnExecutorLandedIsGivenBack() {
        var given = closed(Given.NOW.minusSeconds(60)).executorPod("late", "n0");
        given.executors.clear();
        given.replicas(1);
        assertThat(given.planAfterAnHour().steps())
                .contains(new Plan.Step(new Action.Uncordon("n0", "uid-n0"), new Reason.ExecutorLanded("jobs/late")))
                .noneMatch(step -> step.action() instanceof Action.Terminate || step.action() instanceof Action.Evict);
    }

    @Test
    void otherPodsOnAClosedNodeAreEvictedByTheirUid() {
        var given = withRoomElsewhere(closed(Given.NOW.minusSeconds(60))).web("web-1", 100, "n0");
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Evict("web", "web-1", "uid-web-1", "n0"));
    }

    @Test
    void aBudgetIsSpentOnceATick() {
        var given = withRoomElsewhere(closed(Given.NOW.minusSeconds(60))).web("web-1", 100, "n0").web("web-2", 100, "n0").budget(1);
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(new Action.Evict("web", "web-1", "uid-web-1", "n0"));
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.BudgetExhausted("web/web"));
    }

    @Test
    void aNodeThatDoesNotEmptyInTimeIsGivenBack() {
        var given = closed(Given.NOW.minusSeconds(601)).pod("bare", "", Given.shape(100, 64, "executor"), "n0", false);
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Uncordon("n0", "uid-n0"));
    }

    @Test
    void anUnderusedNodeWhosePodsFitElsewhereIsClosed() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(2, 2)
                .pod("web-1", "Deployment/web", Given.shape(1000, 512, "executor"), "n0", false)
                .pod("web-2", "Deployment/web", Given.shape(6000, 512, "executor"), "n1", false).budget(1);
        assertThat(given.planAfterAnHour().steps()).containsExactly(
                new Plan.Step(new Action.Cordon("n0", "uid-n0"), new Reason.NodeUnderused(Given.NOW.minusSeconds(3600), 13, 1)));
    }

    @Test
    void aPodThatOthersKeepAwayFromThemselvesIsNotMoved() {
        var plain = Given.shape(6000, 512, "executor");
        var isWeb = new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web"))));
        var alone = new PodRules(List.of(), List.of(new PodTerm(List.of("web"), isWeb, "kubernetes.io/hostname")), List.of(), List.of());
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(2, 2)
                .pod("web-1", "Deployment/web", Given.shape(1000, 512, "executor"), "n0", false).pod("db", "Deployment/db",
                        new PodShape(plain.requests(), plain.nodeSelector(), List.of(), plain.tolerations(), alone, 0, List.of()), "n1", false);
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(
                new Reason.PodCannotMove("web/web-1", "there are rules about the pods around it, and whether they hold elsewhere is not tried"));
    }

    @Test
    void aBudgetThatAllowsNothingKeepsTheNodeOpen() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(2, 2)
                .pod("web-1", "Deployment/web", Given.shape(1000, 512, "executor"), "n0", false)
                .pod("web-2", "Deployment/web", Given.shape(6000, 512, "executor"), "n1", false).budget(0);
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.BudgetExhausted("web/web"));
    }

    @Test
    void aNodeWithAnExecutorPodIsNeverClosed() {
        var given = Given.executorsOnly().jobs(0, 1).replicas(1).computePool(1, 1).executorPod("busy", "n0");
        assertThat(given.planAfterAnHour().steps()).isEmpty();
    }

    @Test
    void aNodeThatPodsToComeWillUseIsNotIdle() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(0).computePool(1, 1);
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, 1));
    }

    @ParameterizedTest
    @EnumSource(value = Missing.Source.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTICES")
    void nothingIsTakenAwayWhileAnySourceIsUnknown(Missing.Source source) {
        var given = closed(Given.NOW.minusSeconds(60)).missing(source, "");
        given.nodes.add(given.node("n1", "i-1"));
        assertThat(actions(given.planAfterAnHour())).noneMatch(Action::lowers);
    }

    @Test
    void theIdleTimerStartsAnewAfterAGapInWhatWeSaw() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(1, 1);
        var blind = Given.executorsOnly().missing(Missing.Source.KUBERNETES, "");
        var afterGap = blind.decide(Memory.ofStanding(given.snapshot(), 3600)).memory();
        assertThat(held(given.decide(afterGap).plan(), "node/n0")).containsExactly(new Reason.IdleSince(Given.NOW, 300));
    }

    @Test
    void nothingIsTakenAwayWhileAPodIsHomeless() {
        var given = Given.executorsOnly();
        given.poolConfigs.set(0, Given.compute(0, 1));
        given.jobs(0, 0).replicas(0).computePool(1, 1).pod("big", "Deployment/big", Given.shape(7000, 512, "executor"), "", false)
                .pod("small", "Deployment/small", Given.shape(1000, 512, "executor"), "n0", false);
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pool/compute")).contains(new Reason.PodsHomeless(1));
    }

    @Test
    void aNodeThatSomebodyElseClosedIsTheirs() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByOthers()));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.CordonedByOthers());
    }

    /** Found by a seed: the group could not be read, and what it lists was not known. */
    @Test
    void aNodeThatWeClosedIsNotOpenedWhileItsPoolIsUnknown() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(0).missing(Missing.Source.AWS, "compute");
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        assertThat(actions(given.planAfterAnHour())).noneMatch(Action.Uncordon.class::isInstance);
    }

    @Test
    void anInstanceThatNeverJoinedIsEnded() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        var lost = Given.instance("i-lost", Given.NOW.minusSeconds(700));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, lost);
        assertThat(given.planAfterAnHour().steps()).containsExactly(
                new Plan.Step(new Action.TerminateUnjoined("compute", "asg-compute", "i-lost", lost.privateIp(), lost.privateDns()),
                        new Reason.NeverJoined("i-lost", Given.NOW.minusSeconds(700), 600)));
    }

    /** Found by its tags, a pool has no taints in the config; its nodes are not "on their way" for that until the pool's time is over. */
    @Test
    void aNodeWithATaintThatOnlyTheGroupsTagsNameIsComplete() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        var named = given.poolConfigs.getFirst();
        given.poolConfigs.set(0,
                new PoolConfig(named.name(), named.autoScalingGroup(), named.instanceType(), named.capacityType(), 0, 20, named.labels(),
                        List.of(), 0, named.reserved(), 600));
        var node = given.node("n0", "i-0");
        given.nodes.add(node);
        var plain = new Pool("compute", "asg-compute", 0, 20, 1, List.of(Given.instance("i-0", Given.NOW.minusSeconds(400))), Given.C5,
                List.of("us-east-1a"), Given.NOW);
        given.pools.add(plain);
        assertThat(given.planAfterAnHour().steps()).isEmpty();
        var tags = new Pool.Setup(new TreeMap<>(), node.taints(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false, 0, List.of());
        given.pools.set(0,
                new Pool("compute", "asg-compute", 0, 20, 1, plain.instances(), plain.offers(), plain.zones(), tags, List.of(), Given.NOW));
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.Cordon("n0", "uid-n0"));
    }

    /** While it counts, the pool is at its maximum, and the pod that it was for could wait for ever. */
    @Test
    void anInstanceThatNeverJoinedMakesRoomWherePodsWaitAndThePoolIsFull() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(1).executorPod("p0", "");
        given.poolConfigs.set(0, Given.compute(0, 1));
        var lost = Given.instance("i-lost", Given.NOW.minusSeconds(700));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, lost);
        assertThat(actions(given.planAfterAnHour()))
                .containsExactly(new Action.TerminateUnjoined("compute", "asg-compute", "i-lost", lost.privateIp(), lost.privateDns()));
    }

    @Test
    void thePoolsOwnNodesTeachHowLongJoiningTakes() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        var instances = new ArrayList<Pool.Instance>();
        for (int i = 0; i < 3; i++) {
            instances.add(Given.instance("i-" + i, Given.NOW.minusSeconds(7200)));
            var node = given.node("n" + i, "i-" + i);
            given.nodes.add(new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                    node.allocatable(), true, node.cordon(), Given.NOW.minusSeconds(7200 - 40)));
        }
        // Registered 40 s after their launch: 2 x 40 + 120 = 200 s, and not the 600 of the config.
        instances.add(Given.instance("i-young", Given.NOW.minusSeconds(199)));
        instances.add(Given.instance("i-lost", Given.NOW.minusSeconds(201)));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 5, instances.toArray(Pool.Instance[]::new));
        assertThat(given.planAfterAnHour().steps()).filteredOn(step -> step.action() instanceof Action.TerminateUnjoined).extracting(Plan.Step::why)
                .containsExactly(new Reason.NeverJoined("i-lost", Given.NOW.minusSeconds(201), 200));
    }

    @Test
    void neverJoinedIsNotConcludedOfAnInstanceWhoseAddressesAreNotKnown() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        // EC2 could not be asked since our restart: a K3s node of this instance, older than what we took for the launch, would not be recognised.
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1,
                new Pool.Instance("i-0", Pool.Lifecycle.IN_SERVICE, "", "", "c5.2xlarge", "us-east-1a", Given.NOW.minusSeconds(700)));
        var like = given.node("worker", "unused");
        given.nodes.add(new Node("worker", "uid-w", "k3s://worker", "10.0.0.9", "worker", like.labels(), like.taints(), like.allocatable(), true,
                like.cordon(),
                Given.NOW.minusSeconds(9000)));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pool/compute")).containsExactly(new Reason.MappingIncomplete("i-0", "any: its addresses are not known"));
    }

    @Test
    void neverJoinedIsNotConcludedWhileANodeMatchesNoInstance() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-lost", Given.NOW.minusSeconds(700)));
        var like = given.node("stranger", "unused");
        given.nodes.add(new Node("stranger", "uid-s", "k3s://stranger", "192.168.9.9", "stranger", like.labels(), like.taints(), like.allocatable(),
                true, like.cordon(),
                Given.NOW.minusSeconds(500)));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pool/compute")).containsExactly(new Reason.MappingIncomplete("i-lost", "stranger"));
    }

    @Test
    void anInstanceThatWeEndedIsNotEndedAgainWhileTheReadingIsOld() {
        var given = closed(Given.NOW.minusSeconds(60));
        var memory = Memory.ofStanding(given.snapshot(), 3600).ended("compute", "i-0", 1, Given.NOW.minusSeconds(1));
        var plan = given.decide(memory).plan();
        assertThat(plan.steps()).isEmpty();
    }

    /** On a node of no pool that is in use. */
    private static Given withRoomElsewhere(Given given) {
        given.nodes.add(given.node("theirs", "i-theirs"));
        return given.web("theirs-1", 100, "theirs");
    }

    private static Given closed(Instant since) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(since)));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        return given;
    }
}
