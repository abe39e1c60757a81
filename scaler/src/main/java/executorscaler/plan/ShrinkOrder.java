package executorscaler.plan;

import executorscaler.snapshot.Pod;
import java.util.Comparator;
import java.util.List;

/**
 * Which pods a ReplicaSet that shrinks takes first: those without a node, then pending and unknown ones, then those that are not ready, then those of the lowest
 * deletion cost (Kubernetes documentation, "ReplicaSet", "Scaling a ReplicaSet"). What it goes by after that (neighbours, ages, restarts) nobody should rely on:
 * pods that are equal so far count as if any of them could be the next.
 */
public final class ShrinkOrder {

    private static final Comparator<Pod> FIRST_TO_GO = Comparator.comparing(Pod::assigned).thenComparingInt(ShrinkOrder::phase)
            .thenComparing(Pod::ready).thenComparingInt(Pod::deletionCost);

    private ShrinkOrder() {}

    /** The pods of which some may be among the first {@code count} that go, in that order. All are of one ReplicaSet, none is ended or being deleted. */
    public static List<Pod> mayGo(List<Pod> pods, int count) {
        if (count <= 0) return List.of();
        var sorted = sorted(pods);
        if (count >= sorted.size()) return sorted;
        var last = sorted.get(count - 1);
        return sorted.stream().filter(pod -> FIRST_TO_GO.compare(pod, last) <= 0).toList();
    }

    /** The first to go first; among equals by name. */
    static List<Pod> sorted(List<Pod> pods) {
        return pods.stream().sorted(FIRST_TO_GO.thenComparing(Pod::name)).toList();
    }

    /** Whether nothing but the deletion cost can make it go before others. */
    static boolean settled(Pod pod) {
        return pod.assigned() && pod.phase() == Pod.Phase.RUNNING && pod.ready();
    }

    private static int phase(Pod pod) {
        return switch (pod.phase()) {
            case PENDING -> 0;
            case UNKNOWN -> 1;
            case RUNNING, SUCCEEDED, FAILED -> 2;
        };
    }
}
