package executorscaler.plan;

import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fewer executors while others work: who goes, in which steps, and who never does. Two jobs a pod; pods are written as {@code name:jobs}. */
@Tag("unit")
class VictimsTest {

    private static final int FIRST = Action.SetDeletionCost.FIRST;

    @Test
    void idlePodsAreMarkedFirstAndReplicasStay() {
        var plan = workers("a:1 b:0 c:0 d:2").planAfterAnHour();
        assertThat(actions(plan)).containsExactly(mark("b"), mark("c"));
        assertThat(steps(plan).getFirst().why()).isEqualTo(new Reason.SurplusIdle(2, 2, 2));
    }

    @Test
    void thenReplicasFallByThoseThatAreMarkedAndIdleStill() {
        var plan = workers("a:1 b:0 c:0 d:2").marked("b", "c").planAfterAnHour();
        assertThat(actions(plan)).containsExactly(scale(4, 2, "b", "c"));
        assertThat(steps(plan).getFirst().why()).isEqualTo(new Reason.SurplusIdle(2, 2, 2));
    }

    @Test
    void oneThatHasTakenAJobMeanwhileLosesItsMarkBeforeTheOtherGoes() {
        var plan = workers("a:1 b:1 c:0 d:2").marked("b", "c").planAfterAnHour();
        assertThat(actions(plan)).containsExactly(spare("b"));
        assertThat(steps(plan).getFirst().why()).isEqualTo(new Reason.StaysAfterAll(1));
        assertThat(actions(workers("a:1 b:1 c:0 d:2").marked("c").planAfterAnHour())).containsExactly(scale(4, 3, "c"));
    }

    @Test
    void noFewerThanAreNeededGoThoughMoreAreMarked() {
        var given = workers("a:1 b:0 c:0 d:0").marked("b", "c", "d").waiting(3); // four jobs need two pods
        assertThat(actions(given.planAfterAnHour())).containsExactly(scale(4, 2, "b", "c", "d"));
    }

    @Test
    void marksComeOffWhenAsManyAreNeededAsThereAre() {
        var given = workers("a:1 b:0 c:0").marked("b").waiting(5);
        assertThat(actions(given.planAfterAnHour())).containsExactly(spare("b"));
    }

    @Test
    void marksStayWhileTheControllerIsStillChoosingByThem() {
        var given = workers("a:1 b:0 c:0").marked("b").waiting(3).replicas(2);
        assertThat(actions(given.planAfterAnHour())).isEmpty();
    }

    @Test
    void allGoWithoutMarksWhenNoneIsToStay() {
        assertThat(actions(workers("a:0 b:0").planAfterAnHour())).containsExactly(scale(2, 0, "a", "b"));
    }

