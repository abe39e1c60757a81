package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import executorscaler.act.Outcome.Done;
import executorscaler.act.Outcome.Failed;
import executorscaler.act.Outcome.Refused;
import executorscaler.act.Outcome.Stale;
import executorscaler.act.WriteGate;
import executorscaler.plan.Action.CancelLaunches;
import executorscaler.plan.Action.DeleteNode;
import executorscaler.plan.Action.Protect;
import executorscaler.plan.Action.RaiseCapacity;
import executorscaler.plan.Action.ResumeTerminate;
import executorscaler.plan.Action.SuspendTerminate;
import executorscaler.plan.Action.Unprotect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import testbed.RequiresTool;

/** What the writer does to groups of the emulator, and what it leaves alone. Each test has a group of its own. */
@Tag("aws")
@RequiresTool("python")
class AsgWriterIT {

    private static final Instant SINCE = Instant.parse("2026-11-21T12:00:00Z");
    private static final String PROTECTION = "SetInstanceProtection";
    private static final String TERMINATE = "TerminateInstanceInAutoScalingGroup";
    private static Emulated aws;

    @BeforeAll
    static void start() {
        aws = Emulated.withGroups("upward", "stale", "above", "lost", "failing", "ending", "lost-end", "least", "throttled", "cancel", "blind",
                "came", "theirs",
                "coming", "order", "under-way", "shield", "shield-own", "by-name", "busy", "not-yet", "gone");
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

    /** S19: the leader's term may end between the look and the write. */
    @Test
    void whoIsNotTheLeaderAnyMoreAfterTheLookWritesNothing() {
        var looks = aws.calls("DescribeAutoScalingGroups");
        var writer = new AsgWriter(aws.clients,
                () -> aws.calls("DescribeAutoScalingGroups") > looks ? Optional.of("not the leader") : Optional.empty(),
                () -> {});
        var instance = aws.bed.moto().group("stale").orElseThrow().instances().getFirst().instanceId();
        assertThat(writer.raise(new RaiseCapacity("stale", "stale", 2, 4))).isEqualTo(new Refused("not the leader"));
        assertThat(writer.terminate("stale", instance)).isEqualTo(new Refused("not the leader"));
        assertThat(writer.suspendTerminate(new SuspendTerminate("stale", "stale", Instant.EPOCH))).isEqualTo(new Refused("not the leader"));
        assertThat(aws.desired("stale")).isEqualTo(2);
    }

    @Test
    void aStaleOrderTellsTheReaderThatItsReadingIsOld() {
        var told = new AtomicInteger();
        var writer = new AsgWriter(aws.clients, WriteGate.OPEN, told::incrementAndGet);
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
        assertThat(aws.writer.terminate("ending", victim)).isEqualTo(new Stale("its group does not list instance " + victim));
        assertThat(aws.writer.terminate("ending", "i-0123456789abcdef0")).isInstanceOf(Stale.class);
        assertThat(aws.desired("ending")).isEqualTo(1);
        assertThat(aws.calls(TERMINATE)).isEqualTo(1);
    }

    @Test
    void aLostReplyToTerminateDoesNotDecrementTwice() {
        aws.bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName("lost-end").desiredCapacity(5));
        var victim = aws.bed.moto().instanceIds("lost-end").get(0);
        aws.bed.aws().dropAnswer(TERMINATE, 1);
        assertThat(aws.writer.terminate("lost-end", victim)).isInstanceOf(Failed.class);
        assertThat(aws.writer.terminate("lost-end", victim)).isInstanceOf(Stale.class);
        assertThat(aws.desired("lost-end")).isEqualTo(4);
        assertThat(aws.calls(TERMINATE)).isEqualTo(1);
    }

