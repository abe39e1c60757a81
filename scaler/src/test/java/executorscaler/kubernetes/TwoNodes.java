package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.WriteGate;
import executorscaler.config.Config;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import testbed.TestBed;

/** The adapter against a real control plane whose nodes kwok plays. Each test has a namespace and two nodes of its own. */
abstract class TwoNodes {

    static final Duration SOON = Duration.ofSeconds(30);

    static TestBed bed;

    final KubernetesClients clients = connect();
    final String name = "adapter-" + Long.toString(System.nanoTime(), 36);
    final Config config = ExampleConfigs.config(ExampleConfigs.executor("video", name, "web"));
    final Signals signals = new Signals();
    final ClusterWrites writes = new ClusterWrites(clients.calling(), Clock.system(), WriteGate.OPEN);
    final ClusterCaches caches = new ClusterCaches(clients.watching(), clients.calling(), signals, Clock.system(), () -> 0);

    @BeforeAll
    static void start() {
        bed = TestBed.plan().controlPlane().start();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

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

    private static KubernetesClients connect() {
        return KubernetesClients.connect(Optional.of(bed.kubeconfig()));
    }

    String node(String side) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: NAME-SIDE, labels: {bed: NAME, side: SIDE}, annotations: {kwok.x-k8s.io/node: fake}}
                spec: {providerID: 'aws:///us-east-1a/i-NAME-SIDE'}
                STATUS
                """.replace("SIDE", side).replace("STATUS",
                side.equals("c") ? "" : "status: {allocatable: {cpu: 4, memory: 8Gi, pods: 20}, capacity: {cpu: 4, memory: 8Gi, pods: 20}}");
    }

    void apply(String yaml) {
        var named = ("---\n" + yaml).replace("NAME", name);
        clients.calling().load(new ByteArrayInputStream(named.getBytes(StandardCharsets.UTF_8))).create();
    }

    Cluster see(Predicate<Cluster> what) {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(this::read, what);
    }

    Cluster read() {
        return caches.read(config, Instant.now());
    }

    List<Node> nodes(Cluster cluster) {
        return cluster.nodes().stream().filter(node -> name.equals(node.labels().get("bed"))).toList();
    }

    List<Pod> pods(Cluster cluster) {
        return cluster.pods().stream().filter(pod -> pod.namespace().equals(name)).toList();
    }

    static Executor executor(Cluster cluster) {
        return cluster.executors().getFirst();
    }
}
