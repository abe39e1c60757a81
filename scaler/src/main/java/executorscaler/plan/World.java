package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Joining;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What we hold to be true in this tick: the snapshot, indexed, with our own unseen orders added. Everything that decides reads this and changes nothing in it. */
final class World {

    /** The node controller marks a cordoned node with it, and takes it off when the node opens. */
    static final String CORDON_TAINT = "node.kubernetes.io/unschedulable";

    final Config config;
    final Snapshot snapshot;
    final Memory memory;
    final Instant now;
    final Moment moment;
    private final Map<String, Host> hosts; // by node name, in that order
    private final Map<String, Host> hostsByInstance; // by instance id
    private final Map<String, List<Host>> hostsByPool = new LinkedHashMap<>();
    private final List<Node> strangers = new ArrayList<>();
    private final Map<String, Map<String, List<Pod>>> podsOfExecutors = new LinkedHashMap<>(); // by namespace and owner
    private final List<Pod> waiting = new ArrayList<>();
    private final Set<Pod> promised = Collections.newSetFromMap(new IdentityHashMap<>()); // of those that wait
    private final Set<PodShape> social = Collections.newSetFromMap(new IdentityHashMap<>());
    private final SortedMap<String, Pool> pools = new TreeMap<>();
    final Departures departures;
    private final SortedMap<String, Integer> provisionSeconds = new TreeMap<>(); // by pool, as far as it was asked for
    private final Map<String, SortedSet<String>> executing = new LinkedHashMap<>(); // owners by namespace

    World(Config config, Snapshot snapshot, Memory memory) {
        this.config = config;
        this.snapshot = snapshot;
        this.memory = memory;
        this.now = snapshot.takenAt();
        this.moment = new Moment(now);
        hosts = LinkedHashMap.newLinkedHashMap(snapshot.nodes().size());
        hostsByInstance = LinkedHashMap.newLinkedHashMap(snapshot.nodes().size());
        for (Pool pool : snapshot.pools()) pools.put(pool.name(), pool);
        for (var executor : snapshot.executors()) {
            podsOfExecutors.computeIfAbsent(executor.namespace(), _ -> new LinkedHashMap<>()).put(executor.owner(), new ArrayList<>());
        }
        for (var executor : config.executors())
            executing.computeIfAbsent(executor.namespace(), _ -> new TreeSet<>()).add("Deployment/" + executor.deployment());
        addHosts();
        addPods();
        departures = new Departures(this);
        for (Pod pod : waiting) {
            if (!pod.nominated().isEmpty()) promise(pod);
        }
    }

    private void addHosts() {
        var configs = new TreeMap<String, PoolConfig>();
        for (var pool : config.nodePools()) configs.put(pool.name(), pool);
        var joining = new Joining(snapshot.pools());
        for (Node node : snapshot.nodes()) {
            var place = joining.placeOf(node);
            var host = new Host(node, place.orElse(null), place.map(each -> configs.get(each.pool().name())).orElse(null));
            hosts.put(node.name(), host);
            if (place.isEmpty()) {
                strangers.add(node);
            } else {
                hostsByInstance.put(place.get().instance().id(), host);
                hostsByPool.computeIfAbsent(place.get().pool().name(), _ -> new ArrayList<>()).add(host);
            }
        }
    }

    /** Pods come sorted by namespace: what belongs to one is looked up once for all of them. */
    private void addPods() {
        var namespace = "";
        Map<String, List<Pod>> owners = Collections.emptyMap();
        var executing = Collections.<String>emptySortedSet();
        for (Pod pod : snapshot.pods()) {
            if (pod.ended()) continue;
            if (pod.shape().rules().social()) social.add(pod.shape());
            if (!pod.namespace().equals(namespace)) {
                namespace = pod.namespace();
                executing = this.executing.getOrDefault(namespace, Collections.emptySortedSet());
                owners = podsOfExecutors.getOrDefault(namespace, Collections.emptyMap());
            }
            if (pod.assigned()) {
                var host = hosts.get(pod.node());
                if (host != null) host.add(pod, !executing.isEmpty() && executing.contains(pod.owner()), expendable(pod.shape()));
            } else if (Demand.waits(pod)) {
                waiting.add(pod);
            }
            if (owners.isEmpty()) continue;
            var ofExecutor = owners.get(pod.owner());
            if (ofExecutor != null) ofExecutor.add(pod);
        }
    }

    /** A node that is nominated keeps room for the pod: while it is coming up, and afterwards as long as the pod would still go on it. */
    private void promise(Pod pod) {
        var host = hosts.get(pod.nominated());
        if (host == null || departures.takesNothing(host)) return;
        boolean kept = host.node().ready() && host.keepsRoomFor(pod);
        if (!kept && !isComing(host)) return;
        host.nominate(pod);
        promised.add(pod);
    }

