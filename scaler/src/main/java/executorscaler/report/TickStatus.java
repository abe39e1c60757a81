package executorscaler.report;

import executorscaler.act.StatusWriter;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Plan;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How things are, in lines that a person reads with {@code kubectl}: one key a subject. Whoever writes tells it, when something changed. Times are points in time and
 * never ages, so that equal states have equal lines.
 */
public final class TickStatus implements TickListener {

    private final StatusWriter status;
    private boolean told; // the loop's thread only

    /** Lines for this writer. */
    public TickStatus(StatusWriter status) {
        this.status = status;
    }

    @Override
    public void ticked(Tick tick) {
        boolean writes = tick.role().writes();
        if (writes && !(tick.stood() && told)) status.write(() -> lines(tick));
        told = writes; // who takes over tells all of it
    }

    /** By key: {@code summary}, {@code leader}, {@code config}, {@code sources}, and one for each executor and pool. */
    static SortedMap<String, String> lines(Tick tick) {
        var lines = new TreeMap<String, String>();
        lines.put("summary", Headline.of(tick).sentence());
        lines.put("leader", Sentences.of(tick.role()));
        lines.put("config", config(tick));
        lines.put("sources", sources(tick));
        for (var executor : TickView.executors(tick)) lines.put("executor." + key(executor.name()), executor(executor, tick.plan()));
        for (var pool : TickView.pools(tick)) lines.put("pool." + key(pool.name()), pool(pool, tick.plan()));
        return lines;
    }

    private static String config(Tick tick) {
        var inForce = "generation " + tick.config().generation() + " is in force";
        var rejected = tick.config().rejected();
        return rejected.isEmpty()
                ? inForce
                : inForce + "; the newest is rejected since " + Sentences.at(tick.config().since()) + ":\n"
                        + String.join("\n", rejected.stream().map(problem -> "- " + problem).toList());
    }

    private static String sources(Tick tick) {
        var missing = tick.snapshot().missing();
        return missing.isEmpty() ? "all read" : String.join("\n", missing.stream().map(TickStatus::missing).toList());
    }

    private static String missing(Missing one) {
        return Sentences.name(one.source()) + (one.subject().isEmpty() ? "" : " (" + one.subject() + ")") + " missing since "
                + Sentences.at(one.since())
                + ": " + one.error();
    }

    private static String executor(ExecutorView view, Plan plan) {
        var lines = new ArrayList<String>();
        lines.add(view.config().path() + ": " + view.deployment()
                .map(deployment -> deployment.ready() + " of " + deployment.replicas() + " replicas ready, " + view.wanted() + " wanted, "
                        + view.config().minReplicas() + " to " + view.config().maxReplicas() + " allowed")
                .orElse("the Deployment is not known"));
        lines.add("jobs: " + view.queue().map(queue -> queue.waiting() + " waiting, " + queue.due() + " due, " + queue.running() + " running")
                .orElse("not known"));
        held(lines, plan, "executor/" + view.name());
        return String.join("\n", lines);
    }

    private static String pool(PoolView view, Plan plan) {
        var lines = new ArrayList<String>();
        lines.add(view.config().autoScalingGroup() + ": " + view.group()
                .map(_ -> view.desired() + " desired, " + view.config().minSize() + " to " + view.config().maxSize() + " allowed; nodes: "
                        + view.ready()
                        + " ready, " + view.onTheWay() + " on the way, " + view.draining() + " draining")
                .orElse("the group is not known"));
        held(lines, plan, "pool/" + view.name());
        return String.join("\n", lines);
    }

    private static void held(List<String> lines, Plan plan, String subject) {
        plan.held().stream().filter(one -> one.subject().equals(subject))
                .forEach(one -> lines.add("held (" + one.why().getClass().getSimpleName() + "): " + Sentences.of(one.why())));
    }

    /** As the keys of a ConfigMap may be (Kubernetes API, "ConfigMap": alphanumeric, -, _ and .). */
    private static String key(String name) {
        return name.replaceAll("[^-._a-zA-Z0-9]", "_");
    }
}
