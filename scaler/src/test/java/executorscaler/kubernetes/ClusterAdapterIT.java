package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.plan.Action;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Node.Cordon;
import executorscaler.snapshot.Pod;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The adapter against a real control plane whose nodes kwok plays ({@code java -jar testbed.jar up}); {@code KUBECONFIG} names it. Each test has a namespace and
 * two nodes of its own.
 */
@Tag("control-plane")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class ClusterAdapterIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String NO_UID = "00000000-0000-0000-0000-000000000000";

    private final KubernetesClients clients = KubernetesClients.connect(Optional.empty());
    private final String name = "adapter-" + Long.toString(System.nanoTime(), 36);
    private final Config config = ExampleConfigs.config(ExampleConfigs.executor("video", name, "web"));
    private final Signals signals = new Signals();
    private final ClusterWrites writes = new ClusterWrites(clients.calling(), Clock.system());
    private final ClusterCaches caches = new ClusterCaches(clients.watching(), clients.calling(), signals, Clock.system());

    @BeforeEach
    void makeTwoNodesAndADeployment() throws InterruptedException {
        apply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: NAME}}
                """);
        apply(node("a") + "---\n" + node("b") + """
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NAME}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      nodeSelector: {bed: NAME, side: a}
                      containers: [{name: w, image: 'w:1', resources: {requests: {cpu: 100m}}}]
                """);
        assertThat(caches.awaitListed(config, SOON)).isTrue();
        see(cluster -> nodes(cluster).size() == 2 && nodes(cluster).stream().allMatch(Node::ready) && executor(cluster).ready() == 2
                && pods(cluster).stream().allMatch(Pod::ready));
    }

    @AfterEach
    void removeThem() {
        caches.close();
        clients.calling().namespaces().withName(name).delete();
        clients.calling().nodes().withLabel("bed", name).delete();
        clients.close();
    }

    @Test
    void aScaleWritesOnlyOverWhatThePlannerSaw() {
        var web = executor(read());

        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 7, 9))).isEqualTo(new Outcome.Stale("replicas 2 instead of 7"));
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", NO_UID, 2, 9))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "nope", web.uid(), 2, 9)))
                .isEqualTo(new Outcome.Stale("deployment " + name + "/nope does not exist"));

        var down = writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 0));
        var up = writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 0, 3));

        assertThat(version(up)).isGreaterThan(version(down));
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 3))).as("an order whose answer was lost")
                .isInstanceOf(Outcome.Done.class);
        see(cluster -> executor(cluster).replicas() == 3 && executor(cluster).version() >= version(up));
    }

    @Test
    void aCordonIsMarkedKeptAndTakenBackOnlyWhereItIsOurs() {
        var node = nodes(read()).getFirst();

        assertThat(writes.cordon(new Action.Cordon(node.name(), NO_UID))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.cordon(new Action.Cordon(name + "-z", NO_UID))).isEqualTo(new Outcome.Stale("node " + name + "-z does not exist"));
        assertThat(writes.cordon(new Action.Cordon(node.name(), node.uid()))).isInstanceOf(Outcome.Done.class);
        var since = nodes(see(cluster -> nodes(cluster).getFirst().cordon() instanceof Cordon.ByUs)).getFirst().cordon();
        assertThat(writes.cordon(new Action.Cordon(node.name(), node.uid()))).isInstanceOf(Outcome.Done.class);
        assertThat(nodes(read()).getFirst().cordon()).isEqualTo(since);
        assertThat(writes.uncordon(new Action.Uncordon(node.name(), node.uid()))).isInstanceOf(Outcome.Done.class);
        see(cluster -> nodes(cluster).getFirst().open());

        clients.calling().nodes().withName(node.name()).edit(live -> live.edit().editSpec().withUnschedulable(true).endSpec().build());
        assertThat(writes.cordon(new Action.Cordon(node.name(), node.uid()))).isEqualTo(new Outcome.Stale("cordoned by others"));
        assertThat(writes.uncordon(new Action.Uncordon(node.name(), node.uid()))).isEqualTo(new Outcome.Stale("cordoned by others"));
    }

    @Test
    void anEvictionHeedsBudgetAndUidAndOnlyAnEmptyNodeIsConfirmed() {
        var node = nodes(read()).getFirst();
        var pod = pods(read()).getFirst();
        var evict = new Action.Evict(name, pod.name(), pod.uid(), node.name());
        var terminate = new Action.Terminate(node.name(), node.uid(), "pool", "group", "i-1");
        apply("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: NAME}
                spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
                """);
        see(cluster -> cluster.budgets().stream().anyMatch(budget -> budget.namespace().equals(name)));

        assertThat(writes.evict(evict)).as("an open node").isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmEmpty(terminate)).as("an open node").isInstanceOf(Outcome.Stale.class);
        writes.cordon(new Action.Cordon(node.name(), node.uid()));
        await().atMost(SOON).untilAsserted(() -> assertThat(writes.evict(evict)).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.by()).contains("The disruption budget web needs 2 healthy pods")));
        assertThat(writes.confirmEmpty(terminate)).isInstanceOfSatisfying(Outcome.Stale.class, stale -> assertThat(stale.saw()).contains("pod " + name + "/web-"));

        clients.calling().policy().v1().podDisruptionBudget().inNamespace(name).withName("web").delete();
        see(cluster -> cluster.budgets().stream().noneMatch(budget -> budget.namespace().equals(name)));
        assertThat(writes.evict(new Action.Evict(name, pod.name(), NO_UID, node.name()))).as("replaced").isEqualTo(new Outcome.Done(0));
        assertThat(read().pods()).contains(pod);
        for (var gone : pods(read())) {
            assertThat(writes.evict(new Action.Evict(name, gone.name(), gone.uid(), node.name()))).isEqualTo(new Outcome.Done(0));
        }
        see(cluster -> pods(cluster).stream().noneMatch(left -> left.node().equals(node.name())));
        assertThat(writes.evict(evict)).as("gone").isEqualTo(new Outcome.Done(0));
        assertThat(writes.confirmEmpty(terminate)).isInstanceOf(Outcome.Done.class);
        assertThat(writes.confirmEmpty(new Action.Terminate(node.name(), NO_UID, "pool", "group", "i-1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(pods(see(cluster -> pods(cluster).stream().filter(left -> !left.unschedulable().isEmpty()).count() == 2))).hasSize(2);
    }

    @Test
    void anInstanceIsUnjoinedOnlyWhereNoNodeBelongsToIt() {
        apply(node("c").replace("kwok.x-k8s.io/node: fake", "quiet: 'yes'")
                + "status: {addresses: [{type: InternalIP, address: 10.99.0.7}, {type: InternalDNS, address: ip-10-99-0-7.ec2.internal}]}\n");

        assertThat(writes.confirmUnjoined(unjoined("i-" + name + "-c", "", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.7", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "", "IP-10-99-0-7.ec2.internal"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.8", "ip-10-99-0-8"))).isEqualTo(new Outcome.Done(0));
    }

    @Test
    void achangeOfARecordWakesTheLoopAndNoiseDoesNot() throws InterruptedException {
        var node = nodes(read()).getLast().name();
        await().atMost(SOON).until(() -> signals.awaitMillis(1500).contains(Signals.Cause.TIMER));

        clients.calling().nodes().withName(node).edit(live -> live.edit().editMetadata().addToAnnotations("noise", "1").endMetadata().build());
        assertThat(signals.awaitMillis(1500)).containsExactly(Signals.Cause.TIMER);

        clients.calling().nodes().withName(node).edit(live -> live.edit().editMetadata().addToLabels("news", "1").endMetadata().build());
        assertThat(signals.awaitMillis(5000)).containsExactly(Signals.Cause.CLUSTER);
        assertThat(nodes(read()).getLast().labels()).containsEntry("news", "1");
    }

    @Test
    void anExecutorThatTheConfigNewlyNamesIsMissingUntilItIsListed() throws InterruptedException {
        var more = ExampleConfigs.config(ExampleConfigs.executor("video", name, "web"), ExampleConfigs.executor("absent", name, "absent"));

        assertThat(caches.read(more, Instant.now()).missing()).hasSize(1);
        assertThat(caches.awaitListed(more, SOON)).isTrue();
        assertThat(caches.read(more, Instant.now()).executors()).extracting(Executor::name).containsExactly("video");
    }

    private static Action.TerminateUnjoined unjoined(String instance, String ip, String dns) {
        return new Action.TerminateUnjoined("pool", "group", instance, ip, dns);
    }

    private String node(String side) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: NAME-SIDE, labels: {bed: NAME, side: SIDE}, annotations: {kwok.x-k8s.io/node: fake}}
                spec: {providerID: 'aws:///us-east-1a/i-NAME-SIDE'}
                STATUS
                """.replace("SIDE", side).replace("STATUS", side.equals("c") ? "" : "status: {allocatable: {cpu: 4, memory: 8Gi, pods: 20}, capacity: {cpu: 4, memory: 8Gi, pods: 20}}");
    }

    private void apply(String yaml) {
        var named = ("---\n" + yaml).replace("NAME", name);
        clients.calling().load(new ByteArrayInputStream(named.getBytes(StandardCharsets.UTF_8))).create();
    }

    private Cluster see(Predicate<Cluster> what) {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(this::read, what);
    }

    private Cluster read() {
        return caches.read(config, Instant.now());
    }

    private List<Node> nodes(Cluster cluster) {
        return cluster.nodes().stream().filter(node -> name.equals(node.labels().get("bed"))).toList();
    }

    private List<Pod> pods(Cluster cluster) {
        return cluster.pods().stream().filter(pod -> pod.namespace().equals(name)).toList();
    }

    private static Executor executor(Cluster cluster) {
        return cluster.executors().getFirst();
    }

    private static long version(Outcome outcome) {
        return outcome instanceof Outcome.Done done ? done.version() : -1;
    }
}
