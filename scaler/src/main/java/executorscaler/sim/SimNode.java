package executorscaler.sim;

import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/** A node of the simulated cluster. */
final class SimNode {
    /** On every node from its registration until the node controller has seen it ready. */
    private static final Taint NOT_READY = new Taint("node.kubernetes.io/not-ready", "", Taint.Effect.NO_SCHEDULE);

    /** On every closed node. */
    private static final Taint UNSCHEDULABLE = new Taint("node.kubernetes.io/unschedulable", "", Taint.Effect.NO_SCHEDULE);

    final String name;
    final String uid;
    final String providerId;
    final String ip;
    final SortedMap<String, String> labels;
    final List<Taint> taints;
    final Instant createdAt;
    final Set<SimPod> pods = new LinkedHashSet<>();
    Resources allocatable;
    Resources room;
    boolean ready;
    Instant unreadySince; // MAX while it is ready
    String instance = ""; // as the scaler has written it
    boolean silent; // its kubelet says nothing, and its pods run on
    boolean starting; // until its controllers have taken the start-up taint off
    Node.Cordon cordon = new Node.Cordon.None();
    List<Announced> announced = List.of();

    SimNode(String name, String uid, String providerId, String ip, SortedMap<String, String> labels, List<Taint> taints, Resources allocatable,
            Instant createdAt) {
        this.name = name;
        this.uid = uid;
        this.providerId = providerId;
        this.ip = ip;
        this.labels = labels;
        this.taints = taints;
        this.allocatable = allocatable;
        this.room = allocatable;
        this.createdAt = createdAt;
        this.unreadySince = createdAt;
    }

    void add(SimPod pod) {
        pods.add(pod);
        room = room.minus(pod.shape.requests());
    }

    void remove(SimPod pod) {
        if (pods.remove(pod)) room = room.plus(pod.shape.requests());
    }

    /** Replaces what the node offers, e.g. when a device plugin has registered its accelerators. */
    void offer(Resources resources) {
        room = room.plus(resources).minus(allocatable);
        allocatable = resources;
    }

    /** Whether the scheduler would place such a pod here now. */
    boolean takes(PodShape shape) {
        return ready && !starting && cordon instanceof Node.Cordon.None && suits(shape) && shape.requests().fitsIn(room);
    }

    /** Whether labels and taints let such a pod run here at all. */
    boolean suits(PodShape shape) {
        for (var wanted : shape.nodeSelector().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) return false;
        }
        if (!shape.nodeTerms().isEmpty() && shape.nodeTerms().stream().noneMatch(term -> term.matches(labels))) return false;
        return taints.stream().allMatch(taint -> !taint.repels() || shape.tolerations().stream().anyMatch(toleration -> toleration.tolerates(taint)));
    }

    /** The free share of CPU and of memory, 0 to 2: the scheduler prefers the node with most. */
    double free() {
        return share(room.cpuMillis(), allocatable.cpuMillis()) + share(room.memoryBytes(), allocatable.memoryBytes());
    }

    Node record() {
        var shown = new ArrayList<>(taints);
        if (starting) shown.add(NOT_READY);
        if (!(cordon instanceof Node.Cordon.None)) shown.add(UNSCHEDULABLE);
        return new Node(name, uid, providerId, ip, name, labels, shown, allocatable, ready, cordon, createdAt, unreadySince, "",
                instance, announced);
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : (double) part / whole;
    }
}
