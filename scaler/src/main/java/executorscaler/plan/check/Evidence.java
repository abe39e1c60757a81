package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the rules hold a plan against: config, snapshot and memory, and of the snapshot what the plan's steps name, by a reading of its own. */
final class Evidence {
    private static final String UNJOINED = "*"; // no node is called so

    final Config config;
    final Snapshot snapshot;
    final Memory memory;
    final Plan plan;
    private final Map<String, Node> nodes = new LinkedHashMap<>(); // by name
    private final Map<String, List<Listed>> byId = new LinkedHashMap<>();
    private final Map<String, List<Listed>> byAddress = new LinkedHashMap<>();
    private final Map<String, List<Listed>> byDnsName = new LinkedHashMap<>();
    private final Map<String, List<Node>> nodesByInstance = new LinkedHashMap<>(); // once somebody has asked
    private final Map<String, List<Pod>> podsOnEnding = new LinkedHashMap<>(); // by node, for the nodes that the plan ends
    private final Map<String, List<Pod>> evicted = new LinkedHashMap<>(); // by uid, for the pods that the plan evicts
    private final Map<String, Map<String, ExecutorConfig>> executors = new LinkedHashMap<>(); // by namespace and owner
    private final Map<String, Map<String, List<Pod>>> workers = new LinkedHashMap<>(); // by namespace and owner, once somebody has asked

    /** An instance and the pool that lists it. */
    record Listed(Pool pool, Pool.Instance instance) {}

    Evidence(Config config, Snapshot snapshot, Memory memory, Plan plan) {
        this.config = config;
        this.snapshot = snapshot;
        this.memory = memory;
        this.plan = plan;
        for (ExecutorConfig executor : config.executors()) {
            executors.computeIfAbsent(executor.namespace(), _ -> new LinkedHashMap<>()).put("Deployment/" + executor.deployment(), executor);
        }
        for (Plan.Step step : plan.steps()) {
            if (step.action() instanceof Action.Terminate terminate) podsOnEnding.put(terminate.node(), new ArrayList<>());
            if (step.action() instanceof Action.CompleteHook complete) podsOnEnding.put(complete.node(), new ArrayList<>());
            if (step.action() instanceof Action.Evict evict) evicted.put(evict.uid(), new ArrayList<>());
        }
        var asked = new TreeSet<String>();
        for (Plan.Step step : plan.steps()) asked.add(nodeOf(step.action()));
        if (asked.stream().allMatch(String::isEmpty)) return; // to look everything up costs a walk through the whole snapshot
        for (Node node : snapshot.nodes()) {
            if (asked.contains(node.name())) nodes.putIfAbsent(node.name(), node);
        }
        for (Pool pool : snapshot.pools()) {
            for (var instance : pool.instances()) list(new Listed(pool, instance));
        }
        if (podsOnEnding.isEmpty() && evicted.isEmpty()) return;
        for (Pod pod : snapshot.pods()) {
            var onEnding = podsOnEnding.get(pod.node());
            if (onEnding != null) onEnding.add(pod);
            var evictee = evicted.get(pod.uid());
            if (evictee != null) evictee.add(pod);
        }
    }

    /** A node that a step names. */
    Optional<Node> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** The instances of this id: more than one where two pools list it. */
    List<Listed> listed(String instanceId) {
        return byId.getOrDefault(instanceId, List.of());
    }

    /** All pods on a node that the plan ends. */
    List<Pod> podsOn(String endingNode) {
        return podsOnEnding.getOrDefault(endingNode, List.of());
    }

    /** The pods of this uid that the plan evicts. */
    List<Pod> evicted(String uid) {
        return evicted.getOrDefault(uid, List.of());
    }

    /** The node that the step is about; empty: none. */
    private static String nodeOf(Action action) {
        return switch (action) {
            case Action.Cordon cordon -> cordon.node();
            case Action.Uncordon uncordon -> uncordon.node();
            case Action.Evict evict -> evict.node();
            case Action.Nominate nominate -> nominate.node();
            case Action.Terminate terminate -> terminate.node();
            case Action.Announce announce -> announce.node();
            case Action.CompleteHook complete -> complete.node();
            case Action.MarkNode mark -> mark.node();
            case Action.DeleteNode delete -> delete.node();
            case Action.TerminateUnjoined _,Action.Acknowledge _,Action.ExtendHook _,Action.Protect _,Action.Unprotect _ -> UNJOINED;
            case Action.ScaleExecutor _,Action.SetDeletionCost _,Action.RaiseCapacity _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.ResumeTerminate _ ->
                "";
        };
    }

