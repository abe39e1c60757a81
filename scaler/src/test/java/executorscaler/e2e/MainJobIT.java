package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import testbed.BootOptions;
import testbed.Keys;
import testbed.RequiresTool;
import testbed.TestBed;
import testbed.Workers;

/** The main job on a real control plane: jobs arrive, pods and nodes are ordered together, real worker processes drain the queue, and all is given back. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
class MainJobIT {

    private static final int JOBS = 100;

    @ParameterizedTest(name = "k3s:// provider ids: {0}")
    @ValueSource(booleans = {false, true})
    void aHundredJobsFromZeroAndBackToZero(boolean k3s) throws Exception {
        mainJob(() -> TestBed.plan().everything().pools(Platform.POOLS).boot(new BootOptions(Duration.ofSeconds(4), Duration.ZERO, k3s, false))
                .start());
    }

    /** The whole scenario on a bed of whichever provider. */
    static void mainJob(Supplier<TestBed> provider) throws Exception {
        try (var bed = provider.get(); var workers = Workers.start(bed, Platform.NAMESPACE, "app=executor", Keys.DEFAULT)) {
            Platform.deployExecutor(bed, "example/executor:1");
            assertThat(Platform.nodes(bed)).isZero();
            try (var scaler = ScalerProcess.run(Platform.config(bed, Platform.CONFIG), bed.env(), bed.directory())) {
                await("every source read").atMost(Duration.ofSeconds(30)).until(() -> scaler.status("/ready") == 200);
                assertThat(bed.aws().calls("SetDesiredCapacity")).isEmpty();

                Platform.push(bed, JOBS, 1500);

                await("50 pods run").atMost(Duration.ofSeconds(60)).until(() -> Platform.runningPods(bed) == 50);
                var orders = bed.aws().calls("SetDesiredCapacity");
                assertThat(orders).extracting(call -> call.params().get("DesiredCapacity")).as("one order, for all nodes at once")
                        .containsExactly("17");
                assertThat(actionsOfOneTick(scaler, "RaiseCapacity")).as("in the tick that wrote the replicas")
                        .containsExactlyInAnyOrder("ScaleExecutor", "RaiseCapacity");
                assertThat(Platform.nodes(bed)).isEqualTo(17);

                await("all jobs done").atMost(Duration.ofSeconds(60)).until(() -> Platform.length(bed, "done") == JOBS);
                await("no pods").atMost(Duration.ofSeconds(60)).until(() -> Platform.replicas(bed) == 0 && Platform.runningPods(bed) == 0);
                await("no nodes").atMost(Duration.ofSeconds(60)).until(() -> Platform.nodes(bed) == 0 && Platform.desired(bed, "executors-c5") == 0);

                everyJobRanOnceToItsEnd(bed);
                assertThat(workers.running()).isEmpty();
                assertThat(bed.aws().calls("SetDesiredCapacity")).as("capacity is never lowered by number").hasSize(1);
                assertThat(bed.aws().calls("TerminateInstanceInAutoScalingGroup")).hasSize(17)
                        .allSatisfy(call -> assertThat(call.params()).containsEntry("ShouldDecrementDesiredCapacity", "true"));
                assertThat(scaler.stop()).as("SIGTERM is answered within").isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    /** No job lost, none run twice, none cut off by the deletion of its pod. */
    private static void everyJobRanOnceToItsEnd(TestBed bed) {
        var wanted = IntStream.rangeClosed(1, JOBS).mapToObj(i -> "job-" + i).toList();
        var started = Platform.list(bed, "started").stream().map(line -> line.split(" ", -1)[1].replaceFirst(":.*", "")).toList();
        var done = Platform.list(bed, "done").stream().map(line -> line.split(" ", -1)[0].replaceFirst(":.*", "")).toList();
        assertThat(Platform.length(bed, "jobs")).isZero();
        assertThat(Platform.length(bed, "jobs:running")).as("jobs that were cut off").isZero();
        assertThat(started).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(done).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(new HashSet<>(done)).hasSize(JOBS);
    }

    private static List<String> actionsOfOneTick(ScalerProcess scaler, String with) {
        for (JsonNode tick : scaler.ticks()) {
            var kinds = new ArrayList<String>();
            StreamSupport.stream(tick.path("lines").spliterator(), false).forEach(line -> kinds.add(line.path("kind").asText()));
            if (kinds.contains(with)) return kinds;
        }
        return List.of();
    }
}
