package executorscaler.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pod, as little of it as decisions need.
 *
 * @param owner the controller as {@code Kind/name}; a ReplicaSet of a Deployment is named as {@code Deployment/name}; empty: no controller
 * @param node the node's name, empty while unassigned
 * @param nominated the node that the scheduler is making room on for it, empty: none
 * @param ready condition Ready
 * @param terminating has a deletion timestamp
 * @param gated held back by scheduling gates
 * @param resident belongs to its node (daemonset or static pod) and goes with it
 * @param unschedulable the scheduler's message where it found no node, else empty
 * @param claims names of the PersistentVolumeClaims that it mounts; what they demand is in its shape
 * @param deletionCost annotation {@code controller.kubernetes.io/pod-deletion-cost}: of pods that are equal to its ReplicaSet otherwise, the lowest go first; 0: none
 * @param graceSeconds how long after SIGTERM it may run on ({@code terminationGracePeriodSeconds})
 * @param staysFor why it may not be evicted, whatever the budgets say, in words; empty: it may. Adapters share one instance between equal texts
 * @param unpulled the image that its node could not pull, empty: none. Adapters share one instance between equal texts
 */
public record Pod(String namespace, String name, String uid, String owner, PodShape shape, SortedMap<String, String> labels, Phase phase, String node,
        String nominated, boolean ready, boolean terminating, boolean gated, boolean resident, String unschedulable, Instant createdAt,
        List<String> claims, int deletionCost, int graceSeconds, String staysFor, String unpulled) {

    /** {@link #staysFor} of a pod that nothing makes again. */
    public static final String NO_CONTROLLER = "nothing would make it again: it has no controller";

    /** The API's default of {@link #graceSeconds}. */
    public static final int DEFAULT_GRACE_SECONDS = 30;

    /** The API's pod phases. */
    public enum Phase { PENDING, RUNNING, SUCCEEDED, FAILED, UNKNOWN }

    public Pod {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        claims = List.copyOf(claims);
    }

    /** A pod whose images are there, or have not been asked for yet. */
    public Pod(String namespace, String name, String uid, String owner, PodShape shape, SortedMap<String, String> labels, Phase phase, String node,
            String nominated, boolean ready, boolean terminating, boolean gated, boolean resident, String unschedulable, Instant createdAt,
            List<String> claims, int deletionCost, int graceSeconds, String staysFor) {
        this(namespace, name, uid, owner, shape, labels, phase, node, nominated, ready, terminating, gated, resident, unschedulable, createdAt,
                claims, deletionCost, graceSeconds, staysFor, "");
    }

    /** A pod without a deletion cost, with the default grace period. */
    public Pod(String namespace, String name, String uid, String owner, PodShape shape, SortedMap<String, String> labels, Phase phase, String node,
            String nominated, boolean ready, boolean terminating, boolean gated, boolean resident, String unschedulable, Instant createdAt,
            List<String> claims, String staysFor) {
        this(namespace, name, uid, owner, shape, labels, phase, node, nominated, ready, terminating, gated, resident, unschedulable, createdAt,
                claims, 0, DEFAULT_GRACE_SECONDS, staysFor);
    }

    /** A pod without claims, which stays only if it has no controller. */
    public Pod(String namespace, String name, String uid, String owner, PodShape shape, SortedMap<String, String> labels, Phase phase, String node,
            String nominated, boolean ready, boolean terminating, boolean gated, boolean resident, String unschedulable, Instant createdAt) {
        this(namespace, name, uid, owner, shape, labels, phase, node, nominated, ready, terminating, gated, resident, unschedulable, createdAt,
                List.of(), owner.isEmpty() && !resident ? NO_CONTROLLER : "");
    }

    /** The same pod with another shape. */
    public Pod shaped(PodShape other) {
        return new Pod(namespace, name, uid, owner, other, labels, phase, node, nominated, ready, terminating, gated, resident, unschedulable,
                createdAt, claims, deletionCost, graceSeconds, staysFor, unpulled);
    }

    /** Ended pods hold no room and need none. */
    public boolean ended() {
        return phase == Phase.SUCCEEDED || phase == Phase.FAILED;
    }

    public boolean assigned() {
        return !node.isEmpty();
    }

    /** {@code namespace/name} */
    public String path() {
        return namespace + "/" + name;
    }
}
