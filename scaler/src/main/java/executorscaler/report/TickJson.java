package executorscaler.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.config.PoolConfig;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.report.TickHistory.Entry;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.NodeView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the page shows, as JSON. Pods that belong to their node are left out. */
public final class TickJson {
    private static final int DECISIONS = 60;
    /** A pool of more nodes is drawn as bars: none of them is listed. */
    static final int MOST_NODES = 500;
    /** A pool of more nodes is drawn densely: pods are counted, not listed. */
    static final int MOST_NODES_WITH_PODS = 50;
    private static final int MOST_GHOSTS = 500;

    private TickJson() {}

    /**
     * The state of a tick, in lines.
     *
     * @param body what does not change by the passing of time alone: all but the first three fields
     */
    record Made(TickPoint point, List<String> body) {
        /** The whole, which starts with three lines that every tick changes. */
        List<String> lines() {
            var lines = new ArrayList<String>(body.size() + 3);
            lines.add("{\"tick\":" + point.tick() + ",");
            lines.add("\"now\":\"" + point.at() + "\",");
            lines.add("\"point\":" + Json.compact(point.json()) + ",");
            lines.addAll(body);
            return lines;
        }

        /** The same at a later tick in which nothing had changed. */
        Made at(Tick tick) {
            return new Made(point.at(tick.number(), tick.snapshot().takenAt()), body);
        }
    }

    /** Before the first tick. */
    static List<String> nothingYet() {
        return Json.lines(Json.object().put("mood", "waiting").put("headline", "Waiting for the first look at the world."));
    }

    /** The state as of this tick. */
    static Made made(Tick tick, TickHistory history, Boots boots) {
        var executors = TickView.executors(tick);
        var pools = TickView.pools(tick);
        boots.seen(tick, pools);
        var decisions = history.newestEventful(DECISIONS).stream().filter(entry -> entry.number() <= tick.number()).toList();
        var now = decisions.stream().filter(entry -> entry.until().equals(tick.snapshot().takenAt())).findFirst().map(Entry::lines).orElse(List.of());
        var lines = new ArrayList<>(Json.lines(body(tick, executors, pools, decisions, boots)));
        lines.set(0, lines.getFirst().substring(1)); // the brace stands before the number of the tick
        return new Made(TickPoint.of(tick, executors, pools, now), List.copyOf(lines));
    }

    /** A state in sentences: its headline, then one for each executor and each pool. */
    static List<String> sentences(String state) {
        var whole = Json.read(state);
        var sentences = new ArrayList<String>();
        sentences.add(whole.path("headline").asText());
        for (var one : whole.path("executors")) {
            var queue = one.path("queue");
            var replicas = one.path("replicas");
            var jobs = queue.isMissingNode()
                    ? "its queue cannot be read"
                    : queue.path("waiting").asLong() + queue.path("due").asLong() + " jobs wait and "
                            + queue.path("running").asLong() + " run";
            var pods = replicas.isMissingNode()
                    ? "its pods cannot be read"
                    : one.path("pods").path("ready").asLong() + " of "
                            + Sentences.count(replicas.path("wanted").asLong(), "pod") + " ready";
            sentences.add("Executor " + one.path("name").asText() + ": " + jobs + "; " + pods + ".");
        }
        for (var one : whole.path("pools")) {
            sentences.add("Pool " + one.path("name").asText() + ": " + (one.has("desired")
                    ? one.path("ready").asLong() + " of "
                            + Sentences.count(one.path("desired").asLong(), "node") + " ready, " + one.path("onTheWay").asLong() + " on the way."
                    : "cannot be read."));
        }
        return sentences;
    }

    /** The last entries, folded, the newest first. */
    public static String ticks(TickHistory history, int atMost) {
        var list = Json.array();
        history.newest(atMost).forEach(entry -> list.add(entry(entry).put("jobs", entry.jobs()).put("nodes", entry.nodes())));
        var whole = Json.object();
        whole.set("ticks", list);
        return Json.compact(whole);
    }

    private static ObjectNode body(Tick tick, List<ExecutorView> executors, List<PoolView> pools, List<Entry> decisions, Boots boots) {
        var headline = Headline.of(tick);
        var state = Json.object().put("mood", headline.mood()).put("headline", headline.sentence());
        state.set("role", role(tick.role()));
        state.set("config", config(tick));
        state.set("sources", sources(tick));
        var executorArray = Json.array();
        executors.forEach(executor -> executorArray.add(executor(executor, pools)));
        state.set("executors", executorArray);
        var work = new NodeWork(tick, executors);
        var poolArray = Json.array();
        pools.forEach(pool -> poolArray.add(pool(pool, work, boots)));
        state.set("pools", poolArray);
        Spending.perHour(pools).ifPresent(dollars -> dollars(state, dollars));
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

    /** The config in force, every path with its value, and what was not accepted. */
    public static String config(TickHistory history) {
        var whole = Json.object();
        var tick = history.latest();
        if (tick.isPresent()) {
            whole.setAll(config(tick.get()));
            whole.put("since", tick.get().config().since().toString());
            var values = Json.object();
            ConfigText.values(tick.get().config().config()).forEach(values::put);
            whole.set("values", values);
        }
        return Json.compact(whole);
    }

    private static ObjectNode config(Tick tick) {
        var config = Json.object().put("generation", tick.config().generation())
                .put("intervalMillis", tick.config().config().control().intervalMillis());
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
            var object = Json.object().put("name", Sentences.name(source)).put("key", lower(source.name())).put("ok", missing.isEmpty());
            missing.ifPresent(one -> object.put("since", one.since().toString()).put("subject", one.subject()).put("error", one.error()));
            sources.add(object);
        }
        return sources;
    }

