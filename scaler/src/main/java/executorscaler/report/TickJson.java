package executorscaler.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.report.TickHistory.Entry;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.NodeView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the page shows, as JSON. Pods that belong to their node are left out. */
public final class TickJson {
    private static final int DECISIONS = 60;
    private static final int NODES_A_POOL = 120;

    private TickJson() {}

    /** The newest tick and the last decisions; before the first tick only a headline. */
    public static String state(TickHistory history) {
        var tick = history.latest();
        var state = tick.map(one -> state(one, history.newestEventful(DECISIONS)))
                .orElseGet(() -> Json.object().put("mood", "waiting").put("headline", "Waiting for the first look at the world."));
        return Json.compact(state);
    }

    /** The last entries, folded, the newest first. */
    public static String ticks(TickHistory history, int atMost) {
        var list = Json.array();
        history.newest(atMost).forEach(entry -> list.add(entry(entry).put("jobs", entry.jobs()).put("nodes", entry.nodes())));
        var whole = Json.object();
        whole.set("ticks", list);
        return Json.compact(whole);
    }

    private static ObjectNode state(Tick tick, List<Entry> decisions) {
        var headline = Headline.of(tick);
        var state = Json.object().put("tick", tick.number()).put("now", tick.snapshot().takenAt().toString()).put("mood", headline.mood())
                .put("headline", headline.sentence());
        state.set("role", role(tick.role()));
        state.set("config", config(tick));
        state.set("sources", sources(tick));
        var executors = TickView.executors(tick);
        var pools = TickView.pools(tick);
        var executorArray = Json.array();
        executors.forEach(executor -> executorArray.add(executor(executor, pools)));
        state.set("executors", executorArray);
        var podsByNode = podsByNode(tick, executors);
        var poolArray = Json.array();
        pools.forEach(pool -> poolArray.add(pool(pool, podsByNode)));
        state.set("pools", poolArray);
        state.put("nodesElsewhere", TickView.nodesElsewhere(tick).size());
        var held = Json.array();
        for (var one : tick.plan().held()) {
            // The sentence is short and may be clipped; the facts are whole, such as what each pool says of a pod that fits none.
            held.add(Json.object().put("subject", one.subject()).put("kind", one.why().getClass().getSimpleName())
                    .put("weight", lower(Weight.of(one.why()).name())).put("why", Sentences.of(one.why()))
                    .set("reason", Json.record((Record) one.why())));
        }
        state.set("held", held);
        // What a follower would do: whoever leads does it, if it sees the same.
        if (!tick.role().writes()) state.set("planned", PlanJson.tree(tick.plan()).get("actions"));
        var decisionArray = Json.array();
        decisions.forEach(entry -> decisionArray.add(entry(entry)));
        state.set("decisions", decisionArray);
        return state;
    }

    private static ObjectNode role(Role role) {
        var object = Json.object().put("name", lower(role.getClass().getSimpleName())).put("words", Sentences.of(role));
        switch (role) {
            case Role.Alone _ -> {
                // nobody to name
            }
            case Role.Leader leader ->
                object.put("identity", leader.identity()).put("leader", leader.identity()).put("since", leader.since().toString());
            case Role.Follower follower -> object.put("identity", follower.identity()).put("leader", follower.leader());
        }
        return object;
    }

    private static ObjectNode config(Tick tick) {
        var config = Json.object().put("generation", tick.config().generation());
        var rejected = Json.array();
        tick.config().rejected().forEach(problem -> rejected.add(problem.toString()));
        config.set("rejected", rejected);
        return config;
    }

    private static ArrayNode sources(Tick tick) {
        var sources = Json.array();
        for (var source : Missing.Source.values()) {
            if (source == Missing.Source.NOTICES && !tick.config().config().notices().on()) continue;
            var missing = tick.snapshot().missing().stream().filter(one -> one.source() == source).findFirst();
            var object = Json.object().put("name", Sentences.name(source)).put("ok", missing.isEmpty());
            missing.ifPresent(one -> object.put("since", one.since().toString()).put("subject", one.subject()).put("error", one.error()));
            sources.add(object);
        }
        return sources;
    }

