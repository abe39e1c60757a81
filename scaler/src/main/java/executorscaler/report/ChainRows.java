package executorscaler.report;

import executorscaler.config.PoolConfig;
import executorscaler.loop.Tick;
import executorscaler.plan.PoolOptions;
import executorscaler.plan.Prospects.Prospect;
import executorscaler.plan.Reason;
import executorscaler.report.Explanation.Next;
import executorscaler.report.Explanation.Row;
import executorscaler.report.Outlook.Holds;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.NodeView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The links from the job to the pool in words and numbers, how a subject is, and what happens to it if nothing holds it up. What was not read is unknown, never zero. */
final class ChainRows {

    private static final int POOLS = 3;

    private final Tick tick;

    ChainRows(Tick tick) {
        this.tick = tick;
    }

    // The rows

    List<Row> of(ExecutorView view, List<PoolView> pools) {
        var rows = new ArrayList<Row>();
        rows.add(new Row("jobs", view.queue().map(queue -> queue.waiting() + " waiting + " + queue.due() + " due"
                + queue.oldestDue().map(since -> " since " + Sentences.at(since)).orElse("") + " + " + queue.running()
                + " running = " + queue.jobs() + (queue.whole() ? "" : " at least") + "   read at " + Sentences.at(queue.readAt()))
                .orElseGet(() -> "unknown: " + missing(Missing.Source.REDIS, view.name()))));
        rows.add(new Row("replicas", replicas(view)));
        rows.add(new Row("pods", pods(view)));
        if (pools.isEmpty()) rows.add(new Row("nodes", "no pool of the config is for these pods"));
        rows.addAll(of(pools));
        return rows;
    }

    /** Of the first pools one each. */
    List<Row> of(List<PoolView> pools) {
        var rows = new ArrayList<Row>();
        for (var pool : pools.subList(0, Math.min(POOLS, pools.size()))) rows.add(new Row("nodes", pool.name() + ": " + nodes(pool)));
        if (pools.size() > POOLS) rows.add(new Row("nodes", "and " + Sentences.count(pools.size() - POOLS, "other pool")));
        return rows;
    }

    List<Row> of(PoolView view) {
        var group = view.group();
        return List.of(
                new Row("group",
                        view.config().autoScalingGroup() + group.map(one -> ": desires " + one.desired() + ", itself from " + one.min() + " to "
                                + one.max() + "   read at " + Sentences.at(one.readAt())).orElseGet(() -> ": unknown: "
                                        + missing(Missing.Source.AWS, view.name()))),
                new Row("nodes", nodes(view)),
                new Row("machine", group.map(one -> String.join(", ", one.offers().stream().map(offer -> offer.type().name()).toList()))
                        .orElse("unknown") + (view.config().capacityType() == PoolConfig.CapacityType.SPOT ? ", spot" : ", on demand")));
    }

    List<Row> of(NodeView view, List<Pod> there, Optional<PoolView> pool) {
        var node = view.node();
        long ours = there.stream().filter(pod -> !pod.resident()).count();
        var rows = new ArrayList<>(List.of(
                new Row("node", state(view) + "   made at " + Sentences.at(node.createdAt())),
                new Row("instance", view.instance().map(one -> one.id() + ", " + one.type() + " in " + one.zone())
                        .orElse("none of the config's pools: nothing is done to it"))));
        rows.add(new Row("pods", ours + " that would have to move, " + (there.size() - ours) + " that belong to the node"));
        pool.ifPresent(one -> rows.add(new Row("pool", one.name() + ": " + nodes(one))));
        return rows;
    }

    List<Row> of(Pod pod) {
        var words = state(pod) + "   made at " + Sentences.at(pod.createdAt());
        return List.of(new Row("pod", pod.assigned() || pod.unschedulable().isEmpty()
                ? words
                : words + "; the scheduler says: " + Sentences.line(pod.unschedulable())));
    }

    private String replicas(ExecutorView view) {
        var config = view.config();
        var needed = view.queue().map(queue -> Sentences.count(queue.jobs(), "job") + " / " + config.jobsPerPod() + " a pod = "
                + Math.ceilDiv(queue.jobs(), (long) config.jobsPerPod()) + ", from " + config.minReplicas() + " to " + config.maxReplicas() + "; ")
                .orElse("");
        return view.deployment().map(deployment -> needed + "asked for " + deployment.replicas()
                + (view.wanted() == deployment.replicas() ? "" : ", now " + view.wanted()))
                .orElseGet(() -> needed + "unknown: " + missing(Missing.Source.KUBERNETES, view.name()));
    }

    private static String pods(ExecutorView view) {
        long leaving = view.pods().stream().filter(Pod::terminating).count();
        long ready = view.pods().stream().filter(pod -> pod.ready() && !pod.terminating()).count();
        long starting = view.pods().stream().filter(pod -> !pod.ready() && pod.assigned() && !pod.terminating()).count();
        return ready + " ready, " + starting + " starting, " + (view.pods().size() - leaving - ready - starting) + " without a node, " + leaving
                + " leaving";
    }

