package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.NodeView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes from the look that found work until the pods that are for it are ready, stage by stage, as the ticks show it. A raise of replicas begins when
 * the plan asks for it first; the pods that come next are its pods. Every time is counted from that look, by the clock of this service. What is there already
 * when a process begins, or while it may not write, is nobody's.
 */
final class StartTimes {

    /** How far work has come, in the order in which it goes. */
    enum Stage {
        /** Everything was read. */
        READ,
        /** The plan was made. */
        DECIDED,
        /** The API server took the replicas, and AWS the capacity that was ordered with them. */
        ACCEPTED,
        /** The pod's instance, where it is a new one, is in service. */
        BOOTED,
        /** Its node, where it is a new one, is in the cluster. */
        REGISTERED,
        /** The pod has a node. */
        SCHEDULED,
        /** The pod is ready. */
        READY
    }

    /** A stage that was reached, so long after the look. */
    record Reached(String executor, Stage stage, Duration after) {}

    /** So many pods were ordered, and have not been seen yet. */
    private record Order(Instant found, int pods) {}

    /** A pod that is not ready yet. */
    private record Coming(Instant found, boolean scheduled) {}

    private static final class Work {
        private Optional<Instant> found = Optional.empty(); // a raise that was not accepted yet
        private final Deque<Order> orders = new ArrayDeque<>();
        private final Map<String, Coming> coming = new HashMap<>(); // by uid
        private List<Pod> before = List.of(); // all its pods, as of the last look at the whole cluster

        private boolean isAwaited() { return !orders.isEmpty() || !coming.isEmpty(); }
    }

    private final Map<String, Work> byExecutor = new HashMap<>();
    private Map<String, Instant> joined = Map.of(); // by node uid, when first seen
    private Map<String, Instant> inService = Map.of(); // by instance id, when first seen so
    private final List<Reached> reached = new ArrayList<>();

    /** What was reached since the last tick. */
    List<Reached> ticked(Tick tick, List<ExecutorView> executors, List<PoolView> pools) {
        reached.clear();
        boolean clusterSeen = seen(tick, Missing.Source.KUBERNETES);
        if (clusterSeen) joined = joined(tick);
        if (seen(tick, Missing.Source.AWS)) inService = inService(tick);
        byExecutor.keySet().retainAll(executors.stream().map(ExecutorView::name).toList());
        boolean expecting = byExecutor.values().stream().anyMatch(Work::isAwaited);
        var nodes = expecting ? nodes(pools) : Map.<String, NodeView>of();
        for (var executor : executors) {
            var work = byExecutor.computeIfAbsent(executor.name(), _ -> new Work());
            if (clusterSeen) pods(tick, executor, work, nodes);
            orders(tick, executor.name(), work);
        }
        return List.copyOf(reached);
    }

    private void pods(Tick tick, ExecutorView executor, Work work, Map<String, NodeView> nodes) {
        if (work.isAwaited()) {
            var before = work.orders.isEmpty() ? Set.<String>of() : uids(work.before);
            for (var pod : executor.pods()) {
                if (!work.orders.isEmpty() && !before.contains(pod.uid()))
                    work.coming.put(pod.uid(), new Coming(expected(work), false));
                follow(tick, executor.name(), work, pod, nodes);
            }
            work.coming.keySet().retainAll(uids(executor.pods()));
        }
        work.before = executor.pods();
    }

    private void follow(Tick tick, String executor, Work work, Pod pod, Map<String, NodeView> nodes) {
        var coming = work.coming.get(pod.uid());
        if (coming == null) return;
        if (pod.assigned() && !coming.scheduled()) {
            scheduled(tick, executor, nodes.get(pod.node()), coming.found());
            work.coming.put(pod.uid(), new Coming(coming.found(), true));
        }
        if (!pod.ready()) return;
        reached(executor, Stage.READY, coming.found(), tick.snapshot().takenAt());
        work.coming.remove(pod.uid());
    }

    private static Set<String> uids(List<Pod> pods) {
        var uids = HashSet.<String>newHashSet(pods.size());
        for (var pod : pods) uids.add(pod.uid());
        return uids;
    }

    /** @param view its node; null: of no pool */
    private void scheduled(Tick tick, String executor, @Nullable NodeView view, Instant found) {
        if (view != null) {
            view.instance().map(instance -> inService.get(instance.id())).filter(at -> at.isAfter(found))
                    .ifPresent(at -> reached(executor, Stage.BOOTED, found, at));
            var registered = joined.get(view.node().uid());
            if (registered != null && registered.isAfter(found)) reached(executor, Stage.REGISTERED, found, registered);
        }
        reached(executor, Stage.SCHEDULED, found, tick.snapshot().takenAt());
    }

    private static Map<String, NodeView> nodes(List<PoolView> pools) {
        var byName = new HashMap<String, NodeView>();
        for (var pool : pools) pool.nodes().forEach(view -> byName.put(view.node().name(), view));
        return byName;
    }

    /** When the work was found that the next pod is for. */
    private static Instant expected(Work work) {
        var order = work.orders.removeFirst();
        if (order.pods() > 1) work.orders.addFirst(new Order(order.found(), order.pods() - 1));
        return order.found();
    }

    /** After the pods: what this tick ordered is not among those that it saw. */
    private void orders(Tick tick, String executor, Work work) {
        var looked = tick.snapshot().takenAt();
        var took = tick.durations();
        boolean raises = false;
        for (var done : tick.performed()) {
            if (!(done.step().action() instanceof Action.ScaleExecutor scale) || !scale.executor().equals(executor)) continue;
            boolean accepted = done.outcome() instanceof Outcome.Done;
            if (scale.lowers()) {
                if (accepted) work.orders.clear(); // what was ordered and has not come will not come
                continue;
            }
            raises = true;
            if (work.found.isEmpty()) {
                work.found = Optional.of(looked);
                reached(executor, Stage.READ, looked, looked.plus(took.observe()));
                reached(executor, Stage.DECIDED, looked, looked.plus(took.observe()).plus(took.decide()));
            }
            if (!accepted) continue;
            var found = work.found.get();
            reached(executor, Stage.ACCEPTED, found, looked.plus(took.observe()).plus(took.decide()).plus(took.act()));
            work.orders.addLast(new Order(found, scale.replicas() - scale.expected()));
            work.found = Optional.empty();
        }
        if (!raises) work.found = Optional.empty();
    }

    private void reached(String executor, Stage stage, Instant found, Instant at) {
        var after = Duration.between(found, at);
        reached.add(new Reached(executor, stage, after.isNegative() ? Duration.ZERO : after)); // the clock may have been set back
    }

    private Map<String, Instant> joined(Tick tick) {
        var now = new HashMap<String, Instant>();
        for (var node : tick.snapshot().nodes()) now.put(node.uid(), joined.getOrDefault(node.uid(), tick.snapshot().takenAt()));
        return now;
    }

    private Map<String, Instant> inService(Tick tick) {
        var now = new HashMap<String, Instant>();
        for (var pool : tick.snapshot().pools()) {
            for (var instance : pool.instances()) {
                if (instance.lifecycle() == Pool.Lifecycle.IN_SERVICE)
                    now.put(instance.id(), inService.getOrDefault(instance.id(), tick.snapshot().takenAt()));
            }
        }
        return now;
    }

    private static boolean seen(Tick tick, Missing.Source source) {
        return tick.snapshot().missing().stream().noneMatch(one -> one.source() == source);
    }
}
