package executorscaler.aws;

import executorscaler.act.CloudWriter;
import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.plan.Action;
import executorscaler.snapshot.Pool;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;

/**
 * Writes to Auto Scaling Groups: one fresh look, one attempt. AWS offers no condition on SetDesiredCapacity, so between the look and the write
 * another writer can still slip in; that window is one round trip, not the age of a reading.
 */
public final class AsgWriter implements CloudWriter {

    private static final String TERMINATE = "Terminate";
    private static final int NEWEST = 20;
    private static final String WAITS = "Terminating:Wait";
    private static final String CONTINUE = "CONTINUE";
    private static final String NO_HOOK = "No active Lifecycle Action"; // in a ValidationError, which has no code of its own for it
    private static final Pattern UNNAMED_LAUNCH = Pattern.compile("Launching a new EC2 instance(?!: i-).*", Pattern.DOTALL);

    private final AwsClients aws;
    private final WriteGate gate;
    private final Runnable wrote;

    /**
     * @param gate asked at every write, after the look that it follows
     * @param wrote called where the last reading is known to be old: after every attempt to write, whatever came of it, and after a stale order
     */
    public AsgWriter(AwsClients aws, WriteGate gate, Runnable wrote) {
        this.aws = aws;
        this.gate = gate;
        this.wrote = wrote;
    }

    @Override
    public Outcome raise(Action.RaiseCapacity action) {
        return looked(action.group(), group -> {
            int desired = group.desiredCapacity();
            if (desired != action.expected()) return stale("desired capacity is " + desired + ", not " + action.expected());
            if (desired >= action.desired()) return stale("desired capacity is " + desired + " already");
            return setDesired(action.group(), action.desired());
        });
    }

    @Override
    public Outcome suspendTerminate(Action.SuspendTerminate action) {
        return looked(action.group(), group -> {
            boolean ours = HoldTag.since(group).isPresent();
            if (suspended(group)) return ours ? new Outcome.Done(0) : stale(TERMINATE + " is suspended by somebody else");
            // The tag first: a suspension without it would be taken for an operator's, and stay.
            var tagged = write(() -> HoldTag.write(aws.groupWrites(), action.group(), action.since()), "CreateOrUpdateTags");
            if (!(tagged instanceof Outcome.Done)) return tagged;
            return write(() -> aws.groupWrites()
                    .suspendProcesses(request -> request.autoScalingGroupName(action.group()).scalingProcesses(TERMINATE)), "SuspendProcesses");
        });
    }

    @Override
    public Outcome cancelLaunches(Action.CancelLaunches action) {
        return looked(action.group(), group -> {
            if (HoldTag.since(group).isEmpty() || !suspended(group)) return stale("the group is not held: AWS could choose a victim");
            if (group.desiredCapacity() != action.expected())
                return stale("desired capacity is " + group.desiredCapacity() + ", not " + action.expected());
            if (counted(group).anyMatch(instance -> Mapping.lifecycle(instance.lifecycleStateAsString()) == Pool.Lifecycle.PENDING))
                return stale("an instance is coming");
            int there = Math.max(filled(group), group.minSize());
            if (there > action.desired()) return stale(there + " are there or the minimum, more than " + action.desired());
            if (action.desired() >= action.expected()) return stale("nothing is to be taken back");
            return setDesired(action.group(), action.desired());
        });
    }

    @Override
    public Outcome resumeTerminate(Action.ResumeTerminate action) {
        return looked(action.group(), group -> {
            if (HoldTag.since(group).isEmpty()) return suspended(group) ? stale(TERMINATE + " is suspended by somebody else") : new Outcome.Done(0);
            int filled = filled(group);
            boolean wouldEnd = counted(group).anyMatch(instance -> filled - weight(instance) >= group.desiredCapacity());
            if (suspended(group) && wouldEnd && group.desiredCapacity() < group.maxSize())
                return stale(filled + " are there and " + group.desiredCapacity() + " desired: AWS would choose a victim");
            if (suspended(group) && launchUnderWay(action.group())) return stale("AWS has begun a launch whose instance it does not show yet");
            // The tag last: while it is there, somebody sees to it that the process is resumed.
            var resumed = write(() -> aws.groupWrites()
                    .resumeProcesses(request -> request.autoScalingGroupName(action.group()).scalingProcesses(TERMINATE)), "ResumeProcesses");
            if (!(resumed instanceof Outcome.Done)) return resumed;
            return write(() -> HoldTag.remove(aws.groupWrites(), action.group()), "DeleteTags");
        });
    }

