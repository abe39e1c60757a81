package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.BootOptions;
import testbed.Pool;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rules S9 and S10: devices that come after their node, and a pool that AWS has nothing for. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
class CapacityIT {

    private static final Duration LATE = Duration.ofSeconds(8);
    private static final List<Pool> POOLS = List.of(pool("gpu", "g4dn.xlarge", "gpu"), pool("cheap", "c5.2xlarge", "any"),
            pool("dear", "c5.2xlarge", "any"));
    private static final String CONFIG = """
            redis: {url: "redis://ignored:6379/0"}
            executors: []
            nodePools:
            - {name: gpu, autoScalingGroup: gpu-asg, instanceType: g4dn.xlarge, maxSize: 5, labels: {kind: gpu}}
            - {name: cheap, autoScalingGroup: cheap-asg, instanceType: c5.2xlarge, maxSize: 5, labels: {kind: any}, hourlyPrice: 0.1}
            - {name: dear, autoScalingGroup: dear-asg, instanceType: c5.2xlarge, maxSize: 5, labels: {kind: any}, hourlyPrice: 0.3}
            control: {intervalMillis: 500, cloudPollSeconds: 2}
            """;

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().everything().pools(POOLS).boot(new BootOptions(Duration.ofSeconds(1), LATE, false, false)).start();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void aReadyNodeIsOnItsWayUntilItsDevicesAreThereAndNoSecondOneIsOrdered() throws Exception {
        try (var scaler = ScalerProcess.ready(bed, CONFIG)) {
            bed.aws().clearCalls();
            pods("train", 1, "gpu", "{cpu: 500m, nvidia.com/gpu: 1}");
            Platform.soon("the node is ready without its device", () -> bed.kubernetes().nodes().list().getItems().stream()
                    .anyMatch(node -> node.getStatus().getConditions().stream()
                            .anyMatch(one -> one.getType().equals("Ready") && one.getStatus().equals("True"))
                            && !node.getStatus().getAllocatable().containsKey("nvidia.com/gpu")));
            long tick = scaler.tick();
            Platform.soon("some ticks later", () -> scaler.tick() > tick + 4);
            assertThat(running("train")).as("devices are not there yet").isZero();
            assertThat(scaler.state().path("held").toString()).as("what is still to come is not what it lacks").doesNotContain("NoPoolFits");
            assertThat(orders()).containsExactly("gpu-asg 1");
            Platform.soon("the pod runs", () -> running("train") == 1);
            assertThat(orders()).containsExactly("gpu-asg 1");
        }
    }

    @Test
    void aPoolForWhichAwsHasNothingIsLeftAloneAndTheNextOneIsAsked() throws Exception {
        bed.aws().refuseCapacity("cheap-asg");
        try (var scaler = ScalerProcess.ready(bed, CONFIG)) {
            bed.aws().clearCalls();
            pods("web", 2, "any", "{cpu: 5}");
            Platform.soon("the pods run", () -> running("web") == 2);
            assertThat(orders()).as("one pod is seen, or both").contains("dear-asg 2").first().asString().startsWith("cheap-asg ");
            assertThat(scaler.held("pool/cheap", "LaunchFailed")).isPresent();
            Platform.soon("what never came is no longer wanted", () -> Platform.desired(bed, "cheap-asg") == 0);
            assertThat(Platform.desired(bed, "dear-asg")).isEqualTo(2);
        } finally {
            bed.aws().clear();
        }
    }

    private static Pool pool(String name, String type, String kind) {
        return new Pool(name, name + "-asg", type, 0, 5, Map.of("kind", kind), List.of());
    }

    private static void pods(String name, int count, String kind, String requests) {
        bed.kubectlApply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      nodeSelector: {kind: %3$s}
                      containers: [{name: main, image: "example/%1$s:1", resources: {requests: %4$s, limits: %4$s}}]
                """.formatted(name, count, kind, requests));
    }

    private static long running(String app) {
        return bed.kubernetes().pods().inNamespace("default").withLabel("app", app).list().getItems().stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase())).count();
    }

    /** Group and number of each order. */
    private static List<String> orders() {
        return bed.aws().calls("SetDesiredCapacity").stream()
                .map(call -> call.params().get("AutoScalingGroupName") + " " + call.params().get("DesiredCapacity")).toList();
    }
}
