package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ConfigSource;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.report.Interruptions.Cause;
import executorscaler.report.Interruptions.Interrupted;
import executorscaler.sim.PlatformConfig;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A job counts as interrupted when its pod went under it, and never when the pod was through with it. */
@Tag("simulation")
class InterruptionsTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final int GRACE = 30;

    private final Interruptions interruptions = new Interruptions();
    private final List<Interrupted> found = new ArrayList<>();

    @Test
    void theNodeWentUnderIt() {
        tick(0, pod(false), "node", true, 2L);
        tick(5, null, "", false, null);
        assertThat(found).containsExactly(new Interrupted("executor", Cause.NODE_GONE, 2));
    }

    @Test
    void thePodFailed() {
        tick(0, pod(false), "node", true, 1L);
        tick(5, pod(false, Pod.Phase.FAILED), "node", true, null);
        assertThat(found).containsExactly(new Interrupted("executor", Cause.POD_FAILED, 1));
    }

    @Test
    void thePodWasDeletedByForce() {
        tick(0, pod(false), "node", true, 1L);
        tick(5, null, "node", true, null);
        assertThat(found).containsExactly(new Interrupted("executor", Cause.POD_GONE, 1));
    }

    @Test
    void theGracePeriodWasOverBeforeTheJob() {
        tick(0, pod(false), "node", true, 1L);
        tick(5, pod(true), "node", true, 1L);
        tick(20, pod(true), "node", true, 1L);
        tick(5 + GRACE, null, "node", true, null);
        assertThat(found).containsExactly(new Interrupted("executor", Cause.CUT_OFF, 1));
    }

    @Test
    void aPodThatEndsItsJobWithinTheGracePeriodHasEndedIt() {
        tick(0, pod(false), "node", true, 1L);
        tick(5, pod(true), "node", true, 1L);
        tick(4 + GRACE, null, "node", true, null);
        assertThat(found).isEmpty();
    }

    @Test
    void anIdlePodAndOneOfWhichNobodyKnowsMayGo() {
        tick(0, pod(false), "node", true, 0L);
        tick(5, null, "", false, null);
        tick(10, pod(false), "node", true, null);
        tick(15, null, "", false, null);
        assertThat(found).isEmpty();
    }

    @Test
    void aLeaseThatRunsOutOnASilentNodeSaysNothing() {
        tick(0, pod(false), "node", true, 1L);
        tick(40, pod(false), "node", false, 0L);
        tick(300, null, "", false, null);
        assertThat(found).containsExactly(new Interrupted("executor", Cause.NODE_GONE, 1));
    }

    @Test
    void aClusterThatIsNotSeenHasLostNothing() {
        tick(0, pod(false), "node", true, 1L);
        var missing = new Missing(Missing.Source.KUBERNETES, "", START, "gone");
        tick(new Snapshot(START.plusSeconds(5), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(missing)));
        tick(10, pod(false), "node", true, 1L);
        assertThat(found).isEmpty();
    }

    @Test
    void aBurstThatComesToItsEndInterruptsNothing() {
        var turning = turning();
        turning.world.push(Turning.EXECUTOR, 100, Duration.ofMinutes(1));
        turning.seconds(1200);
        assertThat(turning.world.stats().finished()).isEqualTo(100);
        assertThat(turning.world.liveReplicas("production-platform", "executor")).isZero();
        assertThat(found).isEmpty();
    }

    @Test
    void whatAwsTakesBackUnderItsJobsIsCountedAsTheWorldCountsIt() {
        var turning = turning();
        turning.world.push(Turning.EXECUTOR, 20, Duration.ofMinutes(10));
        turning.seconds(200);
        turning.world.interrupt(turning.world.live(Turning.POOL).instances().getFirst().id());
        turning.seconds(120);
        assertThat(turning.world.stats().interrupted()).isPositive();
        assertThat(found.stream().mapToLong(Interrupted::jobs).sum()).isEqualTo(turning.world.stats().interrupted());
        assertThat(found).extracting(Interrupted::cause).containsOnly(Cause.NODE_GONE);
    }

    private Turning turning() {
        return new Turning(tick -> found.addAll(interruptions.ticked(tick, TickView.executors(tick))));
    }

    private static Pod pod(boolean terminating) {
        return pod(terminating, Pod.Phase.RUNNING);
    }

    private static Pod pod(boolean terminating, Pod.Phase phase) {
        return new Pod("production-platform", "executor-1", "uid-1", "Deployment/executor",
                new PodShape(Resources.NONE, new TreeMap<>(), List.of(), List.of(), List.of()), new TreeMap<>(), phase, "node", "", true, terminating,
                false, false, "", START, List.of(), 0, GRACE, "");
    }

    /** @param jobs as the pod says them; null: it says nothing */
    private void tick(int second, @org.jspecify.annotations.Nullable Pod pod, String node, boolean ready,
            @org.jspecify.annotations.Nullable Long jobs) {
        var said = jobs == null ? new Busy(new TreeMap<>(), new TreeMap<>()) : new Busy(new TreeMap<>(Map.of("executor-1", jobs)), new TreeMap<>());
        var now = START.plusSeconds(second);
        var queue = new Queue("executor", 0, 0, jobs == null ? 0 : jobs, new TreeMap<>(), said, "epoch", "", now);
        var nodes = node.isEmpty()
                ? List.<Node>of()
                : List.of(new Node(node, "node-uid", "", "", node, new TreeMap<>(), List.of(), Resources.NONE, ready, new Node.Cordon.None(), START));
        tick(new Snapshot(now, List.of(queue), List.of(), List.of(), nodes, pod == null ? List.of() : List.of(pod), List.of(), List.of(), List.of()));
    }

    private void tick(Snapshot snapshot) {
        var config = PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0));
        var tick = new Tick(1, EnumSet.of(Signals.Cause.TIMER), new Role.Alone("a test"), new ConfigSource.State(config, 1, List.of(), START),
                snapshot,
                new Plan(List.of(), List.of()), List.of(), List.of(), Memory.EMPTY, new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO),
                false);
        found.addAll(interruptions.ticked(tick, TickView.executors(tick)));
    }
}
