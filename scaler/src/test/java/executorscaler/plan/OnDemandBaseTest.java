package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.PoolScaleDown;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import executorscaler.snapshot.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A pool of spot and one on demand of the same machine, three executors a node, two jobs a pod: a floor of room that AWS cannot take back. */
@Tag("unit")
class OnDemandBaseTest {

    private final Given given = new Given();

    // What is bought

    @ParameterizedTest(name = "{0} pods, base {1}: {2}")
    @CsvSource({"12, 0, spot=4", "12, 1, on-demand=1 spot=3", "12, 3, on-demand=1 spot=3", "12, 4, on-demand=2 spot=2", "12, 12, on-demand=4",
            "1, 3, on-demand=1", "3, 50, on-demand=1", "0, 3, ''"})
    void asManyPodsAsTheBaseGetNodesThatAwsCannotTakeBackAndAllOthersTheCheapest(int pods, int base, String bought) {
        needs(pods, base);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        assertThat(bought()).isEqualTo(bought);
        assertThat(notMet()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Config.Strategy.class)
    void withEveryStrategy(Config.Strategy strategy) {
        given.strategy = strategy;
        needs(12, 3);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        assertThat(bought()).contains("on-demand=1");
    }

    @Test
    void podsThatAreSpreadOverHostsToo() {
        given.shape = Given.withHostPort(Given.executorShape(), 9100);
        needs(5, 2);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        assertThat(bought()).isEqualTo("on-demand=2 spot=3");
    }

    /** Two of three places of the first node are for the base; the third is there anyway. */
    @Test
    void roomThatTheBaseLeavesOnItsNodesIsUsedByAllOthers() {
        needs(2, 2);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        given.web("a", 1900, "").web("b", 1500, "");
        assertThat(bought()).isEqualTo("on-demand=1");
        given.web("c", 7000, "");
        assertThat(bought()).as("a node for the third alone").isEqualTo("on-demand=1 spot=1");
    }

    /** It is on no node that AWS cannot take back, so that room there comes first. */
    @Test
    void roomOnDemandThatIsThereComesBeforeRoomOnSpot() {
        needs(2, 2);
        pool("spot", 0.1).is(1);
        pool("on-demand", 0.3).is(1);
        assertThat(bought()).isEmpty();
        given.onDemandBase = 0;
        assertThat(actions(given.planAfterAnHour())).as("without a base one of the two is idle").contains(cordon("on-demand0"));
        given.onDemandBase = 2;
        assertThat(actions(given.planAfterAnHour())).contains(cordon("spot0")).doesNotContain(cordon("on-demand0"));
    }

    @Test
    void nodesOnTheirWayCountAndNothingIsBoughtTwice() {
        needs(6, 3);
        pool("spot", 0.1).ordered(1);
        pool("on-demand", 0.3).ordered(1);
        assertThat(bought()).isEmpty();
    }

    @Test
    void spotOnItsWayIsNoRoomForTheBase() {
        needs(3, 3);
        pool("spot", 0.1).ordered(1);
        pool("on-demand", 0.3).is(0);
        assertThat(bought()).isEqualTo("on-demand=1");
    }

    @ParameterizedTest(name = "{0} pods run on demand and {1} on spot, {2} wait, base {3}: {4}")
    @CsvSource({"3, 3, 3, 3, spot=1", "2, 1, 1, 3, ''", "3, 3, 3, 5, on-demand=1", "0, 3, 2, 2, on-demand=1", "0, 3, 1, 3, on-demand=1"})
    void podsThatRunOnDemandCountTowardsTheBaseAndOthersDoNot(int onDemand, int spot, int waiting, int base, String bought) {
        given.onDemandBase = base;
        int pods = onDemand + spot + waiting;
        given.jobs(2L * pods - 1, 1).replicas(pods);
        pool("spot", 0.1).is(1);
        pool("on-demand", 0.3).is(1);
        run("on-demand0", onDemand);
        run("spot0", spot);
        if (onDemand == 0) fill("on-demand0");
        if (spot < 3) fill("spot0");
        for (int i = 0; i < waiting; i++) given.executorPod("waits" + i, "");
        assertThat(bought()).isEqualTo(bought);
    }

    /** A fallback is shut while its main pool gives; but spot cannot give this. */
    @Test
    void theBaseIsBoughtFromTheFallbackOfASpotPool() {
        needs(12, 3);
        pool("spot", 0.1).fallback("on-demand").is(0);
        pool("on-demand", 0.05).is(0);
        assertThat(bought()).isEqualTo("on-demand=1 spot=3");
    }

    /** Spot is full, but could not have given it in any case. */
    @Test
    void whatIsBoughtForTheBaseStandsInForNoSpotPool() {
        needs(12, 3);
        pool("spot", 0.1).fallback("on-demand").atMost(3).is(0);
        pool("on-demand", 0.05).is(0);
        assertThat(bought()).isEqualTo("on-demand=1 spot=3");
        assertThat(order("on-demand").fallbackFor()).isEmpty();
    }

    @Test
    void amongPoolsOnDemandFallbacksHold() {
        needs(12, 9);
        pool("first", 0.4).fallback("second").atMost(2).is(0);
        pool("second", 0.3).is(0);
        pool("spot", 0.1).is(0);
        assertThat(bought()).isEqualTo("first=2 second=1 spot=1");
        assertThat(order("second").fallbackFor()).isEqualTo("first");
    }

    @Test
    void aPurchaseIsNotLevelledOverToSpot() {
        given.balance = true;
        needs(12, 12);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.1).is(0);
        assertThat(bought()).isEqualTo("on-demand=4");
    }