    @Override
    public Outcome protect(Action.Protect action) {
        return looked(action.group(), group -> protection(group, action.instances(), true));
    }

    @Override
    public Outcome unprotect(Action.Unprotect action) {
        return looked(action.group(), group -> protection(group, action.instances(), false));
    }

    /** One instance that is not in service any more would make AWS refuse the whole call (API_SetInstanceProtection). */
    private Outcome protection(AutoScalingGroup group, List<String> instances, boolean on) {
        if (Boolean.TRUE.equals(group.newInstancesProtectedFromScaleIn())) return stale("the group protects its new instances itself");
        var others = group.instances().stream()
                .filter(instance -> instances.contains(instance.instanceId()) && Boolean.TRUE.equals(instance.protectedFromScaleIn()) != on
                        && Mapping.lifecycle(instance.lifecycleStateAsString()) == Pool.Lifecycle.IN_SERVICE)
                .map(Instance::instanceId).toList();
        if (others.isEmpty()) {
            wrote.run(); // so it was seen in an old reading
            return new Outcome.Done(0);
        }
        return write(() -> aws.groupWrites().setInstanceProtection(
                request -> request.autoScalingGroupName(group.autoScalingGroupName()).instanceIds(others).protectedFromScaleIn(on)),
                "SetInstanceProtection");
    }

    @Override
    public Outcome confirmGone(Action.DeleteNode action) {
        try {
            var alive = EndedInstance.trouble(aws.machines(), action.instanceId());
            return alive.<Outcome>map(Outcome.Stale::new).orElseGet(() -> new Outcome.Done(0));
        } catch (SdkException trouble) {
            return new Outcome.Failed("EC2 could not be asked for instance " + action.instanceId() + ": " + AwsWords.of(trouble));
        }
    }

    /** An activity that has not ended and does not name its instance yet (API_Activity): the group would list it later. */
    private boolean launchUnderWay(String group) {
        return aws.groups().describeScalingActivities(request -> request.autoScalingGroupName(group).maxRecords(NEWEST)).activities().stream()
                .anyMatch(activity -> activity.endTime() == null
                        && UNNAMED_LAUNCH.matcher(Objects.requireNonNullElse(activity.description(), "")).matches());
    }

    private static boolean suspended(AutoScalingGroup group) {
        return group.suspendedProcesses().stream().anyMatch(process -> TERMINATE.equals(process.processName()));
    }

    private static Stream<Instance> counted(AutoScalingGroup group) {
        return group.instances().stream().filter(instance -> switch (Mapping.lifecycle(instance.lifecycleStateAsString())) {
            case PENDING, IN_SERVICE -> true;
            case LEAVING, OTHER -> false;
        });
    }

    private static int filled(AutoScalingGroup group) {
        return counted(group).mapToInt(AsgWriter::weight).sum();
    }

    private static int weight(Instance instance) {
        return Math.max(1, Mapping.weight(instance));
    }

    private Outcome setDesired(String group, int desired) {
        return write(() -> aws.groupWrites()
                .setDesiredCapacity(request -> request.autoScalingGroupName(group).desiredCapacity(desired).honorCooldown(false)),
                "SetDesiredCapacity");
    }

    private Outcome looked(String name, Function<AutoScalingGroup, Outcome> act) {
        try {
            return group(name).map(act).orElseGet(() -> absent(name)); // writes catch their own trouble, so what comes here is a look's
        } catch (SdkException trouble) {
            return notLookedAt(name, trouble);
        }
    }

    @Override
    public Outcome extendHook(Action.ExtendHook action) {
        return looked(action.group(), group -> waits(group, action.instanceId())
                ? ended(write(() -> aws.groupWrites().recordLifecycleActionHeartbeat(request -> request.autoScalingGroupName(action.group())
                        .lifecycleHookName(action.hook()).instanceId(action.instanceId())), "RecordLifecycleActionHeartbeat"))
                : new Outcome.Done(0));
    }

