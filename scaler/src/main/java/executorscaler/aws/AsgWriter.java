package executorscaler.aws;

import executorscaler.act.CloudWriter;
import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

/**
 * Writes to Auto Scaling Groups: one fresh look, one attempt. AWS offers no condition on SetDesiredCapacity, so between the look and the write
 * another writer can still slip in; that window is one round trip, not the age of a reading.
 */
public final class AsgWriter implements CloudWriter {

    private final AwsClients aws;
    private final Runnable wrote;

    /** @param wrote called where the last reading is known to be old: after every attempt to write, whatever came of it, and after a stale order */
    public AsgWriter(AwsClients aws, Runnable wrote) {
        this.aws = aws;
        this.wrote = wrote;
    }

    @Override
    public Outcome raise(Action.RaiseCapacity action) {
        AutoScalingGroup group;
        try {
            var found = group(action.group());
            if (found.isEmpty()) return absent(action.group());
            group = found.get();
        } catch (SdkException trouble) {
            return notLookedAt(action.group(), trouble);
        }
        int desired = group.desiredCapacity();
        if (desired != action.expected()) return stale("desired capacity is " + desired + ", not " + action.expected());
        if (desired >= action.desired()) return stale("desired capacity is " + desired + " already");
        return write(() -> aws.groupWrites().setDesiredCapacity(
                request -> request.autoScalingGroupName(action.group()).desiredCapacity(action.desired()).honorCooldown(false)),
                "SetDesiredCapacity");
    }

    @Override
    public Outcome terminate(String group, String instanceId) {
        AutoScalingGroup seen;
        try {
            var found = group(group);
            if (found.isEmpty()) return absent(group);
            seen = found.get();
        } catch (SdkException trouble) {
            return notLookedAt(group, trouble);
        }
        var listed = seen.instances().stream().filter(instance -> instance.instanceId().equals(instanceId)).findFirst();
        if (listed.isEmpty()) return new Outcome.Done(0); // gone: a second decrement would take a place that somebody else needs
        var state = listed.get().lifecycleStateAsString();
        return switch (Mapping.lifecycle(state)) {
            case LEAVING -> new Outcome.Done(0);
            case OTHER -> new Outcome.Refused("instance " + instanceId + " is " + state + ", which desired capacity does not count: not ours to end");
            case PENDING, IN_SERVICE -> seen.desiredCapacity() - Math.max(1, Mapping.weight(listed.get())) < seen.minSize()
                    // AWS refuses this as well; an emulator may not, and a group below its minimum would launch another instance in its place.
                    ? new Outcome.Refused("desired capacity " + seen.desiredCapacity() + " is the minimum of Auto Scaling Group " + group)
                    : write(() -> aws.groupWrites().terminateInstanceInAutoScalingGroup(
                            request -> request.instanceId(instanceId).shouldDecrementDesiredCapacity(true)), "TerminateInstanceInAutoScalingGroup");
        };
    }

    private Optional<AutoScalingGroup> group(String name) {
        return aws.groups().describeAutoScalingGroups(request -> request.autoScalingGroupNames(name)).autoScalingGroups().stream()
                .filter(group -> group.autoScalingGroupName().equals(name)).findFirst();
    }

    private Outcome write(Runnable call, String name) {
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
