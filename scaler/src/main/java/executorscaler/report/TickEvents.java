package executorscaler.report;

import executorscaler.act.ClusterEvent;
import executorscaler.act.EventWriter;
import executorscaler.act.Outcome;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Executor;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What people who deploy have to know, as events of their Deployment: that replicas were put back over what they wrote, that somebody else writes them too, and what
 * their rollout waits for. A state is told when it begins, a deed each time.
 */
public final class TickEvents implements TickListener {

    private final EventWriter events;
    private SortedSet<String> held = new TreeSet<>(); // by subject and kind of reason; the loop's thread only

    /** Events for this writer. */
    public TickEvents(EventWriter events) {
        this.events = events;
    }

    @Override
    public void ticked(Tick tick) {
        if (!tick.role().writes()) {
            held = new TreeSet<>(); // who takes over tells what is so then
            return;
        }
        for (var done : tick.performed()) {
            if (!(done.outcome() instanceof Outcome.Done) || !(done.step().why() instanceof Reason.PutBack)) continue;
            if (done.step().action() instanceof Action.ScaleExecutor scale)
                events.tell(new ClusterEvent(scale.namespace(), scale.deployment(), scale.uid(), true, "ReplicasPutBack", "Scale",
                        Sentences.of(scale) + ": " + Sentences.of(done.step().why())));
        }
        if (tick.stood()) return;
        var now = new TreeSet<String>();
        for (var one : tick.plan().held()) {
            var reason = told(one.why());
            var executor = reason.isEmpty() ? Optional.<Executor>empty() : executor(tick, one.subject());
            if (executor.isEmpty() || !now.add(one.subject() + " " + reason) || held.contains(one.subject() + " " + reason)) continue;
            var of = executor.get();
            events.tell(new ClusterEvent(of.namespace(), of.deployment(), of.uid(), true, reason, "Hold", Sentences.of(one.why())));
        }
        held = now;
    }

    /** The event's reason; empty: it is not told. */
    private static String told(Reason why) {
        // A person knows what they did, and a deploy is told that it was put back.
        boolean rival = why instanceof Reason.ScaledByOthers by && new Author(by.manager(), by.scale(), by.since()).autoscaler();
        return rival || why instanceof Reason.YieldsToOthers || why instanceof Reason.RolloutBlocked
                || why instanceof Reason.AwaitingDeployment ? why.getClass().getSimpleName() : "";
    }

    private static Optional<Executor> executor(Tick tick, String subject) {
        return tick.snapshot().executors().stream().filter(each -> subject.equals("executor/" + each.name())).findFirst();
    }
}
