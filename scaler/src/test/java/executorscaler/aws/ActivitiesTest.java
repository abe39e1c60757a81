package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.FakeTime;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import executorscaler.snapshot.Pool.LaunchFailure.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;

/** When a group's activities are asked for, and what is remembered of them. */
@Tag("unit")
class ActivitiesTest {

    private static final MachineType C5 = new MachineType("c5.large", 2, 4L << 30, Collections.emptySortedMap(), 0, "amd64");

    private final FakeTime time = new FakeTime();
    private final List<String> asked = new ArrayList<>();
    private final List<Activity> page = new ArrayList<>();
    private boolean broken;
    private final Activities activities = new Activities(new AutoScalingClient() {

        @Override
        public DescribeScalingActivitiesResponse describeScalingActivities(DescribeScalingActivitiesRequest request) {
            asked.add(request.autoScalingGroupName());
            assertThat(request.maxRecords()).isEqualTo(20);
            if (broken) throw AwsServiceException.builder().statusCode(503).message("no").build();
            return DescribeScalingActivitiesResponse.builder().activities(page).build();
        }

        @Override
        public String serviceName() {
            return "autoscaling";
        }

        @Override
        public void close() {
            // nothing to close
        }
    }, time);

    private static Pool pool(String group, int desired, String... instances) {
        var listed = new ArrayList<Pool.Instance>();
        for (var instance : instances) {
            listed.add(new Pool.Instance(instance, instance.startsWith("p") ? Pool.Lifecycle.PENDING : Pool.Lifecycle.IN_SERVICE, "", "", "c5.large",
                    "us-east-1a", FakeTime.START));
        }
        return new Pool(group, group, 0, 99, desired, listed, C5, List.of("us-east-1a"), FakeTime.START);
    }

    private static Pool inService(String group, String id) {
        return new Pool(group, group, 0, 99, 1, List.of(new Pool.Instance(id, Pool.Lifecycle.IN_SERVICE, "", "", "c5.large", "us-east-1a",
                FakeTime.START)), C5, List.of("us-east-1a"), FakeTime.START);
    }

    private List<LaunchFailure> look(Pool pool) {
        return Objects.requireNonNull(activities.of(List.of(pool), time.now()).get(pool.group()));
    }

    private void failed(String id, String message) {
        page.addFirst(Activity.builder().activityId(id).description("Launching a new EC2 instance").statusCode("Failed").statusMessage(message)
                .startTime(time.now()).endTime(time.now()).build());
    }

    @Test
    void aGroupThatHasWhatItWantsIsNotAskedFor() {
        for (int i = 0; i < 100; i++, time.seconds(10)) assertThat(look(pool("g", 2, "i-1", "p-2"))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void aGroupThatLacksInstancesIsAskedForEveryTwoSecondsAndLessOftenAfterTwoMinutes() {
        for (int second = 0; second < 120; second++, time.seconds(1)) look(pool("g", 2, "i-1"));
        assertThat(asked).hasSize(60);
        for (int second = 0; second < 300; second++, time.seconds(1)) look(pool("g", 2, "i-1"));
        assertThat(asked.size() - 60).isBetween(19, 21);
        asked.clear();
        for (int second = 0; second < 10; second++, time.seconds(1)) look(pool("g", 3, "i-1"));
        assertThat(asked).as("a new order is watched closely again").hasSize(5);
    }

    @Test
    void manyGroupsInTroubleTakeTurns() {
        var pools = IntStream.range(0, 20).mapToObj(i -> pool("g" + (10 + i), 1)).toList();
        for (int second = 0; second < 4; second++, time.seconds(1)) activities.of(pools, time.now());
        assertThat(asked).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aFailureIsKeptForHalfAnHourAlsoWhenItHasLeftThePage() {
        failed("a", "Insufficient capacity. Launching EC2 instance failed.");
        assertThat(look(pool("g", 2, "i-1"))).extracting(LaunchFailure::cause).containsExactly(Cause.NO_CAPACITY);
        page.clear();
        time.seconds(60);
        failed("b", "Max spot instance count exceeded. Launching EC2 instance failed.");
        assertThat(look(pool("g", 2, "i-1"))).extracting(LaunchFailure::activity).as("the newest first").containsExactly("b", "a");
        time.seconds(1739);
        assertThat(look(pool("g", 1, "i-1"))).extracting(LaunchFailure::activity).containsExactly("b", "a");
        time.seconds(2);
        assertThat(look(pool("g", 1, "i-1"))).extracting(LaunchFailure::activity).containsExactly("b");
    }

    @Test
    void anActivityThatBeganBeforeAKnownOneMayFailAfterIt() {
        failed("newer", "Insufficient capacity. Launching EC2 instance failed.");
        look(pool("g", 2, "i-1"));
        time.seconds(5);
        var older = Activity.builder().activityId("older").description("Launching a new EC2 instance").statusCode("Cancelled")
                .statusMessage("Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: "
                        + "Client.InternalError: Client error on launch")
                .startTime(time.now().minusSeconds(60)).endTime(time.now()).build();
        page.addLast(older);
        assertThat(look(pool("g", 2, "i-1"))).extracting(LaunchFailure::cause).containsExactly(Cause.TEMPLATE, Cause.NO_CAPACITY);
    }

    @Test
    void anInstanceThatGoesBeforeItIsInServiceMakesTheGroupSuspect() {
        look(pool("g", 2, "i-1", "p-2"));
        time.seconds(5);
        look(pool("g", 2, "i-1", "p-3"));
        assertThat(asked).as("as many as desired, but p-2 is gone").containsExactly("g");
        asked.clear();
        time.seconds(5);
        activities.of(List.of(), time.now());
        look(pool("h", 1, "p-4"));
        time.seconds(5);
        look(inService("h", "p-4"));
        assertThat(asked).as("one that came into service is no suspect").isEmpty();
    }

    @Test
    void anErrorKeepsWhatIsKnown() {
        failed("a", "Insufficient capacity. Launching EC2 instance failed.");
        look(pool("g", 2, "i-1"));
        broken = true;
        time.seconds(5);
        assertThat(look(pool("g", 2, "i-1"))).hasSize(1);
        assertThat(asked).hasSize(2);
        assertThat(activities.of(List.of(), time.now())).as("and a group that is gone is forgotten").isEqualTo(Map.of());
    }
}
