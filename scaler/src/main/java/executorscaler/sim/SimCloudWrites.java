package executorscaler.sim;

import executorscaler.act.CloudWriter;
import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Pool;
import java.util.Optional;
import java.util.function.Function;

/** Writes to the simulated groups, with the answers of AWS and of the adapter before it. */
final class SimCloudWrites implements CloudWriter {
    private final SimTurn turn;
    private final SimCloud cloud;
    private final SimNotices notices;
    private final SimStats.Counters counters;

    SimCloudWrites(SimTurn turn, SimCloud cloud, SimNotices notices, SimStats.Counters counters) {
        this.turn = turn;
        this.cloud = cloud;
        this.notices = notices;
        this.counters = counters;
    }

    @Override
    public Outcome raise(Action.RaiseCapacity action) {
        return turn.write(Source.AWS, () -> {
            var found = cloud.group(action.group());
            if (found.isEmpty()) return new Outcome.Refused("no such group");
            var group = found.get();
            if (group.desired != action.expected()) return new Outcome.Stale("desired " + group.desired);
            if (action.desired() <= group.desired) return new Outcome.Refused("only upwards");
            if (action.desired() > group.max) return new Outcome.Refused("above the group's maximum " + group.max);
            cloud.setDesired(group, action.desired());
            return new Outcome.Done(0);
        });
    }

    @Override
    public Outcome suspendTerminate(Action.SuspendTerminate action) {
        return turn.write(Source.AWS, () -> group(action.group(), group -> {
            if (group.terminateSuspended) return group.heldSince.isPresent() ? new Outcome.Done(0) : new Outcome.Stale("suspended by somebody else");
            cloud.suspendTerminate(group, action.since());
            return new Outcome.Done(0);
        }));
    }

    @Override
    public Outcome cancelLaunches(Action.CancelLaunches action) {
        return turn.write(Source.AWS, () -> group(action.group(), group -> {
            if (!group.terminateSuspended) return new Outcome.Stale("the group is not held");
            if (group.desired != action.expected()) return new Outcome.Stale("desired " + group.desired);
            var counting = group.instances.values().stream().filter(SimCloud.SimInstance::counts).toList();
            if (counting.stream().anyMatch(instance -> instance.lifecycle == Pool.Lifecycle.PENDING)) return new Outcome.Stale("one is coming");
            if (counting.size() > action.desired()) return new Outcome.Stale(counting.size() + " are there");
            if (action.desired() < group.min) return new Outcome.Refused("below the group's minimum " + group.min);
            if (group.comesMeanwhile) cloud.launchWhatIsWanted(group);
            group.comesMeanwhile = false;
            cloud.setDesired(group, action.desired());
            return new Outcome.Done(0);
        }));
    }

    @Override
    public Outcome resumeTerminate(Action.ResumeTerminate action) {
        return turn.write(Source.AWS, () -> group(action.group(), group -> {
            if (group.heldSince.isEmpty()) return new Outcome.Done(0);
            long counting = group.instances.values().stream().filter(SimCloud.SimInstance::counts).count();
            if (counting > group.desired && group.desired < group.max)
                return new Outcome.Stale(counting + " are there, " + group.desired + " desired");
            cloud.resumeTerminate(group);
            return new Outcome.Done(0);
        }));
    }

    @Override
    public Outcome protect(Action.Protect action) {
        return turn.write(Source.AWS, () -> group(action.group(), group -> cloud.shield(group, action.instances(), true)));
    }

    @Override
    public Outcome unprotect(Action.Unprotect action) {
        return turn.write(Source.AWS, () -> group(action.group(), group -> cloud.shield(group, action.instances(), false)));
    }

    @Override
    public Outcome confirmGone(Action.DeleteNode action) {
        return turn.ask(Source.AWS, () -> cloud.isGone(action.instanceId()) ? new Outcome.Done(0) : new Outcome.Stale("the instance is there"));
    }

    private Outcome group(String name, Function<SimGroup, Outcome> write) {
        return cloud.group(name).map(write).orElseGet(() -> new Outcome.Refused("no such group"));
    }

    @Override
    public Outcome extendHook(Action.ExtendHook action) {
        return turn.write(Source.AWS, () -> {
            notices.extend(action.instanceId());
            return new Outcome.Done(0);
        });
    }

    @Override
    public Outcome completeHook(Action.CompleteHook action) {
        return turn.write(Source.AWS, () -> {
            notices.complete(action.instanceId());
            return new Outcome.Done(0);
        });
    }

    @Override
    public Outcome terminate(String groupName, String instanceId) {
        return turn.write(Source.AWS, () -> {
            var found = cloud.group(groupName);
            if (found.isEmpty()) return new Outcome.Refused("no such group");
            var group = found.get();
            var instance = Optional.ofNullable(group.instances.get(instanceId)).filter(SimCloud.SimInstance::counts);
            if (instance.isEmpty()) return new Outcome.Stale("not in service");
            if (group.desired - 1 < group.min) return new Outcome.Refused("desired capacity would fall below the group's minimum " + group.min);
            group.desired--;
            instance.get().node.ifPresent(node -> counters.stranded += node.pods.stream().filter(pod -> !pod.resident).count());
            cloud.end(group, instance.get(), "terminated with decrement");
            return new Outcome.Done(0);
        });
    }
}
