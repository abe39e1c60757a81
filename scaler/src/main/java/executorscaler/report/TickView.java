package executorscaler.report;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
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

    /** A node of a pool; {@code instance} is empty where none matches. */
    record NodeView(Node node, Optional<Pool.Instance> instance) {
        boolean leaving() {
            return instance.map(one -> one.lifecycle() == Pool.Lifecycle.LEAVING).orElse(false);
        }

        boolean draining() {
            return !leaving() && node.cordon() instanceof Node.Cordon.ByUs;
        }

        boolean usable() {
            return node.ready() && !leaving() && !draining();
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

        /** Ordered and not ready: not launched yet, booting, or joined without being ready. */
        long onTheWay() {
            long there = nodes.stream().filter(view -> !view.leaving() && view.node().ready()).count();
            return Math.max(0, desired - there);
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
            var nodes = new ArrayList<NodeView>();
            var booting = new ArrayList<Pool.Instance>();
            for (var instance : group.map(Pool::instances).orElse(List.of())) {
                var node = byInstance.get(instance.id());
                if (node != null) {
                    nodes.add(new NodeView(node, Optional.of(instance)));
                } else if (instance.counts()) {
                    booting.add(instance);
                }
            }
            int desired = group.map(one -> Math.max(one.desired(), raised(tick, config.name()).orElse(0))).orElse(0);
            views.add(new PoolView(config, group, desired, nodes, booting));
        }
        return views;
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