    private void list(Listed listed) {
        var instance = listed.instance();
        byId.computeIfAbsent(instance.id(), _ -> new ArrayList<>(1)).add(listed);
        if (!instance.privateIp().isEmpty()) byAddress.computeIfAbsent(instance.privateIp(), _ -> new ArrayList<>(1)).add(listed);
        if (!instance.privateDns().isEmpty()) byDnsName.computeIfAbsent(instance.privateDns(), _ -> new ArrayList<>(1)).add(listed);
    }

    /** The instances that the node may be, by any name; {@link #belongs} says which are. */
    List<Listed> candidates(Node node) {
        var id = node.providerId();
        if (id.startsWith("aws:")) return byId.getOrDefault(id.substring(id.lastIndexOf('/') + 1), List.of());
        var found = new ArrayList<>(byAddress.getOrDefault(node.internalIp(), List.of()));
        found.addAll(byDnsName.getOrDefault(node.privateDns(), List.of()));
        found.addAll(byDnsName.getOrDefault(node.name(), List.of()));
        return found;
    }

    /** The executor that a pod belongs to. */
    Optional<ExecutorConfig> executorOf(Pod pod) {
        var owners = executors.get(pod.namespace());
        return owners == null ? Optional.empty() : Optional.ofNullable(owners.get(pod.owner()));
    }

    /** Neither ended nor on their way out. */
    List<Pod> workersOf(Executor seen) {
        if (workers.isEmpty()) findWorkers();
        return workers.getOrDefault(seen.namespace(), Collections.emptyMap()).getOrDefault("Deployment/" + seen.deployment(), List.of());
    }

    /** In one walk: there may be hundreds of executors, and a hundred thousand pods. */
    private void findWorkers() {
        for (Executor executor : snapshot.executors()) {
            workers.computeIfAbsent(executor.namespace(), _ -> new LinkedHashMap<>()).put("Deployment/" + executor.deployment(), new ArrayList<>());
        }
        for (Pod pod : snapshot.pods()) {
            var owners = workers.get(pod.namespace());
            var of = owners == null ? null : owners.get(pod.owner());
            if (of != null && !pod.terminating() && !pod.ended()) of.add(pod);
        }
    }

    String poolOf(String nodeName) {
        var node = nodes.get(nodeName);
        if (node == null) return "";
        var names = new TreeSet<String>();
        for (var each : candidates(node)) {
            if (belongs(node, each.instance()) && poolConfig(each.pool().name()).isPresent()) names.add(each.pool().name());
        }
        return names.isEmpty() ? "" : names.first(); // the snapshot's pools are sorted by name
    }

    /** The instance that a node is; empty: none. */
    Optional<Pool.Instance> instanceOf(Node node) {
        return candidates(node).stream().map(Listed::instance).filter(instance -> belongs(node, instance)).findFirst();
    }

    /** The nodes that an instance is: more than one where addresses mislead. */
    List<Node> nodesOf(String instanceId) {
        if (nodesByInstance.isEmpty()) {
            for (Node node : snapshot.nodes()) {
                for (Listed each : candidates(node)) {
                    var of = nodesByInstance.computeIfAbsent(each.instance().id(), _ -> new ArrayList<>(1));
                    if (belongs(node, each.instance()) && !of.contains(node)) of.add(node);
                }
            }
        }
        return nodesByInstance.getOrDefault(instanceId, List.of());
    }

    static boolean belongs(Node node, Pool.Instance instance) {
        if (node.providerId().startsWith("aws:")) return node.providerId().endsWith("/" + instance.id());
        if (!instance.privateIp().isEmpty() && instance.privateIp().equals(node.internalIp())) return true;
        return !instance.privateDns().isEmpty() && (instance.privateDns().equals(node.privateDns()) || instance.privateDns().equals(node.name()));
    }

    Optional<PoolConfig> poolConfig(String name) {
        return config.nodePools().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    Optional<Pool> pool(String name) {
        return snapshot.pools().stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
