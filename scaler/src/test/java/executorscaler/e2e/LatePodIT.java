package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/**
 * Rules S4, S5, S6 and S17: no node goes that holds a pod, whenever it came, or that somebody else closed. The pods here have a scheduler that does not exist:
 * the test binds them, and so decides where and when they land.
 */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class LatePodIT {

    private static final String GROUP = "executors-c5";
    private static final String CORDONED_AT = "executor-scaler/cordoned-at";

    /** Time enough for a test to put a pod on a node between the cordon and the next look at it. */
    private static final String SLOW_TO_SETTLE = Platform.configWith("cordonSettleSeconds: 1", "cordonSettleSeconds: 4");

    private static final Duration LONG = Duration.ofSeconds(6);

    @Test
    void anExecutorsPodThatLandsAfterTheCordonOpensTheNodeAgain(TestBed bed) throws Exception {
        try (var _ = twoPodsOnOneOfTwoNodes(bed)) {
            var closed = closedByUs(bed);
            Platform.push(bed, 2, 1);
            Platform.soon("a third pod waits", () -> pending(bed).size() == 1);
            bind(bed, pending(bed).getFirst(), closed);

            Platform.soon("the node is open again", () -> Platform.cordoned(bed).isEmpty());
            Platform.stays(LONG, () -> {
                assertThat(Platform.terminations(bed)).isZero();
                assertThat(Platform.runningPods(bed)).isEqualTo(3);
                assertThat(Platform.cordoned(bed)).isEmpty();
            });
        }
    }

    @Test
    void aPodThatNobodyMakesAgainKeepsItsNodeUntilItGoes(TestBed bed) throws Exception {
        try (var scaler = twoPodsOnOneOfTwoNodes(bed)) {
            var closed = closedByUs(bed);
            bed.kubectlApply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: alone, namespace: default}
                    spec: {nodeName: %s, containers: [{name: main, image: 'example/alone:1', resources: {requests: {cpu: 100m}}}]}
                    """.formatted(closed));

            Platform.soon("it says what keeps the node",
                    () -> scaler.held("node/" + closed, "PodCannotMove").filter(why -> why.contains("default/alone")).isPresent());
            Platform.stays(LONG, () -> {
                assertThat(Platform.terminations(bed)).isZero();
                assertThat(Platform.podsOn(bed, closed)).hasSize(1);
            });

            bed.kubernetes().pods().inNamespace("default").withName("alone").withGracePeriod(0).delete();
            Platform.soon("the node goes after the pod", () -> Platform.desired(bed, GROUP) == 1);
            assertThat(Platform.runningPods(bed)).isEqualTo(2);
        }
    }

    @Test
    void aNodeThatAPersonClosedIsTheirs(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.setDesiredByHand(bed, GROUP, 1);
        Platform.soon("a node", () -> Platform.nodes(bed) == 1);
        var theirs = bed.kubernetes().nodes().list().getItems().getFirst().getMetadata().getName();
        bed.kubectl("cordon", theirs);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("it says so", () -> scaler.held("node/" + theirs, "CordonedByOthers").isPresent());
            Platform.stays(LONG, () -> {
                assertThat(Platform.terminations(bed)).isZero();
                assertThat(Platform.cordoned(bed)).singleElement()
                        .satisfies(node -> assertThat(node.getMetadata().getAnnotations()).doesNotContainKey(CORDONED_AT));
            });

            Platform.inFlight(bed, 2);
            Platform.soon("a pod runs on a node of its own", () -> Platform.runningPods(bed) == 1);
            assertThat(Platform.orders(bed)).containsExactly("2");
            assertThat(Platform.cordoned(bed)).extracting(node -> node.getMetadata().getName()).containsExactly(theirs);
            assertThat(Platform.podsOn(bed, theirs)).isEmpty();
        }
    }

    @Test
    void podsLeaveAClosingNodeOneByOneAsTheirBudgetAllows(TestBed bed) throws Exception {
        Platform.setDesiredByHand(bed, "general-t3", 2);
        Platform.soon("two nodes", () -> Platform.nodes(bed) == 2);
        var nodes = bed.kubernetes().nodes().list().getItems().stream().map(node -> node.getMetadata().getName()).toList();
        deployBoundByHand(bed, "executor", 0, "2", "executor");
        deployBoundByHand(bed, "web", 4, "200m", "general");
        budget(bed, 4);
        Platform.soon("four pods", () -> pending(bed).size() == 4);
        var pods = pending(bed);
        for (int i = 0; i < 4; i++) bind(bed, pods.get(i), nodes.get(i / 2));
        Platform.soon("they run", () -> Platform.runningPods(bed) == 4);

        try (var scaler = ScalerProcess.ready(bed, Platform.configWith("trustSeconds: 2", "trustSeconds: 2, utilizationThreshold: 0.5"))) {
            Platform.soon("no pod may go", () -> nodes.stream().anyMatch(node -> scaler.held("node/" + node, "BudgetExhausted").isPresent()));
            Platform.stays(Duration.ofSeconds(3), () -> assertThat(Platform.cordoned(bed)).isEmpty());

            budget(bed, 3);
            var closed = closedByUs(bed);
            for (int left = 1; left >= 0; left--) {
                int still = left;
                Platform.soon("one pod is evicted, and its successor waits",
                        () -> Platform.podsOn(bed, closed).size() == still && pending(bed).size() == 1);
                if (still > 0) {
                    Platform.soon("it says what it waits for", () -> scaler.held("node/" + closed, "BudgetExhausted").isPresent());
                    Platform.stays(Duration.ofSeconds(2), () -> assertThat(Platform.podsOn(bed, closed)).hasSize(still));
                }
                bind(bed, pending(bed).getFirst(), nodes.stream().filter(node -> !node.equals(closed)).findFirst().orElseThrow());
            }

            Platform.soon("the empty node goes", () -> Platform.desired(bed, "general-t3") == 1);
            assertThat(Platform.runningPods(bed)).isEqualTo(4);
            assertThat(scaler.lines("Evict", "Done")).hasSize(2);
        }
    }

    /** Two pods with jobs on the one node, and another node that nobody needs. */
    private static ScalerProcess twoPodsOnOneOfTwoNodes(TestBed bed) throws IOException {
        deployBoundByHand(bed, "executor", 0, "2", "executor");
        Platform.inFlight(bed, 4);
        var scaler = ScalerProcess.ready(bed, SLOW_TO_SETTLE);
        Platform.soon("a node, and two pods for it", () -> Platform.nodes(bed) == 1 && pending(bed).size() == 2);
        var node = bed.kubernetes().nodes().list().getItems().getFirst().getMetadata().getName();
        pending(bed).forEach(pod -> bind(bed, pod, node));
        Platform.soon("they run", () -> Platform.runningPods(bed) == 2);
        Platform.setDesiredByHand(bed, GROUP, 2);
        Platform.soon("another node", () -> Platform.nodes(bed) == 2);
        return scaler;
    }

    private static String closedByUs(TestBed bed) {
        Platform.soon("a node is closed", () -> Platform.cordoned(bed).size() == 1);
        var node = Platform.cordoned(bed).getFirst();
        assertThat(node.getMetadata().getAnnotations()).containsKey(CORDONED_AT);
        return node.getMetadata().getName();
    }

    private static void deployBoundByHand(TestBed bed, String name, int replicas, String cpu, String workloadType) {
        bed.kubectlApply(Platform.deployment(Platform.NAMESPACE, name, "example/" + name + ":1", replicas, cpu, "100Mi", workloadType)
                .replace("      nodeSelector:", "      schedulerName: by-hand\n      nodeSelector:"));
    }

    private static void budget(TestBed bed, int minAvailable) {
        bed.kubectlApply("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: %s}
                spec: {minAvailable: %d, selector: {matchLabels: {app: web}}}
                """.formatted(Platform.NAMESPACE, minAvailable));
    }

    private static List<Pod> pending(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().stream().filter(pod -> pod.getSpec().getNodeName() == null)
                .toList();
    }

    /** As a scheduler does, which may have decided before the node was closed. */
    private static void bind(TestBed bed, Pod pod, String node) {
        try {
            var name = pod.getMetadata().getName();
            var binding = Files.writeString(bed.directory().resolve("binding-" + name + ".json"), """
                    {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "%s"}, "target": {"apiVersion": "v1", "kind": "Node", "name": "%s"}}
                    """.formatted(name, node));
            bed.kubectl("create", "--raw", "/api/v1/namespaces/" + Platform.NAMESPACE + "/pods/" + name + "/binding", "-f", binding.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
