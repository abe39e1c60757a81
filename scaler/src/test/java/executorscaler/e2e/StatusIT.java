package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** What a person learns with kubectl alone: the status ConfigMap, and the events of the leader's pod. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class StatusIT {

    private static final String POD = "scaler-a";
    private static final String STATUS = "executor-scaler-status";

    @BeforeEach
    void whatTheChartMakes(TestBed bed) {
        Platform.deployExecutor(bed, "example/executor:1");
        bed.kubernetes().leases().inNamespace(Platform.NAMESPACE).withName("executor-scaler").delete();
        bed.kubernetes().configMaps().inNamespace(Platform.NAMESPACE).withName(STATUS).delete();
        bed.kubectlApply(
                """
                        {apiVersion: v1, kind: ConfigMap, metadata: {name: executor-scaler-status, namespace: production-platform}, data: {executor.gone: stale}}
                        ---
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: scaler-a, namespace: production-platform}
                        spec: {nodeSelector: {no: where}, containers: [{name: main, image: 'example/scaler:1'}]}
                        """);
    }

    @Test
    void theStatusFollowsTheWorkAndRestsWithIt(TestBed bed) throws Exception {
        try (var scaler = candidate(bed)) {
            Platform.soon("it leads and says so", () -> line(bed, "leader").contains("lead") && scaler.role().equals("leader"));
            assertThat(data(bed)).as("what is said of an executor that is none").doesNotContainKey("executor.gone");
            Platform.inFlight(bed, 10);
            Platform.soon("5 pods are ready", () -> line(bed, "executor.executor").contains("5 of 5 replicas ready"));
            Platform.soon("2 nodes are ready", () -> line(bed, "pool.compute-optimized").contains("nodes: 2 ready, 0 on the way"));
            Platform.soon("all is written", () -> line(bed, "executor.executor").contains("10 running"));

            var version = status(bed).getMetadata().getResourceVersion();
            Platform.stays(Duration.ofSeconds(8),
                    () -> assertThat(status(bed).getMetadata().getResourceVersion()).as("nothing changes, nothing is written").isEqualTo(version));
        }
    }

    @Test
    void aRejectedConfigIsAnEventOfTheLeadersPodAndALineOfTheStatus(TestBed bed) throws Exception {
        var config = Platform.config(bed, Platform.CONFIG);
        try (var scaler = candidate(bed, config)) {
            Platform.soon("it leads", () -> scaler.role().equals("leader") && data(bed).containsKey("config"));
            Files.writeString(config, Platform.configWith("maxReplicas: 50", "maxReplicas: -1"));
            Platform.soon("it is an event", () -> bed.kubectl("describe", "pod", POD, "--namespace", Platform.NAMESPACE).contains("ConfigRejected"));
            assertThat(bed.kubectl("describe", "pod", POD, "--namespace", Platform.NAMESPACE)).contains("the last good one stays")
                    .contains("maxReplicas");
            Platform.soon("it is in the status", () -> line(bed, "config").contains("the newest is rejected"));
            assertThat(scaler.get("/ready")).contains("rejected config").contains("maxReplicas");
            assertThat(scaler.state().path("config").path("rejected").path(0).asText()).contains("maxReplicas");
            assertThat(scaler.get("/metrics")).contains("executor_scaler_config_rejected 1.0");

            Files.writeString(config, Platform.configWith("maxReplicas: 50", "maxReplicas: 40"));
            Platform.soon("it is mended", () -> bed.kubectl("describe", "pod", POD, "--namespace", Platform.NAMESPACE).contains("ConfigAccepted"));
        }
    }

    @Test
    void withoutTheConfigMapEverythingElseGoesOn(TestBed bed) throws Exception {
        bed.kubernetes().configMaps().inNamespace(Platform.NAMESPACE).withName(STATUS).delete();
        try (var scaler = candidate(bed)) {
            Platform.soon("it is said", () -> scaler.log().contains("the status is not written to ConfigMap executor-scaler-status"));
            Platform.inFlight(bed, 2);
            Platform.soon("a pod is ordered", () -> Platform.replicas(bed) == 1);
            assertThat(scaler.log().lines().filter(line -> line.contains("the status is not written"))).as("once").hasSize(1);
        }
    }

    private static ScalerProcess candidate(TestBed bed) throws Exception {
        return candidate(bed, Platform.config(bed, Platform.CONFIG));
    }

    private static ScalerProcess candidate(TestBed bed, Path config) throws Exception {
        var environment = new HashMap<>(bed.env());
        environment.put("POD_NAMESPACE", Platform.NAMESPACE);
        environment.put("POD_NAME", POD);
        return ScalerProcess.run(config, environment, bed.directory());
    }

    private static ConfigMap status(TestBed bed) {
        return Objects.requireNonNull(bed.kubernetes().configMaps().inNamespace(Platform.NAMESPACE).withName(STATUS).get());
    }

    private static String line(TestBed bed, String key) {
        return data(bed).getOrDefault(key, "");
    }

    private static Map<String, String> data(TestBed bed) {
        return Objects.requireNonNullElse(status(bed).getData(), Map.of());
    }
}
