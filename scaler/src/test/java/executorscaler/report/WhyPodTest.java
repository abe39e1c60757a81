package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.ConfigSource;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Given;
import executorscaler.plan.Memory;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why a pod waits: the order that is made for it, the pool that could not be read, and all that keeps it out of the others, whole. */
@Tag("unit")
class WhyPodTest {

    private static final Instant NOW = Given.NOW;

    private final Given given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);

    @Test
    void aPodForWhichANodeIsOrderedSaysOfWhichPoolAndUntilWhen() {
        general(0);
        waits("web-0", 1500);
        assertThat(why("pod/web-0")).isEqualTo("""
                pod/web/web-0: waits for a node of pool general, held up by NodesComing of pod/web/web-0.

                  pod       waits for a node   made at 12:00:00Z; the scheduler says: 0/1 nodes are available: 1
                            Insufficient cpu.
                  nodes     general: 0 ready + 0 on the way, 0 draining, 0 leaving; from 0 to 10
                  does      raise pool general from 0 to 1 node, because 1 pod (0 coming, 1 pending) does not fit on
                            what there is and needs 1 more node at $0.099 an hour (estimated)
                  held up   NodesComing of pod/web/web-0: it waits for pool general: 1 node ordered by this plan;
                            expected by 12:10:00Z
                  next      at 12:10:00Z, at the latest, or as soon as such a node can take pods

                Do nothing: it goes on by itself.
                """);
    }

    @Test
    void aPodForWhichNodesAreOnTheirWaySaysSinceWhen() {
        general(2, Given.instance("i-g0", NOW.minusSeconds(40)), Given.instance("i-g1", NOW.minusSeconds(30)));
        waits("web-0", 1500);
        waits("web-1", 1500);
        assertThat(why("pod/web-0")).isEqualTo("""
                pod/web/web-0: waits for a node of pool general, held up by NodesComing of pod/web/web-0.

                  pod       waits for a node   made at 12:00:00Z; the scheduler says: 0/1 nodes are available: 1
                            Insufficient cpu.
                  nodes     general: 0 ready + 2 on the way, 0 draining, 0 leaving; from 0 to 10
                  held up   NodesComing of pod/web/web-0: it waits for pool general: 2 nodes on their way since
                            11:59:20Z; expected by 12:09:30Z
                  next      at 12:09:30Z, at the latest, or as soon as such a node can take pods

                Do nothing: it goes on by itself.
                """);
    }

    /** The jobs wait for pods, and these for nodes: the executor is held up by what holds up its pods. */
    @Test
    void anExecutorWhosePodsWaitForNodesIsHeldUpByThese() {
        executors(2);
        assertThat(why("executor/executor")).startsWith("executor/executor: 4 jobs wait, held up by NodesComing of pod/jobs/p0.\n")
                .contains("held up   NodesComing of pod/jobs/p0: it waits for pool compute: 1 node ordered by this plan;")
                .contains("next      at 12:10:00Z, at the latest, or as soon as such a node can take pods");
        given.pools.clear();
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", NOW.minusSeconds(30)));
        assertThat(blocker("executor/executor").words()).contains("1 node on its way since");
    }

    @Test
    void anExecutorOfWhosePodsSomeHaveNoHomeSaysThat() {
        given.poolConfigs.set(0, Given.compute(0, 1));
        executors(20);
        assertThat(blocker("executor/executor").kind()).isEqualTo("NoRoomNow");
    }

    /** Redis is away, and another pool is full; this pod waits for its node and for nothing else. */
    @Test
    void whatElseIsWrongAlongTheWayDoesNotHoldItUp() {
        executors(1);
        given.queues.clear();
        given.missing(Missing.Source.REDIS, "");
        assertThat(blocker("pod/p0").kind()).isEqualTo("NodesComing");
    }

    @Test
    void anOrderThatIsRefusedHoldsItUp() {
        general(0);
        waits("web-0", 1500);
        var plan = given.decide(Memory.EMPTY).plan();
        var refused = new Performed(plan.steps().getFirst(), new Outcome.Refused("AWS: AccessDenied"), Duration.ZERO);
        var cause = explained(tick(List.of(refused)), "pod/web-0").blocker().orElseThrow();
        assertThat(cause.kind() + " of " + cause.subject()).isEqualTo("Refused of pool/general");
    }

    @Test
    void whereSomeAreLeftOverThatIsWhatIsSaid() {
        general(0);
        given.poolConfigs.set(1, Given.general(0, 1));
        waits("web-0", 1500);
        waits("web-1", 1500);
        assertThat(blocker("pod/web-0").kind()).isEqualTo("NoRoomNow");
        assertThat(why("pod/web-0")).contains("To do: raise the maximum of pool general, if they should not wait.");
    }

    @Test
    void aPodWithRoomOnANodeThatIsThereWaitsForTheScheduler() {
        given.nodes.add(given.node("n0", "i-0"));
        given.pools.clear();
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", NOW.minusSeconds(3600)));
        given.web("fits", 500, "");
        assertThat(why("pod/fits")).startsWith("pod/web/fits: waits for a node.").contains("held up   by nothing")
                .contains("next      when the scheduler has placed it");
    }

    @Test
    void whereAPoolCannotBeReadThePodSaysThatNobodyKnows() {
        given.pools.clear();
        given.poolConfigs.add(Given.general(0, 10));
        given.missing(Missing.Source.AWS, "general");
        given.pool(given.poolConfigs.getFirst(), Given.C5, 0);
        waits("web-0", 1500);
        assertThat(why("pod/web-0")).isEqualTo("""
                pod/web/web-0: waits for a node, held up by FitUnknown of pod/web/web-0.

                  pod       waits for a node   made at 12:00:00Z; the scheduler says: 0/1 nodes are available: 1
                            Insufficient cpu.
                  held up   FitUnknown of pod/web/web-0: nobody knows whether a pool takes 1 pod such as
                            pod/web/web-0:
                              general: cannot be read, so nobody knows whether its nodes would do: connection
                                refused
                              compute: the pod's nodeSelector wants workload-type=general, the node has executor;
                                does not tolerate workload-type=executor
                  next      when pool general can be read

                To do: find out why pool general cannot be read (executor-scaler why pool/NAME).
                """);
    }

    @Test
    void theReasonIsWholeForPrograms() throws IOException {
        waits("web-0", 64_000);
        var json = new ObjectMapper().readTree(WhyJson.of(explained(tick(List.of()), "pod/web-0")));
        assertThat(json.path("blocker").path("why").asText()).isEqualTo("no pool fits 1 pod such as pod/web/web-0: compute: the pod's nodeSelector "
                + "wants workload-type=general, the node has executor; does not tolerate workload-type=executor; requests 64000m CPU, "
                + "a new node offers 7910m");
    }

    private void general(int desired, Pool.Instance... instances) {
        given.poolConfigs.add(Given.general(0, 10));
        given.pool(given.poolConfigs.getLast(), Given.T3, desired, instances);
    }

    /** So many pods without a node, and two jobs for each. */
    private void executors(int pods) {
        given.queues.clear();
        given.executors.clear();
        given.jobs(2L * pods, 0).replicas(pods);
        for (int i = 0; i < pods; i++) given.executorPod("p" + i, "");
    }

    private void waits(String name, long cpuMillis) {
        given.pods
                .add(new Pod("web", name, "uid-" + name, "Deployment/web", Given.shape(cpuMillis, 256, "general"), new TreeMap<>(), Pod.Phase.PENDING,
                        "", "", false, false, false, false, "0/1 nodes are available: 1 Insufficient cpu.", NOW));
    }

    private String why(String subject) {
        return WhyText.of(explained(tick(List.of()), subject));
    }

    private Explanation.Cause blocker(String subject) {
        return explained(tick(List.of()), subject).blocker().orElseThrow();
    }

    private static Explanation explained(Tick tick, String subject) {
        return ((Why.Explained) Why.of(tick, subject)).explanation();
    }

    private Tick tick(List<Performed> performed) {
        var decision = given.decide(Memory.EMPTY);
        return new Tick(7, EnumSet.noneOf(Signals.Cause.class), new Role.Alone("a test"), new ConfigSource.State(given.config(), 1, List.of(), NOW),
                given.snapshot(), decision.plan(), List.of(), performed, decision.memory(),
                new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO), false);
    }
}
