package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.AwsCall;
import testbed.RequiresTool;
import testbed.TestBed;

/** {@code plan} on a live cluster: says what would be done, and does nothing. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class PlanCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void planPrintsWhatWouldBeDoneAndWritesNothing(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.push(bed, 10, 1);

        var ended = plan(bed);

        assertThat(ended.exitCode()).isZero();
        var actions = JSON.readTree(ended.output()).path("actions");
        assertThat(actions).hasSize(2);
        var scale = byKind(actions, "ScaleExecutor");
        assertThat(scale.path("subject").asText()).isEqualTo("executor/executor");
        assertThat(scale.path("from").asInt(-1)).isZero();
        assertThat(scale.path("to").asInt()).isEqualTo(5);
        assertThat(scale.path("reason").path("kind").asText()).isEqualTo("QueueNeeds");
        assertThat(scale.path("reason").path("waiting").asInt()).isEqualTo(10);
        assertThat(scale.path("why").asText()).isEqualTo("10 jobs (10 waiting, 0 due, 0 running) at 2 a pod need 5 pods");
        var raise = byKind(actions, "RaiseCapacity");
        assertThat(raise.path("subject").asText()).isEqualTo("pool/compute-optimized");
        assertThat(raise.path("from").asInt(-1)).isZero();
        assertThat(raise.path("to").asInt()).isEqualTo(2);
        assertThat(raise.path("reason").path("kind").asText()).isEqualTo("PodsDoNotFit");
        assertThat(raise.path("why").asText()).contains("5 pods");
    }

    @Test
    void aSourceThatIsDownIsNamedAndNothingThatNeedsItIsPlanned(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        bed.stopRedis();
        try {
            var ended = plan(bed);

            assertThat(ended.exitCode()).as("not a whole plan").isEqualTo(1);
            assertThat(ended.errors()).contains("not a whole plan: source/redis for executor could not be read");
            var plan = JSON.readTree(ended.output());
            assertThat(plan.path("actions").isArray()).isTrue();
            assertThat(plan.path("actions")).isEmpty();
            var held = plan.path("held").path(0);
            assertThat(held.path("subject").asText()).isEqualTo("executor/executor");
            assertThat(held.path("reason").path("source").asText()).isEqualTo("REDIS");
        } finally {
            bed.startRedis();
        }
    }

    /** All that it asks of the API server goes by the tap; KUBECONFIG is not in the environment: {@code --kubeconfig} has to do. */
    private static ScalerProcess.Ended plan(TestBed bed) throws Exception {
        var environment = new HashMap<>(bed.env());
        environment.remove("KUBECONFIG");
        var written = new CopyOnWriteArrayList<String>();
        try (var tap = bed.apiTap(written::add)) {
            var ended = ScalerProcess.command(environment, bed.directory(), "plan", "--config", Platform.config(bed, Platform.CONFIG).toString(),
                    "--kubeconfig", tap.kubeconfig().toString(), "-o", "json");
            assertThat(written).as("written to the API server").isEmpty();
            assertThat(bed.aws().calls()).extracting(AwsCall::action).as("asked of AWS").isNotEmpty()
                    .allMatch(action -> action.startsWith("Describe"));
            assertThat(Platform.replicas(bed)).isZero();
            assertThat(Platform.desired(bed, "executors-c5")).isZero();
            return ended;
        }
    }

    private static JsonNode byKind(JsonNode actions, String kind) {
        return StreamSupport.stream(actions.spliterator(), false).filter(action -> action.path("kind").asText().equals(kind)).findFirst()
                .orElseThrow();
    }
}
