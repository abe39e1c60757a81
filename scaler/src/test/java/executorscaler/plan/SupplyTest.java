package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Two pools for the executors: spot, which is cheap, and compute, which is dear and there. */
@Tag("unit")
class SupplyTest {

    private static final String A = "us-east-1a";
    private static final String B = "us-east-1b";

    private final Given given = Given.executorsOnly().jobs(100, 0).replicas(0);
    private final List<LaunchFailure> failures = new ArrayList<>();
    private final List<Pool.Instance> instances = new ArrayList<>();
    private final SortedSet<String> suspended = new TreeSet<>();
    private final List<String> troubles = new ArrayList<>();
    private int desired;

    @Test
    void theCheaperPoolIsBoughtFrom() {
        assertThat(actions(plan(Memory.EMPTY).plan())).contains(new Action.RaiseCapacity("spot", "asg-spot", 0, 17)).hasSize(2);
    }

    @Test
    void whatAwsCannotLaunchIsBoughtElsewhereInTheSameTick() {
        desired = 17;
        fails(2, "", "");
        var plan = plan(Memory.EMPTY).plan();
        assertThat(actions(plan)).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 17)).hasSize(2);
        assertThat(held(plan, "pool/spot")).containsExactly(
                new Reason.LaunchFailed(LaunchFailure.Cause.NO_CAPACITY, 17, "", "", "none left", Given.NOW.plusSeconds(58)));
    }

    @Test
    void aFailureInOneZoneLeavesTheOthersToBeHad() {
        desired = 17;
        fails(2, A, "");
        assertThat(actions(plan(Memory.EMPTY).plan())).hasSize(1).allMatch(Action.ScaleExecutor.class::isInstance);
        fails(3, B, "");
        assertThat(actions(plan(Memory.EMPTY).plan())).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 17));
    }

    @Test
    void aFailureOfATypeThatTheGroupNoLongerLaunchesIsNone() {
        desired = 17;
        fails(2, "", "c4.large");
        assertThat(actions(plan(Memory.EMPTY).plan())).hasSize(1);
        fails(2, "", "c5.2xlarge");
        assertThat(actions(plan(Memory.EMPTY).plan())).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(value = LaunchFailure.Cause.class, names = {"QUOTA", "TEMPLATE"})
    void whatAPersonHasToMendIsAskedForAfterTenMinutes(LaunchFailure.Cause cause) {
        desired = 17;
        failures.add(new LaunchFailure("activity", Given.NOW.minusSeconds(5), cause, A, "", "mend it"));
        var plan = plan(Memory.EMPTY).plan();
        assertThat(actions(plan)).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 17));
        assertThat(held(plan, "pool/spot")).containsExactly(new Reason.LaunchFailed(cause, 17, A, "", "mend it", Given.NOW.plusSeconds(595)));
    }

    @ParameterizedTest(name = "after {0} failures it is left alone for {1} s")
    @CsvSource({"1, 60", "2, 120", "3, 240", "4, 480", "5, 960", "6, 1800", "9, 1800"})
    void eachFailureAfterAPauseDoublesIt(int failed, long seconds) {
        var memory = Memory.EMPTY;
        var at = Given.NOW;
        for (int i = 0; i < failed; i++) {
            given.now = at;
            failures.clear();
            fails(0, "", "");
            memory = plan(memory).memory();
            var until = setback(memory).until();
            // Failures meanwhile, of the orders that the group still has, are not another one.
            given.now = at.plusSeconds(1);
            failures.clear();
            fails(0, "", "");
            assertThat(setback(plan(memory).memory()).times()).isEqualTo(i + 1);
            if (i == failed - 1) assertThat(until).isEqualTo(at.plusSeconds(seconds));
            at = until.plusSeconds(1);
        }
    }

    @Test
    void afterThePauseThePoolIsAskedAgain() {
        fails(2, "", "");
        var memory = plan(Memory.EMPTY).memory();
        given.now = Given.NOW.plusSeconds(59);
        assertThat(actions(plan(memory).plan())).contains(new Action.RaiseCapacity("spot", "asg-spot", 0, 17));
    }

    @Test
    void anInstanceThatWasLaunchedSinceEndsIt() {
        fails(30, "", "");
        var memory = plan(Memory.EMPTY).memory();
        desired = 1;
        instances.add(Given.instance("i-new", Given.NOW.minusSeconds(3)));
        var decision = plan(memory);
        assertThat(decision.memory().setbacks()).isEmpty();
        assertThat(actions(decision.plan())).contains(new Action.RaiseCapacity("spot", "asg-spot", 1, 17));
    }

    @Test
    void whatTheGroupSaidHalfAnHourAgoIsForgotten() {
        fails(1801, "", "");
        assertThat(plan(Memory.EMPTY).memory().setbacks()).isEmpty();
    }

    @Test
    void aGroupThatMayNotLaunchIsNotBoughtFrom() {
        suspended.add("Launch");
        var plan = plan(Memory.EMPTY).plan();
        assertThat(actions(plan)).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 17)).hasSize(2);
        assertThat(held(plan, "pool/spot"))
                .containsExactly(new Reason.GroupTrouble("the group's process Launch is suspended: nothing that is ordered comes"));
    }

    @Test
    void whatTheGroupSaysOfItselfAndCannotBeIsSaid() {
        troubles.add("tag k8s.io/cluster-autoscaler/node-template/resources/cpu: must be a quantity, was 'many'");
        assertThat(held(plan(Memory.EMPTY).plan(), "pool/spot")).containsExactly(new Reason.GroupTrouble(troubles.getFirst()));
    }

    private static Memory.Setback setback(Memory memory) {
        return Objects.requireNonNull(memory.setbacks().get("spot"));
    }

    private void fails(long secondsAgo, String zone, String type) {
        Instant at = given.now.minusSeconds(secondsAgo);
        failures.add(new LaunchFailure("activity-" + at, at, LaunchFailure.Cause.NO_CAPACITY, zone, type, "none left"));
    }

    private Decision plan(Memory memory) {
        var compute = Given.compute(0, 40);
        var spot = priced(compute, "spot", 0.1);
        given.poolConfigs.clear();
        given.poolConfigs.add(priced(compute, "compute", 0.34));
        given.poolConfigs.add(spot);
        given.pools.clear();
        given.pools.add(new Pool("compute", "asg-compute", 0, 40, 0, List.of(), Given.C5, List.of(A, B), given.now));
        var plain = new Pool("spot", "asg-spot", 0, 40, desired, instances, Given.C5, List.of(A, B), given.now);
        var none = new TreeMap<String, String>();
        var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, suspended, false, 0, troubles);
        given.pools.add(
                new Pool(plain.name(), plain.group(), 0, 40, desired, instances, plain.offers(), plain.zones(), setup, failures, given.now));
        return Planner.decide(given.config(), given.snapshot(), memory);
    }

    private static PoolConfig priced(PoolConfig like, String name, double price) {
        return new PoolConfig(name, "asg-" + name, "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, 0, 40, like.labels(), like.taints(), 0,
                like.reserved(),
                600, OptionalDouble.of(price), 0);
    }

    /** Of three pools: small at 0.10 a node, large at 0.50, and huge, which is preferred. */
    @ParameterizedTest(name = "{0} buys {1}")
    @CsvSource({"LEAST_COST, small=17", "LEAST_NODES, huge=2", "PRIORITY, huge=2", "LEAST_WASTE, huge=1 large=3"})
    void theStrategySaysWhatCounts(Config.Strategy strategy, String bought) {
        given.strategy = strategy;
        given.poolConfigs.clear();
        pool("small", 8, 16, 0.10, 0);
        pool("large", 16, 32, 0.50, 0);
        pool("huge", 64, 128, 4.00, 10);
        var raised = actions(given.planAtFirstSight()).stream().filter(Action.RaiseCapacity.class::isInstance).map(Action.RaiseCapacity.class::cast)
                .map(raise -> raise.pool() + "=" + raise.desired()).sorted().toList();
        assertThat(String.join(" ", raised)).isEqualTo(bought);
    }

    private void pool(String name, int vcpus, int gib, double price, int priority) {
        var like = Given.compute(0, 40);
        given.poolConfigs.add(new PoolConfig(name, "asg-" + name, "", PoolConfig.CapacityType.ON_DEMAND, 0, 40, like.labels(), like.taints(), 110,
                like.reserved(), 600, OptionalDouble.of(price), priority));
        var type = new MachineType(name, vcpus, (long) gib << 30, new TreeMap<>(), 0, "amd64");
        given.pools.add(new Pool(name, "asg-" + name, 0, 40, 0, List.of(), type, List.of(A), given.now));
    }
}
