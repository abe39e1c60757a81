package executorscaler.report;

import executorscaler.act.ClusterEvent;
import executorscaler.act.ClusterEvent.About;
import executorscaler.act.EventWriter;
import executorscaler.act.Outcome;
import executorscaler.config.Allowance;
import executorscaler.config.ConfigSource;
import executorscaler.config.Problem;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Pod;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What people who deploy have to know, as events of their Deployment: that replicas were put back over what they wrote, that somebody else writes them too, what
 * their rollout waits for, and why their pods have no home; of other workloads' pods without a home, as events of one pod that stands for those like it. What was done
 * to a node or a pod, as events of that. What whoever edits the config has to know, as events of this process's own pod: that the newest one is rejected, and when it is no longer.
 * A state is told when it begins, a deed each time.
 */
public final class TickEvents implements TickListener {

    private final EventWriter events;
    private final Optional<OwnPod> ownPod;
    private String rejected = ""; // the loop's thread only
    private Optional<ConfigSource.State> given = Optional.empty(); // the config of which all has been told; the loop's thread only
    private SortedSet<String> held = new TreeSet<>(); // by subject and kind of reason; the loop's thread only

    /** The pod that this process runs in. */
    public record OwnPod(String namespace, String name) {}

    /** @param ownPod empty: the process is in no pod, and its config is not told of */
    public TickEvents(EventWriter events, Optional<OwnPod> ownPod) {
        this.events = events;
        this.ownPod = ownPod;
    }

    @Override
    public void ticked(Tick tick) {
        if (!tick.role().writes()) {
            held = new TreeSet<>(); // who takes over tells what is so then
            rejected = "";
            given = Optional.of(tick.config());
            return;
        }
        config(tick);
        for (var done : tick.performed()) {
            if (done.outcome() instanceof Outcome.Done) deed(done.step()).ifPresent(events::tell);
        }
        if (tick.stood()) return;
        var now = new TreeSet<String>();
        for (var one : tick.plan().held()) {
            var reason = told(one.why());
            var state = one.subject() + " " + reason;
            if (reason.isEmpty() || !now.add(state) || held.contains(state)) continue; // to look for its object costs a look at every pod
            about(tick, one.subject()).ifPresent(of -> events.tell(new ClusterEvent(of, true, reason, "Hold", Sentences.whole(one.why()))));
        }
        held = now;
    }

    private void config(Tick tick) {
        var problems = String.join("; ", tick.config().rejected().stream().map(Problem::toString).toList());
        var before = given.filter(was -> was.generation() != tick.config().generation());
        var lost = before.map(was -> Allowance.lost(was.config(), tick.config().config())).orElse(List.of());
        if (problems.equals(rejected) && before.isEmpty()) {
            given = Optional.of(tick.config());
            return;
        }
        var pod = ownPod.flatMap(own -> tick.snapshot().pods().stream()
                .filter(one -> one.namespace().equals(own.namespace()) && one.name().equals(own.name())).findFirst());
        if (ownPod.isPresent() && pod.isEmpty()) return; // not seen yet: the next tick tells it
        pod.ifPresent(own -> {
            if (!lost.isEmpty())
                events.tell(new ClusterEvent(about(own), true, "ConfigAllowsLess", "Reload", "config " + tick.config().generation() + " allows less: "
                        + String.join("; ", lost) + ". What is there goes when it is idle"));
            if (!problems.isEmpty() && !problems.equals(rejected))
                events.tell(new ClusterEvent(about(own), true, "ConfigRejected", "Reload",
                        "the newest config is rejected, the last good one stays: " + problems));
            if (problems.isEmpty() && (lost.isEmpty() || !rejected.isEmpty()))
                events.tell(new ClusterEvent(about(own), false, "ConfigAccepted", "Reload", "config " + tick.config().generation() + " is in force"
                        + before.map(was -> ": " + ConfigText.difference(was.config(), tick.config().config())).orElse("")));
        });
        rejected = problems;
        given = Optional.of(tick.config());
    }

    private static About about(Pod pod) {
        return About.pod(pod.namespace(), pod.name(), pod.uid());
    }

    /** What a step did to an object that people look at. */
    private static Optional<ClusterEvent> deed(Plan.Step step) {
        return switch (step.action()) {
            case Action.ScaleExecutor scale when step.why() instanceof Reason.PutBack -> Optional.of(
                    deed(About.deployment(scale.namespace(), scale.deployment(), scale.uid()), true, "ReplicasPutBack", "Scale", step));
            case Action.Cordon cordon -> Optional.of(closed(cordon.node(), cordon.uid(), false, step));
            case Action.Uncordon open -> Optional.of(opened(open.node(), open.uid(), step));
            case Action.Announce said -> switch (said.door()) {
                case CLOSE -> Optional.of(closed(said.node(), said.uid(), true, step));
                case OPEN -> Optional.of(opened(said.node(), said.uid(), step));
                case LEAVE -> Optional.empty();
            };
            case Action.Terminate end -> Optional.of(deed(About.node(end.node(), end.uid()), false, "InstanceEnded", "Terminate", step));
            case Action.Evict evict -> Optional.of(deed(About.pod(evict.namespace(), evict.pod(), evict.uid()), false, "Moved", "Evict", step));
            default -> Optional.empty();
        };
    }

    private static ClusterEvent closed(String node, String uid, boolean warning, Plan.Step step) {
        return deed(About.node(node, uid), warning, "NodeClosed", "Cordon", step);
    }

    private static ClusterEvent opened(String node, String uid, Plan.Step step) {
        return deed(About.node(node, uid), false, "NodeOpened", "Uncordon", step);
    }

    private static ClusterEvent deed(About about, boolean warning, String reason, String action, Plan.Step step) {
        return new ClusterEvent(about, warning, reason, action, Sentences.whole(step.action()) + ": " + Sentences.whole(step.why()));
    }

    /** The event's reason; empty: it is not told. */
    private static String told(Reason why) {
        boolean told = switch (why) {
            // A person knows what they did, and a deploy is told that it was put back.
            case Reason.ScaledByOthers by -> new Author(by.manager(), by.scale(), by.since()).autoscaler();
            case Reason.YieldsToOthers _,Reason.RolloutBlocked _,Reason.AwaitingDeployment _,Reason.NoPoolFits _,Reason.FitUnknown _,Reason.NoRoomNow _ ->
                true;
            default -> false;
        };
        return told ? why.getClass().getSimpleName() : "";
    }

    /** The Deployment of an executor, or the pod that stands for all that are like it. */
    private static Optional<About> about(Tick tick, String subject) {
        var executor = tick.snapshot().executors().stream().filter(each -> subject.equals("executor/" + each.name())).findFirst();
        if (executor.isPresent()) return executor.map(of -> About.deployment(of.namespace(), of.deployment(), of.uid()));
        return tick.snapshot().pods().stream().filter(each -> subject.equals("pod/" + each.path())).findFirst().map(TickEvents::about);
    }
}
