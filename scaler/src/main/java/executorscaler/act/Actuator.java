package executorscaler.act;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Performs a plan, one outcome a step. It has no choices: steps go out all at once, each with its own answer; nothing is retried or left out. Before each step,
 * and again between a last look and what it allows, the gate is asked; the adapters ask theirs once more at the write itself (S19).
 */
public final class Actuator {

    /**
     * How old what was seen may be when something is taken away. Between look and write a process may be stopped, or starved, for any time, and pods that were
     * idle have jobs by then; the look before the write sees pods, not jobs.
     */
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final ClusterWriter cluster;
    private final CloudWriter cloud;
    private final NoticeWriter notices;
    private final Executor executor;
    private final Supplier<Duration> elapsed;

    /** An actuator where there are no notices. */
    public Actuator(ClusterWriter cluster, CloudWriter cloud, Executor executor, Supplier<Duration> elapsed) {
        this(cluster, cloud, NoticeWriter.NOBODY, executor, elapsed);
    }

    /**
     * An actuator that writes to these three.
     *
     * @param executor runs the steps: a thread a step in the service, {@code Runnable::run} where order must be the same each time
     * @param elapsed monotonic time, to say how long each step took
     */
    public Actuator(ClusterWriter cluster, CloudWriter cloud, NoticeWriter notices, Executor executor, Supplier<Duration> elapsed) {
        this.cluster = cluster;
        this.cloud = cloud;
        this.notices = notices;
        this.executor = executor;
        this.elapsed = elapsed;
    }

    /**
     * One entry a step, in the plan's order. Returns, or throws, only when every step has ended: whoever stops the loop may then give the Lease back.
     *
     * @param gate open for as long as the plan may be performed
     * @param seen when the world was looked at that the plan is for, by monotonic time
     */
    public List<Performed> perform(Plan plan, WriteGate gate, Duration seen) throws InterruptedException {
        var tasks = new ArrayList<FutureTask<Performed>>();
        WriteGate fresh = () -> gate.refusal().or(() -> tooOld(elapsed.get().minus(seen)));
        for (Plan.Step step : plan.steps()) {
            var task = new FutureTask<>(() -> perform(step, step.action().lowers() ? fresh : gate));
            tasks.add(task);
            executor.execute(task);
        }
        var performed = new ArrayList<Performed>();
        boolean interrupted = false;
        for (var task : tasks) {
            while (!task.isDone()) interrupted |= !await(task);
            try {
                performed.add(task.resultNow());
            } catch (IllegalStateException bug) {
                throw new IllegalStateException("a step ended without an outcome", task.state() == Future.State.FAILED ? task.exceptionNow() : bug);
            }
        }
        if (interrupted) throw new InterruptedException();
        return performed;
    }

    private static Optional<String> tooOld(Duration age) {
        return age.compareTo(LONGEST) > 0
                ? Optional.of("it was decided " + age.toSeconds() + " s ago, and nothing is taken away so late")
                : Optional.empty();
    }

    /** Whether it ended without somebody interrupting us; calls have time-outs, so it ends soon. */
    private static boolean await(FutureTask<Performed> task) {
        try {
            task.get();
            return true;
        } catch (ExecutionException bug) {
            return true; // told by whoever reads the result
        } catch (InterruptedException stop) {
            return false;
        }
    }

    private Performed perform(Plan.Step step, WriteGate gate) {
        var start = elapsed.get();
        Outcome outcome;
        try {
            outcome = gate.through(() -> perform(step.action(), gate));
        } catch (RuntimeException bug) {
            // Adapters answer expected trouble with an Outcome: this is a bug in one, and must not keep the other steps from their answers.
            outcome = new Outcome.Failed("bug: " + bug);
        }
        return new Performed(step, outcome, elapsed.get().minus(start));
    }

    private Outcome perform(Action action, WriteGate gate) {
        return switch (action) {
            case Action.ScaleExecutor scale -> cluster.scale(scale);
            case Action.SetDeletionCost set -> cluster.setDeletionCost(set);
            case Action.RaiseCapacity raise -> cloud.raise(raise);
            case Action.SuspendTerminate suspend -> cloud.suspendTerminate(suspend);
            case Action.CancelLaunches cancel -> cloud.cancelLaunches(cancel);
            case Action.ResumeTerminate resume -> cloud.resumeTerminate(resume);
            case Action.Announce announce -> cluster.announce(announce);
            case Action.Acknowledge acknowledge -> notices.acknowledge(acknowledge);
            case Action.ExtendHook extend -> cloud.extendHook(extend);
            case Action.Cordon cordon -> cluster.cordon(cordon);
            case Action.Uncordon uncordon -> cluster.uncordon(uncordon);
            case Action.Evict evict -> cluster.evict(evict);
            case Action.Nominate nominate -> cluster.nominate(nominate);
            case Action.Protect protect -> cloud.protect(protect);
            case Action.Unprotect unprotect -> cloud.unprotect(unprotect);
            case Action.MarkNode mark -> cluster.mark(mark);
            // The last look before something is destroyed is live, and where pods may be on it the cluster's word counts (rule S17).
            case Action.Terminate terminate ->
                after(cluster.confirmEmpty(terminate), gate, () -> cloud.terminate(terminate.group(), terminate.instanceId()));
            case Action.TerminateUnjoined terminate ->
                after(cluster.confirmUnjoined(terminate), gate, () -> cloud.terminate(terminate.group(), terminate.instanceId()));
            case Action.DeleteNode delete -> after(cloud.confirmGone(delete), gate, () -> cluster.deleteNode(delete));
            case Action.CompleteHook complete ->
                after(cluster.confirmEmpty(complete.ending()), gate, () -> cloud.completeHook(complete));
        };
    }

    /** The look has taken time: who was the leader before it may be so no longer. */
    private static Outcome after(Outcome confirmed, WriteGate gate, Supplier<Outcome> write) {
        if (!(confirmed instanceof Outcome.Done)) return confirmed;
        return gate.through(write);
    }
}
