package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.act.Outcome.Done;
import executorscaler.act.Outcome.Failed;
import executorscaler.act.Outcome.Refused;
import executorscaler.act.Outcome.Stale;
import executorscaler.plan.Action.RaiseCapacity;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;

/** What the writer does to groups of the emulator, and what it leaves alone. Each test has a group of its own. */
@Tag("aws")
@RequiresTool("python")
class AsgWriterIT {

    private static final String TERMINATE = "TerminateInstanceInAutoScalingGroup";
    private static Emulated aws;

    @BeforeAll
    static void start() {
        aws = Emulated.withGroups("upward", "stale", "above", "lost", "failing", "ending", "lost-end", "least", "throttled");
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    @BeforeEach
    void forgetCalls() {
        aws.bed.aws().clearCalls();
    }

    @AfterEach
    void healAws() {
        aws.bed.aws().clear();
    }

    private static Outcome raise(String group, int expected, int desired) {
        return aws.writer.raise(new RaiseCapacity(group, group, expected, desired));
    }

    @Test
    void raiseHappensOnceAndOnlyUpward() {
        assertThat(raise("upward", 2, 5)).isEqualTo(new Done(0));
        assertThat(aws.desired("upward")).isEqualTo(5);
        assertThat(raise("upward", 2, 5)).isEqualTo(new Stale("desired capacity is 5, not 2"));
        assertThat(raise("upward", 5, 5)).isEqualTo(new Stale("desired capacity is 5 already"));
        assertThat(raise("upward", 5, 3)).isEqualTo(new Stale("desired capacity is 5 already"));
        assertThat(aws.desired("upward")).isEqualTo(5);
        assertThat(aws.calls("SetDesiredCapacity")).isEqualTo(1);
    }

    @Test
    void staleExpectedIsRefused() {
        assertThat(raise("stale", 1, 4)).isEqualTo(new Stale("desired capacity is 2, not 1"));
        assertThat(aws.calls("SetDesiredCapacity")).isZero();
    }

    @Test
    void aStaleOrderTellsTheReaderThatItsReadingIsOld() {
        var told = new AtomicInteger();
        var writer = new AsgWriter(aws.clients, told::incrementAndGet);
        assertThat(writer.raise(new RaiseCapacity("stale", "stale", 1, 4))).isInstanceOf(Stale.class);
        assertThat(told).hasValue(1);
    }

    @Test
    void aboveTheGroupsMaximumAwsRefuses() {
        assertThat(raise("above", 2, 99)).isInstanceOfSatisfying(Refused.class,
                one -> assertThat(one.by()).contains("ValidationError", "above max value 9"));
        assertThat(aws.desired("above")).isEqualTo(2);
    }

    @Test
    void anUnknownGroupIsRefusedByName() {
        assertThat(raise("nowhere", 0, 1)).isEqualTo(new Refused("Auto Scaling Group nowhere does not exist in region us-east-1"));
        assertThat(aws.writer.terminate("nowhere", "i-1")).isEqualTo(new Refused("Auto Scaling Group nowhere does not exist in region us-east-1"));
    }

    @Test
    void aLostReplyIsFailedAndTheNextRaiseIsStale() {
        aws.bed.aws().dropAnswer("SetDesiredCapacity", 1);
        assertThat(raise("lost", 2, 4)).isInstanceOfSatisfying(Failed.class,
                one -> assertThat(one.error()).contains("whether it was done is not known"));
        assertThat(aws.calls("SetDesiredCapacity")).as("neither the SDK nor the JDK tries again").isEqualTo(1);
        assertThat(raise("lost", 2, 4)).isEqualTo(new Stale("desired capacity is 4, not 2"));
    }

    @Test
    void anErrorOfAwsIsFailedAndTriedOnce() {
        aws.bed.aws().fail("SetDesiredCapacity", 500, "InternalFailure", 1);
        assertThat(raise("failing", 2, 4)).isInstanceOfSatisfying(Failed.class,
                one -> assertThat(one.error()).contains("InternalFailure", "not known"));
        assertThat(aws.calls("SetDesiredCapacity")).isEqualTo(1);
        aws.bed.aws().fail("SetDesiredCapacity", 403, "AccessDenied", 1);
        assertThat(raise("failing", 2, 4)).isInstanceOfSatisfying(Refused.class, one -> assertThat(one.by()).contains("AccessDenied"));
        aws.bed.aws().fail("SetDesiredCapacity", 400, "ScalingActivityInProgress", 1);
        assertThat(raise("failing", 2, 4)).isInstanceOfSatisfying(Refused.class, one -> assertThat(one.by()).contains("ScalingActivityInProgress"));
        assertThat(aws.desired("failing")).isEqualTo(2);
    }

    @Test
    void aThrottledWriteIsRefusedInWordsOfItsOwn() {
        aws.bed.aws().throttle("SetDesiredCapacity", 1);
        assertThat(raise("throttled", 2, 4)).isInstanceOfSatisfying(Refused.class, one -> assertThat(one.by()).contains("throttled by AWS"));
        assertThat(aws.calls("SetDesiredCapacity")).isEqualTo(1);
    }

    @Test
    void withoutALookNothingIsWritten() {
        aws.bed.aws().fail("DescribeAutoScalingGroups", 403, "AccessDenied", 2);
        assertThat(raise("throttled", 2, 4)).isInstanceOfSatisfying(Failed.class, one -> assertThat(one.error()).contains("nothing was written"));
        assertThat(aws.writer.terminate("throttled", "i-1")).isInstanceOf(Failed.class);
        assertThat(aws.calls("SetDesiredCapacity") + aws.calls(TERMINATE)).isZero();
    }

    @Test
    void terminateDecrementsByExactlyOneAndASecondTerminateDoesNothing() {
        var victim = aws.bed.moto().instanceIds("ending").get(0);
        assertThat(aws.writer.terminate("ending", victim)).isEqualTo(new Done(0));
        assertThat(aws.desired("ending")).isEqualTo(1);
        assertThat(aws.bed.moto().instanceIds("ending")).hasSize(1).doesNotContain(victim);
        assertThat(aws.writer.terminate("ending", victim)).isEqualTo(new Done(0));
        assertThat(aws.writer.terminate("ending", "i-0123456789abcdef0")).isEqualTo(new Done(0));
        assertThat(aws.desired("ending")).isEqualTo(1);
        assertThat(aws.calls(TERMINATE)).isEqualTo(1);
    }

    @Test
    void aLostReplyToTerminateDoesNotDecrementTwice() {
        aws.bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName("lost-end").desiredCapacity(5));
        var victim = aws.bed.moto().instanceIds("lost-end").get(0);
        aws.bed.aws().dropAnswer(TERMINATE, 1);
        assertThat(aws.writer.terminate("lost-end", victim)).isInstanceOf(Failed.class);
        assertThat(aws.writer.terminate("lost-end", victim)).isEqualTo(new Done(0));
        assertThat(aws.desired("lost-end")).isEqualTo(4);
        assertThat(aws.calls(TERMINATE)).isEqualTo(1);
    }

    @Test
    void theGroupsMinimumStays() {
        var ids = aws.bed.moto().instanceIds("least");
        assertThat(aws.writer.terminate("least", ids.get(0))).isEqualTo(new Done(0));
        assertThat(aws.writer.terminate("least", ids.get(1))).isEqualTo(new Refused("desired capacity 1 is the minimum of Auto Scaling Group least"));
        assertThat(aws.bed.moto().instanceIds("least")).containsExactly(ids.get(1));
    }
}
