package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What we hold to be true in this tick: the snapshot, indexed, with our own unseen orders added. Everything that decides reads this and changes nothing in it. */
final class World {

    /** The node controller marks a cordoned node with it, and takes it off when the node opens. */
    static final String CORDON_TAINT = "node.kubernetes.io/unschedulable";

    private static final int ENOUGH_BOOTS = 3;

    final Config config;
    final Snapshot snapshot;
    final Memory memory;
    final Instant now;
    final Joining joining;
    // Looked up by key and never walked through, for each of 150,000 pods: hashing it is.
    private final Map<String, List<Pod>> podsByNode = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Pod>>> podsOfExecutors = new LinkedHashMap<>(); // by namespace and owner
    private final Map<String, List<Node>> nodesByPool = new LinkedHashMap<>();
    private final Map<String, Boolean> complete = new LinkedHashMap<>(); // by node name, as far as it was asked for
    private final Map<String, List<Pod>> nominatedTo = new LinkedHashMap<>(); // by node name; nodes that are there
    private final SortedMap<String, Pool> pools = new TreeMap<>();
    private final SortedMap<String, Integer> provisionSeconds = new TreeMap<>(); // by pool, as far as it was asked for
    private final Map<String, SortedSet<String>> executing = new LinkedHashMap<>(); // owners by namespace

    World(Config config, Snapshot snapshot, Memory memory) {
        this.config = config;
        this.snapshot = snapshot;
        this.memory = memory;
        this.now = snapshot.takenAt();
        this.joining = new Joining(snapshot);
        for (Pool pool : snapshot.pools()) pools.put(pool.name(), pool);
        for (var executor : snapshot.executors()) {
            podsOfExecutors.computeIfAbsent(executor.namespace(), _ -> new LinkedHashMap<>()).put(executor.owner(), new ArrayList<>());
        }
        for (Pod pod : snapshot.pods()) {
            if (pod.ended()) continue;
            if (!pod.nominated().isEmpty() && Demand.waits(pod) && isReady(pod.nominated()))
                nominatedTo.computeIfAbsent(pod.nominated(), _ -> new ArrayList<>()).add(pod);
            if (pod.assigned()) podsByNode.computeIfAbsent(pod.node(), _ -> new ArrayList<>()).add(pod);
            var ofExecutor = podsOfExecutors.getOrDefault(pod.namespace(), Collections.emptyMap()).get(pod.owner());
            if (ofExecutor != null) ofExecutor.add(pod);
        }
        for (Node node : snapshot.nodes()) {
            joining.placeOf(node).ifPresent(place -> nodesByPool.computeIfAbsent(place.pool().name(), _ -> new ArrayList<>()).add(node));
        }
        for (var executor : config.executors())
            executing.computeIfAbsent(executor.namespace(), _ -> new TreeSet<>()).add("Deployment/" + executor.deployment());
    }

    private boolean isReady(String name) {
        return snapshot.nodes().stream().anyMatch(node -> node.name().equals(name) && node.ready());
    }

    Optional<Missing> missing(Missing.Source source, String subject) {
        return snapshot.missing().stream().filter(missing -> missing.is(source, subject)).findFirst();
    }

    Optional<Queue> queue(ExecutorConfig executor) {
        return snapshot.queues().stream().filter(queue -> queue.executor().equals(executor.name())).findFirst();
    }

    Optional<Executor> executor(ExecutorConfig config) {
        return snapshot.executors().stream().filter(executor -> executor.name().equals(config.name())).findFirst();
    }

    Optional<Pool> pool(PoolConfig config) {
        return Optional.ofNullable(pools.get(config.name()));
    }

    /** Pods on the node that have not ended, its residents among them. */
    List<Pod> podsOn(Node node) {
        return podsByNode.getOrDefault(node.name(), List.of());
    }

    /** Pods that wait for the room that the scheduler is making for them on this node. */
    List<Pod> nominatedTo(Node node) {
        return nominatedTo.getOrDefault(node.name(), List.of());
    }

    /** Whether the scheduler has promised the pod a node that is there: it needs no other home. */
    boolean nominated(Pod pod) {
        return !pod.nominated().isEmpty() && nominatedTo.containsKey(pod.nominated());
    }

    /** Whether the pod buys no node, and gives way to those that do. */
    boolean expendable(PodShape shape) {
        return shape.priority() < config.priorityCutoff();
    }

    /** Pods on the node that are neither ended nor residents: what keeps it from being empty. */
    List<Pod> guestsOn(Node node) {
        return podsOn(node).stream().filter(pod -> !pod.resident()).toList();
    }

    /** The executor's pods that have not ended and are not being deleted: those that {@code spec.replicas} counts. */
    List<Pod> podsOf(Executor executor) {
        return podsOfExecutors.getOrDefault(executor.namespace(), Collections.emptyMap()).getOrDefault(executor.owner(), List.of()).stream()
                .filter(pod -> !pod.terminating()).toList();
    }

