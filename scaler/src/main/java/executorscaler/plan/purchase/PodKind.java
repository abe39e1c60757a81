package executorscaler.plan.purchase;

import executorscaler.snapshot.Resources;
import java.util.List;

/**
 * Pods that want the same and may go to the same nodes.
 *
 * @param requests of one
 * @param pods how many
 * @param nodes indexes of the kinds of node that take them, ascending
 */
public record PodKind(Resources requests, int pods, List<Integer> nodes) {
    public PodKind {
        if (pods < 0) throw new IllegalArgumentException("pods must not be negative, was " + pods);
        nodes = List.copyOf(nodes);
    }
}
