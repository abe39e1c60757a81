package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static executorscaler.plan.Given.actions;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spot was asked for nodes and could not launch them; whoever needed them may have gone elsewhere, to compute. */
@Tag("unit")
class CancellationsTest {

    private static final String HOLD = "SuspendTerminate";

    private final Given given = Given.executorsOnly().replicas(0);
    private final List<Pool.Instance> spot = new ArrayList<>();
    private final List<LaunchFailure> failures = new ArrayList<>();
    private @Nullable Instant heldSince;
    private boolean suspended;
    private @Nullable Instant closedSince;
    private int spotMin;
    private int computeMax = 40;
    private int weight = 1;
    private int desired = 5;

    private void fails() {
        failures.add(new LaunchFailure("activity", given.now.minusSeconds(2), LaunchFailure.Cause.NO_CAPACITY, "", "", "none left"));
    }

    private void held(int secondsAgo) {
        heldSince = given.now.minusSeconds(secondsAgo);
        suspended = true;
    }

    private void there(int instances) {
        for (int i = 0; i < instances; i++) {
            spot.add(new Pool.Instance("i-" + i, Pool.Lifecycle.IN_SERVICE, "10.0.0." + i, "", "c5.2xlarge", "us-east-1a",
                    given.now.minusSeconds(3600), weight,
                    true, false));
        }
    }

    @Test
    void launchesThatFailAndThatNobodyNeedsAreTakenBackOnceTheGroupIsHeld() {
        there(2);
        fails();
        assertThat(planned()).containsExactly(new Action.SuspendTerminate("spot", "asg-spot", Given.NOW));
        held(1);
        assertThat(planned()).containsExactly(new Action.CancelLaunches("spot", "asg-spot", 5, 2));
        desired = 2;
        held(59);
        assertThat(planned()).isEmpty();
        held(60);
        assertThat(planned()).containsExactly(new Action.ResumeTerminate("spot", "asg-spot"));
    }

    /** What is seen in the very moment of the suspension may have been read before it: so a second replica does. */
    @Test
    void aGroupThatWasHeldThisMomentIsLookedAtOnceMore() {
        there(2);
        fails();
        held(0);
        assertThat(planned()).isEmpty();
    }

    @Test
    void podsThatGotNodesElsewhereDoNotKeepThem() {
        fails();
        given.jobs(100, 0);
        assertThat(planned()).contains(new Action.RaiseCapacity("compute", "asg-compute", 0, 17),
                new Action.SuspendTerminate("spot", "asg-spot", Given.NOW));
    }

    @Test
    void podsThatStillWaitKeepThem() {
        fails();
        given.jobs(100, 0);
        computeMax = 16;
        assertThat(kinds()).doesNotContain(HOLD);
        held(1);
        assertThat(kinds()).doesNotContain("CancelLaunches");
    }

    @Test
    void whatDoesNotComeByItsDeadlineIsTakenBackToo() {
        var since = new TreeMap<String, Instant>();
        since.put("spot", Given.NOW.minusSeconds(599));
        assertThat(kinds(memory -> lacking(memory, since))).isEmpty();
        since.put("spot", Given.NOW.minusSeconds(601));
        assertThat(kinds(memory -> lacking(memory, since))).containsExactly(HOLD);
    }

    private static Memory lacking(Memory none, SortedMap<String, Instant> shortSince) {
        return none.but(memory -> memory.shortSince = shortSince);
    }

    @ParameterizedTest(name = "desired {0}, {1} there, at least {2} of weight {3}: {4}")
    @CsvSource({"5, 2, 0, 1, 2", "5, 0, 0, 1, 0", "5, 2, 4, 1, 4", "5, 2, 5, 1, -", "5, 5, 0, 1, -", "5, 6, 0, 1, -", "9, 2, 0, 3, 6",
            "8, 3, 0, 3, -"})
    void theNumberIsWhatIsThereOrTheMinimum(int wanted, int instances, int min, int weighs, String to) {
        desired = wanted;
        weight = weighs;
        spotMin = min;
        there(instances);
        fails();
        held(1);
        assertThat(planned().stream().filter(Action.CancelLaunches.class::isInstance).map(action -> ((Action.CancelLaunches) action).desired() + "")
                .findFirst()
                .orElse("-")).isEqualTo(to);
    }

    @Test
    void nothingIsTakenBackWhileAnInstanceComes() {
        fails();
        held(1);
        spot.add(new Pool.Instance("i-p", Pool.Lifecycle.PENDING, "", "", "c5.2xlarge", "us-east-1a", given.now.minusSeconds(30)));
        assertThat(planned()).isEmpty();
    }

    @Test
    void nothingIsTakenBackWhileAnOrderOrAnEndOfOursIsNotSeenYet() {
        there(2);
        fails();
        assertThat(kinds(memory -> memory.ordered("spot", 6, Given.NOW))).doesNotContain(HOLD);
        assertThat(kinds(memory -> memory.ended("spot", "i-0", 1, Given.NOW))).doesNotContain(HOLD);
    }

