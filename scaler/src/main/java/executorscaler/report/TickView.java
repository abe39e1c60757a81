package executorscaler.report;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.plan.Completeness;
import executorscaler.plan.Completeness.Lacks;
import executorscaler.plan.Completeness.Registered;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Joining;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A tick arranged as its readers think of it: by executor and by pool, in the config's order. What was not seen is empty, never zero. */
final class TickView {
    private TickView() {}

    /**
     * One executor's chain.
     *
     * @param wanted replicas as decided in this tick: what it ordered, else what there is
     * @param pods that have not ended
     * @param pools names of the pools whose nodes its pods may use
     */
    record ExecutorView(ExecutorConfig config, Optional<Queue> queue, Optional<Executor> deployment, int wanted, List<Pod> pods, List<String> pools) {
        String name() {
            return config.name();
        }

        /** Pods that are not known to run nothing. */
        long busyPods(Queue read) {
            return pods.stream().filter(pod -> pod.assigned() && !read.busy().idle(pod.name())).count();
        }
    }

    /**
     * A node of a pool.
     *
     * @param instance empty where none matches
     * @param lacks what it still waits for if it is ready
     */
    record NodeView(Node node, Optional<Pool.Instance> instance, Lacks lacks) {
        boolean leaving() {
            return instance.map(one -> one.lifecycle() == Pool.Lifecycle.LEAVING).orElse(false);
        }

        boolean draining() {
            return !leaving() && node.cordon() instanceof Node.Cordon.ByUs;
        }

        /** Ready, with everything that it should have: what counts as complete for the plan. */
        boolean complete() {
            return node.ready() && lacks.nothing();
        }

        /** In the cluster, and not complete. */
        boolean joining() {
            return !complete() && !leaving() && !draining();
        }

        boolean usable() {
            return complete() && !leaving() && !draining();
        }

        /** What a ready node waits for, in words; empty: it is complete, or not even ready. */
        String waitsFor() {
            if (!node.ready() || lacks.nothing()) return "";
            return "still " + (lacks.devices().isEmpty()
                    ? "with taint " + Sentences.quote(lacks.taint())
                    : "without " + Sentences.quote(String.join(", ", lacks.devices())));
        }
    }

    /** A pool, its nodes, and the instances that count and have no node yet. */
    record PoolView(PoolConfig config, Optional<Pool> group, int desired, List<NodeView> nodes, List<Pool.Instance> booting) {
        String name() {
            return config.name();
        }

        /** The node of this name, if it is one of the pool's. */
        Optional<NodeView> node(String name) {
            return nodes.stream().filter(view -> view.node().name().equals(name)).findFirst();
        }

        long ready() {
            return nodes.stream().filter(NodeView::usable).count();
        }

        /** Of the instances that the group counts, those that it may not choose as victims. */
        long shielded() {
            return group.map(Pool::instances).orElse(List.of()).stream().filter(one -> one.counts() && one.protectedFromScaleIn()).count();
        }

        long draining() {
            return nodes.stream().filter(NodeView::draining).count();
        }

        /** Told to end, and still there. */
        long leaving() {
            return nodes.stream().filter(NodeView::leaving).count();
        }

        /** Ordered and not complete, however late: not launched yet, booting, or joined. */
        long onTheWay() {
            long joining = nodes.stream().filter(view -> view.joining() && view.instance().map(Pool.Instance::counts).orElse(false)).count();
            return unlaunched() + booting.size() + joining;
        }

        /** Nodes of the capacity that is desired and that no instance fills; of the least weight, where machines have weights. */
        int unlaunched() {
            return group.map(one -> Math.max(0, desired - one.filled()) / one.leastWeight()).orElse(0);
        }
    }

