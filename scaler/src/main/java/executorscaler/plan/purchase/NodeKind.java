package executorscaler.plan.purchase;

import executorscaler.snapshot.Resources;

/**
 * Nodes that may be had.
 *
 * @param room of one
 * @param cost of one, in whatever is to be as little as can be; 0: it is there already
 * @param most how many
 */
public record NodeKind(Resources room, double cost, int most) {
    public NodeKind {
        if (!(cost >= 0) || Double.isInfinite(cost)) throw new IllegalArgumentException("cost must be a number from 0, was " + cost);
        if (most < 0) throw new IllegalArgumentException("most must not be negative, was " + most);
    }
}
