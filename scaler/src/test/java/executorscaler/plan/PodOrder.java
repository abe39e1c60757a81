package executorscaler.plan;

import executorscaler.plan.scheduling.Packing;
import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * In which order pods are made, which is the order in which the scheduler takes them. The planner packs the largest first and fills one node after the other;
 * the scheduler takes what comes and prefers the emptiest node. So it may break up the room that a larger pod was counted into, and the later that one comes
 * the more often.
 *
 * <p>What was measured is in docs/testing.md. The limits leave room for what two runs of the same seeds differ by. No limit of 0 would hold: the scheduler forgets a
 * nomination with every try that fails.
 */
enum PodOrder {
    RANDOM(3, 3), LARGEST_FIRST(3, 1), SMALLEST_FIRST(20, 10);

    /** So many of a hundred pods that the plan counted may be left pending by the first plan; the next tick buys for them. */
    final int pendingPercent;

    /** So many of a hundred nodes that were bought may be left empty; {@link Verdict} says which of the empty ones are not counted. */
    final int emptyPercent;

    PodOrder(int pendingPercent, int emptyPercent) {
        this.pendingPercent = pendingPercent;
        this.emptyPercent = emptyPercent;
    }

    /** The pods in this order; equally large ones in an order drawn by {@code chance}. */
    List<Pod> of(List<Pod> pods, Chance chance) {
        var sorted = new ArrayList<>(pods);
        chance.shuffle(sorted);
        var bySize = Comparator.comparingDouble((Pod pod) -> Packing.size(pod.shape().requests()));
        switch (this) {
            case RANDOM -> {
            }
            case LARGEST_FIRST -> sorted.sort(bySize.reversed());
            case SMALLEST_FIRST -> sorted.sort(bySize);
        }
        return sorted;
    }
}
