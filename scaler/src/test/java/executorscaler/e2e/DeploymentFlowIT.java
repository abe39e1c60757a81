package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rules S6, S14, S15 and S20: a service that waits for its first deployment, and a config that people edit while it is in force. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class DeploymentFlowIT {

    private static final String GROUP = "executors-c5";

    @Test
    void anExecutorAtThePlaceholderImageIsNotScaledAndBuysNoNodeUntilItIsDeployed(TestBed bed) throws Exception {
        Platform.deploy(bed, Platform.NAMESPACE, "executor", "registry.example/executor:TO_BE_DEPLOYED", 2, "2", "4Gi", "executor");
        Platform.inFlight(bed, 10);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("shown as such",
                    () -> scaler.held("executor/executor", "AwaitingDeployment").filter(why -> why.contains("TO_BE_DEPLOYED")).isPresent());
            var tick = scaler.tick();
            Platform.soon("ten ticks later", () -> scaler.tick() >= tick + 10);
            assertThat(Platform.replicas(bed)).as("as it was deployed").isEqualTo(2);
            assertThat(Platform.desired(bed, GROUP)).isZero();
            assertThat(scaler.lines()).isEmpty();

            bed.kubectl("set", "image", "deployment/executor", "main=registry.example/executor:1", "--namespace", Platform.NAMESPACE);
            Platform.soon("deployed, so it runs", () -> Platform.runningPods(bed) == 5);
            assertThat(Platform.desired(bed, GROUP)).as("5 pods, or 7 while the rollout has its surge, 3 on a node").isBetween(2, 3);
            assertThat(scaler.held("executor/executor", "AwaitingDeployment")).isEmpty();
        }
    }

    @Test
    void aBadEditChangesNothingAndAGoodOneCountsAtOnce(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        var file = Platform.config(bed, Platform.CONFIG);
        try (var scaler = ScalerProcess.run(file, bed.env(), bed.directory())) {
            Platform.soon("ready", () -> scaler.status("/ready") == 200);
            assertThat(rejected(scaler)).isEqualTo("0");

            edit(file, Platform.configWith("maxReplicas: 50", "maxReplicas: -1", "jobsPerPod: 2", "jobsPerPods: 1"));
            Platform.soon("shown", () -> scaler.state().path("config").path("rejected").size() >= 2);
            assertThat(scaler.state().path("config").path("rejected").toString()).contains("maxReplicas", "jobsPerPods");
            assertThat(rejected(scaler)).isEqualTo("1");
            assertThat(scaler.log()).contains("the newest config is rejected, the last good one stays");
            assertThat(scaler.get("/ready")).contains("rejected config: ");
            Platform.inFlight(bed, 10);
            Platform.soon("the last good one is in force", () -> Platform.runningPods(bed) == 5);

            edit(file, Platform.configWith("maxReplicas: 50", "maxReplicas: 3"));
            withinTwoSeconds("a good edit", () -> scaler.state().path("executors").path(0).path("max").asInt() == 3);
            assertThat(rejected(scaler)).isEqualTo("0");
            Platform.push(bed, 100, 1);
            Platform.stays(Duration.ofSeconds(6),
                    () -> assertThat(Platform.replicas(bed)).as("pods that may be running a job stay, no more come").isEqualTo(5));

            edit(file, Platform.configWith("maxReplicas: 50", "maxReplicas: 6"));
            withinTwoSeconds("another good edit", () -> Platform.replicas(bed) == 6);
            assertThat(scaler.held("executor/executor", "AtMaxReplicas")).isPresent();
        }
    }

    @Test
    void boundsOfPodsAndNodesHoldWithAndWithoutWork(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        var bounded = Platform.configWith("minReplicas: 0", "minReplicas: 1", "maxReplicas: 50", "maxReplicas: 5", "minSize: 0\n  maxSize: 20",
                "minSize: 1\n  maxSize: 1");
        try (var scaler = ScalerProcess.ready(bed, bounded)) {
            Platform.soon("the least without work", () -> Platform.runningPods(bed) == 1 && Platform.desired(bed, GROUP) == 1);

            Platform.push(bed, 100, 1);
            Platform.soon("the most with work", () -> Platform.replicas(bed) == 5 && scaler.held("pool/compute-optimized", "PoolAtMax").isPresent());
            Platform.soon("three pods fit on a node", () -> Platform.runningPods(bed) == 3);
            var tick = scaler.tick();
            Platform.soon("some ticks later", () -> scaler.tick() >= tick + 5);
            assertThat(Platform.replicas(bed)).isEqualTo(5);
            assertThat(Platform.orders(bed)).containsExactly("1");

            bed.redis("DEL", "jobs");
            Platform.soon("the least again", () -> Platform.replicas(bed) == 1);
            Platform.stays(Duration.ofSeconds(6), () -> {
                assertThat(Platform.replicas(bed)).isEqualTo(1);
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(1);
                assertThat(Platform.terminations(bed)).isZero();
            });
        }
    }

    private static String rejected(ScalerProcess scaler) {
        return scaler.get("/metrics").lines().filter(line -> line.startsWith("executor_scaler_config_rejected"))
                .map(line -> line.replaceFirst("^\\S+ (\\d+).*", "$1"))
                .findFirst().orElse("no such metric");
    }

    private static void withinTwoSeconds(String what, Callable<Boolean> condition) {
        await(what).atMost(Duration.ofSeconds(2)).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    /** In one step, as the kubelet changes a mounted ConfigMap. */
    private static void edit(Path file, String yaml) throws IOException {
        var next = Files.writeString(file.resolveSibling("next.yaml"), yaml);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
