package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S12 on a real API server: whoever else writes replicas is put right once, told of, and not fought. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class OtherOwnersIT {

    private static final String IMAGE = "example/executor:1";

    /** In one request: kubectl's own --all takes those of all tests before these one by one, looks whether each is gone, and lets five requests a second pass. */
    @BeforeEach
    void withoutEventsOfOthers(TestBed bed) {
        bed.kubectl("delete", "--raw", "/apis/events.k8s.io/v1/namespaces/" + Platform.NAMESPACE + "/events");
    }

    /** Without the chart's replica guard, which the bed does not have. */
    @Test
    void anApplyThatResetsReplicasIsPutBackWithinASecondWithAnEvent(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, IMAGE);
        Platform.inFlight(bed, 24);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("12 pods run", () -> Platform.replicas(bed) == 12 && Platform.runningPods(bed) == 12);
            Platform.deployExecutor(bed, IMAGE); // the manifest says 0
            await("put back").atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(20)).until(() -> Platform.replicas(bed) == 12);

            Platform.soon("told", () -> events(bed, "ReplicasPutBack").size() == 1);
            assertThat(events(bed, "ReplicasPutBack").getFirst()).contains("kubectl-client-side-apply", "from 0 to 12");
            assertThat(scaler.lines("ScaleExecutor", "Done").getFirst().path("why").asText()).contains("kubectl-client-side-apply");
            assertThat(bed.kubectl("describe", "deployment/executor", "--namespace", Platform.NAMESPACE)).contains("ReplicasPutBack");
        }
    }

    /** The autoscaler's own calls, every two seconds, under its name: the metrics that it would need are not on the bed. */
    @Test
    void anAutoscalerBesideUsIsToldOfAndAnsweredOnceAMinute(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, IMAGE);
        Platform.inFlight(bed, 24);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("12 pods run", () -> Platform.replicas(bed) == 12 && Platform.runningPods(bed) == 12);
            long before = scaler.lines("ScaleExecutor", "Done").size();
            var written = new AtomicInteger();
            await("eight writes").atMost(Duration.ofSeconds(40)).pollDelay(Duration.ZERO).pollInterval(Duration.ofSeconds(2)).until(() -> {
                asAutoscaler(bed, 3);
                return written.incrementAndGet() == 8;
            });
            Platform.soon("not put back again", () -> scaler.held("executor/executor", "YieldsToOthers").isPresent());
            assertThat(scaler.lines("ScaleExecutor", "Done")).hasSize((int) before + 1);
            assertThat(scaler.held("executor/executor", "ScaledByOthers")).get().asString().contains("HorizontalPodAutoscaler");
            assertThat(scaler.held("executor/executor", "YieldsToOthers")).get().asString().contains("insists on 3 replicas");
            assertThat(scaler.get("/metrics")).contains("executor_scaler_held{reason=\"ScaledByOthers\"} 1.0");
            assertThat(events(bed, "ScaledByOthers")).as("told once").singleElement().asString().contains("HorizontalPodAutoscaler");
        }
    }

    @Test
    void whoScalesUpByHandIsLeftAndADeploymentMadeAnewHasNoPast(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, IMAGE);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            bed.kubectl("scale", "deployment/executor", "--replicas=4", "--namespace", Platform.NAMESPACE);
            Platform.soon("left", () -> scaler.held("executor/executor", "LeftToOthers").isPresent());
            Platform.stays(Duration.ofSeconds(6), () -> assertThat(Platform.replicas(bed)).isEqualTo(4));

            bed.kubectl("delete", "deployment/executor", "--namespace", Platform.NAMESPACE);
            Platform.soon("missed", () -> scaler.held("executor/executor", "DeploymentNotFound").isPresent());
            Platform.deploy(bed, Platform.NAMESPACE, "executor", IMAGE, 0, "1", "2Gi", "executor");
            Platform.inFlight(bed, 6);
            Platform.soon("as the jobs need it, with its new requests", () -> Platform.replicas(bed) == 3 && Platform.runningPods(bed) == 3);
            assertThat(scaler.lines("ScaleExecutor", "Done").getFirst().path("what").asText()).contains("from 0 to 3");
            assertThat(events(bed, "ReplicasPutBack")).isEmpty();
        }
    }

    private static void asAutoscaler(TestBed bed, int replicas) {
        var scale = new ScaleBuilder().withNewMetadata().withName("executor").withNamespace(Platform.NAMESPACE).endMetadata().withNewSpec(replicas)
                .build();
        bed.kubernetes().raw("/apis/apps/v1/namespaces/" + Platform.NAMESPACE + "/deployments/executor/scale?fieldManager=kube-controller-manager",
                "PUT",
                scale);
    }

    private static List<String> events(TestBed bed, String reason) {
        return bed
                .kubectl("get", "events.events.k8s.io", "--namespace", Platform.NAMESPACE, "-o",
                        "jsonpath={range .items[*]}{.reason} {.note}{\"\\n\"}{end}")
                .lines().filter(line -> line.startsWith(reason + " ")).toList();
    }
}
