package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

/** The proxy's faults and repairs, seen by the SDK the scaler uses. */
@Tag("aws")
@RequiresTool("python")
class AwsProxyIT {
    private static final String GROUP = "executors";

    private static TestBed bed;
    private static AutoScalingClient client;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().aws().pool(Pool.of(GROUP, "c5.2xlarge", 1, 5)).start();
        client = AutoScalingClient.builder().endpointOverride(bed.awsEndpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("k", "s")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry())).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        bed.close();
    }

    @BeforeEach
    void reset() {
        bed.aws().clear();
        desire(1);
        bed.aws().clearCalls();
    }

    @Test
    void capacityWithinBoundsBringsInstancesAndEachCallIsRecorded() {
        long before = System.nanoTime();
        desire(3);

        assertThat(group().instances()).hasSize(3).allMatch(instance -> instance.lifecycleState() == LifecycleState.IN_SERVICE);
        assertThat(bed.aws().calls("SetDesiredCapacity")).singleElement().satisfies(call -> {
            assertThat(call.params()).containsEntry("DesiredCapacity", "3").containsEntry("AutoScalingGroupName", GROUP);
            assertThat(call.nanoTime()).isBetween(before, System.nanoTime());
        });
    }

    @Test
    void capacityOutOfBoundsAndUnknownNamesAreValidationErrors() {
        assertRefused(() -> desire(6), "above max value 5");
        assertRefused(() -> desire(0), "below min value 1");
        assertRefused(() -> client.setDesiredCapacity(request -> request.autoScalingGroupName("none").desiredCapacity(1)), "not found");
        assertRefused(() -> terminate("i-0123456789abcdef0", false), "No managed instance found");
        String only = bed.moto().instanceIds(GROUP).get(0);
        assertRefused(() -> terminate(only, true), "violate group's min size");
        assertThat(bed.moto().instanceIds(GROUP)).containsExactly(only);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        AutoScalingException e = catchThrowableOfType(AutoScalingException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.statusCode()).isEqualTo(400);
        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationError");
        assertThat(e).hasMessageContaining(message);
    }

    @Test
    void throttlesAndFailsAsOftenAsTold() {
        bed.aws().throttle("SetDesiredCapacity", 1).fail("SetDesiredCapacity", 500, "InternalFailure", 1);

        assertThatThrownBy(() -> desire(2)).isInstanceOfSatisfying(AutoScalingException.class, e -> {
            assertThat(e.isThrottlingException()).isTrue();
            assertThat(e.statusCode()).isEqualTo(400);
        });
        assertThatThrownBy(() -> desire(2)).isInstanceOfSatisfying(AutoScalingException.class,
                e -> assertThat(e.statusCode()).isEqualTo(500));
        assertThat(group().instances()).hasSize(1);
        desire(2);
        assertThat(group().instances()).hasSize(2);
    }

    @Test
    void delays() {
        bed.aws().delay("DescribeAutoScalingGroups", Duration.ofMillis(700), 1);
        long before = System.nanoTime();

        group();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(700));
    }

    @Test
    void aDroppedAnswerLeavesTheDeedDone() {
        bed.aws().on("SetDesiredCapacity", new Fault.DropAnswer());

        assertThatThrownBy(() -> desire(2)).isInstanceOf(SdkClientException.class);

        assertThat(group().desiredCapacity()).isEqualTo(2);
        assertThat(bed.moto().instanceIds(GROUP)).as("and Moto has it").hasSize(2);
    }

    @Test
    void anOrderIsAnsweredBeforeItsInstancesAreThereAndWhoeverAsksThenSeesThem() {
        desire(5);
        var answered = bed.aws().answered("SetDesiredCapacity");

        assertThat(group().instances()).hasSize(5);
        assertThat(answered).singleElement().satisfies(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    @Test
    void refusedCapacityShowsInDesiredAndActivitiesUntilItIsAllowed() {
        bed.aws().refuseCapacity(GROUP);
        desire(4);

        assertThat(group().desiredCapacity()).isEqualTo(4);
        assertThat(group().instances()).hasSize(1);
        assertThat(client.describeScalingActivities(request -> request.autoScalingGroupName(GROUP)).activities().get(0))
                .satisfies(activity -> {
                    assertThat(activity.statusCodeAsString()).isEqualTo("Failed");
                    assertThat(activity.statusMessage()).contains("do not have sufficient c5.2xlarge capacity");
                });

        bed.aws().allowCapacity(GROUP);
        assertThat(group().instances()).hasSize(4);
        assertThat(client.describeScalingActivities(request -> request.autoScalingGroupName(GROUP)).activities().get(0).statusCodeAsString())
                .isEqualTo("Successful");
    }

    @Test
    void aRefusalMaySayWhatItIsToldToSay() {
        bed.aws().refuseCapacity(GROUP, "Max spot instance count exceeded. Launching EC2 instance failed.");
        desire(4);

        assertThat(client.describeScalingActivities(request -> request.autoScalingGroupName(GROUP)).activities().get(0).statusMessage())
                .isEqualTo("Max spot instance count exceeded. Launching EC2 instance failed.");
    }

    @Test
    void someCapacityIsMetInPart() {
        bed.aws().limitCapacity(GROUP, 2);
        desire(4);

        assertThat(group().desiredCapacity()).isEqualTo(4);
        assertThat(group().instances()).hasSize(2);

        desire(1);
        assertThat(group().desiredCapacity()).isEqualTo(1);
        assertThat(group().instances()).hasSize(1);
    }

    @Test
    void newInstancesArePendingForAWhile() {
        bed.aws().pending(Duration.ofMinutes(1));
        desire(2);

        assertThat(group().instances()).extracting(instance -> instance.lifecycleState()).contains(LifecycleState.PENDING);

        bed.aws().pending(Duration.ZERO);
        assertThat(group().instances()).allMatch(instance -> instance.lifecycleState() == LifecycleState.IN_SERVICE);
    }

    @Test
    void terminationWithoutReplacementLowersDesired() {
        desire(3);
        terminate(group().instances().get(0).instanceId(), true);

        assertThat(group().desiredCapacity()).isEqualTo(2);
        assertThat(group().instances()).hasSize(2);
    }

    private static void desire(int capacity) {
        client.setDesiredCapacity(request -> request.autoScalingGroupName(GROUP).desiredCapacity(capacity));
    }

    private static void terminate(String id, boolean decrement) {
        client.terminateInstanceInAutoScalingGroup(request -> request.instanceId(id).shouldDecrementDesiredCapacity(decrement));
    }

    private static AutoScalingGroup group() {
        return client.describeAutoScalingGroups(request -> request.autoScalingGroupNames(GROUP)).autoScalingGroups().get(0);
    }
}