    /** Whether the pod belongs to a configured executor, and so may be running a job, even where its Deployment is gone. */
    boolean executes(Pod pod) {
        return executing.getOrDefault(pod.namespace(), Collections.emptySortedSet()).contains(pod.owner());
    }

    /** Replicas as we last ordered them where the cache has not caught up, else as the cache has them. */
    int replicas(Executor executor) {
        var order = memory.scaleOrders().get(executor.name());
        return order != null ? order.replicas() : executor.replicas();
    }

    /** Whether the executor still waits for its first deployment (rule S14); the image that says so, else empty. */
    String placeholder(Executor executor) {
        for (var image : executor.images()) {
            if (image.equals(config.placeholderImage())) return image;
            var name = image.substring(image.lastIndexOf('/') + 1);
            int end = name.indexOf('@') >= 0 ? name.indexOf('@') : name.indexOf(':');
            if ((end < 0 ? name : name.substring(0, end)).equals(config.placeholderImage())) return image;
            if (name.endsWith(":" + config.placeholderImage())) return image;
        }
        return "";
    }

    /** Desired capacity in units: the larger of what was seen and what we ordered, less instances that we ended and the reading still counts. */
    int desired(Pool pool) {
        int seen = pool.desired();
        for (var instance : pool.instances()) {
            if (instance.counts() && memory.ended().containsKey(instance.id())) seen -= instance.weight();
        }
        var order = memory.capacityOrders().get(pool.name());
        return order == null ? seen : Math.max(seen, order.desired());
    }

    /** Instances that the group counts and that we have not ended. */
    List<Pool.Instance> alive(Pool pool) {
        return pool.instances().stream().filter(instance -> instance.counts() && !memory.ended().containsKey(instance.id())).toList();
    }

    /** The narrower of the config's bounds and the group's own. */
    int min(PoolConfig config, Pool pool) {
        return Math.max(config.minSize(), pool.min());
    }

    /** See {@link #min}. */
    int max(PoolConfig config, Pool pool) {
        return Math.min(config.maxSize(), pool.max());
    }

    /** Nodes of the pool that are registered, in name order. */
    List<Node> nodes(Pool pool) {
        return Collections.unmodifiableList(nodesByPool.getOrDefault(pool.name(), List.of()));
    }

    /**
     * Ready, with every resource that its machine should bring allocatable (a GPU node without its GPUs is still on its way, rule S9), and without a taint that
     * the config does not name. A new node keeps such taints until its controllers have seen it ({@code node.kubernetes.io/not-ready} for some 100 ms, a network
     * plugin's for longer); once the pool's time is over they are the node's own.
     */
    boolean complete(Node node, PoolConfig config, Pool pool) {
        if (!node.ready()) return false;
        // A node is in one pool: its name is key enough.
        return complete.computeIfAbsent(node.name(), _ -> isComplete(node, config, pool));
    }

    private boolean isComplete(Node node, PoolConfig config, Pool pool) {
        var place = joining.placeOf(node);
        for (var device : NodeTemplate.devices(pool, place.map(each -> each.instance().type()).orElse("")).entrySet()) {
            if (node.allocatable().extended().getOrDefault(device.getKey(), 0L) < device.getValue()) return false;
        }
        var launched = place.map(each -> each.instance().launchedAt()).orElse(node.createdAt());
        return pastDeadline(config, launched)
                || node.taints().stream().allMatch(taint -> !taint.repels() || taint.key().equals(CORDON_TAINT) || declared(config, pool, taint));
    }

    private static boolean declared(PoolConfig config, Pool pool, Taint taint) {
        if (pool.setup().taints().stream().anyMatch(each -> each.key().equals(taint.key()) && each.value().equals(taint.value()))) return true;
        return config.taints().stream().anyMatch(each -> each.key().equals(taint.key()) && each.value().equals(taint.value()));
    }

    boolean pastDeadline(PoolConfig config, Instant since) {
        return since.plusSeconds(provisionSeconds(config)).isBefore(now);
    }

    /**
     * How long a launched instance may take until its node is ready: twice the longest that the pool's nodes took to register, and two minutes, once there are three
     * to learn from; never more than the config allows. Where nodes bring devices the config alone counts, as nobody notes when those became allocatable.
     */
    int provisionSeconds(PoolConfig config) {
        return provisionSeconds.computeIfAbsent(config.name(), _ -> learnt(config));
    }

    private int learnt(PoolConfig config) {
        var pool = pool(config);
        int most = PoolOptions.of(this.config.scaleDown(), config, pool).maxProvisionSeconds();
        if (pool.isEmpty() || !NodeTemplate.devices(pool.get(), "").isEmpty()) return most;
        var boots = nodes(pool.get()).stream().filter(Node::ready).flatMap(node -> joining.placeOf(node).stream()
                .map(place -> Duration.between(place.instance().launchedAt(), node.createdAt()).toSeconds())).filter(seconds -> seconds > 0).toList();
        if (boots.size() < ENOUGH_BOOTS) return most;
        return (int) Math.min(most, 2 * Collections.max(boots) + 120);
    }
}
