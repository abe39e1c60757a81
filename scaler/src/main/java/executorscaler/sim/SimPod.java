package executorscaler.sim;

import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A pod of the simulated cluster. Whoever changes a field through a method makes the next read see it. */
final class SimPod {
    /**
     * A job that runs in the pod.
     *
     * @param admitted since when its worker's lease counts it; MAX: it never does
     * @param lapsed when that lease ends without being renewed
     */
    record Work(Jobs.Job job, Instant began, Instant admitted, Instant lapsed) {}

    final String namespace;
    final String name;
    final String uid;
    final String owner;
    final String executor; // empty: not a pod of an executor
    final PodShape shape;
    final SortedMap<String, String> labels;
    final boolean resident;
    final Instant createdAt;
    final List<Work> running = new ArrayList<>();
    private Pod.Phase phase = Pod.Phase.PENDING;
    private String node = "";
    private boolean ready;
    private boolean terminating;
    private String unschedulable = "";
    private String nominated = "";
    private Instant readyAt = Instant.MAX;
    private int deletionCost;
    private int graceSeconds = Pod.DEFAULT_GRACE_SECONDS;
    private boolean drains;
    private String unpulled = "";
    private Optional<Pod> seen = Optional.empty();

    SimPod(String namespace, String name, String uid, String owner, String executor, PodShape shape, SortedMap<String, String> labels,
            boolean resident,
            Instant createdAt) {
        this.namespace = namespace;
        this.name = name;
        this.uid = uid;
        this.owner = owner;
        this.executor = executor;
        this.shape = shape;
        this.labels = labels;
        this.resident = resident;
        this.createdAt = createdAt;
    }

    /** Its worker ends its jobs after SIGTERM, for which it has so long. */
    void drains(int seconds) {
        drains = true;
        graceSeconds = seconds;
        seen = Optional.empty();
    }

    boolean drains() {
        return drains;
    }

    int graceSeconds() {
        return graceSeconds;
    }

    /** The image that its node could not pull; empty: none. */
    void unpulled(String image) {
        if (image.equals(unpulled)) return;
        unpulled = image;
        seen = Optional.empty();
    }

    void deletionCost(int cost) {
        deletionCost = cost;
        seen = Optional.empty();
    }

    int deletionCost() {
        return deletionCost;
    }

    void assign(String toNode) {
        node = toNode;
        unschedulable = "";
        nominated = "";
        seen = Optional.empty();
    }

    void unschedulable(String message) {
        if (message.equals(unschedulable)) return;
        unschedulable = message;
        seen = Optional.empty();
    }

    void nominate(String toNode) {
        nominated = toNode;
        seen = Optional.empty();
    }

    String nominated() {
        return nominated;
    }

    void start(Instant now) {
        phase = Pod.Phase.RUNNING;
        ready = true;
        readyAt = now;
        seen = Optional.empty();
    }

    void notReady() {
        ready = false;
        seen = Optional.empty();
    }

    void terminate() {
        terminating = true;
        seen = Optional.empty();
    }

    boolean active() {
        return !terminating;
    }

    boolean canWork() {
        return ready && !terminating;
    }

    boolean ready() {
        return ready;
    }

    boolean terminating() {
        return terminating;
    }

    String node() {
        return node;
    }

    Pod.Phase phase() {
        return phase;
    }

    Instant readyAt() {
        return readyAt;
    }

    String path() {
        return namespace + "/" + name;
    }

    /** The pod as readers see it; equal while nothing changed, so that snapshots share it. */
    Pod record() {
        var pod = seen
                .orElseGet(
                        () -> new Pod(namespace, name, uid, owner, shape, labels, phase, node, nominated, ready, terminating, false, resident,
                                unschedulable,
                                createdAt, List.of(), deletionCost, graceSeconds,
                                owner.isEmpty() && !resident ? Pod.NO_CONTROLLER : "", unpulled));
        seen = Optional.of(pod);
        return pod;
    }
}