    @Test
    void podsWithoutANodeGoFirstAndNeedNoMark() {
        var given = workers("a:1 b:0 c:0");
        given.change("c", pod -> new Workers.PodChange(pod).node(""));
        assertThat(actions(given.planAfterAnHour()))
                .containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 3, 2, true));
    }

    // Unknown is never idle.

    @ParameterizedTest(name = "lease of b says {0}")
    @CsvSource({"unasked", "nonsense"})
    void aPodOfWhichNothingIsKnownCountsAsBusy(String what) {
        var given = workers("a:1 b:0 c:0");
        var busy = given.busy();
        var jobs = new TreeMap<>(busy.jobs());
        jobs.remove("b");
        var unread = new TreeMap<String, String>();
        if (what.equals("nonsense")) unread.put("b", "GET: 'yes' is no number of jobs");
        given.reading(1, new Busy(jobs, unread), "");
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(mark("c"));
        assertThat(held(plan, "executor/executor").stream().filter(why -> why instanceof Reason.BusyUnread)).isEqualTo(
                what.equals("nonsense") ? List.of(new Reason.BusyUnread(1, "b", "GET: 'yes' is no number of jobs")) : List.of());
    }

    @Test
    void whenMoreJobsRunThanPodsAdmitToNobodyIsIdle() {
        var given = workers("a:1 b:0 c:0");
        given.reading(2, given.busy(), "");
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.UnadmittedJobs(2, 1), new Reason.PodsBusy(3, 1));
    }

    @Test
    void listsByPodCannotDisagreeWithTheirSum() {
        var given = workers("a:1 b:0").worker(BusySource.QUEUE);
        given.reading(3, given.busy(), ""); // a list of the wrong type counts as full
        assertThat(actions(given.waiting(0).planAfterAnHour())).isEmpty();
        given.reading(2, given.busy(), "");
        assertThat(actions(given.planAfterAnHour())).containsExactly(mark("b"));
    }

    @Test
    void aReadingThatIsNotWholeOrNotKnownForLongLowersNothing() {
        var half = workers("a:1 b:0").marked("b");
        half.reading(1, half.busy(), "LLEN jobs: WRONGTYPE");
        assertThat(actions(half.planAfterAnHour())).isEmpty();
        assertThat(actions(workers("a:1 b:0").marked("b").planAtFirstSight())).isEmpty();
        assertThat(actions(workers("a:1 b:0").marked("b").missing(Missing.Source.REDIS, "executor").planAfterAnHour())).isEmpty();
    }

    // The order in which a ReplicaSet takes them.

    @Test
    void aBusyPodThatIsNotReadyWouldGoFirstAndHoldsAll() {
        var given = workers("a:1 b:0 c:0").marked("b", "c");
        given.change("a", pod -> new Workers.PodChange(pod).ready(false));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.BusyPodWouldGo("jobs/a", false));
    }

    @Test
    void anIdlePodThatIsNotReadyGoesBeforeTheMarkedOnes() {
        var given = workers("a:1 b:0 c:0 d:1").marked("b");
        given.change("c", pod -> new Workers.PodChange(pod).ready(false));
        assertThat(actions(given.planAfterAnHour())).containsExactly(scale(4, 3, "c", "b"));
    }

    @Test
    void anOrderThatOthersWroteIsLeftAndSaid() {
        var given = workers("a:1 b:0 c:0");
        given.change("b", pod -> new Workers.PodChange(pod).cost(7));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).containsExactly(mark("c"));
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.DeletionCostByOthers(1, "jobs/b", 7));
        given.change("a", pod -> new Workers.PodChange(pod).cost(-5000)); // busy, and the first to go
        assertThat(actions(given.marked("c").planAfterAnHour())).isEmpty();
    }

    @Test
    void nothingGoesWhileARolloutIsUnderWay() {
        var given = workers("a:1 b:0 c:0");
        given.change("a", pod -> new Workers.PodChange(pod).label("pod-template-hash", "new"));
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.NotRolledOut());
        var unfinished = workers("a:1 b:0 c:0");
        unfinished.rolledOut = false;
        assertThat(actions(unfinished.planAfterAnHour())).isEmpty();
    }

    // Which idle ones.

    @Test
    void aWholeNodeIsFreedRatherThanAPartOfTwo() {
        var given = workers("a:2 b:0 c:0 d:0 e:2");
        given.on("n0", "a", "b").on("n1", "c", "d").on("n2", "e").waiting(1); // five jobs need three pods
        assertThat(actions(given.planAfterAnHour())).containsExactly(mark("c"), mark("d"));
    }

    @Test
    void theDearestNodeIsFreedFirst() {
        var given = workers("a:1 b:0 c:0");
        given.poolConfigs.set(0, Given.compute(0, 20));
        given.poolConfigs.add(Given.gpu(0, 5));
        given.nodes.add(given.node("g0", "i-g"));
        given.pool(given.poolConfigs.getLast(), Given.G4, 1,
                new Pool.Instance("i-g", Pool.Lifecycle.IN_SERVICE, "10.1.0.1", "g.internal",
                        "g4dn.xlarge", "us-east-1a", Given.NOW.minusSeconds(3600)));
        given.on("n0", "a").on("n1", "b").on("g0", "c").waiting(2); // three jobs need two pods
        assertThat(actions(given.planAfterAnHour())).containsExactly(mark("c"));
    }

    @Test
    void aNodeOnWhichOthersStayIsTheLastChoice() {
        var given = workers("a:1 b:0 c:0");
        given.on("n0", "b").on("n1", "a", "c").waiting(2);
        given.web("web", 100, "n0").web("web-2", 100, "n0");
        assertThat(actions(given.planAfterAnHour())).containsExactly(mark("c"));
    }

    @Test
    void noMoreThanFiftyAreMarkedInATick() {
        var text = new StringBuilder("a:1");
        for (int i = 0; i < 70; i++) text.append(" p").append(i).append(":0");
        var given = workers(text.toString());
        given.maxReplicas = 100;
        assertThat(actions(given.planAfterAnHour())).hasSize(50).allMatch(action -> action instanceof Action.SetDeletionCost);
    }

    // When: no earlier than a window after the last time that they were needed.

    @ParameterizedTest(name = "needed {0} pods {1} s ago, and now 1: {2} go")
    @CsvSource({"4,59,0", "4,60,3", "3,59,1", "3,60,3", "2,59,2"})
    void noMoreGoThanWereNotNeededInTheWindow(int pods, int secondsAgo, int go) {
        var given = workers("a:1 b:0 c:0 d:0");
        var needs = List.of(new Memory.Need(pods, Given.NOW.minusSeconds(secondsAgo)), new Memory.Need(1, Instant.MAX));
        var standing = Memory.ofStanding(given.snapshot(), 3600);
        var surplus = new TreeMap<>(standing.surplus());
        surplus.put("executor", new Memory.Surplus(Given.NOW.minusSeconds(3600), needs));
        var decision = given.decide(standing.but(memory -> memory.surplus = surplus));
        assertThat(actions(decision.plan()).stream().filter(action -> action instanceof Action.SetDeletionCost)).hasSize(go);
        if (go < 3) assertThat(decision.until()).isEqualTo(Given.NOW.plusSeconds(60 - secondsAgo));
    }

    @Test
    void whatWasNeededIsRememberedForAsLongAsItMatters() {
        var surplus = new Memory.Surplus(at(0), List.of()).needing(3, at(0)).needing(8, at(10)).needing(5, at(20)).needing(5, at(25)).needing(6,
                at(30));
        assertThat(surplus.needs()).containsExactly(new Memory.Need(8, at(20)), new Memory.Need(6, Instant.MAX));
        assertThat(surplus.within(60, new Moment(at(79))).needs()).hasSize(2);
        assertThat(surplus.within(60, new Moment(at(80))).needs()).containsExactly(new Memory.Need(6, Instant.MAX));
    }

    /** What the plan does about executors. */
    private static List<Action> actions(Plan plan) {
        return steps(plan).stream().map(Plan.Step::action).toList();
    }

    private static List<Plan.Step> steps(Plan plan) {
        return plan.steps().stream().filter(step -> step.action() instanceof Action.ScaleExecutor || step.action() instanceof Action.SetDeletionCost)
                .toList();
    }

    private static Instant at(long second) {
        return Given.NOW.plusSeconds(second);
    }

    private static Action mark(String pod) {
        return new Action.SetDeletionCost("executor", "jobs", pod, "uid-" + pod, 0, FIRST);
    }

    private static Action spare(String pod) {
        return new Action.SetDeletionCost("executor", "jobs", pod, "uid-" + pod, FIRST, 0);
    }

    private static Action scale(int from, int to, String... victims) {
        return new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", from, to, false,
                Arrays.stream(victims).map(pod -> "uid-" + pod).toList());
    }

    private static Workers workers(String pods) {
        return new Workers(pods);
    }
}