    private static ObjectNode executor(ExecutorView view, List<PoolView> pools) {
        var object = Json.object().put("name", view.name()).put("path", view.config().path()).put("jobsPerPod", view.config().jobsPerPod())
                .put("min", view.config().minReplicas()).put("max", view.config().maxReplicas());
        view.queue().ifPresent(queue -> {
            var jobs = object.putObject("queue").put("waiting", queue.waiting()).put("due", queue.due()).put("running", queue.running())
                    .put("unread", queue.unread());
            queue.oldestDue().ifPresent(since -> jobs.put("oldestDue", since.toString()));
        });
        view.deployment().ifPresent(deployment -> object.set("replicas",
                Json.object().put("wanted", view.wanted()).put("actual", deployment.replicas()).put("ready", deployment.ready())));
        var pods = Json.object().put("ready", 0).put("starting", 0).put("pending", 0).put("leaving", 0);
        view.pods().forEach(pod -> pods.put(NodeWork.state(pod), pods.get(NodeWork.state(pod)).asInt() + 1));
        if (view.config().worker().tells()) view.queue().ifPresent(queue -> pods.put("busy", view.busyPods(queue)));
        object.set("pods", pods);
        object.put("slots", Chain.slots(view));
        var ours = pools.stream().filter(pool -> view.pools().contains(pool.name())).toList();
        var names = Json.array();
        view.pools().forEach(names::add);
        object.set("nodes", Json.object().put("wanted", ours.stream().mapToInt(PoolView::desired).sum())
                .put("ready", ours.stream().mapToLong(PoolView::ready).sum()).put("onTheWay", ours.stream().mapToLong(PoolView::onTheWay).sum())
                .put("draining", ours.stream().mapToLong(PoolView::draining).sum()).set("pools", names));
        var chain = Chain.of(view, ours);
        if (!chain.link().isEmpty()) object.set("heldUp", Json.object().put("link", chain.link()).put("how", chain.how()));
        view.deployment().map(Executor::pause).filter(pause -> pause.kind() != Pause.Kind.NONE).ifPresent(pause -> object.put("byHand",
                lower(pause.kind().name())));
        return object;
    }

    private static ObjectNode pool(PoolView view, NodeWork work, Boots boots) {
        var object = Json.object().put("name", view.name()).put("min", view.config().minSize()).put("max", view.config().maxSize())
                .put("capacity", lower(view.config().capacityType().name()).replace('_', '-'));
        view.group()
                .ifPresent(group -> object.put("type", String.join(", ", group.offers().stream().map(offer -> offer.type().name()).toList()))
                        .put("desired", view.desired()).put("ready", view.ready())
                        .put("onTheWay", view.onTheWay()).put("draining", view.draining()).put("leaving", view.leaving()));
        Spending.perHour(view).ifPresent(dollars -> dollars(object, dollars));
        boots.typical(view.name()).ifPresent(typical -> object.set("boot", Json.object().put("p50", typical.p50()).put("p90", typical.p90())));
        object.put("deadline", view.config().maxProvisionSeconds().orElse(PoolConfig.DEFAULT_MAX_PROVISION_SECONDS));
        var nodes = Json.array();
        boolean listed = view.nodes().size() <= MOST_NODES;
        boolean pods = view.nodes().size() <= MOST_NODES_WITH_PODS;
        if (listed) view.nodes().forEach(node -> nodes.add(node(node, work, pods)));
        object.set("nodes", nodes);
        object.put("nodesNotShown", listed ? 0 : view.nodes().size());
        var booting = Json.array();
        view.booting().stream().limit(MOST_GHOSTS)
                .forEach(one -> booting.add(Json.object().put("id", one.id()).put("zone", one.zone()).put("since", one.launchedAt().toString())));
        object.set("booting", booting);
        object.put("ordered", view.unlaunched());
        return object;
    }

    private static ObjectNode node(NodeView view, NodeWork work, boolean pods) {
        var node = view.node();
        var object = Json.object().put("name", node.name()).put("state", lower(NodeState.of(view).name())).put("since", node.createdAt().toString());
        if (node.cordon() instanceof Node.Cordon.ByUs cordon) object.put("closedAt", cordon.since().toString());
        if (!view.waitsFor().isEmpty()) object.put("waitsFor", view.waitsFor());
        view.instance().ifPresent(one -> object.put("zone", one.zone()).put("instance", one.id()).put("type", one.type()));
        object.set("slots", work.slots(node.name()));
        object.put("others", work.others(node.name()));
        if (pods) object.set("pods", work.pods(node.name()));
        return object;
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

    /** To a hundredth of a cent, and written as a browser would write it. */
    private static void dollars(ObjectNode object, double perHour) {
        long parts = Math.round(perHour * 10_000);
        if (parts % 10_000 == 0) object.put("dollarsPerHour", parts / 10_000);
        else
            object.put("dollarsPerHour", parts / 10_000.0);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
