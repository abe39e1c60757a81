package executorscaler.sim;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.observe.PodNames;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.plan.Action;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulated world obeys the rules of the real one: whatever is proved in it is worth only as much as this. */
@Tag("simulation")
class SimWorldTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String COMPUTE = "compute-optimized";
    private static final String NAMESPACE = "production-platform";
    private final Config config = PlatformConfig.config();
    private final SimWorld world = SimWorld.of(config).platform().build();

    @Test
    void thePlatformRunsAtTheStart() {
        assertThat(cluster().nodes()).hasSize(2).allMatch(Node::ready);
        assertThat(cluster().pods()).hasSize(6 + 2 * 2).allMatch(Pod::ready);
        assertThat(pool("general-purpose").desired()).isEqualTo(2);
        world.advance(MINUTE);
        assertThat(world.stats().nodeSeconds()).isEqualTo(120);
    }

    @Test
    void aNodeIsReadyAfterTheTimesThatItTakes() {
        raise(0, 1);
        world.advance(Duration.ofSeconds(3));
        assertThat(pool(COMPUTE).instances()).singleElement().extracting(Pool.Instance::lifecycle).isEqualTo(Pool.Lifecycle.PENDING);
        world.advance(Duration.ofSeconds(86)); // launch 2 + boot 80 to 88 + ready 10 is 92 to 100
        assertThat(computeNodes().stream().filter(Node::ready)).isEmpty();
        world.advance(Duration.ofSeconds(12));
        assertThat(computeNodes()).singleElement().matches(Node::ready);
        assertThat(computeNodes().getFirst().providerId()).isEqualTo("aws:///us-east-1a/" + pool(COMPUTE).instances().getFirst().id());
    }

    @Test
    void podsGoOnlyWhereTheyFit() {
        scale(0, 8);
        raise(0, 2);
        world.advance(MINUTE.multipliedBy(3));
        assertThat(executorPods().stream().filter(Pod::ready)).hasSize(6); // three of 2 CPU on each of two c5.2xlarge
        assertThat(executorPods().stream().filter(pod -> !pod.assigned())).hasSize(2).allMatch(pod -> !pod.unschedulable().isEmpty());
        for (var node : computeNodes()) assertThat(executorPods().stream().filter(pod -> pod.node().equals(node.name()))).hasSize(3);
    }

    @Test
    void aClosedNodeGetsNoPods() {
        raise(0, 1);
        world.advance(MINUTE.multipliedBy(2));
        var node = computeNodes().getFirst();
        assertThat(world.clusterWrites().cordon(new Action.Cordon(node.name(), node.uid()))).isInstanceOf(Outcome.Done.class);
        scale(0, 1);
        world.advance(MINUTE);
        assertThat(executorPods()).singleElement().matches(pod -> !pod.assigned());
        assertThat(world.clusterWrites().uncordon(new Action.Uncordon(node.name(), node.uid()))).isInstanceOf(Outcome.Done.class);
        world.advance(MINUTE);
        assertThat(executorPods()).singleElement().matches(Pod::ready);
    }

    @Test
    void fallingReplicasTakeUnassignedPodsFirst() {
        scale(0, 5);
        raise(0, 1);
        world.advance(MINUTE.multipliedBy(3));
        scale(5, 3);
        world.advance(MINUTE);
        assertThat(executorPods()).hasSize(3).allMatch(Pod::ready);
    }

    @Test
    void fallingReplicasMayTakeBusyPodsAndThatIsCounted() {
        busyExecutors();
        scale(3, 0);
        world.advance(MINUTE);
        assertThat(world.killedJobs()).isEqualTo(6);
        assertThat(queue().running()).as("nobody removes a lost job from the running list").isEqualTo(6);
    }

    @Test
    void jobsAreTakenWorkedOnAndFinished() {
        world.push("executor", 7, Duration.ofSeconds(30));
        scale(0, 3);
        raise(0, 1);
        world.advance(MINUTE.multipliedBy(2));
        assertThat(queue().running()).isEqualTo(6);
        assertThat(queue().waiting()).isEqualTo(1);
        world.advance(MINUTE);
        assertThat(queue().jobs()).isZero();
        assertThat(world.stats().finished()).isEqualTo(7);
        assertThat(world.killedJobs()).isZero();
        assertThat(world.stats().waitQuantile(0.5)).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(115));
    }

    @Test
    void delayedJobsAreDueWhenTheirTimeComes() {
        world.pushLater("executor", 3, MINUTE, world.clock().now().plus(MINUTE));
        assertThat(queue().jobs()).isZero();
        world.advance(MINUTE);
        assertThat(queue().due()).isEqualTo(3);
    }

    @Test
    void terminateEndsTheNodesPods() {
        busyExecutors();
        var instance = pool(COMPUTE).instances().getFirst();
        assertThat(world.cloudWrites().terminate(COMPUTE + "-asg", instance.id())).isInstanceOf(Outcome.Done.class);
        assertThat(pool(COMPUTE).desired()).isZero();
        assertThat(world.killedJobs()).isEqualTo(6);
        world.advance(MINUTE);
        assertThat(computeNodes()).isEmpty();
        assertThat(executorPods()).hasSize(3).noneMatch(Pod::assigned); // made again, without a home
    }

    @Test
    void aGroupAtItsMinimumRefusesToLoseAnInstance() {
        var instance = pool("general-purpose").instances().getFirst();
        assertThat(world.cloudWrites().terminate("general-purpose-asg", instance.id())).isInstanceOf(Outcome.Refused.class);
        assertThat(cluster().nodes()).hasSize(2);
    }

    @Test
    void aLoweredNumberMakesTheGroupChooseBusyVictims() {
        busyExecutors();
        world.setDesired(COMPUTE, 0);
        world.advance(MINUTE);
        assertThat(world.killedJobs()).isEqualTo(6);
    }

    @Test
    void anInterruptionIsNotTheScalersDoing() {
        busyExecutors();
        world.interrupt(pool(COMPUTE).instances().getFirst().id());
        world.advance(MINUTE.multipliedBy(3));
        assertThat(world.killedJobs()).isZero();
        assertThat(world.stats().interrupted()).isEqualTo(6);
        assertThat(computeNodes()).as("the group replaces it").hasSize(1);
    }

    @Test
    void writesSayWhatTheySawAndStaleOnesDoNothing() {
        assertThat(world.cloudWrites().raise(new Action.RaiseCapacity(COMPUTE, COMPUTE + "-asg", 3, 5))).isEqualTo(new Outcome.Stale("desired 0"));
        assertThat(world.clusterWrites().scale(scaling(7, 9))).isEqualTo(new Outcome.Stale("0 replicas"));
        world.advance(MINUTE);
        assertThat(executorPods()).isEmpty();
    }

    @Test
    void aBudgetForbidsTheSecondEviction() {
        var pods = cluster().pods().stream().filter(pod -> pod.owner().equals("Deployment/frontend")).toList();
        assertThat(evict(pods.get(0))).isInstanceOf(Outcome.Done.class);
        assertThat(evict(pods.get(1))).isEqualTo(new Outcome.Refused("disruption budget frontend"));
        world.advance(MINUTE);
        assertThat(evict(pods.get(1))).as("its sibling is back").isInstanceOf(Outcome.Done.class);
    }

    @Test
    void anEmptyNodeIsConfirmedOnlyWhenWeClosedIt() {
        raise(0, 1);
        world.advance(MINUTE.multipliedBy(2));
        var node = computeNodes().getFirst();
        var terminate = new Action.Terminate(node.name(), node.uid(), COMPUTE, COMPUTE + "-asg", pool(COMPUTE).instances().getFirst().id());
        assertThat(world.clusterWrites().confirmEmpty(terminate)).isInstanceOf(Outcome.Stale.class);
        world.clusterWrites().cordon(new Action.Cordon(node.name(), node.uid()));
        assertThat(world.clusterWrites().confirmEmpty(terminate)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aLostReplyIsStillAWrite() {
        world.loseReplies(Source.AWS, 1);
        assertThat(raise(0, 3)).isInstanceOf(Outcome.Failed.class);
        assertThat(pool(COMPUTE).desired()).isEqualTo(3);
        assertThat(raise(3, 4)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aBrokenSourceIsMissingNotZero() {
        world.fail(Source.REDIS, "connection refused");
        world.advance(MINUTE);
        var read = world.queues().read(config, PodNames.UNKNOWN, world.clock().now());
        assertThat(read.queues()).isEmpty();
        assertThat(read.missing()).singleElement().matches(missing -> missing.since().equals(world.clock().start()));
        world.heal(Source.REDIS);
        assertThat(queue().jobs()).isZero();
    }

    @Test
    void aRestartedRedisHasAnotherEpoch() {
        world.push("executor", 5, MINUTE);
        var before = queue().epoch();
        world.restartRedis();
        assertThat(queue().jobs()).isZero();
        assertThat(queue().epoch()).isNotEqualTo(before);
    }

    @Test
    void staleReadsShowThePast() {
        pool(COMPUTE);
        world.lagCloud(Duration.ofSeconds(10));
        pool(COMPUTE);
        raise(0, 2);
        assertThat(pool(COMPUTE).desired()).isZero();
        assertThat(pool(COMPUTE).readAt()).isEqualTo(world.clock().start());
        world.advance(Duration.ofSeconds(10));
        assertThat(pool(COMPUTE).desired()).isEqualTo(2);
    }

    @Test
    void refusedCapacityComesWhenItIsThereAgain() {
        world.refuseCapacity(COMPUTE, true);
        raise(0, 2);
        world.advance(MINUTE.multipliedBy(5));
        assertThat(pool(COMPUTE).instances()).isEmpty();
        world.refuseCapacity(COMPUTE, false);
        world.advance(MINUTE.multipliedBy(3));
        assertThat(computeNodes()).hasSize(2);
    }

    @Test
    void acceleratorsComeAfterTheNode() {
        world.cloudWrites().raise(new Action.RaiseCapacity("gpu-nodes", "gpu-nodes-asg", 0, 1));
        world.advance(Duration.ofSeconds(101));
        assertThat(gpuNode().ready()).isTrue();
        assertThat(gpuNode().allocatable().extended()).isEmpty();
        world.advance(Duration.ofSeconds(20));
        assertThat(gpuNode().allocatable().extended()).containsEntry("nvidia.com/gpu", 1L);
    }

    @Test
    void equalSeedsMakeEqualWorldsAndOthersDoNot() {
        assertThat(traceOf(7)).isEqualTo(traceOf(7));
        var hashes = new HashSet<Long>();
        for (long seed = 1; seed <= 5; seed++) hashes.add(traceOf(seed));
        assertThat(hashes).hasSize(5);
    }

    private long traceOf(long seed) {
        var other = SimWorld.of(config).platform().seed(seed).build();
        DemoStory.standard("executor").happenIn(other);
        other.advance(Duration.ofSeconds(6));
        var uid = other.cluster().read(config, other.clock().now()).executors().getFirst().uid();
        other.clusterWrites().scale(new Action.ScaleExecutor("executor", NAMESPACE, "executor", uid, 0, 50));
        other.cloudWrites().raise(new Action.RaiseCapacity(COMPUTE, COMPUTE + "-asg", 0, 17));
        other.advance(MINUTE.multipliedBy(10));
        assertThat(other.stats().finished()).isEqualTo(140);
        assertThat(other.stats().peakNodes()).isEqualTo(19);
        return other.traceHash();
    }

    private void busyExecutors() {
        world.push("executor", 6, MINUTE.multipliedBy(60));
        scale(0, 3);
        raise(0, 1);
        world.advance(MINUTE.multipliedBy(2));
        assertThat(queue().running()).isEqualTo(6);
    }

    private Cluster cluster() {
        return world.cluster().read(config, world.clock().now());
    }

    private List<Node> computeNodes() {
        return cluster().nodes().stream().filter(node -> "executor".equals(node.labels().get("workload-type"))).toList();
    }

    private Node gpuNode() {
        return cluster().nodes().stream().filter(node -> "g4dn.xlarge".equals(node.labels().get("node.kubernetes.io/instance-type"))).findFirst()
                .orElseThrow();
    }

    private List<Pod> executorPods() {
        return cluster().pods().stream().filter(pod -> pod.owner().equals("Deployment/executor")).toList();
    }

    private executorscaler.snapshot.Queue queue() {
        return world.queues().read(config, PodNames.UNKNOWN, world.clock().now()).queues().getFirst();
    }

    private Pool pool(String name) {
        return world.cloud().read(config, world.clock().now()).pools().stream().filter(pool -> pool.name().equals(name)).findFirst().orElseThrow();
    }

    private Outcome raise(int expected, int desired) {
        return world.cloudWrites().raise(new Action.RaiseCapacity(COMPUTE, COMPUTE + "-asg", expected, desired));
    }

    private void scale(int expected, int replicas) {
        assertThat(world.clusterWrites().scale(scaling(expected, replicas))).isInstanceOf(Outcome.Done.class);
    }

    private Action.ScaleExecutor scaling(int expected, int replicas) {
        return new Action.ScaleExecutor("executor", NAMESPACE, "executor", cluster().executors().getFirst().uid(), expected, replicas);
    }

    private Outcome evict(Pod pod) {
        return world.clusterWrites().evict(new Action.Evict(pod.namespace(), pod.name(), pod.uid(), pod.node()));
    }
}
