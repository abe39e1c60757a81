package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolScaleDown;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Missing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several pools of the same machine, and 100 jobs at 2 a pod and 3 pods a node: 17 nodes. */
@Tag("unit")
class ChoiceOfPoolsTest {

    private static final String A = "us-east-1a";
    private static final String B = "us-east-1b";
    private static final String C = "us-east-1c";

    private final Given given = Given.executorsOnly().jobs(100, 0).replicas(0);

    @BeforeEach
    void noPools() {
        given.poolConfigs.clear();
    }

    // Fallbacks

    @ParameterizedTest
    @EnumSource(Config.Strategy.class)
    void theFallbackIsNotBoughtFromWhileThePoolGivesThoughItIsCheaperAndPreferred(Config.Strategy strategy) {
        given.strategy = strategy;
        pool("spot", 0.5, 0, "on-demand", 40).is(0);
        pool("on-demand", 0.1, 10, "", 40).is(0);
        assertThat(bought()).isEqualTo("spot=17");
    }

    @ParameterizedTest
    @EnumSource(Config.Strategy.class)
    void whatThePoolCannotGiveTheFallbackGives(Config.Strategy strategy) {
        given.strategy = strategy;
        pool("spot", 0.1, 0, "on-demand", 12).is(0);
        pool("on-demand", 0.3, 10, "", 40).is(0);
        assertThat(bought()).as("at its maximum").isEqualTo("on-demand=5 spot=12");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"closed", "suspended", "unread"})
    void aPoolThatGivesNothingLeavesAllToTheFallback(String why) {
        var spot = pool("spot", 0.1, 0, "on-demand", 40);
        cannotGive(spot, why);
        pool("on-demand", 0.3, 0, "", 40).is(0);
        assertThat(bought()).isEqualTo("on-demand=17");
    }

    @Test
    void fallbacksFollowEachOther() {
        pool("first", 0.5, 0, "second", 4).is(0);
        pool("second", 0.4, 0, "third", 6).is(0);
        pool("third", 0.1, 0, "", 40).is(0);
        assertThat(bought()).isEqualTo("first=4 second=6 third=7");
    }

    @Test
    void podsThatThePoolDoesNotTakeGoToTheFallbackAtOnce() {
        pool("spot", 0.1, 0, "on-demand", 40).in(B).is(0);
        pool("on-demand", 0.3, 0, "", 40).in(A).is(0);
        zoned(A);
        assertThat(bought()).isEqualTo("on-demand=17");
    }

    @Test
    void podsThatAreSpreadOverHostsHeedFallbacksToo() {
        pool("spot", 0.5, 0, "on-demand", 12).is(0);
        pool("on-demand", 0.1, 0, "", 40).is(0);
        ports();
        assertThat(bought()).isEqualTo("on-demand=38 spot=12");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"full | at its maximum of 12", "closed | AWS could not launch: none left",
            "suspended | the group's process Launch is suspended: nothing that is ordered comes", "unread | it cannot be read"})
    void anOrderFromAFallbackSaysForWhichPoolAndWhyThatOneCannotGive(String why, String because) {
        var spot = pool("spot", 0.1, 0, "on-demand", why.equals("full") ? 12 : 40);
        cannotGive(spot, why);
        pool("on-demand", 0.3, 0, "", 40).is(0);
        assertThat(order("on-demand")).extracting(Reason.PodsDoNotFit::fallbackFor, Reason.PodsDoNotFit::because).containsExactly("spot", because);
        if (why.equals("full")) assertThat(order("spot").fallbackFor()).isEmpty();
    }

    @Test
    void whatIsBoughtForPodsThatTheOtherPoolDoesNotTakeStandsInForNothing() {
        pool("spot", 0.1, 0, "on-demand", 0).in(B).is(0);
        pool("on-demand", 0.3, 0, "", 40).in(A).is(0);
        zoned(A);
        assertThat(order("on-demand").fallbackFor()).isEmpty();
    }

    /** By its labels in the config the pool that cannot be read is not for these pods. */
    @Test
    void aPoolThatCannotBeReadIsReplacedOnlyForPodsThatItMayTake() {
        pool("spot", 0.1, 0, "on-demand", 40);
        given.poolConfigs.set(0, relabelled(given.poolConfigs.getFirst(), "workload-type", "other"));
        given.missing(Missing.Source.AWS, "spot");
        pool("on-demand", 0.3, 0, "", 40).is(0);
        assertThat(order("on-demand").fallbackFor()).isEmpty();
    }

    // Levelling

    @ParameterizedTest(name = "desired {0}, {1}, {2} become {3}")
    @CsvSource({"0, 0, 0, a=6 b=6 c=5", "10, 0, 0, b=9 c=8", "3, 4, 0, a=5 b=4 c=8", "0, 30, 30, a=17"})
    void aPurchaseIsLevelledOverPoolsThatDifferByTheirZone(int a, int b, int c, String wanted) {
        given.balance = true;
        pool("a", 0.1, 0, "", 40).in(A).is(a);
        pool("b", 0.1, 0, "", 40).in(B).is(b);
        pool("c", 0.1, 0, "", 40).in(C).is(c);
        assertThat(bought()).isEqualTo(wanted);
        given.balance = false;
        assertThat(bought()).isNotEqualTo("a=6 b=6 c=5");
    }

    @Test
    void theMaximumOfEachHolds() {
        given.balance = true;
        pool("a", 0.1, 0, "", 3).in(A).is(0);
        pool("b", 0.1, 0, "", 40).in(B).is(0);
        assertThat(bought()).isEqualTo("a=3 b=14");
    }

    @ParameterizedTest(name = "{0} is another pool")
    @CsvSource({"price", "taint", "label", "priority"})
    void poolsThatDifferByMoreAreNotLevelled(String difference) {
        given.balance = true;
        pool("a", 0.1, 0, "", 40).in(A).is(0);
        pool("b", difference.equals("price") ? 0.102 : 0.1, difference.equals("priority") ? -1 : 0, "", 40).in(B).differing(difference).is(0);
        assertThat(bought()).isIn("a=17", "b=17");
    }

    @Test
    void podsThatMustBeInOneZoneAreNotMoved() {
        given.balance = true;
        pool("a", 0.1, 0, "", 40).in(A).is(0);
        pool("b", 0.1, 0, "", 40).in(B).is(0);
        zoned(B);
        assertThat(bought()).isEqualTo("b=17");
    }

    @Test
    void aPoolThatIsClosedGetsNone() {
        given.balance = true;
        pool("a", 0.1, 0, "", 40).in(A).is(0);
        pool("b", 0.1, 0, "", 40).in(B).failed().is(0);
        assertThat(bought()).isEqualTo("a=17");
    }

    @Test
    void podsAreCountedOnceHoweverTheirNodesAreShared() {
        given.balance = true;
        pool("a", 0.1, 0, "", 40).in(A).is(0);
        pool("b", 0.1, 0, "", 40).in(B).is(0);
        assertThat(given.planAtFirstSight().steps().stream().map(Plan.Step::why).filter(Reason.PodsDoNotFit.class::isInstance)
                .map(Reason.PodsDoNotFit.class::cast)
                .mapToInt(Reason.PodsDoNotFit::pods).sum()).isEqualTo(50);
    }

    // Warm pools

    @ParameterizedTest(name = "warm {0} and {1}: {2}")
    @CsvSource({"0, 20, b=17 (17 warm)", "5, 12, a=5 (5 warm) b=12 (12 warm)", "20, 0, a=17 (17 warm)"})
    void atEqualPriceWarmInstancesComeFirst(int a, int b, String wanted) {
        pool("a", 0.1, 0, "", 40).warm(a).is(0);
        pool("b", 0.1, 0, "", 40).warm(b).is(0);
        assertThat(ordered()).isEqualTo(wanted);
    }

    @Test
    void warmInstancesComeFirstForPodsThatAreSpreadOverHostsToo() {
        pool("a", 0.1, 0, "", 40).warm(5).is(0);
        pool("b", 0.1, 0, "", 40).warm(12).is(0);
        ports();
        assertThat(ordered()).contains("(5 warm)", "(12 warm)");
    }

    @Test
    void whatIsOrderedAlreadyTakesTheWarmOnesFirst() {
        pool("a", 0.1, 0, "", 40).warm(6).ordered(6);
        pool("b", 0.1, 0, "", 40).warm(8).is(0);
        assertThat(ordered()).as("32 of 50 pods have no home yet").isIn("a=3 (0 warm) b=8 (8 warm)", "b=11 (8 warm)");
    }

    private String ordered() {
        return String.join(" ", given.planAtFirstSight().steps().stream().filter(step -> step.why() instanceof Reason.PodsDoNotFit)
                .map(step -> {
                    var raise = (Action.RaiseCapacity) step.action();
                    return raise.pool() + "=" + (raise.desired() - raise.expected()) + " (" + ((Reason.PodsDoNotFit) step.why()).warm() + " warm)";
                }).sorted().toList());
    }

    @Test
    void aCheaperPoolIsBoughtFromThoughItHasNoneThatIsWarm() {
        pool("a", 0.0999, 0, "", 40).is(0);
        pool("b", 0.1, 0, "", 40).warm(20).is(0);
        assertThat(bought()).isEqualTo("a=17");
    }

    // The world

    private static PoolConfig relabelled(PoolConfig like, String key, String value) {
        var labels = new TreeMap<>(like.labels());
        labels.put(key, value);
        return new PoolConfig(like.name(), like.autoScalingGroup(), "", like.capacityType(), 0, like.maxSize(), labels, like.taints(), 0,
                like.reserved(),
                like.maxProvisionSeconds(), like.hourlyPrice(), like.priority(), PoolScaleDown.NONE, like.fallbackPool());
    }

    private Reason.PodsDoNotFit order(String pool) {
        return given.planAtFirstSight().steps().stream().filter(step -> step.action().subject().equals("pool/" + pool)).map(Plan.Step::why)
                .map(Reason.PodsDoNotFit.class::cast).findFirst().orElseThrow();
    }

    private String bought() {
        return String.join(" ",
                actions(given.planAtFirstSight()).stream().filter(Action.RaiseCapacity.class::isInstance).map(Action.RaiseCapacity.class::cast)
                        .map(raise -> raise.pool() + "=" + (raise.desired() - raise.expected())).sorted().toList());
    }

    private void zoned(String zone) {
        var shape = Given.executorShape();
        var selector = new TreeMap<>(shape.nodeSelector());
        selector.put("topology.kubernetes.io/zone", zone);
        given.shape = new PodShape(shape.requests(), selector, List.of(), shape.tolerations(), List.of());
        given.executors.clear();
        given.replicas(0);
    }

    private void ports() {
        given.shape = Given.withHostPort(Given.executorShape(), 9100);
        given.executors.clear();
        given.replicas(0);
    }

    /** As said, without nodes: {@code closed}, {@code suspended}, {@code unread}, or in any other word nothing. */
    private void cannotGive(PoolUnderTest pool, String why) {
        switch (why) {
            case "closed" -> pool.failed().is(0);
            case "suspended" -> pool.suspended("Launch").is(0);
            case "unread" -> given.missing(Missing.Source.AWS, pool.name);
            default -> pool.is(0);
        }
    }

    private PoolUnderTest pool(String name, double price, int priority, String fallback, int max) {
        return new PoolUnderTest(name, price, priority, fallback, max);
    }

    /** A pool as it is put together. */
    private final class PoolUnderTest {
        private final String name;
        private final int max;
        private List<String> zones = List.of(A);
        private final List<LaunchFailure> failures = new ArrayList<>();
        private final Set<String> suspended = new TreeSet<>();
        private int warm;
        private PoolConfig config;

        PoolUnderTest(String name, double price, int priority, String fallback, int max) {
            this.name = name;
            this.max = max;
            var like = Given.compute(0, max);
            config = new PoolConfig(name, "asg-" + name, "", PoolConfig.CapacityType.ON_DEMAND, 0, max, like.labels(), like.taints(), 0,
                    like.reserved(), OptionalInt.of(600), OptionalDouble.of(price), priority, PoolScaleDown.NONE, fallback);
            given.poolConfigs.add(config);
        }

        PoolUnderTest in(String... where) {
            zones = Arrays.asList(where);
            return this;
        }

        PoolUnderTest failed() {
            failures.add(new LaunchFailure("activity", Given.NOW.minusSeconds(2), LaunchFailure.Cause.NO_CAPACITY, "", "", "none left"));
            return this;
        }

        PoolUnderTest suspended(String process) {
            suspended.add(process);
            return this;
        }

        PoolUnderTest warm(int instances) {
            warm = instances;
            return this;
        }

        PoolUnderTest differing(String what) {
            var labels = new TreeMap<>(config.labels());
            if (what.equals("label")) labels.put("disk", "fast");
            var taints = new ArrayList<>(config.taints());
            if (what.equals("taint")) taints.add(new PoolConfig.TaintConfig("soft", "", PoolConfig.Effect.PREFER_NO_SCHEDULE));
            given.poolConfigs.remove(config);
            config = new PoolConfig(name, config.autoScalingGroup(), "", config.capacityType(), 0, max, labels, taints, 0,
                    config.reserved(), config.maxProvisionSeconds(), config.hourlyPrice(), config.priority(), PoolScaleDown.NONE, "");
            given.poolConfigs.add(config);
            return this;
        }

        /** So many nodes that somebody else has closed: they have no room to give. */
        void is(int nodes) {
            var instances = new ArrayList<Pool.Instance>();
            for (int i = 0; i < nodes; i++) {
                instances.add(Given.instance("i-" + name + i, Given.NOW.minusSeconds(3600)));
                given.nodes.add(given.node(name + i, "i-" + name + i, new Node.Cordon.ByOthers()));
            }
            add(nodes, instances);
        }

        /** So many nodes that are desired and not there yet. */
        void ordered(int nodes) {
            add(nodes, List.of());
        }

        private void add(int desired, List<Pool.Instance> instances) {
            var none = new TreeMap<String, String>();
            var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(suspended), false, warm, List.of());
            given.pools.add(new Pool(name, "asg-" + name, 0, max, desired, instances, List.of(new Pool.Offer(Given.C5, 1, OptionalDouble.empty())),
                    zones, setup,
                    failures, Given.NOW));
        }
    }
}
