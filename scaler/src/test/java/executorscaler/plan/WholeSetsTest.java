package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Toleration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that are hardly used: which of them go, all in one tick, and where their pods go. A node has 7910 millis; below 50 % it is hardly used. */
@Tag("unit")
class WholeSetsTest {

    /** 1000 + 1000 + 1000 into what 4500 leave free. */
    @Test
    void allThatFitElsewhereGoInTheSameTick() {
        var given = nodes(4).web("a", 1000, "n0").web("b", 1000, "n1").web("c", 1000, "n2").web("d", 4500, "n3");
        assertThat(cordoned(given)).containsExactly("n0", "n1", "n2");
    }

    /** The free 3410 of n3 take three of them; the fourth and n3 stay. */
    @Test
    void thereIsRoomForSoManyAndNoMore() {
        var given = nodes(5).web("a", 1000, "n0").web("b", 1001, "n1").web("c", 1002, "n2").web("d", 1003, "n4").web("e", 4500, "n3");
        assertThat(cordoned(given)).containsExactly("n0", "n1", "n2");
    }

    /** None is used so much that it stays anyway: what is used most stays and takes the others in. */
    @Test
    void aNodeThatTakesOthersInStays() {
        var given = nodes(3).web("a", 1000, "n0").web("b", 2000, "n1").web("c", 3000, "n2");
        assertThat(cordoned(given)).containsExactly("n0", "n1");
    }

    /** b would fit on n2; but n1, where it is, is to take in a, which fits nowhere else. */
    @Test
    void aNodeThatTakesOthersInStaysEvenIfItsOwnPodsFitElsewhere() {
        var given = nodes(3).pod("a", "Deployment/web", Given.shape(1000, 2000, "executor"), "n0", false).web("b", 2000, "n1")
                .pod("c", "Deployment/web", Given.shape(5000, 13_000, "executor"), "n2", false);
        assertThat(cordoned(given)).containsExactly("n0");
    }

    /** d1 is fuller than n0, and dearer. */
    @Test
    void theCheapestTakeTheOthersIn() {
        var given = nodes(1).web("a", 500, "n0");
        var dear = compute("dear", 0.9);
        given.poolConfigs.set(0, compute("compute", 0.3));
        given.poolConfigs.add(dear);
        for (var id : List.of("d0", "d1")) given.nodes.add(given.node(id, "i-" + id));
        given.pool(dear, Given.C5, 2, Given.instance("i-d0", Given.NOW.minusSeconds(7200)), Given.instance("i-d1", Given.NOW.minusSeconds(7200)));
        given.web("b", 1000, "d0").web("c", 3000, "d1");
        assertThat(cordoned(given)).containsExactly("d0", "d1");
    }

    @Test
    void anEmptyNodeOfAPoolAtItsMinimumIsFilled() {
        var given = nodes(1);
        var other = compute("other", 0.9);
        given.poolConfigs.set(0, Given.compute(1, 20));
        given.poolConfigs.add(other);
        given.nodes.add(given.node("z0", "i-other"));
        given.pool(other, Given.C5, 1, Given.instance("i-other", Given.NOW.minusSeconds(7200)));
        given.web("a", 1000, "z0");
        assertThat(cordoned(given)).containsExactly("z0");
    }

