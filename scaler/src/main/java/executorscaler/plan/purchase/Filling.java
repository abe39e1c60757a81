package executorscaler.plan.purchase;

import java.util.List;

/**
 * Nodes of one kind, each filled with the same pods.
 *
 * @param node index of the kind of node
 * @param pods how many of each kind of pod go on one
 * @param times how many such nodes
 */
public record Filling(int node, List<Integer> pods, int times) {
    public Filling {
        pods = List.copyOf(pods);
    }
}