    @Test
    void overPoolsOnDemandItIs() {
        given.balance = true;
        needs(12, 12);
        pool("a", 0.3).is(0);
        pool("b", 0.3).is(0);
        pool("spot", 0.1).is(0);
        assertThat(bought()).isEqualTo("a=2 b=2");
        assertThat(bases()).isEqualTo(12);
    }

    @Test
    void fullNodesAreBoughtForTheLeastAPodAndForTheRestTheCheapestThatDoes() {
        needs(4, 4);
        pool("spot", 0.01).is(0);
        pool("large", 0.3).is(0);
        pool("small", 0.11).of(new MachineType("c5.xlarge", 4, 8 * Given.GIB, new TreeMap<>(), 58, "amd64")).is(0);
        assertThat(bought()).isEqualTo("large=1 small=1");
    }

    @Test
    void nodesWithDevicesAreNotBoughtForTheBaseOfPodsThatAskForNone() {
        needs(3, 3);
        pool("spot", 0.1).is(0);
        pool("gpu", 0.3).of(Given.G4).is(0);
        assertThat(bought()).isEqualTo("spot=1");
    }

    /** Two pods, and two nodes of spot that are as empty: in no order would the scheduler use the third. It is room all the same. */
    @Test
    void aRehearsalGivesNoNodeOfTheBaseBack() {
        needs(1, 1);
        pool("spot", 0.1).is(2);
        pool("on-demand", 0.3).is(1); // by which the next one is measured
        fill("on-demand0");
        given.web("a", 1900, "");
        assertThat(bought()).isEqualTo("on-demand=1");
    }

    @Test
    void theReasonOfThePurchaseNamesTheBase() {
        needs(12, 2);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        assertThat(given.planAtFirstSight().steps()).filteredOn(step -> step.action() instanceof Action.RaiseCapacity).extracting(Plan.Step::why)
                .containsExactlyInAnyOrder(new Reason.PodsDoNotFit(3, 3, 0, 1, new Price(0.3, Price.Source.CONFIG), 0, 2),
                        new Reason.PodsDoNotFit(9, 9, 0, 3, new Price(0.1, Price.Source.CONFIG)));
    }

    // What cannot be had

    @ParameterizedTest(name = "{0}")
    @CsvSource({"failed, on-demand: AWS could not launch: none left",
            "suspended, on-demand: the group's process Launch is suspended: nothing that is ordered comes",
            "full, on-demand: at its maximum of 0", "unread, on-demand: could not be read",
            "none, no pool with capacityType on-demand takes the pods"})
    void podsNeverWaitForABaseThatCannotBeHadAndThePlanSaysWhy(String why, String because) {
        needs(6, 3);
        pool("spot", 0.1).is(0);
        var pool = pool(why.equals("none") ? "spot-too" : "on-demand", 0.3);
        switch (why) {
            case "failed" -> pool.failed();
            case "suspended" -> pool.suspended();
            case "full" -> pool.atMost(0);
            default -> {
            }
        }
        pool.is(0);
        if (why.equals("unread")) given.pools.removeLast();
        assertThat(bought()).isEqualTo("spot=2");
        assertThat(notMet()).contains(new Reason.OnDemandBaseNotMet(3, 0, List.of(because)));
    }

