package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole bed: from a group's instance to a node, a pod on it, a worker and a job. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
class ControlPlaneIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String GROUP = "executors";
    private static final Pool POOL = Pool.of(GROUP, "c5.2xlarge", 1, 4).withLabels(Map.of("workload-type", "executor"))
            .withTaints(List.of(new Taint("workload-type", "executor", "NoSchedule")));
    private static final Pool GPUS = Pool.of("gpus", "g4dn.xlarge", 0, 1);

    private static TestBed bed;

    @BeforeAll
    static void start() {
        long before = System.nanoTime();
        bed = TestBed.plan().everything().pool(POOL).pool(GPUS)
                .boot(new BootOptions(Duration.ofSeconds(1), Duration.ofSeconds(3), false, false)).start();
        System.out.println("whole bed up in " + Duration.ofNanos(System.nanoTime() - before).toMillis() + " ms");
        bed.kubectlApply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: work}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: reader, namespace: work}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: executor, namespace: work}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: executor}}
                  template:
                    metadata: {labels: {app: executor}}
                    spec:
                      nodeSelector: {workload-type: executor}
                      tolerations: [{key: workload-type, value: executor, effect: NoSchedule}]
                      containers: [{name: executor, image: executor, resources: {requests: {cpu: "1"}}}]
                """);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void aPodRunsOnANodeThatWasAnInstance() {
        String instance = bed.moto().instanceIds(GROUP).get(0);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(bed.kubernetes().pods().inNamespace("work").list().getItems())
                .anySatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running")));

        Node node = nodes().stream().filter(found -> found.getSpec().getProviderID().endsWith(instance)).findFirst().orElseThrow();
        assertThat(node.getSpec().getProviderID()).isEqualTo("aws:///us-east-1a/" + instance);
        assertThat(node.getStatus().getAllocatable()).containsEntry("cpu", new Quantity("7910m"));
        assertThat(node.getStatus().getAllocatable()).containsEntry("pods", new Quantity("58"));
        assertThat(node.getMetadata().getLabels()).containsEntry("workload-type", "executor").containsEntry(
                "node.kubernetes.io/instance-type", "c5.2xlarge");
        assertThat(node.getSpec().getTaints()).anySatisfy(taint -> assertThat(taint.getKey()).isEqualTo("workload-type"));
    }

    @Test
    void aNodeGoesWithItsInstance() {
        await().atMost(LIMIT).until(() -> nodes().stream().anyMatch(node -> node.getSpec().getProviderID().contains("/i-")));
        String lost = bed.moto().instanceIds(GROUP).get(0);
        await().atMost(LIMIT).until(() -> hasNode(lost));

        bed.moto().terminate(lost);

        await().atMost(LIMIT).until(() -> !hasNode(lost));
        await().atMost(LIMIT).until(() -> hasNode(bed.moto().instanceIds(GROUP).get(0)));
    }

    @Test
    void gpusAreOfferedAfterTheNode() {
        bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName("gpus").desiredCapacity(1));
        await().atMost(LIMIT).until(() -> gpus() != null);
        assertThat(gpus()).isEqualTo("0");
        await().atMost(LIMIT).until(() -> "1".equals(gpus()));
        bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName("gpus").desiredCapacity(0));
    }

    private static @Nullable String gpus() {
        return nodes().stream().filter(node -> "g4dn.xlarge".equals(node.getMetadata().getLabels().get("node.kubernetes.io/instance-type")))
                .map(node -> node.getStatus().getAllocatable().containsKey(NodeShape.GPU)
                        ? node.getStatus().getAllocatable().get(NodeShape.GPU).toString()
                        : "0")
                .findFirst().orElse(null);
    }

    @Test
    void aWorkerFinishesJobsAndADeletedPodLeavesItsJobBehind() {
        try (Workers workers = Workers.start(bed, "work", "app=executor", Keys.DEFAULT)) {
            bed.redis("LPUSH", "jobs", "quick:50");
            await().atMost(LIMIT).until(() -> Long.valueOf(1).equals(bed.redis("LLEN", "done")));
            assertThat(bed.redis("LLEN", "jobs:running")).isEqualTo(0L);

            bed.redis("LPUSH", "jobs", "long:3000");
            await().atMost(LIMIT).until(() -> Long.valueOf(2).equals(bed.redis("LLEN", "started")));
            String pod = String.valueOf(bed.redis("LINDEX", "started", "-1")).split(" ", -1)[0];
            assertThat(workers.running()).contains(pod);
            bed.kubectl("delete", "pod", pod, "--namespace", "work");

            await().atMost(LIMIT).until(() -> !workers.running().contains(pod) && !workers.running().isEmpty());
            // Longer than the job takes: a process that outlived its pod would finish it.
            await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(6)).until(() -> Long.valueOf(1).equals(bed.redis("LLEN", "done")));
            assertThat(bed.redis("LRANGE", "jobs:running", "0", "-1")).isEqualTo(List.of("long:3000"));
        }
    }

    @Test
    void aServiceAccountMayDoNothingItWasNotAllowed() {
        Path config = bed.kubeconfigFor("work", "reader");

        assertThatThrownBy(() -> bed.kubectl("--kubeconfig", config.toString(), "get", "pods", "--namespace", "work"))
                .isInstanceOf(CommandFailed.class).hasMessageContaining("Forbidden").hasMessageContaining("system:serviceaccount:work:reader");
    }

    @Test
    void theApiServerComesBackWithItsObjects() {
        bed.stopApiServer();
        assertThatThrownBy(() -> bed.kubectl("get", "namespace", "work")).isInstanceOf(CommandFailed.class);
        bed.startApiServer();

        assertThat(bed.kubectl("get", "namespace", "work")).contains("Active");
    }

    private static List<Node> nodes() {
        return bed.kubernetes().nodes().list().getItems();
    }

    private static boolean hasNode(String instance) {
        return nodes().stream().anyMatch(node -> node.getSpec().getProviderID().endsWith(instance));
    }
}