    /** Row by row what AWS may say to it: nothing was done, the next look tells what to do, and desired capacity falls by one in all. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"ScalingActivityInProgress,busy", "ValidationError,not-yet"})
    void whatAwsRefusesToEndIsEndedOnceByTheNextTry(String code, String group) {
        var victim = aws.bed.moto().instanceIds(group).getFirst();
        aws.bed.aws().fail(TERMINATE, 400, code, 1);
        assertThat(aws.writer.terminate(group, victim)).isInstanceOfSatisfying(Refused.class, one -> assertThat(one.by()).contains(code));
        assertThat(aws.desired(group)).isEqualTo(2);
        assertThat(aws.writer.terminate(group, victim)).isEqualTo(new Done(0));
        assertThat(aws.writer.terminate(group, victim)).isInstanceOf(Stale.class);
        assertThat(aws.desired(group)).isEqualTo(1);
        assertThat(aws.calls(TERMINATE)).isEqualTo(2);
    }

    private static Outcome protect(String group, String... ids) {
        return aws.writer.protect(new Protect(group, group, List.of(ids)));
    }

    private static Outcome unprotect(String group, String... ids) {
        return aws.writer.unprotect(new Unprotect(group, group, List.of(ids)));
    }

    private static List<String> shielded(String group) {
        return seen(group).instances().stream().filter(Instance::protectedFromScaleIn).map(Instance::instanceId).sorted().toList();
    }

    @Test
    void protectionIsOneCallForThoseThatNeedItAndALostReplyIsHarmless() {
        var ids = aws.bed.moto().instanceIds("shield").stream().sorted().toList();
        assertThat(protect("shield", ids.get(0), "i-0123456789abcdef0")).as("one that is not there fails no other").isEqualTo(new Done(0));
        assertThat(shielded("shield")).containsExactly(ids.get(0));
        aws.bed.aws().dropAnswer(PROTECTION, 1);
        assertThat(protect("shield", ids.get(0), ids.get(1))).isInstanceOf(Failed.class);
        assertThat(protect("shield", ids.get(0), ids.get(1))).isEqualTo(new Done(0));
        assertThat(shielded("shield")).isEqualTo(ids);
        assertThat(aws.bed.aws().calls(PROTECTION)).extracting(call -> call.params().get("InstanceIds.member.1")).containsExactlyElementsOf(ids);
        aws.bed.aws().dropAnswer(PROTECTION, 1);
        assertThat(unprotect("shield", ids.get(0))).isInstanceOf(Failed.class);
        assertThat(unprotect("shield", ids.get(0))).isEqualTo(new Done(0));
        assertThat(shielded("shield")).containsExactly(ids.get(1));
        assertThat(aws.calls(PROTECTION)).isEqualTo(3);
    }

    @Test
    void aGroupThatProtectsItsNewInstancesIsLeftAsItIs() {
        aws.bed.moto().autoScaling()
                .updateAutoScalingGroup(request -> request.autoScalingGroupName("shield-own").newInstancesProtectedFromScaleIn(true));
        var id = aws.bed.moto().instanceIds("shield-own").getFirst();
        assertThat(protect("shield-own", id)).isEqualTo(new Stale("the group protects its new instances itself"));
        assertThat(unprotect("shield-own", id)).isInstanceOf(Stale.class);
        assertThat(aws.calls(PROTECTION)).isZero();
    }

    /** So a right that is missing keeps no idle node. */
    @Test
    void aProtectedInstanceEndsByItsName() {
        var id = aws.bed.moto().instanceIds("by-name").getFirst();
        assertThat(protect("by-name", id)).isEqualTo(new Done(0));
        aws.bed.aws().fail(PROTECTION, 403, "AccessDenied", 1);
        assertThat(unprotect("by-name", id)).isInstanceOfSatisfying(Refused.class, one -> assertThat(one.by()).contains("AccessDenied"));
        assertThat(aws.writer.terminate("by-name", id)).isEqualTo(new Done(0));
        assertThat(aws.bed.moto().instanceIds("by-name")).hasSize(1).doesNotContain(id);
    }

