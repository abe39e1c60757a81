package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Spread;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class GrowthTest {

    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    @Test
    void aHundredJobsFromZeroOrderFiftyPodsAndSeventeenNodesInOnePlan() {
        var plan = Given.executorsOnly().jobs(100, 0).replicas(0).computePool(0, 0).planAtFirstSight();
        assertThat(plan.steps()).containsExactly(
                new Plan.Step(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, 50),
                        new Reason.QueueNeeds(100, 0, 0, 2, 50, 0, 50)),
                new Plan.Step(new Action.RaiseCapacity("compute", "asg-compute", 0, 17),
                        new Reason.PodsDoNotFit(50, 50, 0, 17, new Price(0.34, Price.Source.ESTIMATE))));
        assertThat(plan.held()).isEmpty();
    }

    @Test
    void theNextTickBuysNothingWhileTheCapacityIsOnItsWay() {
        var memory = Memory.EMPTY.scaled("executor", 50, 9, Given.NOW).ordered("compute", 17, Given.NOW);
        assertThat(Given.executorsOnly().jobs(100, 0).replicas(0).computePool(0, 0).decide(memory).plan().steps()).isEmpty();

        var seen = Given.executorsOnly().jobs(100, 0).replicas(50).computePool(17, 0);
        for (int i = 0; i < 50; i++) seen.executorPod("p" + i, "");
        assertThat(seen.planAtFirstSight().steps()).isEmpty();
    }

    @Test
    void freeRoomAndNodesOnTheirWayAreUsedBeforeAnythingIsBought() {
        // 15 more pods: 2 go to the free room of n4, 3 to the one node on its way, 10 need ceil(10 / 3) = 4 new nodes.
        var given = Given.executorsOnly();
        given.jobs(30, 7).replicas(4).computePool(6, 5);
        for (int i = 0; i < 4; i++) given.executorPod("p" + i, "n" + i);
        for (int i = 0; i < 4; i++) given.pod("filler" + i, "Deployment/filler", Given.shape(5000, 1024, "executor"), "n" + i, false);
        given.pod("filler4", "Deployment/filler", Given.shape(3500, 1024, "executor"), "n4", false);
        assertThat(actions(given.planAtFirstSight())).containsExactly(
                new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 4, 19),
                new Action.RaiseCapacity("compute", "asg-compute", 6, 10));
    }

    @Test
    void aNodeThatWeClosedIsNotOpenedWhileItsGroupCannotBeRead() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(0).missing(Missing.Source.AWS, "compute");
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        assertThat(actions(given.planAfterAnHour())).singleElement().isInstanceOf(Action.ScaleExecutor.class);
        given.missing.clear();
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        assertThat(actions(given.planAfterAnHour())).contains(new Action.Uncordon("n0", "uid-n0"));
    }

    @Test
    void thePoolStopsAtItsMaximumAndSaysSo() {
        var given = Given.executorsOnly();
        given.poolConfigs.set(0, Given.compute(0, 12));
        var plan = given.jobs(100, 0).replicas(0).computePool(6, 0).planAtFirstSight();
        assertThat(actions(plan)).contains(new Action.RaiseCapacity("compute", "asg-compute", 6, 12));
        assertThat(held(plan, "pool/compute")).containsExactly(new Reason.PoolAtMax("compute", 12, 14));
    }

    @Test
    void theGroupsOwnMaximumHoldsWhereItIsNarrower() {
        var given = Given.executorsOnly().jobs(100, 0).replicas(0);
        given.pools.add(new Pool("compute", "asg-compute", 0, 5, 0, List.of(), Given.C5, List.of(), Given.NOW));
        assertThat(actions(given.planAtFirstSight())).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 5));
    }

    @Test
    void aPoolBelowItsMinimumIsRaised() {
        var given = new Given();
        given.poolConfigs.add(Given.general(2, 10));
        given.jobs(0, 0).replicas(0).pool(given.poolConfigs.getFirst(), Given.T3, 0);
        assertThat(given.planAtFirstSight().steps())
                .containsExactly(new Plan.Step(new Action.RaiseCapacity("general", "asg-general", 0, 2), new Reason.BelowMinSize(2)));
    }

    @Test
    void pendingPodsOfAnyWorkloadRaiseTheirPool() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        given.poolConfigs.add(Given.general(0, 10));
        given.pool(given.poolConfigs.get(1), Given.T3, 0);
        for (int i = 0; i < 5; i++) given.pod("web-" + i, "Deployment/web", Given.shape(900, 512, "general"), "", false);
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 3));
    }

    @Test
    void aPodThatFitsNoPoolIsExplainedWithTheReasonOfEachPool() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        given.poolConfigs.add(Given.general(0, 10));
        given.pool(given.poolConfigs.get(1), Given.T3, 0);
        given.pod("huge", "Deployment/huge", Given.shape(64_000, 1024, "general"), "", false);
        var plan = given.planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pod/web/huge")).containsExactly(new Reason.NoPoolFits(1, "pod/web/huge",
                List.of("compute: the pod's nodeSelector wants workload-type=general, the node has executor; does not tolerate workload-type=executor; "
                        + "requests 64000m CPU, a new node offers 7910m", "general: the pod requests 64000m CPU, a new node offers 1930m")));
    }

    @Test
    void aRuleThatIsNotModelledIsNamedAndNotGuessed() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        given.poolConfigs.add(Given.general(0, 10));
        given.pool(given.poolConfigs.get(1), Given.T3, 0);
        var plain = Given.shape(500, 256, "general");
        var shape = new PodShape(plain.requests(), plain.nodeSelector(), List.of(), List.of(), List.of("podAntiAffinity"));
        given.pods.add(
                new Pod("web", "spread", "uid-spread", "Deployment/spread", shape, new TreeMap<>(), Pod.Phase.PENDING, "", "", false, false, false,
                        false,
                        "0/1 nodes are available", Given.NOW));
        assertThat(held(given.planAtFirstSight(), "pod/web/spread"))
                .containsExactly(new Reason.NotModelled(List.of("podAntiAffinity"), "0/1 nodes are available"));
    }

    @Test
    void podsThatAvoidEachOtherBuyANodeEach() {
        var given = general(10);
        for (int i = 0; i < 3; i++) given.pods.add(web(i, apart(HOST)));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 3));
    }

    @Test
    void podsThatAvoidEachOtherByZoneBuyOneNodeAZoneAndTheRestIsExplained() {
        var given = general(10, "us-east-1a", "us-east-1b");
        for (int i = 0; i < 3; i++) given.pods.add(web(i, apart(ZONE)));
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 2));
        assertThat(held(plan, "pod/web/web0")).containsExactly(new Reason.NoRoomNow(1, "pod/web/web0", "",
                List.of("compute: the pod's nodeSelector wants workload-type=general, the node has executor; does not tolerate workload-type=executor",
                        "general: a pod that the pod's anti-affinity avoids is in the node's topology.kubernetes.io/zone")));
    }

    /** Its group launches in the zone with the fewest, which is the wrong one: the order says so. */
    @Test
    void nodesThatOnlyLetTheRightZoneHaveItsTurnAreCounted() {
        var given = general(10, "us-east-1a", "us-east-1b");
        given.nodes.add(new Node("other", "uid-other", "", "", "other", new TreeMap<>(Map.of(ZONE, "us-east-1a", HOST, "other")), List.of(),
                new Resources(1930, 6837L << 20, 20 * Given.GIB, 35, new TreeMap<>()), true, new Node.Cordon.None(), Given.NOW));
        given.pods.add(on("other", "", web(0, apart(ZONE))));
        given.pods.add(web(1, apart(ZONE)));
        assertThat(given.planAtFirstSight().steps()).containsExactly(new Plan.Step(new Action.RaiseCapacity("general", "asg-general", 0, 2),
                new Reason.PodsDoNotFit(1, 0, 1, 2, new Price(0.099, Price.Source.ESTIMATE), 0, 0, 1, "", "")));
    }

    @Test
    void podsThatSpreadOverZonesBuyInAllOfThem() {
        var given = general(10, "us-east-1a", "us-east-1b", "us-east-1c");
        // Three of them fill a node: seven make three zones with 2 to 3 each.
        for (int i = 0; i < 7; i++)
            given.pods.add(web(i, new PodRules(List.of(), List.of(), List.of(new Spread(1, ZONE, isWeb(), 1, true, false)), List.of())));
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 3));
        assertThat(plan.held()).noneMatch(each -> each.subject().startsWith("pod/"));
    }

    @Test
    void podsThatWantToBeTogetherAreNotPromisedAnotherZone() {
        var given = general(1, "us-east-1a");
        var near = new PodRules(List.of(new PodTerm(List.of("web"), isWeb(), ZONE)), List.of(), List.of(), List.of());
        for (int i = 0; i < 4; i++) given.pods.add(web(i, near));
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 1));
        assertThat(held(plan, "pod/web/web0")).containsExactly(new Reason.NoRoomNow(1, "pod/web/web0", "general",
                List.of("compute: the pod's nodeSelector wants workload-type=general, the node has executor; does not tolerate workload-type=executor",
                        "general: at its maximum of 1")));
    }

    /** A template is made from nodes that are there; the zone that they are in is not the next one's, where the group has several. */
    @Test
    void theZoneOfANodeThatIsThereIsNotPromisedForTheNext() {
        var given = general(10, "us-east-1a", "us-east-1b");
        var only = new PodShape(Given.shape(600, 256, "general").requests(), new TreeMap<>(Map.of(ZONE, "us-east-1a", "workload-type", "general")),
                List.of(),
                List.of(), List.of());
        given.pods.add(pod("picky", only));
        assertThat(held(given.planAtFirstSight(), "pod/web/picky").getFirst()).isInstanceOfSatisfying(Reason.NoPoolFits.class,
                reason -> assertThat(reason.because())
                        .contains("general: the pod's nodeSelector wants topology.kubernetes.io/zone=us-east-1a, "
                                + "and AWS may launch the next node in any of the pool's zones"));
    }

    @Test
    void aVolumeInOneZoneBuysInAPoolOfThatZoneAlone() {
        var inZone = new Selector(List.of(new Requirement("topology.ebs.csi.aws.com/zone", Requirement.Operator.IN, List.of("us-east-1b"))));
        var shape = new PodShape(Given.shape(600, 256, "").requests(), new TreeMap<>(), List.of(inZone), List.of(), List.of());
        var several = general(10, "us-east-1a", "us-east-1b");
        several.pods.add(pod("db", shape));
        assertThat(held(several.planAtFirstSight(), "pod/web/db").getFirst()).isInstanceOfSatisfying(Reason.NoPoolFits.class,
                reason -> assertThat(reason.because())
                        .contains("general: the pod's node affinity, or that of its volumes, wants topology.ebs.csi.aws.com/zone in us-east-1b, "
                                + "and AWS may launch the next node in any of the pool's zones"));
        var elsewhere = general(10, "us-east-1a");
        elsewhere.pods.add(pod("db", shape));
        assertThat(held(elsewhere.planAtFirstSight(), "pod/web/db").getFirst()).isInstanceOfSatisfying(Reason.NoPoolFits.class,
                reason -> assertThat(reason.because()).contains(
                        "general: the pod's node affinity, or that of its volumes, wants topology.ebs.csi.aws.com/zone in us-east-1b, the node has us-east-1a"));
        var there = general(10, "us-east-1b");
        there.pods.add(pod("db", shape));
        assertThat(actions(there.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 1));
    }

    /** Nodes of one pool that are on their way differ by their zones, though nothing else tells them apart yet. */
    @Test
    void aNodeOnItsWayTakesPodsOfItsZone() {
        var given = general(10, "us-east-1a", "us-east-1b");
        var instances = List.of(onItsWay("i-a", "us-east-1a"), onItsWay("i-b", "us-east-1b"));
        given.pools.removeLast();
        given.pools.add(new Pool("general", "asg-general", 0, 10, 2, instances, Given.T3, List.of("us-east-1a", "us-east-1b"), Given.NOW));
        var inZone = new Selector(List.of(new Requirement(ZONE, Requirement.Operator.IN, List.of("us-east-1a"))));
        var large = Given.shape(1500, 256, "general"); // one of them fills a t3.large
        for (int i = 0; i < 2; i++)
            given.pods.add(pod("db" + i, new PodShape(large.requests(), large.nodeSelector(), List.of(inZone), List.of(), List.of())));
        for (int i = 0; i < 6; i++) given.pods.add(pod("web" + i, Given.shape(600, 256, "general")));
        var plan = given.planAtFirstSight();
        // One of the two goes to the node in its zone, three of the six to the other; where the next node comes up nobody knows.
        assertThat(actions(plan)).containsExactly(new Action.RaiseCapacity("general", "asg-general", 2, 3));
        assertThat(held(plan, "pod/web/db0")).anySatisfy(why -> assertThat(why).isInstanceOfSatisfying(Reason.NoPoolFits.class,
                reason -> assertThat(reason.pods()).isEqualTo(1)));
    }

    private static Pool.Instance onItsWay(String id, String zone) {
        return new Pool.Instance(id, Pool.Lifecycle.PENDING, "10.0.0.9", id + ".internal", "t3.large", zone, Given.NOW.minusSeconds(20));
    }

    @Test
    void aPodWhoseClaimIsNotBoundBuysNothingAndSaysWhatItWaitsFor() {
        var given = general(10, "us-east-1a");
        var plain = Given.shape(600, 256, "general");
        given.pods.add(pod("db", new PodShape(plain.requests(), plain.nodeSelector(), List.of(), List.of(), PodRules.NONE, 0, true,
                List.of("claim data does not exist"), List.of())));
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).isEmpty();
        assertThat(held(plan, "pod/web/db")).containsExactly(new Reason.NotReadyToSchedule(1, List.of("claim data does not exist")));
    }

    @Test
    void aPortOfTheHostBuysANodeEach() {
        var given = general(10);
        var port = new PodRules(List.of(), List.of(), List.of(), List.of(new HostPort("0.0.0.0", "TCP", 9100)));
        for (int i = 0; i < 3; i++) given.pods.add(web(i, port));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 3));
    }

    @Test
    void podsBelowTheCutoffBuyNothingAndSaySo() {
        var given = general(10);
        given.pods.add(pod("spare", ofPriority(-11)));
        var plan = given.planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pod/web/spare")).containsExactly(new Reason.BelowPriorityCutoff(1, -11, -10));
    }

    @Test
    void theRoomOfPodsBelowTheCutoffIsFree() {
        var given = withGeneralNode();
        given.pods.add(on("g0", "", pod("spare", ofPriority(-11))));
        given.pods.add(pod("wanted", ofPriority(0)));
        assertThat(given.planAtFirstSight().steps()).isEmpty();
        // At the cutoff it is a pod like any other.
        given.pods.set(0, on("g0", "", pod("spare", ofPriority(-10))));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 1, 2));
    }

    @Test
    void aPodThatEvictsNobodyNeedsRoomOfItsOwn() {
        var given = withGeneralNode();
        given.pods.add(on("g0", "", pod("spare", ofPriority(-11))));
        var like = ofPriority(0);
        given.pods.add(pod("patient", new PodShape(like.requests(), like.nodeSelector(), like.nodeTerms(), like.tolerations(), like.rules(), 0, false,
                List.of(), List.of())));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 1, 2));
    }

    /** A small node and a large one are bought: where the small pod comes first, the scheduler may put it on the large node. */
    @Test
    void aPodThatAnotherMayPushOutIsNamedUnlessItGoesFirst() {
        var untold = smallAndLarge(0);
        untold.nominate = false;
        assertThat(held(untold.planAtFirstSight(), "pod/web/large")).containsExactly(new Reason.MayHaveToWait(1));
        assertThat(held(smallAndLarge(0).planAtFirstSight(), "pod/web/large")).as("it will be told its node").isEmpty();
        var first = smallAndLarge(1);
        first.nominate = false;
        assertThat(held(first.planAtFirstSight(), "pod/web/large")).isEmpty();
    }

    private static Given smallAndLarge(int priorityOfLarge) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        given.poolConfigs.add(Given.general(0, 1));
        given.pool(given.poolConfigs.getLast(), Given.T3, 0);
        var large = new PoolConfig("large", "asg-large", "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, 0, 1,
                new TreeMap<>(Map.of("workload-type", "general")), List.of(), 0, PoolConfig.Reserved.BY_FORMULA, 600);
        given.poolConfigs.add(large);
        given.pool(large, Given.C5, 0);
        given.pods.add(pod("small", ofPriority(0)));
        var shape = Given.shape(7500, 256, "general");
        given.pods.add(pod("large",
                new PodShape(shape.requests(), shape.nodeSelector(), List.of(), List.of(), PodRules.NONE, priorityOfLarge, List.of())));
        return given;
    }

    @Test
    void roomThatTheSchedulerMakesForAPodIsThatPods() {
        var given = withGeneralNode();
        given.pods.add(on("", "g0", pod("nominated", ofPriority(100))));
        assertThat(given.planAtFirstSight().steps()).isEmpty();
        given.pods.add(pod("other", ofPriority(0)));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 1, 2));
        // Of a node that is gone, nothing is promised.
        given.pods.removeLast();
        given.pods.set(0, on("", "gone", pod("nominated", ofPriority(100))));
        given.pods.add(on("g0", "", pod("there", ofPriority(100))));
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 1, 2));
    }

    /** The general pool with node g0, on which one pod of {@link #ofPriority} has room, and no second one. */
    private static Given withGeneralNode() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        var config = Given.general(0, 10);
        given.poolConfigs.add(config);
        given.pool(config, Given.T3, 1, Given.instance("i-g0", Given.NOW.minusSeconds(3600)));
        given.nodes.add(new Node("g0", "uid-g0", "aws:///us-east-1a/i-g0", "", "g0", new TreeMap<>(Map.of("workload-type", "general", HOST, "g0")),
                List.of(),
                new Resources(1930, 6837L << 20, 20 * Given.GIB, 35, new TreeMap<>()), true, new Node.Cordon.None(), Given.NOW.minusSeconds(3600)));
        return given;
    }

    private static PodShape ofPriority(int priority) {
        var plain = Given.shape(1500, 256, "general");
        return new PodShape(plain.requests(), plain.nodeSelector(), List.of(), List.of(), PodRules.NONE, priority, List.of());
    }

    private static Pod on(String node, String nominated, Pod pod) {
        return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(),
                node.isEmpty() ? Pod.Phase.PENDING : Pod.Phase.RUNNING,
                node, nominated, !node.isEmpty(), false, false, false, "", pod.createdAt());
    }

    /** The general pool with no node, in these zones. */
    private static Given general(int max, String... zones) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        var config = Given.general(0, max);
        given.poolConfigs.add(config);
        given.pools.add(new Pool(config.name(), config.autoScalingGroup(), 0, max, 0, List.of(), Given.T3,
                zones.length == 0 ? List.of("us-east-1a") : List.of(zones), Given.NOW));
        return given;
    }

    private static Pod web(int number, PodRules rules) {
        var plain = Given.shape(600, 256, "general"); // three of them fill a t3.large
        return pod("web" + number, new PodShape(plain.requests(), plain.nodeSelector(), List.of(), List.of(), rules, 0, List.of()));
    }

    private static Pod pod(String name, PodShape shape) {
        return new Pod("web", name, "uid-" + name, "Deployment/web", shape, new TreeMap<>(Map.of("app", "web")), Pod.Phase.PENDING, "", "", false,
                false, false,
                false, "0/1 nodes are available", Given.NOW);
    }

    private static PodRules apart(String key) {
        return new PodRules(List.of(), List.of(new PodTerm(List.of("web"), isWeb(), key)), List.of(), List.of());
    }

    private static Selector isWeb() { return new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web")))); }

    @Test
    void surgePodsOfARolloutGetRoom() {
        var given = Given.executorsOnly().jobs(0, 6).replicas(3).computePool(1, 1);
        for (int i = 0; i < 3; i++) given.executorPod("old" + i, "n0");
        given.executorPod("new0", "");
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @Test
    void gpuNodesAreNotBoughtForPodsThatAskForNone() {
        var given = new Given();
        given.poolConfigs.add(Given.gpu(0, 5));
        given.poolConfigs.add(Given.general(0, 10));
        given.jobs(0, 0).replicas(0).pool(given.poolConfigs.get(0), Given.G4, 0).pool(given.poolConfigs.get(1), Given.T3, 0);
        var tolerant = new PodShape(new Resources(500, 1L << 28, 0, 1, new TreeMap<>()), new TreeMap<>(), List.of(),
                List.of(new Toleration("", true, "", "")), List.of());
        given.pod("tolerant", "Deployment/x", tolerant, "", false);
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 1));
    }

    @Test
    void podsThatAskForGpusBuyGpuNodes() {
        var given = new Given();
        given.poolConfigs.add(Given.gpu(0, 5));
        given.jobs(0, 0).replicas(0).pool(given.poolConfigs.get(0), Given.G4, 0);
        var gpu = new PodShape(new Resources(500, 1L << 28, 0, 1, new TreeMap<>(Map.of("nvidia.com/gpu", 1L))), new TreeMap<>(), List.of(),
                List.of(new Toleration("nvidia.com/gpu", true, "", "")), List.of());
        given.pod("train-1", "Deployment/train", gpu, "", false).pod("train-2", "Deployment/train", gpu, "", false);
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("gpu", "asg-gpu", 0, 2));
    }

    @Test
    void aNodeIsOnItsWayUntilItsDevicesAreAllocatable() {
        var given = new Given();
        given.poolConfigs.add(Given.gpu(0, 5));
        var fresh = new Pool.Instance("i-gpu", Pool.Lifecycle.IN_SERVICE, "", "", "g4dn.xlarge", "us-east-1a", Given.NOW.minusSeconds(90));
        given.jobs(0, 0).replicas(0).pool(given.poolConfigs.get(0), Given.G4, 1, fresh);
        given.nodes.add(new Node("gpu-1", "uid-gpu-1", "aws:///us-east-1a/i-gpu", "", "gpu-1", new TreeMap<>(), List.of(),
                new Resources(3920, 14L << 30, 1L << 34, 29, new TreeMap<>()), true, new Node.Cordon.None(), Given.NOW.minusSeconds(20)));
        var gpu = new PodShape(new Resources(500, 1L << 28, 0, 1, new TreeMap<>(Map.of("nvidia.com/gpu", 1L))), new TreeMap<>(), List.of(),
                List.of(new Toleration("nvidia.com/gpu", true, "", "")), List.of());
        given.pod("train-1", "Deployment/train", gpu, "", false);
        assertThat(given.planAtFirstSight().steps()).isEmpty();
    }

    @Test
    void aReadyNodeIsOnItsWayUntilTheTaintsOfItsStartAreGone() {
        var given = Given.executorsOnly().jobs(6, 0).replicas(3).executorPod("p0", "").executorPod("p1", "").executorPod("p2", "");
        var like = given.node("n0", "i-0");
        var taints = List.of(like.taints().getFirst(), new Taint("node.kubernetes.io/not-ready", "", Taint.Effect.NO_SCHEDULE));
        given.nodes.add(new Node(like.name(), like.uid(), like.providerId(), "", like.name(), like.labels(), taints, like.allocatable(), true,
                like.cordon(), Given.NOW));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(90)));
        assertThat(given.planAtFirstSight().steps()).isEmpty();

        given.now = Given.NOW.plusSeconds(600); // by now the taint is the node's own, and the pods need another one
        assertThat(actions(given.planAtFirstSight())).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @Test
    void aNodeThatWeAreClosingIsOpenedBeforeOneIsBought() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(
                new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, 1), new Action.Uncordon("n0", "uid-n0"));
    }

    @Test
    void aNodeThatSomebodyElseClosedIsNoRoom() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByOthers()));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
        assertThat(actions(given.planAfterAnHour())).contains(new Action.RaiseCapacity("compute", "asg-compute", 1, 2))
                .noneMatch(a -> a instanceof Action.Uncordon);
    }

    @Test
    void aPoolThatCouldNotBeReadIsNotRaisedButReplicasAre() {
        var given = Given.executorsOnly().jobs(10, 0).replicas(0).missing(Missing.Source.AWS, "");
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, 5));
        assertThat(held(plan, "pool/compute"))
                .containsExactly(new Reason.SourceMissing(Missing.Source.AWS, "", Given.NOW.minusSeconds(30), "connection refused"));
    }

    @Test
    void withoutTheClusterNothingIsDone() {
        var given = Given.executorsOnly().jobs(10, 0).computePool(0, 0).missing(Missing.Source.KUBERNETES, "");
        var plan = given.planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "source/kubernetes")).hasSize(1);
    }

    @Test
    void anInstanceThatDoesNotJoinInTimeNoLongerCountsAsOnItsWay() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(1).executorPod("p0", "");
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-lost", Given.NOW.minusSeconds(601)));
        assertThat(actions(given.planAtFirstSight())).contains(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @Test
    void capacityThatDoesNotComeIsNotOrderedForEver() {
        var given = Given.executorsOnly().jobs(2, 0).replicas(1).executorPod("p0", "").computePool(1, 0);
        var shortFor = new TreeMap<>(Map.of("compute", Given.NOW.minusSeconds(601)));
        var plan = given.decide(Memory.EMPTY.but(memory -> memory.shortSince = shortFor)).plan();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pool/compute")).contains(new Reason.CapacityNotComing(1, Given.NOW.minusSeconds(601)));
    }

    @Test
    void k3sNodesAreFoundByAddress() {
        var given = k3sNode(Pool.Lifecycle.IN_SERVICE);
        assertThat(given.planAtFirstSight().steps()).isEmpty(); // the pod has room on it, and it is not "never joined"
    }

    /** Its address may be another instance's by now, and where it is not the node goes with its instance. */
    @Test
    void aNodeWhoseInstanceLeavesIsNoRoom() {
        assertThat(actions(k3sNode(Pool.Lifecycle.LEAVING).planAtFirstSight())).containsExactly(
                new Action.RaiseCapacity("compute", "asg-compute", 0, 1));
    }

    private static Given k3sNode(Pool.Lifecycle lifecycle) {
        var given = Given.executorsOnly().jobs(2, 0).replicas(1).executorPod("p0", "");
        var instance = new Pool.Instance("i-0", lifecycle, "10.0.0.7", "ip-10-0-0-7.internal", "c5.2xlarge", "us-east-1a",
                Given.NOW.minusSeconds(3600));
        given.pool(given.poolConfigs.getFirst(), Given.C5, instance.counts() ? 1 : 0, instance);
        var like = given.node("k3s-worker", "unused");
        given.nodes.add(new Node(like.name(), like.uid(), "k3s://k3s-worker", "10.0.0.7", "k3s-worker", like.labels(), like.taints(),
                like.allocatable(), true,
                like.cordon(), like.createdAt()));
        return given;
    }

    @Test
    void daemonsetsTakeTheirPartOfANewNode() {
        var given = Given.executorsOnly().jobs(6, 0).replicas(0).computePool(0, 0);
        given.daemons
                .add(new Daemon("kube-system", "agent", new PodShape(new Resources(2000, 1L << 28, 0, 1, new TreeMap<>()), new TreeMap<>(), List.of(),
                        List.of(new Toleration("", true, "", "")), List.of())));
        assertThat(actions(given.planAtFirstSight())).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 2)); // 5910m: two pods a node, not three
    }
}