    @Override
    public Outcome completeHook(Action.CompleteHook action) {
        return looked(action.group(), group -> waits(group, action.instanceId())
                ? ended(write(() -> aws.groupWrites().completeLifecycleAction(request -> request.autoScalingGroupName(action.group())
                        .lifecycleHookName(action.hook()).instanceId(action.instanceId()).lifecycleActionResult(CONTINUE)),
                        "CompleteLifecycleAction"))
                : new Outcome.Done(0));
    }

    private static boolean waits(AutoScalingGroup group, String instanceId) {
        return group.instances().stream()
                .anyMatch(instance -> instance.instanceId().equals(instanceId) && instance.lifecycleStateAsString().equals(WAITS));
    }

    /** A hook that has ended in the meantime, by its time-out or by somebody else, is what was asked for. */
    private static Outcome ended(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused && refused.by().contains(NO_HOOK) ? new Outcome.Done(0) : outcome;
    }

    @Override
    public Outcome terminate(String group, String instanceId) {
        return looked(group, seen -> end(seen, instanceId));
    }

    private Outcome end(AutoScalingGroup group, String instanceId) {
        return insteadOfEnding(group, instanceId).map(this::tell).orElseGet(() -> write(() -> aws.groupWrites().terminateInstanceInAutoScalingGroup(
                request -> request.instanceId(instanceId).shouldDecrementDesiredCapacity(true)), "TerminateInstanceInAutoScalingGroup"));
    }

    private Outcome tell(Outcome instead) {
        if (instead instanceof Outcome.Stale) wrote.run();
        return instead;
    }

    /** What is answered where an instance is not to be ended; empty: it is. */
    static Optional<Outcome> insteadOfEnding(AutoScalingGroup group, String instanceId) {
        var listed = group.instances().stream().filter(instance -> instance.instanceId().equals(instanceId)).findFirst();
        // A second decrement would take a place that somebody else needs. And not listed is not gone: a look may be older than the launch.
        if (listed.isEmpty()) return Optional.of(new Outcome.Stale("its group does not list instance " + instanceId));
        var state = listed.get().lifecycleStateAsString();
        return switch (Mapping.lifecycle(state)) {
            case LEAVING -> Optional.of(new Outcome.Done(0));
            case OTHER -> Optional.of(new Outcome.Refused(
                    "instance " + instanceId + " is " + state + ", which desired capacity does not count: not ours to end"));
            // AWS refuses this as well; an emulator may not, and a group below its minimum would launch another instance in its place.
            case PENDING, IN_SERVICE -> group.desiredCapacity() - weight(listed.get()) >= group.minSize()
                    ? Optional.empty()
                    : Optional.of(new Outcome.Refused(
                            "desired capacity " + group.desiredCapacity() + " is the minimum of Auto Scaling Group " + group.autoScalingGroupName()));
        };
    }

    private Optional<AutoScalingGroup> group(String name) {
        return aws.groups().describeAutoScalingGroups(request -> request.autoScalingGroupNames(name)).autoScalingGroups().stream()
                .filter(group -> group.autoScalingGroupName().equals(name)).findFirst();
    }

    private Outcome write(Runnable call, String name) {
        var closed = gate.refusal();
        if (closed.isPresent()) return new Outcome.Refused(closed.get());
        try {
            call.run();
            return new Outcome.Done(0);
        } catch (SdkException trouble) {
            var words = name + ": " + AwsWords.of(trouble);
            if (AwsWords.refused(trouble)) return new Outcome.Refused(words);
            return new Outcome.Failed(words + "; whether it was done is not known, the next look will tell");
        } finally {
            wrote.run();
        }
    }

    /** The reader looks at once: until it has, every tick would plan the same order and find it stale again. */
    private Outcome stale(String saw) {
        wrote.run();
        return new Outcome.Stale(saw);
    }

    private Outcome absent(String group) {
        return new Outcome.Refused("Auto Scaling Group " + group + " does not exist in region " + aws.region());
    }

    private static Outcome notLookedAt(String group, SdkException trouble) {
        return new Outcome.Failed("Auto Scaling Group " + group + " could not be looked at, so nothing was written: " + AwsWords.of(trouble));
    }
}