    static List<ExecutorView> executors(Tick tick) {
        var seen = tick.snapshot();
        var podsByOwner = new HashMap<String, Map<String, List<Pod>>>(); // of executors, by namespace and owner
        for (var config : tick.config().config().executors()) {
            podsByOwner.computeIfAbsent(config.namespace(), _ -> new HashMap<>()).put("Deployment/" + config.deployment(), new ArrayList<>());
        }
        for (var pod : seen.pods()) {
            var owners = pod.ended() ? null : podsByOwner.get(pod.namespace());
            var pods = owners == null ? null : owners.get(pod.owner());
            if (pods != null) pods.add(pod);
        }
        var views = new ArrayList<ExecutorView>();
        for (var config : tick.config().config().executors()) {
            var queue = seen.queues().stream().filter(one -> one.executor().equals(config.name())).findFirst();
            var deployment = seen.executors().stream().filter(one -> one.name().equals(config.name())).findFirst();
            int wanted = ordered(tick, config.name()).orElse(deployment.map(Executor::replicas).orElse(0));
            var pods = podsByOwner.getOrDefault(config.namespace(), Map.of()).getOrDefault("Deployment/" + config.deployment(), List.of());
            var pools = deployment.map(one -> poolsFor(one, tick.config().config().nodePools())).orElse(List.of());
            views.add(new ExecutorView(config, queue, deployment, wanted, pods, pools));
        }
        return views;
    }

    static List<PoolView> pools(Tick tick) {
        var seen = tick.snapshot();
        var byInstance = nodesByInstance(tick);
        var views = new ArrayList<PoolView>();
        for (var config : tick.config().config().nodePools()) {
            var group = seen.pools().stream().filter(one -> one.name().equals(config.name())).findFirst();
            var registered = new ArrayList<Registered>();
            var booting = new ArrayList<Pool.Instance>();
            for (var instance : group.map(Pool::instances).orElse(List.of())) {
                var node = byInstance.get(instance.id());
                if (node != null) {
                    registered.add(new Registered(node, instance));
                } else if (instance.counts()) {
                    booting.add(instance);
                }
            }
            var nodes = group.map(one -> views(tick, config, one, registered)).orElse(List.of());
            int desired = group.map(one -> Math.max(one.desired(), raised(tick, config.name()).orElse(0))).orElse(0);
            views.add(new PoolView(config, group, desired, nodes, booting));
        }
        return views;
    }

    private static List<NodeView> views(Tick tick, PoolConfig config, Pool group, List<Registered> registered) {
        int seconds = Completeness.provisionSeconds(tick.config().config(), config, Optional.of(group), registered);
        return registered.stream().map(each -> {
            var launched = each.instance().launchedAt();
            var lacks = Completeness.of(each.node(), config, new Joining.Place(group, each.instance()),
                    () -> launched.plusSeconds(seconds).isBefore(tick.snapshot().takenAt()));
            return new NodeView(each.node(), Optional.of(each.instance()), lacks);
        }).toList();
    }

    /** Nodes that belong to no instance of the config's pools, e.g. the control plane. */
    static List<Node> nodesElsewhere(Tick tick) {
        var joining = new Joining(tick.snapshot().pools());
        return tick.snapshot().nodes().stream().filter(node -> joining.placeOf(node).isEmpty()).toList();
    }

    private static Map<String, Node> nodesByInstance(Tick tick) {
        var joining = new Joining(tick.snapshot().pools());
        var found = new HashMap<String, Node>();
        for (var node : tick.snapshot().nodes()) joining.placeOf(node).ifPresent(place -> found.put(place.instance().id(), node));
        return found;
    }

    private static List<String> poolsFor(Executor executor, List<PoolConfig> pools) {
        return pools.stream().filter(pool -> pool.labels().entrySet().containsAll(executor.shape().nodeSelector().entrySet()))
                .filter(pool -> pool.taints().stream().allMatch(taint -> executor.shape().tolerations().stream()
                        .anyMatch(toleration -> toleration.key().isEmpty() || toleration.key().equals(taint.key()))))
                .map(PoolConfig::name).toList();
    }

    private static Optional<Integer> ordered(Tick tick, String executor) {
        return tick.plan().steps().stream().map(step -> step.action())
                .flatMap(action -> action instanceof Action.ScaleExecutor scale && scale.executor().equals(executor)
                        ? java.util.stream.Stream.of(scale.replicas())
                        : java.util.stream.Stream.empty())
                .findFirst();
    }

    /** What this tick raised the pool to, where the cloud accepted it. */
    private static Optional<Integer> raised(Tick tick, String pool) {
        return Optional.ofNullable(tick.memory().capacityOrders().get(pool)).map(order -> order.desired());
    }
}