    /** Whether the node has registered, is open and not complete yet, and still has time to become so. */
    boolean isComing(Host host) {
        var place = host.place();
        var pool = host.config();
        return place.isPresent() && pool.isPresent() && host.node().open() && !departures.leaves(host) && isAlive(place.get().instance())
                && !host.complete(this)
                && !pastDeadline(pool.get(), place.get().instance().launchedAt());
    }

    /** Whether the instance, which is alive, is still to become a complete node, and has time to. */
    boolean isComing(PoolConfig config, Pool.Instance instance) {
        return hostOf(instance).map(this::isComing)
                .orElseGet(() -> !departures.leaves(instance) && !pastDeadline(config, instance.launchedAt()));
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

    /** All nodes, in name order. */
    Collection<Host> hosts() {
        return Collections.unmodifiableCollection(hosts.values());
    }

    /** Nodes of the pool that are registered, in name order. */
    List<Host> hosts(Pool pool) {
        return Collections.unmodifiableList(hostsByPool.getOrDefault(pool.name(), List.of()));
    }

    /** The node of that name. */
    Optional<Host> host(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    /** The node that this instance is. */
    Optional<Host> hostOf(Pool.Instance instance) {
        return Optional.ofNullable(hostsByInstance.get(instance.id()));
    }

    /** The instance of that id, of whichever pool that was read. */
    Optional<Pool.Instance> instance(String id) {
        return pools.values().stream().flatMap(pool -> pool.instances().stream()).filter(instance -> instance.id().equals(id)).findFirst();
    }

    /** Nodes that match no instance of any configured pool. */
    List<Node> strangers() {
        return Collections.unmodifiableList(strangers);
    }

    /** Pods without a node that are free to be given one, in the snapshot's order. */
    List<Pod> waiting() {
        return Collections.unmodifiableList(waiting);
    }

    /** The shapes of pods that ask something of the pods around them; in no order. */
    Set<PodShape> social() {
        return Collections.unmodifiableSet(social);
    }

    /** Whether room is kept for the pod, which waits, on a node that is there: it needs no other home. */
    boolean nominated(Pod pod) {
        return promised.contains(pod);
    }

    /** Whether the pod buys no node, and gives way to those that do. */
    boolean expendable(PodShape shape) {
        return shape.priority() < config.priorityCutoff();
    }

    /** The executor's pods that have not ended and are not being deleted: those that {@code spec.replicas} counts. */
    List<Pod> podsOf(Executor executor) {
        return podsOfExecutors.getOrDefault(executor.namespace(), Collections.emptyMap()).getOrDefault(executor.owner(), List.of()).stream()
                .filter(pod -> !pod.terminating()).toList();
    }

    /** The executor's pods that are being deleted and still have their room. */
    List<Pod> leaving(Executor executor) {
        return podsOfExecutors.getOrDefault(executor.namespace(), Collections.emptyMap()).getOrDefault(executor.owner(), List.of()).stream()
                .filter(pod -> pod.terminating() && pod.assigned()).toList();
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

    /** Whether its group counts the instance, and we have not ended it. */
    boolean isAlive(Pool.Instance instance) {
        return instance.counts() && !memory.ended().containsKey(instance.id());
    }

    /** Instances that the group counts and that we have not ended. */
    List<Pool.Instance> alive(Pool pool) {
        return pool.instances().stream().filter(this::isAlive).toList();
    }

    /** The narrower of the config's bounds and the group's own. */
    int min(PoolConfig config, Pool pool) {
        return Math.max(config.minSize(), pool.min());
    }

    /** See {@link #min}. */
    int max(PoolConfig config, Pool pool) {
        return Math.min(config.maxSize(), pool.max());
    }

    /** Ready, and lacks nothing, see {@link Completeness#of}. */
    boolean isComplete(Node node, PoolConfig config, Joining.Place place) {
        return node.ready() && Completeness.of(node, config, place, () -> pastDeadline(config, place.instance().launchedAt())).nothing();
    }

    boolean pastDeadline(PoolConfig config, Instant since) {
        return moment.past(since.plusSeconds(provisionSeconds(config)));
    }

    /** How long a launched instance may take until its node is ready, see {@link Completeness#provisionSeconds}. */
    int provisionSeconds(PoolConfig config) {
        return provisionSeconds.computeIfAbsent(config.name(), _ -> {
            var pool = pool(config);
            var nodes = pool.map(this::hosts).orElse(List.of()).stream()
                    .map(host -> new Completeness.Registered(host.node(), host.place().orElseThrow().instance())).toList();
            return Completeness.provisionSeconds(this.config, config, pool, nodes);
        });
    }
}
