package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Snapshot;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes that are closed, opened, emptied and ended, and the pods on them. */
final class NodeRules {
    private final Evidence evidence;
    private final NoticeRules notices;
    private final Config config;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Plan plan;
    private final Findings findings;

    NodeRules(Evidence evidence, NoticeRules notices, Findings findings) {
        this.evidence = evidence;
        this.notices = notices;
        this.config = evidence.config;
        this.snapshot = evidence.snapshot;
        this.memory = evidence.memory;
        this.plan = evidence.plan;
        this.findings = findings;
    }

    void cordon(Plan.Step step, Action.Cordon cordon) {
        var node = ours(step, cordon.node(), cordon.uid());
        if (node.isEmpty()) return;
        if (!(node.get().cordon() instanceof Node.Cordon.None)) findings.add("S6", step, "the node is not open");
        notices.keepOff(step, node.get());
        saysNo(step, node.get());
        var lifetime = evidence.poolConfig(evidence.poolOf(cordon.node())).map(pool -> pool.scaleDown().minNodeLifetimeSeconds()
                .orElse(config.scaleDown().minNodeLifetimeSeconds())).orElse(0);
        if (node.get().ready() && node.get().createdAt().isAfter(snapshot.takenAt().minusSeconds(lifetime)))
            findings.add("S7", step, "the node is younger than " + lifetime + " s and may be needed again");
    }

    /** Whoever owns the node has the last word. */
    private void saysNo(Plan.Step step, Node node) {
        if (!node.staysFor().isEmpty()) findings.add("S6", step, "the node stays: " + node.staysFor());
    }

    void uncordon(Plan.Step step, Action.Uncordon uncordon) {
        var node = ours(step, uncordon.node(), uncordon.uid());
        if (node.isPresent() && !(node.get().cordon() instanceof Node.Cordon.ByUs)) findings.add("S6", step, "the node was not closed by us");
        node.ifPresent(each -> notices.keepOff(step, each));
    }

    void evict(Plan.Step step, Action.Evict evict) {
        var pod = evidence.evicted(evict.uid()).stream().findFirst();
        if (pod.isEmpty() || !pod.get().node().equals(evict.node())) {
            findings.add("S5", step, "no such pod on " + evict.node());
            return;
        }
        if (evidence.executorOf(pod.get()).isPresent()) notices.evictExecutor(step, pod.get());
        if (!pod.get().staysFor().isEmpty()) findings.add("S5", step, "the pod stays: " + pod.get().staysFor());
        var node = evidence.node(evict.node());
        if (node.isEmpty() || !(node.get().cordon() instanceof Node.Cordon.ByUs)) findings.add("S4", step, "its node was not closed by us");
    }

    void nominate(Plan.Step step, Action.Nominate nominate) {
        var node = evidence.node(nominate.node());
        if (node.isEmpty() || evidence.poolOf(nominate.node()).isEmpty()) {
            findings.add("S6", step, "not a node of a configured pool");
        } else if (node.get().cordon() instanceof Node.Cordon.ByOthers) {
            findings.add("S6", step, "the node is closed by others");
        } else {
            notices.keepOff(step, node.get());
        }
    }

    void terminate(Plan.Step step, Action.Terminate terminate) {
        var node = ours(step, terminate.node(), terminate.uid());
        if (node.isEmpty()) return;
        if (!(node.get().cordon() instanceof Node.Cordon.ByUs closed) || !closed.since().isBefore(snapshot.takenAt())) {
            findings.add("S4", step, "the node was not closed by us before this snapshot");
        }
        notices.keepOff(step, node.get());
        saysNo(step, node.get());
        for (Pod pod : evidence.podsOn(terminate.node())) {
            if (!pod.resident() && !pod.ended()) findings.add("S4", step, pod.path() + " is on the node");
        }
        var listed = evidence.listed(terminate.instanceId()).stream()
                .filter(each -> each.pool().name().equals(terminate.pool()))
                .map(Evidence.Listed::instance).findFirst();
        if (listed.isEmpty()) {
            findings.add("S6", step, terminate.instanceId() + " is not an instance of " + terminate.pool());
        } else if (!Evidence.belongs(node.get(), listed.get())) {
            findings.add("S8", step, "node and " + terminate.instanceId() + " are not the same machine by provider id or address");
        }
        if (memory.ended().containsKey(terminate.instanceId()))
            findings.add("S16", step, "it was ended at " + memory.ended().get(terminate.instanceId()));
    }

    void terminateUnjoined(Plan.Step step, Action.TerminateUnjoined terminate) {
        var listed = evidence.listed(terminate.instanceId()).stream()
                .filter(each -> each.pool().name().equals(terminate.pool()))
                .map(Evidence.Listed::instance).findFirst();
        if (listed.isEmpty()) {
            findings.add("S6", step, terminate.instanceId() + " is not an instance of " + terminate.pool());
            return;
        }
        if (listed.get().privateIp().isEmpty() && listed.get().privateDns().isEmpty())
            findings.add("S8", step, "its addresses are not known, a node of it could be here");
        for (Node node : snapshot.nodes()) {
            if (Evidence.belongs(node, listed.get())) findings.add("S8", step, "node " + node.name() + " is this instance");
            if (!node.createdAt().isAfter(listed.get().launchedAt())) continue;
            boolean known = evidence.candidates(node).stream().anyMatch(each -> Evidence.belongs(node, each.instance()));
            if (!known) findings.add("S8", step, "node " + node.name() + " matches no instance and may be this one");
        }
    }

    void budgetsAreSpentOnce() {
        var spent = new TreeMap<String, Integer>();
        for (Plan.Step step : plan.steps()) {
            if (!(step.action() instanceof Action.Evict evict)) continue;
            for (Pod pod : evidence.evicted(evict.uid())) {
                for (var budget : snapshot.budgets()) {
                    if (!budget.covers(pod)) continue;
                    int used = spent.merge(budget.namespace() + "/" + budget.name(), 1, Integer::sum);
                    if (used > budget.disruptionsAllowed())
                        findings.add("S5", step, "budget " + budget.name() + " allows " + budget.disruptionsAllowed());
                }
            }
        }
    }

    private Optional<Node> ours(Plan.Step step, String name, String uid) {
        var node = evidence.node(name).filter(each -> each.uid().equals(uid));
        if (node.isEmpty()) {
            findings.add("S6", step, "no such node");
        } else if (evidence.poolOf(name).isEmpty()) {
            findings.add("S6", step, "the node is in no configured pool");
            return Optional.empty();
        }
        return node;
    }
}