    private String nodes(PoolView view) {
        if (view.group().isEmpty()) return "unknown: " + missing(Missing.Source.AWS, view.name());
        return view.ready() + " ready + " + view.onTheWay() + " on the way, " + view.draining() + " draining, " + view.leaving()
                + " leaving; from " + view.config().minSize() + " to " + view.config().maxSize();
    }

    private String missing(Missing.Source source, String name) {
        return tick.snapshot().missing().stream().filter(one -> one.is(source, name)).findFirst()
                .map(one -> Sentences.line(one.error())).orElse("not there");
    }

    // How it is

    String state(ExecutorView view) {
        if (view.queue().isEmpty()) return "its jobs are unknown";
        var queue = view.queue().get();
        long waiting = queue.waiting() + queue.due();
        if (waiting > 0) return Sentences.count(waiting, "job") + (waiting == 1 ? " waits" : " wait");
        int replicas = view.deployment().map(one -> one.replicas()).orElse(0);
        if (queue.running() > 0) return Sentences.count(queue.running(), "job") + " running, none waiting, " + Sentences.count(replicas, "pod");
        return replicas == 0 ? "no jobs, no pods" : "no jobs, " + Sentences.count(replicas, "pod");
    }

    String state(PoolView view) {
        if (view.group().isEmpty()) return "its group is unknown";
        if (view.onTheWay() > 0) return Sentences.count(view.onTheWay(), "node") + " on the way, " + view.ready() + " ready";
        return view.nodes().isEmpty() ? "no nodes" : Sentences.count(view.nodes().size(), "node") + " of at most " + view.config().maxSize();
    }

    String state(NodeView view) {
        if (view.leaving()) return "its instance is ending";
        return switch (view.node().cordon()) {
            case Node.Cordon.ByUs closed -> "closed by us at " + Sentences.at(closed.since()) + ", to be given back";
            case Node.Cordon.ByOthers _ -> "closed by somebody else";
            case Node.Cordon.None _ -> view.complete() ? "ready" : view.node().ready() ? "ready, " + view.waitsFor() : "not ready";
        };
    }

    String state(Pod pod, Optional<Prospect> prospect) {
        if (!pod.assigned() && pod.nominated().isEmpty()) {
            var pools = prospect.map(Prospect::coming).orElse(List.of()).stream().map(Reason.NodesComing::pool).toList();
            if (!pools.isEmpty()) return "waits for a node of pool " + String.join(" or ", pools);
        }
        return state(pod);
    }

    private static String state(Pod pod) {
        if (pod.ended()) return "has ended";
        if (pod.terminating()) return "is being deleted" + (pod.assigned() ? " on " + pod.node() : "");
        if (!pod.assigned()) return pod.nominated().isEmpty() ? "waits for a node" : "waits for node " + pod.nominated();
        return pod.ready() ? "runs on " + pod.node() : "starts on " + pod.node();
    }

    // What happens if nothing holds it up

    Next course(ExecutorView view, List<PoolView> pools, Holds holds) {
        if (holds == Holds.NOTHING) return when("when jobs come");
        if (holds == Holds.RETURN)
            return when(view.queue().map(queue -> queue.running() > 0).orElse(false) ? "when jobs end or come" : "when jobs come");
        var nodes = coming(pools);
        return nodes.isPresent()
                ? nodes.get()
                : when(view.pods().stream().anyMatch(pod -> !pod.ready() && !pod.terminating())
                        ? "when the pods are ready"
                        : "when a pod takes them");
    }

    Next course(List<PoolView> pools, Holds holds) {
        return coming(pools).orElseGet(() -> when(holds == Holds.RETURN ? "when its nodes are idle or more are needed" : "when pods need it"));
    }

    Next course(NodeView view) {
        if (view.leaving()) return when("when the instance has ended");
        return when(view.complete() ? "when it is idle" : "when it can take pods");
    }

    Next course(Pod pod, List<PoolView> pools) {
        if (pod.ended() || pod.terminating()) return when("when it is gone");
        if (pod.assigned()) return when(pod.ready() ? "when it is not needed any more" : "when it is ready");
        return coming(pools).orElseGet(() -> when("when the scheduler has placed it"));
    }

    /** Nodes that are coming, each within its pool's time after its launch. */
    private Optional<Next> coming(List<PoolView> pools) {
        var coming = pools.stream().filter(pool -> pool.onTheWay() > 0).toList();
        if (coming.isEmpty()) return Optional.empty();
        var deadline = coming.stream().flatMap(pool -> pool.booting().stream().filter(one -> one.launchedAt().isAfter(Instant.EPOCH))
                .map(one -> one.launchedAt().plusSeconds(provisionSeconds(pool)))).max(Instant::compareTo);
        var names = coming.stream().map(pool -> Sentences.count(pool.onTheWay(), "node") + " of " + pool.name()).toList();
        return Optional.of(new Next(deadline.filter(time -> time.isAfter(tick.snapshot().takenAt())),
                (deadline.isPresent() ? "at the latest, or as soon as " : "as soon as ") + String.join(" and ", names) + " can take pods"));
    }

    private int provisionSeconds(PoolView pool) {
        return PoolOptions.of(tick.config().config().scaleDown(), pool.config(), pool.group()).maxProvisionSeconds();
    }

    private static Next when(String words) {
        return new Next(Optional.empty(), words);
    }
}
