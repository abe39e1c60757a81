package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is done to instances and Node objects beside their number: who is protected, which node is which instance, and which Node objects go. */
final class InstanceRules {
    private static final int MOST = 50;
    private static final Duration UNSURE = Duration.ofMinutes(5);

    private final Evidence evidence;
    private final Config config;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Plan plan;
    private final Findings findings;
    private Optional<Set<String>> executing = Optional.empty(); // names of nodes, once somebody has asked

    InstanceRules(Evidence evidence, Findings findings) {
        this.evidence = evidence;
        this.config = evidence.config;
        this.snapshot = evidence.snapshot;
        this.memory = evidence.memory;
        this.plan = evidence.plan;
        this.findings = findings;
    }

    /** Nodes with executors' pods. */
    private Set<String> executing() {
        if (executing.isPresent()) return executing.get();
        var names = new LinkedHashSet<String>();
        for (Pod pod : snapshot.pods()) {
            if (!pod.ended() && evidence.executorOf(pod).isPresent()) names.add(pod.node());
        }
        executing = Optional.of(names);
        return names;
    }

    void protect(Plan.Step step, Action.Protect protect) {
        var pool = managed(step, protect.pool(), protect.group(), protect.instances());
        if (pool.isEmpty()) return;
        for (var id : protect.instances()) {
            var on = evidence.nodesOf(id);
            if (on.stream().noneMatch(node -> executing().contains(node.name()))) findings.add("S6", step, "no executor's pod is on " + id);
        }
    }

    void unprotect(Plan.Step step, Action.Unprotect unprotect) {
        var pool = managed(step, unprotect.pool(), unprotect.group(), unprotect.instances());
        if (pool.isEmpty()) return;
        for (var id : unprotect.instances()) {
            var on = evidence.nodesOf(id);
            boolean closed = on.stream().anyMatch(node -> node.cordon() instanceof Node.Cordon.ByUs ours
                    && ours.since().isBefore(snapshot.takenAt()));
            if (!closed) findings.add("S4", step, "the node of " + id + " was not closed by us before this snapshot");
            if (on.stream().anyMatch(node -> executing().contains(node.name()))) findings.add("S3", step, "a pod on " + id + " may be running a job");
            if (memory.ended().containsKey(id)) findings.add("S16", step, id + " was ended at " + memory.ended().get(id));
            if (plan.steps().stream().anyMatch(each -> each.action() instanceof Action.Terminate end && end.instanceId().equals(id)))
                findings.add("S4", step, id + " is ended by the same plan");
        }
    }

    /** The pool, if what is protected there may be changed, and by one call. */
    private Optional<Pool> managed(Plan.Step step, String name, String group, List<String> ids) {
        var pool = snapshot.pools().stream().filter(each -> each.name().equals(name) && each.group().equals(group)).findFirst()
                .filter(each -> config.nodePools().stream().anyMatch(named -> named.name().equals(each.name())));
        if (pool.isEmpty()) {
            findings.add("S6", step, "not a configured pool that was read");
            return pool;
        }
        if (!config.scaleInProtection()) findings.add("S6", step, "scaleInProtection is off");
        if (pool.get().setup().protectsNew()) findings.add("S6", step, "the group protects its new instances itself");
        if (ids.isEmpty() || ids.size() > MOST) findings.add("S6", step, ids.size() + " instances in one call");
        for (var id : ids) {
            if (evidence.listed(id).stream()
                    .noneMatch(each -> each.pool().name().equals(name) && each.instance().lifecycle() == Pool.Lifecycle.IN_SERVICE))
                findings.add("S6", step, id + " is not in service in " + name);
        }
        return pool;
    }

    void mark(Plan.Step step, Action.MarkNode mark) {
        var node = node(step, mark.node(), mark.uid());
        if (node.isEmpty()) return;
        var listed = evidence.listed(mark.instanceId());
        boolean is = listed.stream()
                .anyMatch(each -> evidence.poolConfig(each.pool().name()).isPresent() && Evidence.belongs(node.get(), each.instance()));
        if (!is) findings.add("S8", step, "nothing says that the node is " + mark.instanceId());
        boolean younger = listed.stream().anyMatch(each -> each.instance().launchedAt().isBefore(node.get().createdAt()));
        if (!node.get().ready() && !(younger && node.get().instance().isEmpty()))
            findings.add("S8", step, "the node is not ready: it may be what another instance has left");
    }

    void delete(Plan.Step step, Action.DeleteNode delete) {
        if (!config.deleteNodes()) findings.add("S6", step, "deleteNodes is off");
        var found = node(step, delete.node(), delete.uid());
        if (found.isEmpty()) return;
        var node = found.get();
        if (!node.instance().equals(delete.instanceId())) findings.add("S8", step, "the node was never told that it is " + delete.instanceId());
        if (node.ready()) findings.add("S4", step, "the node is ready");
        if (node.cordon() instanceof Node.Cordon.ByOthers) findings.add("S6", step, "the node is closed by others");
        if (node.createdAt().plus(UNSURE).isAfter(snapshot.takenAt())) findings.add("S8", step, "the node is so young that EC2 may not know it yet");
        for (Pool pool : snapshot.pools()) {
            for (var instance : pool.instances()) {
                if (instance.id().equals(delete.instanceId())) findings.add("S8", step, pool.name() + " lists " + instance.id());
                if (Evidence.belongs(node, instance)) findings.add("S8", step, "the node is " + instance.id() + " of " + pool.name());
            }
        }
    }

    private Optional<Node> node(Plan.Step step, String name, String uid) {
        var node = evidence.node(name).filter(each -> each.uid().equals(uid));
        if (node.isEmpty()) findings.add("S6", step, "no such node");
        return node;
    }

}
