package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.plan.Action.Announce.Door;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned when AWS says that it takes an instance (S21). Two nodes of three pods each; on the first are executor pods. */
@Tag("unit")
class NoticesTest {

    private static final Instant NOW = Given.NOW;
    private static final Instant BEFORE = NOW.minusSeconds(5);

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"INTERRUPTION", "REBALANCE", "TERMINATING"})
    void theNodeIsClosedAndItsPodsAreOrderedRoomInTheSameTick(Kind kind) {
        var given = busy("p-0", "p-1", "p-2").notice(kind, "i-0", NOW);
        var plan = checked(given);
        assertThat(Given.actions(plan)).containsExactlyInAnyOrder(new Action.Announce("n0", "uid-n0", List.of(Given.said(kind, NOW)), Door.CLOSE),
                new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @Test
    void roomThatIsThereIsTakenFirst() {
        var given = busy("p-0", "p-1");
        given.pools.clear();
        given.nodes.clear();
        given.computePool(2, 2).notice(Kind.INTERRUPTION, "i-0", NOW);
        assertThat(Given.actions(checked(given))).singleElement().isInstanceOf(Action.Announce.class);
    }

    @Test
    void nothingNewIsPlannedOntoIt() {
        var given = busy("p-0").executorPod("p-1", "").notice(Kind.INTERRUPTION, "i-0", NOW);
        var plan = checked(given);
        assertThat(Given.actions(plan)).contains(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
        assertThat(Given.actions(plan)).noneMatch(Action.Nominate.class::isInstance);
    }

    @Test
    void fiftyAtOnceAreClosedInOneTick() {
        var given = Given.executorsOnly().replicas(0).jobs(0, 0);
        given.poolConfigs.set(0, Given.compute(0, 100));
        given.computePool(50, 50);
        for (int i = 0; i < 50; i++) given.notice(Kind.INTERRUPTION, "i-" + i, NOW);
        assertThat(Given.actions(checked(given))).filteredOn(Action.Announce.class::isInstance).hasSize(50);
    }

    @Test
    void theMessageIsDeletedOnlyWhenTheNodeKeepsWhatItSays() {
        var given = busy("p-0").notice(Kind.INTERRUPTION, "i-0", BEFORE);
        assertThat(acknowledged(given)).isEmpty();
        assertThat(Given.held(checked(given), "notice/m-0")).containsExactly(new Reason.NoticeNotDurable(Kind.INTERRUPTION, "i-0"));
        given.told(0, Given.said(Kind.INTERRUPTION, BEFORE));
        assertThat(acknowledged(given)).containsEntry("m-0", Reason.Settled.ON_ITS_NODE);
    }

    @Test
    void anotherAnnouncementOnTheNodeIsNotThisOne() {
        var given = busy("p-0").notice(Kind.INTERRUPTION, "i-0", BEFORE).told(0, Given.said(Kind.REBALANCE, BEFORE));
        assertThat(acknowledged(given)).isEmpty();
        assertThat(Given.actions(checked(given))).contains(new Action.Announce("n0", "uid-n0",
                List.of(Given.said(Kind.INTERRUPTION, BEFORE), Given.said(Kind.REBALANCE, BEFORE)), Door.CLOSE));
    }

    @Test
    void duplicatesAndOlderOnesAreDeletedAndChangeNothing() {
        var given = busy("p-0").notice(Kind.REBALANCE, "i-0", BEFORE).notice(Kind.REBALANCE, "i-0", BEFORE)
                .notice(Kind.REBALANCE, "i-0", BEFORE.minusSeconds(60)).told(0, Given.said(Kind.REBALANCE, BEFORE));
        assertThat(acknowledged(given)).hasSize(3).containsEntry("m-2", Reason.Settled.ON_ITS_NODE);
        assertThat(Given.actions(checked(given))).noneMatch(Action.Announce.class::isInstance);
    }

    @ParameterizedTest(name = "{0} of {1} s ago closes nothing and is deleted")
    @CsvSource({"INTERRUPTION, 720", "REBALANCE, 1800", "TERMINATING, 60", "INTERRUPTION, 345600", "TERMINATING, 345600"})
    void whatIsTooOldClosesNothing(Kind kind, int secondsAgo) {
        var given = busy("p-0").notice(kind, "i-0", NOW.minusSeconds(secondsAgo));
        assertThat(acknowledged(given)).containsEntry("m-0", Reason.Settled.TOO_OLD);
        assertThat(Given.actions(checked(given))).noneMatch(Action.Announce.class::isInstance);
    }

    @Test
    void strangersAndJunkAreDeletedAndTheOthersAreHeeded() {
        var given = busy("p-0").notice(Kind.INTERRUPTION, "i-somebody-else", NOW).notice(Kind.INTERRUPTION, "i-0", NOW);
        given.notices.add(new Notice("junk", Kind.OTHER, List.of(), NOW, Instant.MAX, "", "it is no JSON", NOW));
        given.notices.add(new Notice("foreign", Kind.INTERRUPTION, List.of("i-0"), NOW, NOW.plusSeconds(120), "", "account 1, not 2", NOW));
        given.notices.add(new Notice("other", Kind.OTHER, List.of(), NOW, Instant.MAX, "", "", NOW));
        assertThat(acknowledged(given)).containsEntry("m-0", Reason.Settled.UNKNOWN_INSTANCE).containsEntry("junk", Reason.Settled.UNREADABLE)
                .containsEntry("foreign", Reason.Settled.FOREIGN).containsEntry("other", Reason.Settled.NOTHING_TO_DO).hasSize(4);
        assertThat(Given.actions(checked(given))).filteredOn(Action.Announce.class::isInstance).hasSize(1);
    }

    @Test
    void aForeignMessageAboutOurInstanceClosesNothing() {
        var given = busy("p-0");
        given.notices.add(new Notice("foreign", Kind.INTERRUPTION, List.of("i-0"), NOW, NOW.plusSeconds(120), "", "account 1, not 2", NOW));
        assertThat(Given.actions(checked(given))).containsExactly(new Action.Acknowledge("foreign"));
    }

    @Test
    void anInstanceIsUnknownOnlyWhenTheGroupsHaveBeenReadSince() {
        var given = busy("p-0").notice(Kind.INTERRUPTION, "i-new", NOW);
        given.pools.replaceAll(pool -> pool.readAt(NOW.minusSeconds(8)));
        assertThat(acknowledged(given)).isEmpty();
        given.pools.replaceAll(pool -> pool.readAt(NOW));
        given.missing(Missing.Source.AWS, "general");
        assertThat(acknowledged(given)).isEmpty();
        given.missing.clear();
        assertThat(acknowledged(given)).containsEntry("m-0", Reason.Settled.UNKNOWN_INSTANCE);
    }

    @Test
    void aDeadQueueHoldsNothingBack() {
        var given = Given.executorsOnly().replicas(0).jobs(0, 0).computePool(1, 1).missing(Missing.Source.NOTICES, "");
        var plan = checked(given);
        assertThat(Given.actions(plan)).containsExactly(new Action.Cordon("n0", "uid-n0"));
        assertThat(Given.held(plan, "source/notices")).hasSize(1);
    }

    @ParameterizedTest(name = "{0} s before the end, with a grace period of {1} s: goes {2}")
    @CsvSource({"120, 30, false", "41, 30, false", "40, 30, true", "0, 30, true", "-60, 30, true", "100, 90, true", "101, 90, false"})
    void aBusyPodIsLeftTheTimeThatThereIs(int left, int grace, boolean goes) {
        var at = NOW.plusSeconds(left).minusSeconds(120);
        var given = busy("p-0").told(0, Given.said(Kind.INTERRUPTION, at));
        given.pods.replaceAll(pod -> withGrace(pod, grace));
        assertThat(evicted(given)).isEqualTo(goes ? List.of("p-0") : List.of());
        if (!goes) assertThat(Given.held(checked(given), "node/n0")).contains(new Reason.JobsUntil(1, at.plusSeconds(120)));
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"REBALANCE", "TERMINATING"})
    void aBusyPodIsNeverEvictedWhereAwsNamesNoTime(Kind kind) {
        var given = busy("p-0").told(0, Given.said(kind, NOW.minusSeconds(30)));
        leaving(given, kind);
        assertThat(evicted(given)).isEmpty();
        assertThat(Given.held(checked(given), "node/n0")).contains(
                new Reason.JobsUntil(1, Instant.MAX));
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"INTERRUPTION", "REBALANCE"})
    void idlePodsGoAtOnce(Kind kind) {
        var given = tells(1, Map.of("p-0", 1L, "p-1", 0L)).told(0, Given.said(kind, BEFORE));
        assertThat(evicted(given)).containsExactly("p-1");
    }

    @Test
    void nobodyIsIdleWhileSomeJobIsNotAdmittedTo() {
        var given = tells(2, Map.of("p-0", 1L, "p-1", 0L)).told(0, Given.said(Kind.INTERRUPTION, BEFORE));
        assertThat(evicted(given)).isEmpty();
    }

    @Test
    void nobodyIsIdleAtFirstSight() {
        var given = tells(1, Map.of("p-0", 1L, "p-1", 0L)).told(0, Given.said(Kind.INTERRUPTION, BEFORE));
        assertThat(Given.actions(given.planAtFirstSight())).noneMatch(Action.Evict.class::isInstance);
    }

    @Test
    void podsThatEndTheirJobsAreToldAtOnce() {
        var given = busy("p-0").told(0, Given.said(Kind.REBALANCE, BEFORE));
        given.worker = new WorkerConfig(BusySource.NONE, true, 30);
        assertThat(evicted(given)).containsExactly("p-0");
        given.worker = new WorkerConfig(BusySource.NONE, true, 31);
        assertThat(evicted(given)).isEmpty();
    }

    @Test
    void podsOfOthersGoByBudget() {
        var given = Given.executorsOnly().replicas(0).jobs(0, 0).computePool(1, 1).web("w-0", 100, "n0").web("w-1", 100, "n0").budget(1)
                .told(0, Given.said(Kind.INTERRUPTION, BEFORE));
        assertThat(evicted(given)).hasSize(1);
        assertThat(Given.held(checked(given), "node/n0")).contains(new Reason.BudgetExhausted("web/web"));
    }

    @Test
    void aRecommendationMovesPodsOfOthersOnlyWhereThereIsRoom() {
        var given = Given.executorsOnly().replicas(0).jobs(0, 0).computePool(1, 1).web("w-0", 100, "n0").told(0, Given.said(Kind.REBALANCE, BEFORE));
        assertThat(evicted(given)).isEmpty();
        assertThat(Given.actions(checked(given))).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
        given.pools.clear();
        given.nodes.clear();
        given.computePool(2, 2).told(0, Given.said(Kind.REBALANCE, BEFORE));
        assertThat(evicted(given)).containsExactly("w-0");
    }

    @ParameterizedTest(name = "{0} of {1} s ago is over: {2}")
    @CsvSource({"REBALANCE, 1799, false", "REBALANCE, 1800, true", "INTERRUPTION, 719, false", "INTERRUPTION, 720, true", "TERMINATING, 59, false",
            "TERMINATING, 60, true"})
    void noNodeIsClosedForEver(Kind kind, int secondsAgo, boolean over) {
        var given = busy("p-0").told(0, Given.said(kind, NOW.minusSeconds(secondsAgo)));
        var opens = new Action.Announce("n0", "uid-n0", List.of(), Door.OPEN);
        assertThat(Given.actions(checked(given)).contains(opens)).isEqualTo(over);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"INTERRUPTION", "REBALANCE", "TERMINATING"})
    void itIsNotOpenedBecauseDemandReturns(Kind kind) {
        var given = busy("p-0").told(0, Given.said(kind, BEFORE));
        for (int i = 1; i < 6; i++) given.executorPod("waits-" + i, "");
        given.executors.clear();
        given.replicas(6);
        assertThat(Given.actions(checked(given))).noneMatch(Action.Uncordon.class::isInstance).noneMatch(Action.Announce.class::isInstance)
                .anyMatch(Action.RaiseCapacity.class::isInstance);
    }

    @Test
    void aNodeThatLeavesIsNotEndedByUsHoweverLongItIsEmpty() {
        var given = Given.executorsOnly().replicas(0).jobs(0, 0).computePool(1, 1).told(0, Given.said(Kind.REBALANCE, NOW.minusSeconds(1700)));
        assertThat(Given.actions(checked(given))).isEmpty();
    }

    @Test
    void maintenanceIsNotedAtOnceAndHeededAnHourAhead() {
        var given = busy("p-0").notice(Kind.MAINTENANCE, "i-0", NOW);
        var noted = new Announced(Kind.MAINTENANCE, NOW, NOW.plusSeconds(7 * 86400), "");
        assertThat(Given.actions(checked(given))).containsExactly(new Action.Announce("n0", "uid-n0", List.of(noted), Door.LEAVE));
        var soon = new Announced(Kind.MAINTENANCE, NOW.minusSeconds(86400), NOW.plusSeconds(3600), "");
        given.notices.clear();
        given.nodes.set(0, Given.telling(given.nodes.getFirst(), new Node.Cordon.None(), soon));
        assertThat(Given.actions(checked(given))).contains(new Action.Announce("n0", "uid-n0", List.of(soon), Door.CLOSE),
                new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
    }

    @Test
    void aNodeThatOthersClosedIsWrittenOnAndStaysTheirs() {
        var given = busy("p-0").notice(Kind.INTERRUPTION, "i-0", BEFORE);
        given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByOthers()));
        assertThat(Given.actions(checked(given))).contains(
                new Action.Announce("n0", "uid-n0", List.of(Given.said(Kind.INTERRUPTION, BEFORE)), Door.CLOSE));
        given.told(0, Given.said(Kind.INTERRUPTION, BEFORE));
        assertThat(acknowledged(given)).containsKey("m-0");
        assertThat(evicted(given)).isEmpty();
    }

    @Test
    void aHookHearsOfUsWhileAnybodyIsThereAndIsLetGoWhenNobodyIs() {
        var given = busy("p-0").told(0, Given.said(Kind.TERMINATING, NOW.minusSeconds(30)));
        leaving(given, Kind.TERMINATING);
        assertThat(Given.actions(checked(given))).contains(new Action.ExtendHook("compute", "asg-compute", "drain", "i-0"));
        var told = Memory.ofStanding(given.snapshot(), 3600).toldHook("i-0", NOW.minusSeconds(20));
        assertThat(Given.actions(given.decide(told).plan())).noneMatch(Action.ExtendHook.class::isInstance);

        given.pods.clear();
        assertThat(Given.actions(checked(given))).contains(
                new Action.CompleteHook("n0", "uid-n0", "compute", "asg-compute", "drain", "i-0"));
    }

    private static void leaving(Given given, Kind kind) {
        if (kind != Kind.TERMINATING) return;
        var pool = given.pools.getFirst();
        var instances = pool.instances().stream().map(each -> each.id().equals("i-0")
                ? new Pool.Instance("i-0", Pool.Lifecycle.LEAVING, each.privateIp(), each.privateDns(), each.type(), each.zone(), each.launchedAt())
                : each).toList();
        given.pools.set(0, new Pool(pool.name(), pool.group(), pool.min(), pool.max(), pool.desired(), instances, pool.offers(), pool.zones(),
                pool.setup(), pool.failures(), pool.readAt()));
    }

    /** Pods on the first node, of which nobody knows who runs the jobs that there are. */
    private static Given busy(String... pods) {
        var given = Given.executorsOnly().jobs(0, 2L * pods.length).replicas(pods.length).computePool(1, 1);
        for (var pod : pods) given.executorPod(pod, "n0");
        return given;
    }

    /** Pods on the first node, which say how many jobs they run. */
    private static Given tells(long running, Map<String, Long> jobs) {
        var given = Given.executorsOnly().replicas(jobs.size()).computePool(1, 1);
        given.worker = new WorkerConfig(BusySource.LEASE, false, 0);
        new TreeMap<>(jobs).keySet().forEach(pod -> given.executorPod(pod, "n0"));
        given.queues.add(new Queue("executor", 4, 0, running, new TreeMap<>(), new Busy(new TreeMap<>(jobs), new TreeMap<>()), "epoch-1", "", NOW));
        return given;
    }

    private static Pod withGrace(Pod pod, int seconds) {
        return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), pod.node(), pod.nominated(),
                pod.ready(), pod.terminating(), pod.gated(), pod.resident(), pod.unschedulable(), pod.createdAt(), pod.claims(), 0, seconds,
                pod.staysFor());
    }

    private static Map<String, Reason.Settled> acknowledged(Given given) {
        var settled = new TreeMap<String, Reason.Settled>();
        for (var step : checked(given).steps()) {
            if (step.action() instanceof Action.Acknowledge acknowledge && step.why() instanceof Reason.NoticeSettled why)
                settled.put(acknowledge.message(), why.settled());
        }
        return settled;
    }

    private static List<String> evicted(Given given) {
        return Given.actions(checked(given)).stream().filter(Action.Evict.class::isInstance).map(action -> ((Action.Evict) action).pod()).toList();
    }

    /** The plan of somebody who has seen the queue for an hour, and nodes for no time at all, held against the check. */
    private static Plan checked(Given given) {
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        var plan = given.decide(memory).plan();
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings()).isEmpty();
        return plan;
    }
}