    @Test
    void anEmptyNodeIsNotFilledSoThatAnotherCanGo() {
        var given = nodes(2).web("a", 1000, "n0");
        // n1 is empty since a moment only.
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        var idle = new TreeMap<>(memory.idleSince());
        idle.remove("uid-n1");
        var plan = given.decide(with(memory, idle)).plan();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.PodCannotMove("web/a", Reason.PodCannotMove.NO_ROOM));
    }

    @Test
    void anEmptyNodeThatStaysAnywayIsFilled() {
        var given = nodes(2).web("a", 1000, "n0");
        given.nodes.set(1, stays(given.nodes.get(1)));
        assertThat(cordoned(given)).containsExactly("n0");
    }

    @Test
    void theDearestGoFirstOverAllPools() {
        var given = nodes(2).web("a", 1500, "n0").web("b", 5500, "n1");
        // A dearer pool of the same machines, whose node is used more: its pod gets the room of which there is enough for one.
        var dear = compute("dear", 0.9);
        given.poolConfigs.set(0, compute("compute", 0.3));
        given.poolConfigs.add(dear);
        given.nodes.add(given.node("z0", "i-dear"));
        given.pool(dear, Given.C5, 1, Given.instance("i-dear", Given.NOW.minusSeconds(7200)));
        given.web("c", 2000, "z0");
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(new Action.Cordon("z0", "uid-z0"));
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.PodCannotMove("web/a", Reason.PodCannotMove.NO_ROOM));
    }

    @Test
    void theMinimumHoldsForAllThatGoTogether() {
        var given = nodes(4).web("a", 1000, "n0").web("b", 1000, "n1").web("d", 4500, "n3");
        given.poolConfigs.set(0, Given.compute(3, 20));
        // n2 is empty and goes first; then the pool is at its minimum.
        assertThat(cordoned(given)).containsExactly("n2");
    }

    @Test
    void roomThatPodsOfAClosedNodeWillNeedIsNotGivenToOthers() {
        var given = nodes(3).web("a", 3000, "n0").web("b", 3000, "n1").web("c", 4500, "n2");
        given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(2))));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.PodCannotMove("web/b", Reason.PodCannotMove.NO_ROOM));
    }

    @Test
    void aPodOfAClosedNodeIsNotEvictedWhereThereIsNoRoomForIt() {
        var given = nodes(2).web("a", 4000, "n0").web("c", 4500, "n1");
        given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n0")).containsExactly(new Reason.PodCannotMove("web/a", Reason.PodCannotMove.NO_ROOM));
    }

    @Test
    void oneBudgetEmptiesOneNodeAfterTheOther() {
        var given = nodes(3).web("a", 1000, "n0").web("b", 1000, "n1").web("c", 4500, "n2").budget(1);
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(new Action.Cordon("n0", "uid-n0"));
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.BudgetExhausted("web/web"));
    }

    /** n0 was closed a moment ago, and its pod will need what the budget allows. */
    @Test
    void aNodeThatIsStillToBeEmptiedHasItsBudgetFirst() {
        var given = nodes(3).web("a", 1000, "n0").web("b", 1000, "n1").web("c", 4500, "n2").budget(1);
        given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(2))));
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "node/n1")).containsExactly(new Reason.BudgetExhausted("web/web"));
    }

    @Test
    void aNodeOfTheGpuPoolIsJudgedByItsGpusAlone() {
        // 3000 of 3920 millis are used, and no GPU: the pod moves to a general node that has room.
        var given = gpuBesideGeneral(3000, 0);
        assertThat(cordoned(given)).containsExactly("g0");
        assertThat(given.planAfterAnHour().steps().getFirst().why()).isEqualTo(new Reason.NodeUnderused(Given.NOW.minusSeconds(3600), 0, 1));
        // Hardly any CPU is used, and the GPU is.
        assertThat(cordoned(gpuBesideGeneral(100, 1))).isEmpty();
    }

    /** 0: only empty ones go. */
    @Test
    void theGpuPoolsOwnThresholdIsItsTag() {
        var given = gpuBesideGeneral(3000, 0);
        var plain = given.pools.getLast();
        var options = new TreeMap<>(Map.of("scaledowngpuutilizationthreshold", "0"));
        given.pools.set(1, new Pool(plain.name(), plain.group(), 0, 5, 1, plain.instances(), plain.offers(), plain.zones(),
                new Pool.Setup(new TreeMap<>(), List.of(), new TreeMap<>(), options, new TreeSet<>(), false, 0, List.of()), List.of(), Given.NOW));
        assertThat(cordoned(given)).isEmpty();
    }

    private static Given gpuBesideGeneral(long cpuMillis, long gpus) {
        var given = nodes(1).web("busy", 4500, "n0");
        var gpu = Given.gpu(0, 5);
        given.poolConfigs.add(gpu);
        given.nodes.add(new Node("g0", "uid-g0", "aws:///us-east-1a/i-g0", "", "g0", new TreeMap<>(Map.of("kubernetes.io/hostname", "g0")), List.of(),
                new Resources(3920, 14162L << 20, 20 * Given.GIB, 29, new TreeMap<>(Map.of("nvidia.com/gpu", 1L))), true, new Node.Cordon.None(),
                Given.NOW.minusSeconds(7200)));
        given.pool(gpu, Given.G4, 1, new Pool.Instance("i-g0", Pool.Lifecycle.IN_SERVICE, "10.0.0.1", "i-g0.internal", "g4dn.xlarge", "us-east-1a",
                Given.NOW.minusSeconds(7200)));
        var requests = new Resources(cpuMillis, 1L << 20, 0, 1, gpus == 0 ? new TreeMap<>() : new TreeMap<>(Map.of("nvidia.com/gpu", gpus)));
        given.pod("guest", "Deployment/web",
                new PodShape(requests, new TreeMap<>(), List.of(), List.of(new Toleration("", true, "", "")), List.of()), "g0", false);
        return given;
    }

    /** So many ready nodes of the pool with nothing on them. */
    private static Given nodes(int count) {
        var given = Given.executorsOnly();
        given.scaleDown = threshold(0.5);
        given.jobs(0, 0).replicas(0).computePool(count, count);
        return given;
    }

    private static ScaleDownConfig threshold(double share) {
        return new ScaleDownConfig(60, 300, 5, 600, share, 60);
    }

    private static PoolConfig compute(String name, double price) {
        var like = Given.compute(0, 20);
        return new PoolConfig(name, "asg-" + name, like.instanceType(), like.capacityType(), 0, 20, like.labels(), like.taints(), 0, like.reserved(),
                600, OptionalDouble.of(price), 0);
    }

    private static Node stays(Node node) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), node.ready(), node.cordon(), node.createdAt(), node.unreadySince(), "its annotation says so");
    }

    private static Memory with(Memory memory, SortedMap<String, Instant> idle) {
        return memory.but(next -> next.idleSince = idle);
    }

    private static List<String> cordoned(Given given) {
        var nodes = new ArrayList<String>();
        for (Action action : actions(given.planAfterAnHour())) nodes.add(((Action.Cordon) action).node());
        return nodes;
    }
}
