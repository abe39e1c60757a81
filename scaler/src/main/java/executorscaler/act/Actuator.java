package executorscaler.act;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Performs a plan, one outcome a step. It has no choices: steps go out all at once, each with its own answer; nothing is retried or left out. */
public final class Actuator {

    private final ClusterWriter cluster;
    private final CloudWriter cloud;
    private final Executor executor;
    private final Supplier<Duration> elapsed;

    /**
     * An actuator that writes to these two.
     *
     * @param executor runs the steps: a thread a step in the service, {@code Runnable::run} where order must be the same each time
     * @param elapsed monotonic time, to say how long each step took
     */
    public Actuator(ClusterWriter cluster, CloudWriter cloud, Executor executor, Supplier<Duration> elapsed) {
        this.cluster = cluster;
        this.cloud = cloud;
        this.executor = executor;
        this.elapsed = elapsed;
    }

    /** One entry a step, in the plan's order. */
    public List<Performed> perform(Plan plan) throws InterruptedException {
        var tasks = new ArrayList<FutureTask<Performed>>();
        for (Plan.Step step : plan.steps()) {
            var task = new FutureTask<>(() -> perform(step));
            tasks.add(task);
            executor.execute(task);
        }
        var performed = new ArrayList<Performed>();
        for (var task : tasks) {
            try {
                performed.add(task.get());
            } catch (ExecutionException bug) {
                throw new IllegalStateException("a step ended without an outcome", bug.getCause());
            }
        }
        return performed;
    }

    private Performed perform(Plan.Step step) {
        var start = elapsed.get();
        Outcome outcome;
        try {
            outcome = perform(step.action());
        } catch (RuntimeException bug) {
            // Adapters answer expected trouble with an Outcome: this is a bug in one, and must not keep the other steps from their answers.
            outcome = new Outcome.Failed("bug: " + bug);
        }
        return new Performed(step, outcome, elapsed.get().minus(start));
    }

    private Outcome perform(Action action) {
        return switch (action) {
            case Action.ScaleExecutor scale -> cluster.scale(scale);
            case Action.SetDeletionCost set -> cluster.setDeletionCost(set);
            case Action.RaiseCapacity raise -> cloud.raise(raise);
            case Action.SuspendTerminate suspend -> cloud.suspendTerminate(suspend);
            case Action.CancelLaunches cancel -> cloud.cancelLaunches(cancel);
            case Action.ResumeTerminate resume -> cloud.resumeTerminate(resume);
            case Action.Cordon cordon -> cluster.cordon(cordon);
            case Action.Uncordon uncordon -> cluster.uncordon(uncordon);
            case Action.Evict evict -> cluster.evict(evict);
            case Action.Nominate nominate -> cluster.nominate(nominate);
            // The last look before something is destroyed is live, and it is the cluster's word that counts (rule S17).
            case Action.Terminate terminate -> after(cluster.confirmEmpty(terminate), terminate.group(), terminate.instanceId());
            case Action.TerminateUnjoined terminate -> after(cluster.confirmUnjoined(terminate), terminate.group(), terminate.instanceId());
        };
    }

    private Outcome after(Outcome confirmed, String group, String instanceId) {
        return confirmed instanceof Outcome.Done ? cloud.terminate(group, instanceId) : confirmed;
    }
}