    @Test
    void anInstanceIsGoneOnlyWhenEc2SaysSo() {
        var id = aws.bed.moto().instanceIds("gone").getFirst();
        assertThat(gone(id)).isEqualTo(new Stale("instance " + id + " is running"));
        aws.bed.aws().fail("DescribeInstances", 503, "Unavailable", 3);
        assertThat(gone(id)).isInstanceOf(Failed.class);
        assertThat(aws.writer.terminate("gone", id)).isEqualTo(new Done(0));
        assertThat(gone(id)).isEqualTo(new Done(0));
        assertThat(gone("i-0123456789abcdef0")).as("EC2 forgets within an hour").isEqualTo(new Done(0));
    }

    private static Outcome gone(String id) {
        return aws.writer.confirmGone(new DeleteNode("node", "uid", id));
    }

    private static Outcome suspend(String group) {
        return aws.writer.suspendTerminate(new SuspendTerminate(group, group, SINCE));
    }

    private static Outcome cancel(String group, int expected, int desired) {
        return aws.writer.cancelLaunches(new CancelLaunches(group, group, expected, desired));
    }

    private static Outcome resume(String group) {
        return aws.writer.resumeTerminate(new ResumeTerminate(group, group));
    }

    private static AutoScalingGroup seen(String group) {
        return aws.clients.groups().describeAutoScalingGroups(request -> request.autoScalingGroupNames(group)).autoScalingGroups().getFirst();
    }

    /** Three more are desired than AWS has room for. */
    private static void lacking(String group) {
        aws.bed.aws().limitCapacity(group, 2);
        assertThat(raise(group, 2, 5)).isEqualTo(new Done(0));
        assertThat(seen(group).desiredCapacity()).isEqualTo(5);
        assertThat(seen(group).instances()).hasSize(2);
    }

    @Test
    void launchesThatFailAreTakenBackFromAGroupThatIsHeld() {
        lacking("cancel");
        var ids = aws.bed.moto().instanceIds("cancel");
        assertThat(suspend("cancel")).isEqualTo(new Done(0));
        assertThat(HoldTag.since(seen("cancel"))).contains(SINCE);
        assertThat(suspend("cancel")).as("a second time").isEqualTo(new Done(0));
        assertThat(aws.calls("SuspendProcesses")).isEqualTo(1);
        assertThat(cancel("cancel", 4, 2)).isEqualTo(new Stale("desired capacity is 5, not 4"));
        assertThat(cancel("cancel", 5, 1)).isEqualTo(new Stale("2 are there or the minimum, more than 1"));
        assertThat(cancel("cancel", 5, 2)).isEqualTo(new Done(0));
        assertThat(seen("cancel").desiredCapacity()).isEqualTo(2);
        assertThat(resume("cancel")).isEqualTo(new Done(0));
        assertThat(seen("cancel").suspendedProcesses()).isEmpty();
        assertThat(HoldTag.since(seen("cancel"))).isEmpty();
        assertThat(resume("cancel")).as("a second time").isEqualTo(new Done(0));
        aws.bed.aws().allowCapacity("cancel");
        assertThat(aws.bed.moto().instanceIds("cancel")).isEqualTo(ids);
    }

    @Test
    void withoutAHoldNoNumberFalls() {
        lacking("theirs");
        assertThat(cancel("theirs", 5, 2)).isEqualTo(new Stale("the group is not held: AWS could choose a victim"));
        aws.bed.moto().autoScaling().suspendProcesses(request -> request.autoScalingGroupName("theirs").scalingProcesses("Terminate"));
        assertThat(suspend("theirs")).isEqualTo(new Stale("Terminate is suspended by somebody else"));
        assertThat(cancel("theirs", 5, 2)).isInstanceOf(Stale.class);
        assertThat(resume("theirs")).isEqualTo(new Stale("Terminate is suspended by somebody else"));
        assertThat(seen("theirs").suspendedProcesses()).hasSize(1);
        assertThat(aws.calls("SetDesiredCapacity")).as("the order alone").isEqualTo(1);
    }