    @Test
    void whatCanBeHadOfItIs() {
        needs(12, 6);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).atMost(1).is(0);
        assertThat(bought()).isEqualTo("on-demand=1 spot=3");
        assertThat(notMet()).contains(new Reason.OnDemandBaseNotMet(6, 3, List.of("on-demand: at its maximum of 1")));
    }

    /** One node is left, and the others can be nowhere else. */
    @Test
    void podsThatCanOnlyBeOnDemandComeBeforeTheBase() {
        needs(3, 3);
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).labelled("disk", "fast").atMost(1).is(0);
        var like = Given.shape(6000, 64, "executor");
        var selector = new TreeMap<>(like.nodeSelector());
        selector.put("disk", "fast");
        given.pod("picky", "Deployment/web", new PodShape(like.requests(), selector, List.of(), like.tolerations(), List.of()), "", false);
        assertThat(bought()).isEqualTo("on-demand=1 spot=1");
        assertThat(held(given.planAtFirstSight(), "pod/web/picky")).noneMatch(Reason.NoRoomNow.class::isInstance);
        assertThat(notMet()).isPresent();
    }

    /** Fell back to spot: as soon as on-demand is to be had again new pods get it, up to the base. */
    @Test
    void nothingIsBoughtForPodsThatRunOnSpotAndThePlanSaysSo() {
        given.onDemandBase = 2;
        given.jobs(2, 2).replicas(2);
        pool("spot", 0.1).is(1);
        pool("on-demand", 0.3).is(0);
        run("spot0", 2);
        assertThat(given.planAfterAnHour().steps()).isEmpty();
        assertThat(notMet())
                .contains(new Reason.OnDemandBaseNotMet(2, 0, List.of("no pod waits for it, and nothing is bought or moved for pods that run")));
    }

    @Test
    void anExecutorThatAwaitsItsDeploymentHasNoBase() {
        given.onDemandBase = 2;
        given.jobs(4, 0).executor(2, "registry/executor:TO_BE_DEPLOYED");
        pool("spot", 0.1).is(0);
        pool("on-demand", 0.3).is(0);
        assertThat(given.planAtFirstSight().steps()).isEmpty();
        assertThat(notMet()).isEmpty();
    }

    // What stays

    @ParameterizedTest(name = "base {0}, {1} pods on spot: {2} of 3 idle nodes on demand stay")
    @CsvSource({"0, 3, 0", "1, 3, 1", "3, 3, 1", "4, 6, 2", "9, 2, 1", "3, 0, 0"})
    void roomStaysForPodsThatTheSchedulerPutOnSpot(int base, int onSpot, int stay) {
        given.onDemandBase = base;
        given.jobs(onSpot, onSpot).replicas(onSpot);
        pool("spot", 0.1).is(2);
        pool("on-demand", 0.3).is(3);
        run("spot0", Math.min(3, onSpot));
        if (onSpot == 0) fill("spot0");
        if (onSpot > 3) run("spot1", onSpot - 3);
        else
            fill("spot1");
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).hasSize(3 - stay).allMatch(Action.Cordon.class::isInstance);
        assertThat(plan.held().stream().filter(each -> each.why() instanceof Reason.RoomForBase)).hasSize(stay);
        assertThat(notMet()).isEmpty();
    }

    @Test
    void aClosedNodeIsGivenBackForIt() {
        given.onDemandBase = 2;
        given.jobs(2, 2).replicas(2);
        pool("spot", 0.1).is(1);
        pool("on-demand", 0.3).closed(1);
        run("spot0", 2);
        assertThat(given.planAfterAnHour().steps())
                .containsExactly(new Plan.Step(new Action.Uncordon("on-demand0", "uid-on-demand0"), new Reason.RoomForBase("executor", 2)));
    }

    /** The first three pods for jobs that come due will be of the base: of two idle nodes the one on spot alone would not do. */
    @ParameterizedTest(name = "base {0}: {1} goes")
    @CsvSource({"0, on-demand0", "3, spot0"})
    void nodesOnDemandStayForJobsThatComeDue(int base, String goes) {
        given.onDemandBase = base;
        given.queues.add(new Queue("executor", 0, 0, 0, new TreeMap<>(Map.of(300, 6L)), "epoch-1", "", Given.NOW));
        given.replicas(0);
        pool("spot", 0.1).is(1);
        pool("on-demand", 0.3).is(1);
        assertThat(actions(given.planAfterAnHour())).containsExactly(cordon(goes));
    }

    private static Action.Cordon cordon(String node) {
        return new Action.Cordon(node, "uid-" + node);
    }

    private void run(String node, int pods) {
        for (int i = 0; i < pods; i++) given.executorPod(node + "-" + i, node);
    }

    /** Leaves no room for an executor. */
    private void fill(String node) {
        given.web("fills-" + node, 6500, node);
    }

    private void needs(int pods, int base) {
        given.onDemandBase = base;
        given.jobs(2L * pods, 0).replicas(0);
    }

    private Optional<Reason.OnDemandBaseNotMet> notMet() {
        return held(given.planAtFirstSight(), "executor/executor").stream().filter(Reason.OnDemandBaseNotMet.class::isInstance)
                .map(Reason.OnDemandBaseNotMet.class::cast).findFirst();
    }

    private int bases() {
        return given.planAtFirstSight().steps().stream().map(Plan.Step::why).filter(Reason.PodsDoNotFit.class::isInstance)
                .map(Reason.PodsDoNotFit.class::cast).mapToInt(Reason.PodsDoNotFit::ofBase).sum();
    }

    private Reason.PodsDoNotFit order(String pool) {
        return given.planAtFirstSight().steps().stream().filter(step -> step.action().subject().equals("pool/" + pool)).map(Plan.Step::why)
                .map(Reason.PodsDoNotFit.class::cast).findFirst().orElseThrow();
    }

    private String bought() {
        return String.join(" ", actions(given.planAtFirstSight()).stream().filter(Action.RaiseCapacity.class::isInstance)
                .map(Action.RaiseCapacity.class::cast)
                .map(raise -> raise.pool() + "=" + (raise.desired() - raise.expected())).sorted().toList());
    }

    private PoolUnderTest pool(String name, double price) {
        return new PoolUnderTest(name, price);
    }

    /** A pool as it is put together: of spot if its name begins so. */
    private final class PoolUnderTest {
        private final String name;
        private final double price;
        private final List<LaunchFailure> failures = new ArrayList<>();
        private final Set<String> suspended = new TreeSet<>();
        private final TreeMap<String, String> labels = new TreeMap<>();
        private String fallback = "";
        private MachineType type = Given.C5;
        private int max = 40;

        PoolUnderTest(String name, double price) {
            this.name = name;
            this.price = price;
        }

        PoolUnderTest fallback(String pool) {
            fallback = pool;
            return this;
        }

        PoolUnderTest atMost(int nodes) {
            max = nodes;
            return this;
        }

        PoolUnderTest failed() {
            failures.add(new LaunchFailure("activity", Given.NOW.minusSeconds(2), LaunchFailure.Cause.NO_CAPACITY, "", "", "none left"));
            return this;
        }

        PoolUnderTest suspended() {
            suspended.add("Launch");
            return this;
        }

        PoolUnderTest of(MachineType machine) {
            type = machine;
            return this;
        }

        PoolUnderTest labelled(String key, String value) {
            labels.put(key, value);
            return this;
        }

        /** So many nodes that we closed a minute ago. */
        void closed(int nodes) {
            add(nodes, nodes, new Node.Cordon.ByUs(Given.NOW.minusSeconds(60)));
        }

        /** So many nodes that are there and open, named by the pool and a number. */
        void is(int nodes) {
            add(nodes, nodes, new Node.Cordon.None());
        }

        /** So many nodes that are desired and not there yet. */
        void ordered(int nodes) {
            add(nodes, 0, new Node.Cordon.None());
        }

        private void add(int desired, int nodes, Node.Cordon cordon) {
            var like = Given.compute(0, max);
            labels.putAll(like.labels());
            given.poolConfigs.add(new PoolConfig(name, "asg-" + name, "", name.startsWith("spot") ? CapacityType.SPOT : CapacityType.ON_DEMAND, 0,
                    max, labels, like.taints(), 0, like.reserved(), OptionalInt.of(600), OptionalDouble.of(price), 0, PoolScaleDown.NONE,
                    fallback));
            var instances = new ArrayList<Pool.Instance>();
            for (int i = 0; i < nodes; i++) {
                instances.add(Given.instance("i-" + name + i, Given.NOW.minusSeconds(3600)));
                given.nodes.add(given.node(name + i, "i-" + name + i, cordon));
            }
            var none = new TreeMap<String, String>();
            var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(suspended), false, 0, List.of());
            given.pools.add(new Pool(name, "asg-" + name, 0, max, desired, instances, List.of(new Pool.Offer(type, 1, OptionalDouble.empty())),
                    List.of("us-east-1a"), setup, failures, Given.NOW));
        }
    }
}