    private static ObjectNode executor(ExecutorView view, List<PoolView> pools) {
        var object = Json.object().put("name", view.name()).put("path", view.config().path()).put("jobsPerPod", view.config().jobsPerPod())
                .put("min", view.config().minReplicas()).put("max", view.config().maxReplicas());
        view.queue().ifPresent(queue -> object.set("queue",
                Json.object().put("waiting", queue.waiting()).put("due", queue.due()).put("running", queue.running()).put("unread", queue.unread())));
        view.deployment().ifPresent(deployment -> object.set("replicas",
                Json.object().put("wanted", view.wanted()).put("actual", deployment.replicas()).put("ready", deployment.ready())));
        var pods = Json.object().put("ready", 0).put("starting", 0).put("pending", 0).put("leaving", 0);
        view.pods().forEach(pod -> pods.put(state(pod), pods.get(state(pod)).asInt() + 1));
        if (view.config().worker().tells()) view.queue().ifPresent(queue -> pods.put("busy", view.busyPods(queue)));
        object.set("pods", pods);
        var ours = pools.stream().filter(pool -> view.pools().contains(pool.name())).toList();
        var names = Json.array();
        view.pools().forEach(names::add);
        object.set("nodes", Json.object().put("wanted", ours.stream().mapToInt(PoolView::desired).sum())
                .put("ready", ours.stream().mapToLong(PoolView::ready).sum()).put("onTheWay", ours.stream().mapToLong(PoolView::onTheWay).sum())
                .put("draining", ours.stream().mapToLong(PoolView::draining).sum()).set("pools", names));
        return object;
    }

    private static ObjectNode pool(PoolView view, Map<String, ArrayNode> podsByNode) {
        var object = Json.object().put("name", view.name()).put("min", view.config().minSize()).put("max", view.config().maxSize());
        view.group()
                .ifPresent(group -> object.put("type", String.join(", ", group.offers().stream().map(offer -> offer.type().name()).toList()))
                        .put("desired", view.desired()).put("ready", view.ready())
                        .put("onTheWay", view.onTheWay()).put("draining", view.draining()).put("leaving", view.leaving()));
        var nodes = Json.array();
        for (var node : view.nodes().subList(0, Math.min(NODES_A_POOL, view.nodes().size()))) nodes.add(node(node, podsByNode));
        object.set("nodes", nodes);
        object.put("nodesNotShown", Math.max(0, view.nodes().size() - NODES_A_POOL));
        var booting = Json.array();
        view.booting()
                .forEach(one -> booting.add(Json.object().put("id", one.id()).put("zone", one.zone()).put("since", one.launchedAt().toString())));
        object.set("booting", booting);
        return object;
    }

    private static ObjectNode node(NodeView view, Map<String, ArrayNode> podsByNode) {
        var node = view.node();
        var object = Json.object().put("name", node.name()).put("state", state(view)).put("since", node.createdAt().toString());
        if (node.cordon() instanceof Node.Cordon.ByUs cordon) object.put("closedAt", cordon.since().toString());
        view.instance().ifPresent(one -> object.put("zone", one.zone()).put("instance", one.id()));
        object.set("pods", podsByNode.getOrDefault(node.name(), Json.array()));
        return object;
    }

    /** Pods on each node, in the order of their names: executor's name (empty: somebody else's), pod's name, state. */
    private static Map<String, ArrayNode> podsByNode(Tick tick, List<ExecutorView> executors) {
        var executorOf = new HashMap<String, String>();
        executors.forEach(one -> executorOf.put(one.config().namespace() + "/Deployment/" + one.config().deployment(), one.name()));
        var byNode = new HashMap<String, ArrayNode>();
        Set<String> seen = new HashSet<>();
        for (var pod : tick.snapshot().pods()) {
            if (!pod.assigned() || pod.resident() || pod.ended() || !seen.add(pod.path())) continue;
            byNode.computeIfAbsent(pod.node(), _ -> Json.array()).add(Json.object()
                    .put("executor", executorOf.getOrDefault(pod.namespace() + "/" + pod.owner(), "")).put("name", pod.name())
                    .put("state", state(pod)));
        }
        return byNode;
    }

    private static ObjectNode entry(Entry entry) {
        var object = Json.object().put("tick", entry.number()).put("ticks", entry.ticks()).put("at", entry.from().toString()).put("until",
                entry.until().toString());
        var lines = Json.array();
        for (var line : entry.lines()) {
            lines.add(Json.object().put("kind", line.kind()).put("subject", line.subject()).put("what", line.what()).put("why", line.why())
                    .put("outcome", line.outcome()).put("result", line.result()).put("lowers", line.lowers()));
        }
        object.set("lines", lines);
        return object;
    }

    private static String state(Pod pod) {
        if (pod.terminating()) return "leaving";
        if (pod.ready()) return "ready";
        return pod.assigned() ? "starting" : "pending";
    }

    private static String state(NodeView view) {
        if (view.leaving()) return "leaving";
        if (view.draining()) return "draining";
        if (!view.node().ready()) return "joining";
        return view.node().open() ? "ready" : "closed";
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
