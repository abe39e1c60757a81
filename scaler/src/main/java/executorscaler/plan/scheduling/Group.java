package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Equal pods that need a home.
 *
 * @param namespace of the pods
 * @param labels of the pods, as far as any rule asks about them
 * @param example one of them, as a subject of a plan ({@code pod/ns/name} or {@code executor/name})
 * @param pending how many exist and have no node
 * @param coming how many will be made by this plan
 * @param onDemand for how many of all these there should be room on nodes that AWS cannot take back
 */
public record Group(PodShape shape, String namespace, SortedMap<String, String> labels, String example, int pending, int coming, int onDemand) {

    /** Pods that may all be on spot. */
    public Group(PodShape shape, String namespace, SortedMap<String, String> labels, String example, int pending, int coming) {
        this(shape, namespace, labels, example, pending, coming, 0);
    }

    public Group {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** No two groups of a plan have the same example, and to hash a shape takes long. */
    @Override
    public int hashCode() {
        return example.hashCode();
    }

    public int pods() {
        return pending + coming;
    }
}