    @Test
    void anInstanceThatComesBetweenLookAndWriteIsKeptAndDesiredAgain() {
        lacking("came");
        suspend("came");
        aws.bed.aws().meanwhile("SetDesiredCapacity", () -> aws.bed.aws().allowCapacity("came"));
        assertThat(cancel("came", 5, 2)).isEqualTo(new Done(0));
        var ids = aws.bed.moto().instanceIds("came");
        assertThat(ids).hasSize(5);
        assertThat(resume("came")).isEqualTo(new Stale("5 are there and 2 desired: AWS would choose a victim"));
        assertThat(raise("came", 2, 5)).isEqualTo(new Done(0));
        assertThat(resume("came")).isEqualTo(new Done(0));
        assertThat(aws.bed.moto().instanceIds("came")).isEqualTo(ids);
    }

    /** A check that cannot fail is not a check: the same number, written blindly, makes AWS end what has just come or what was there. */
    @Test
    void theSameNumberWithoutAHoldEndsInstances() {
        lacking("blind");
        aws.bed.aws().meanwhile("SetDesiredCapacity", () -> aws.bed.aws().allowCapacity("blind"));
        aws.clients.groupWrites().setDesiredCapacity(request -> request.autoScalingGroupName("blind").desiredCapacity(2));
        assertThat(aws.bed.moto().instanceIds("blind")).as("of five that were there").hasSize(2);
    }

    @Test
    void whileAnInstanceIsPendingNothingIsTakenBack() {
        aws.bed.aws().limitCapacity("coming", 3);
        aws.bed.aws().pending(Duration.ofMinutes(10));
        raise("coming", 2, 5);
        suspend("coming");
        assertThat(cancel("coming", 5, 3)).isEqualTo(new Stale("an instance is coming"));
        assertThat(seen("coming").desiredCapacity()).isEqualTo(5);
    }

    @Test
    void aCrashBetweenTwoCallsLeavesWhatTheNextLeaderCanEnd() {
        aws.bed.aws().fail("CreateOrUpdateTags", 403, "AccessDenied", 1);
        assertThat(suspend("order")).isInstanceOf(Refused.class);
        assertThat(seen("order").suspendedProcesses()).as("no suspension without its tag").isEmpty();
        aws.bed.aws().fail("SuspendProcesses", 500, "InternalFailure", 1);
        assertThat(suspend("order")).isInstanceOf(Failed.class);
        assertThat(HoldTag.since(seen("order"))).isPresent();
        assertThat(suspend("order")).isEqualTo(new Done(0));
        aws.bed.aws().fail("ResumeProcesses", 500, "InternalFailure", 1);
        assertThat(resume("order")).isInstanceOf(Failed.class);
        assertThat(HoldTag.since(seen("order"))).as("the tag stays while the process is suspended").isPresent();
        aws.bed.aws().fail("DeleteTags", 500, "InternalFailure", 1);
        assertThat(resume("order")).isInstanceOf(Failed.class);
        assertThat(seen("order").suspendedProcesses()).isEmpty();
        assertThat(HoldTag.since(seen("order"))).isPresent();
        assertThat(resume("order")).isEqualTo(new Done(0));
        assertThat(HoldTag.since(seen("order"))).isEmpty();
    }

    @Test
    void aLaunchThatHasBegunAndShowsNoInstanceYetKeepsTheHold() {
        suspend("under-way");
        aws.bed.aws().beginsLaunch("under-way");
        assertThat(resume("under-way")).isEqualTo(new Stale("AWS has begun a launch whose instance it does not show yet"));
        assertThat(seen("under-way").suspendedProcesses()).hasSize(1);
    }

    @Test
    void theGroupsMinimumStays() {
        var ids = aws.bed.moto().instanceIds("least");
        assertThat(aws.writer.terminate("least", ids.get(0))).isEqualTo(new Done(0));
        assertThat(aws.writer.terminate("least", ids.get(1))).isEqualTo(new Refused("desired capacity 1 is the minimum of Auto Scaling Group least"));
        assertThat(aws.bed.moto().instanceIds("least")).containsExactly(ids.get(1));
    }
}
