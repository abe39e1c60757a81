package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import testbed.AwsCall;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rules S2 and S16: an order whose answer is lost is not given twice, and nobody's capacity is lowered by number. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class OrdersIT {

    private static final String GROUP = "executors-c5";
    private static final String ORDER = "SetDesiredCapacity";
    private static final String PROTECTION = "SetInstanceProtection";
    private static final String TERMINATE = "TerminateInstanceInAutoScalingGroup";

    @Test
    void anOrderWhoseAnswerIsLostIsNotGivenTwice(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            bed.aws().dropAnswer(ORDER, 1);
            Platform.inFlight(bed, 100);

            Platform.soon("50 pods run", () -> Platform.runningPods(bed) == 50);
            Platform.stays(Duration.ofSeconds(3), () -> {
                assertThat(Platform.orders(bed)).containsExactly("17");
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(17);
            });
            assertThat(scaler.lines("RaiseCapacity", "Failed")).singleElement()
                    .satisfies(line -> assertThat(line.path("result").asText()).contains(ORDER));
        }
    }

    @Test
    void anOrderThatIsThrottledIsGivenInALaterTick(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            bed.aws().throttle(ORDER, 1);
            Platform.inFlight(bed, 10);

            Platform.soon("5 pods run", () -> Platform.runningPods(bed) == 5);
            assertThat(Platform.orders(bed)).containsExactly("2", "2");
            assertThat(Platform.desired(bed, GROUP)).isEqualTo(2);
            assertThat(scaler.lines("RaiseCapacity", "Refused")).singleElement()
                    .satisfies(line -> assertThat(line.path("result").asText()).contains("throttled"));
        }
    }

    /** The reader looks once a minute here, so that the service decides on capacity that is no longer so. */
    @Test
    void capacityThatSomebodyElseRaisedIsNotLoweredByNumber(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        try (var scaler = ScalerProcess.ready(bed, Platform.configWith("cloudPollSeconds: 2", "cloudPollSeconds: 60"))) {
            Platform.setDesiredByHand(bed, GROUP, 12);
            Platform.inFlight(bed, 20);

            Platform.soon("the order is found stale", () -> !scaler.lines("RaiseCapacity", "Stale").isEmpty());
            assertThat(scaler.lines("RaiseCapacity", "Stale").getLast().path("result").asText()).contains("desired capacity is 12, not 0");
            Platform.soon("10 pods run", () -> Platform.runningPods(bed) == 10);
            // How many nodes that is, is the scheduler's choice: it spreads over all that are there when it places the pods.
            int used = Platform.usedNodes(bed);
            Platform.soon("what nobody uses goes one by one", () -> Platform.desired(bed, GROUP) == used);
            assertThat(Platform.orders(bed)).as("orders by number").isEmpty();
            assertThat(Platform.terminations(bed)).isEqualTo(12 - used).isGreaterThanOrEqualTo(2);
            assertThat(Platform.runningPods(bed)).isEqualTo(10);
        }
    }

    /** Somebody lowers the number to nothing while jobs run: AWS may end nobody, the number is put right, and the nodes go when their jobs are done. */
    @Test
    void aNodeWithJobsOutlivesALoweredNumberAndIsNoLongerProtectedWhenItEnds(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 4);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("2 pods run", () -> Platform.runningPods(bed) == 2);
            var group = bed.moto().group(GROUP).orElseThrow();
            var ids = group.instances().stream().map(Instance::instanceId).toList();
            Platform.soon("they are protected",
                    () -> bed.moto().group(GROUP).orElseThrow().instances().stream().allMatch(Instance::protectedFromScaleIn));
            Platform.setDesiredByHand(bed, GROUP, 0);
            Platform.soon("the number is put right", () -> Platform.desired(bed, GROUP) == ids.size());
            assertThat(bed.moto().instanceIds(GROUP)).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(Platform.runningPods(bed)).isEqualTo(2);

            bed.redis("DEL", "jobs:running");
            Platform.soon("they go when nothing runs", () -> bed.moto().instanceIds(GROUP).isEmpty());
            assertThat(bed.aws().calls()).extracting(AwsCall::action).filteredOn(name -> name.equals(PROTECTION) || name.equals(TERMINATE))
                    .as("protected, freed, ended").startsWith(PROTECTION, PROTECTION).endsWith(TERMINATE);
            assertThat(bed.aws().calls(PROTECTION)).extracting(call -> call.params().get("ProtectedFromScaleIn")).contains("true", "false");
            assertThat(scaler.log()).doesNotContain("UnsupportedOperationException");
        }
    }

    @Test
    void anInstanceWhoseEndIsNotAnsweredLowersCapacityByOne(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 4);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("2 pods run", () -> Platform.runningPods(bed) == 2);
            bed.aws().dropAnswer(TERMINATE, 1);
            Platform.setDesiredByHand(bed, GROUP, 2);

            Platform.soon("the node that nobody needs goes", () -> Platform.terminations(bed) == 1);
            Platform.stays(Duration.ofSeconds(4), () -> {
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(1);
                assertThat(Platform.terminations(bed)).isEqualTo(1);
            });
            assertThat(scaler.lines("Terminate", "Failed")).singleElement()
                    .satisfies(line -> assertThat(line.path("result").asText()).contains(TERMINATE));
            assertThat(Platform.runningPods(bed)).isEqualTo(2);
        }
    }
}
