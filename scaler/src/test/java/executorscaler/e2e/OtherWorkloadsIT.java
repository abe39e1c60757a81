package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Pods of others that wait get a node where a pool has one for them, and an answer where none has. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class OtherWorkloadsIT {

    @Test
    void pendingPodsOfAnotherDeploymentRaiseTheirPool(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        try (var _ = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.deploy(bed, "shop", "web", "example/web:1", 5, "1", "1Gi", "general");

            Platform.soon("all run", () -> bed.kubernetes().pods().inNamespace("shop").list().getItems().stream()
                    .filter(pod -> pod.getStatus().getPhase().equals("Running")).count() == 5);
            assertThat(bed.aws().calls("SetDesiredCapacity")).extracting(call -> call.params().get("AutoScalingGroupName"))
                    .containsOnly("general-t3");
            assertThat(Platform.desired(bed, "general-t3")).as("one of 1 CPU on each t3.large of 2").isEqualTo(5);
            assertThat(Platform.desired(bed, "executors-c5")).isZero();
            assertThat(Platform.replicas(bed)).isZero();
        }
    }

    @Test
    void aPodThatFitsNoPoolIsExplainedAndNothingIsBoughtForIt(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.deploy(bed, "shop", "huge", "example/huge:1", 1, "64", "1Gi", "executor");

            Platform.soon("it is explained", () -> scaler.state().path("held").findValuesAsText("kind").contains("NoPoolFits"));
            var pod = bed.kubernetes().pods().inNamespace("shop").list().getItems().getFirst().getMetadata().getName();
            assertThat(scaler.held("pod/shop/" + pod, "NoPoolFits")).hasValueSatisfying(why -> assertThat(why).contains("no pool fits 1 pod"));
            assertThat(because(scaler)).satisfiesExactly(
                    general -> assertThat(general)
                            .startsWith(
                                    "general-purpose: the pod's nodeSelector wants workload-type=executor, the node has general; requests 64000m CPU, "),
                    compute -> assertThat(compute).startsWith("compute-optimized: the pod requests 64000m CPU, a new node offers 7"));
            var tick = scaler.tick();
            Platform.soon("ten ticks later", () -> scaler.tick() >= tick + 10);
            assertThat(scaler.lines()).as("nothing done or tried").isEmpty();
            assertThat(Platform.orders(bed)).isEmpty();
            assertThat(scaler.log().split("NoPoolFits|no pool fits", -1)).as("said once, not every tick").hasSizeLessThanOrEqualTo(3);

            Platform.inFlight(bed, 2);
            Platform.soon("it holds nobody else up", () -> Platform.runningPods(bed) == 1);
            assertThat(Platform.orders(bed)).containsExactly("1");
        }
    }

    /** What each pool says of the pod. */
    private static List<String> because(ScalerProcess scaler) {
        var lines = new ArrayList<String>();
        scaler.state().path("held").forEach(held -> held.path("reason").path("because").forEach(line -> lines.add(line.asText())));
        return lines;
    }
}
