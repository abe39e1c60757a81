package executorscaler.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Kubernetes node.
 *
 * @param providerId as the node says it: {@code aws:///us-east-1a/i-...} on EKS, {@code k3s://name} on K3s, or empty
 * @param internalIp address of type InternalIP, or empty
 * @param privateDns address of type InternalDNS, else Hostname, else the node's name
 * @param allocatable what pods may request in all
 * @param ready condition Ready
 * @param unreadySince when that condition ceased to hold, by its own word; {@link Instant#MAX}: it holds, or nobody knows
 * @param staysFor why it may not be taken away, even empty, in words; empty: it may
 * @param instance id of the instance that it is, by an annotation of ours; empty: we have not written it
 * @param announced what AWS has announced about its instance, as our annotation keeps it, one of a kind
 */
public record Node(String name, String uid, String providerId, String internalIp, String privateDns, SortedMap<String, String> labels,
        List<Taint> taints,
        Resources allocatable, boolean ready, Cordon cordon, Instant createdAt, Instant unreadySince, String staysFor,
        String instance, List<Announced> announced) {

    /** A node about which AWS has announced nothing. */
    public Node(String name, String uid, String providerId, String internalIp, String privateDns, SortedMap<String, String> labels,
            List<Taint> taints, Resources allocatable, boolean ready, Cordon cordon, Instant createdAt, Instant unreadySince, String staysFor,
            String instance) {
        this(name, uid, providerId, internalIp, privateDns, labels, taints, allocatable, ready, cordon, createdAt, unreadySince, staysFor,
                instance, List.of());
    }

    /** A node of which nobody knows since when it is not ready, if it is not, and which may be taken away. */
    public Node(String name, String uid, String providerId, String internalIp, String privateDns, SortedMap<String, String> labels,
            List<Taint> taints, Resources allocatable, boolean ready, Cordon cordon, Instant createdAt) {
        this(name, uid, providerId, internalIp, privateDns, labels, taints, allocatable, ready, cordon, createdAt, Instant.MAX, "");
    }

    /** A node on which we have not written which instance it is. */
    public Node(String name, String uid, String providerId, String internalIp, String privateDns, SortedMap<String, String> labels,
            List<Taint> taints, Resources allocatable, boolean ready, Cordon cordon, Instant createdAt, Instant unreadySince, String staysFor) {
        this(name, uid, providerId, internalIp, privateDns, labels, taints, allocatable, ready, cordon, createdAt, unreadySince, staysFor, "");
    }

    /** Whether, and by whom, the node is closed for new pods. */
    public sealed interface Cordon {
        /** Open. */
        record None() implements Cordon {}

        /** Closed by this service at the time that its annotation on the node says. */
        record ByUs(Instant since) implements Cordon {}

        /** Closed by somebody else: theirs to open. */
        record ByOthers() implements Cordon {}
    }

    public Node {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        taints = List.copyOf(taints);
        announced = List.copyOf(announced);
    }

    public boolean open() {
        return cordon instanceof Cordon.None;
    }
}