    @Test
    void nothingIsTakenBackWhileAnythingIsUnknownButAHoldEnds() {
        there(2);
        fails();
        given.missing(Missing.Source.REDIS, "");
        assertThat(kinds()).doesNotContain(HOLD);
        given.missing(Missing.Source.KUBERNETES, "");
        held(60);
        assertThat(kinds()).containsExactly("ResumeTerminate");
    }

    /** A decision stands until time alone would make it another one: an outage of the API server must not let a hold stand for as long as it lasts. */
    @Test
    void theEndOfAHoldIsAwaitedThoughTheClusterIsUnknown() {
        there(2);
        given.missing(Missing.Source.KUBERNETES, "");
        held(10);
        assertThat(planned()).isEmpty();
        assertThat(given.decide(Memory.EMPTY).until()).isEqualTo(given.now.plusSeconds(50));
    }

    @Test
    void aProcessThatSomebodyElseSuspendedIsTheirs() {
        there(2);
        fails();
        suspended = true;
        assertThat(planned()).isEmpty();
    }

    @Test
    void inItsSecondHalfAHoldOnlyWaits() {
        there(2);
        fails();
        held(29);
        assertThat(kinds()).containsExactly("CancelLaunches");
        held(30);
        assertThat(planned()).isEmpty();
    }

    @Test
    void noNodeOfAGroupThatIsHeldIsEnded() {
        there(1);
        desired = 1;
        closedSince = given.now.minusSeconds(60);
        held(10);
        assertThat(planned()).isEmpty();
        heldSince = null;
        suspended = false;
        assertThat(kinds()).containsExactly("Terminate");
    }

    @Test
    void whatCameAfterAllIsDesiredAgainBeforeTheGroupIsReleased() {
        there(3);
        desired = 2;
        held(10);
        assertThat(planned()).containsExactly(new Action.RaiseCapacity("spot", "asg-spot", 2, 3));
        held(60);
        assertThat(planned()).containsExactly(new Action.RaiseCapacity("spot", "asg-spot", 2, 3));
    }

    @Test
    void weightedInstancesThatFillALittleMoreAreNoneThatCame() {
        weight = 4;
        there(2);
        desired = 7;
        held(60);
        assertThat(kinds()).containsExactly("ResumeTerminate");
    }

    @ParameterizedTest(name = "a tag of {0} s ago, suspended {1}: {2}")
    @CsvSource({"60, true, ResumeTerminate", "60, false, ResumeTerminate", "5, false, ''", "999999999, true, ResumeTerminate",
            "-61, true, ResumeTerminate"})
    void aHoldThatSomebodyLeftBehindEnds(int secondsAgo, boolean processSuspended, String step) {
        desired = 0;
        held(secondsAgo);
        suspended = processSuspended;
        assertThat(String.join(" ", kinds())).isEqualTo(step);
    }

    private List<String> kinds() {
        return kinds(memory -> memory);
    }

    private List<String> kinds(UnaryOperator<Memory> past) {
        return planned(past).stream().map(action -> action.getClass().getSimpleName()).toList();
    }

    private List<Action> planned() {
        return planned(memory -> memory);
    }

    /** All that is done to pools, and nothing that the independent check does not agree with. */
    private List<Action> planned(UnaryOperator<Memory> past) {
        if (given.queues.isEmpty()) given.jobs(0, 0);
        given.poolConfigs.clear();
        given.poolConfigs.add(pool("compute", 0, computeMax, 0.34));
        given.poolConfigs.add(pool("spot", spotMin, 40, 0.1));
        given.pools.clear();
        var zones = List.of("us-east-1a");
        given.pools.add(new Pool("compute", "asg-compute", 0, 40, 0, List.of(), Given.C5, zones, given.now));
        var none = new TreeMap<String, String>();
        var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(suspended ? Set.of("Terminate") : Set.of()), false, 0,
                List.of(),
                Optional.ofNullable(heldSince));
        given.pools.add(
                new Pool("spot", "asg-spot", 0, 40, desired, spot, List.of(new Pool.Offer(Given.C5, weight, OptionalDouble.empty())), zones, setup,
                        failures, given.now));
        given.nodes.clear();
        for (var instance : spot) {
            if (instance.lifecycle() == Pool.Lifecycle.IN_SERVICE)
                given.nodes.add(given.node("n" + instance.id(), instance.id(),
                        closedSince == null ? new Node.Cordon.None() : new Node.Cordon.ByUs(closedSince)));
        }
        var memory = past.apply(Memory.ofStanding(given.snapshot(), 100));
        var decision = Planner.decide(given.config(), given.snapshot(), memory);
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, decision.plan()).findings()).isEmpty();
        return actions(decision.plan()).stream().filter(action -> !(action instanceof Action.ScaleExecutor)).toList();
    }

    private static PoolConfig pool(String name, int min, int max, double price) {
        var like = Given.compute(min, max);
        return new PoolConfig(name, "asg-" + name, "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, min, max, like.labels(), like.taints(), 0,
                like.reserved(), 600,
                OptionalDouble.of(price), 0);
    }
}
