package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S13 beside the real Deployment controller: surge pods get their node, nothing shrinks meanwhile, and then it does. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class RolloutIT {

    private static final String GROUP = "executors-c5";

    /** Three pods fill a node; one of the new template comes beside them, and none goes before the test lets the rollout go on. */
    @Test
    void surgePodsGetTheirNodeAndNothingShrinksUntilTheRolloutIsDone(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        strategy(bed, "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}}");
        Platform.inFlight(bed, 6);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("three pods run on a node", () -> Platform.runningPods(bed) == 3 && Platform.desired(bed, GROUP) == 1);

            slowly(bed, "example/executor:2");
            Platform.soon("the surge pod has a node of its own", () -> Platform.desired(bed, GROUP) == 2 && assigned(bed).size() == 4);
            assertThat(Platform.replicas(bed)).isEqualTo(3);

            bed.redis("DEL", "jobs:running");
            Platform.soon("held", () -> scaler.held("executor/executor", "RollingOut").isPresent());
            Platform.stays(Duration.ofSeconds(8), () -> {
                assertThat(Platform.replicas(bed)).as("no job is left, and it is not lowered").isEqualTo(3);
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(2);
                assertThat(Platform.cordoned(bed)).isEmpty();
            });
            assertThat(assigned(bed)).as("the old ones are all there").filteredOn(pod -> image(pod).endsWith(":1")).hasSize(3);

            goOn(bed);
            Platform.soon("done, and it shrinks", () -> Platform.replicas(bed) == 0 && Platform.desired(bed, GROUP) == 0);
            assertThat(scaler.held("executor/executor", "RollingOut")).isEmpty();
        }
    }

    @Test
    void anImageThatNobodyCanPullBuysNothingMore(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 2);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("one pod", () -> Platform.runningPods(bed) == 1);
            bed.kubectl("scale", "deployment/executor", "--replicas=1", "--namespace", Platform.NAMESPACE);
            var pod = assigned(bed).getFirst().getMetadata().getName();
            waiting(bed, pod, "ImagePullBackOff");
            Platform.soon("shown with its image", () -> scaler.held("executor/executor", "AwaitingDeployment")
                    .filter(why -> why.contains("example/executor:1")).isPresent());

            Platform.inFlight(bed, 40);
            Platform.stays(Duration.ofSeconds(4), () -> {
                assertThat(Platform.replicas(bed)).isEqualTo(1);
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(1);
            });
            assertThat(bed.kubectl("get", "events.events.k8s.io", "--namespace", Platform.NAMESPACE, "-o", "name", "--field-selector",
                    "reason=AwaitingDeployment")).isNotBlank();

            waiting(bed, pod, "ContainerCreating");
            Platform.soon("it ends by itself", () -> Platform.replicas(bed) == 21);
        }
    }

    private static void strategy(TestBed bed, String strategy) {
        bed.kubectl("patch", "deployment/executor", "--namespace", Platform.NAMESPACE, "--type=merge", "--patch",
                "{\"spec\":{\"strategy\":" + strategy + "}}");
    }

    /** A new template, whose pods count as available a minute after they are ready. */
    private static void slowly(TestBed bed, String image) {
        bed.kubectl("patch", "deployment/executor", "--namespace", Platform.NAMESPACE, "--type=strategic", "--patch",
                "{\"spec\":{\"minReadySeconds\":60,\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"" + image + "\"}]}}}}");
    }

    private static void goOn(TestBed bed) {
        bed.kubectl("patch", "deployment/executor", "--namespace", Platform.NAMESPACE, "--type=merge", "--patch",
                "{\"spec\":{\"minReadySeconds\":0}}");
    }

    private static void waiting(TestBed bed, String pod, String reason) {
        bed.kubectl("patch", "pod", pod, "--namespace", Platform.NAMESPACE, "--subresource=status", "--type=merge", "--patch",
                "{\"status\":{\"phase\":\"Pending\",\"containerStatuses\":[{\"name\":\"main\",\"image\":\"example/executor:1\",\"imageID\":\"\",\"ready\":false,"
                        + "\"restartCount\":0,\"state\":{\"waiting\":{\"reason\":\"" + reason + "\"}}}]}}");
    }

    private static List<Pod> assigned(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && Objects.nonNull(pod.getSpec().getNodeName())).toList();
    }

    private static String image(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage();
    }
}
