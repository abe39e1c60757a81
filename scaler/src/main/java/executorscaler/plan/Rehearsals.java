package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import executorscaler.plan.scheduling.Rehearsal;
import executorscaler.plan.scheduling.Surroundings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Tries a purchase on a rehearsal of the scheduler, in several orders of the pods. Nodes that nobody uses in any of them are not bought. Pods that some order
 * leaves without a node are said to be so, and not counted as placed. No node is bought for them on the word of a rehearsal: to be safe in every order would
 * cost a sixth more (docs/benchmarks.md), and the next tick buys for those that really wait.
 */
final class Rehearsals {

    private static final int SHUFFLES = 3;

    /** Pods times nodes of one rehearsal; beyond it what the scheduler leaves over is seen in the next tick, and bought then. */
    private static final long LARGEST = 50_000;

    private final Homes homes;
    private final Supplier<Surroundings> fresh;
    private final List<List<Group>> orders = new ArrayList<>();
    private final int pods;

    /** Of a purchase for these groups; {@code fresh} are the surroundings before any of their pods is placed. */
    Rehearsals(Homes homes, List<Group> groups, Supplier<Surroundings> fresh) {
        this.homes = homes;
        this.fresh = fresh;
        var counted = new LinkedHashMap<Group, Integer>();
        groups.stream().sorted(Packing.LARGEST_FIRST).forEach(group -> counted.put(group, group.pods()));
        for (var left : homes.homeless()) counted.merge(left.group(), -left.pods(), Integer::sum);
        counted.values().removeIf(count -> count == 0);
        pods = counted.values().stream().mapToInt(Integer::intValue).sum();
        // Equal pods may stand in any order.
        if (counted.size() < 2 || tooLarge()) return;
        var largestFirst = new ArrayList<Group>();
        counted.forEach((group, count) -> largestFirst.addAll(Collections.nCopies(count, group)));
        orders.add(largestFirst);
        orders.add(largestFirst.reversed());
        for (int i = 1; i <= SHUFFLES; i++) orders.add(shuffled(largestFirst, i));
    }

    private boolean tooLarge() {
        return (long) pods * homes.packing().bins().size() > LARGEST;
    }

    /** The same as any other shuffle, and the same in every run. */
    private static List<Group> shuffled(List<Group> pods, int which) {
        var shuffled = new ArrayList<>(pods);
        long state = 0x9E3779B97F4A7C15L * which;
        for (int i = shuffled.size() - 1; i > 0; i--) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            Collections.swap(shuffled, i, (int) Long.remainderUnsigned(state >>> 17, i + 1));
        }
        return shuffled;
    }

    /**
     * Gives back what nobody uses.
     *
     * @return by group, how many pods the worst of the orders leaves without a node
     */
    Map<Group, Integer> mend() {
        if (orders.isEmpty()) return Collections.emptyMap();
        var missing = missing(bins());
        if (homes.bought() > 0) giveBack(missing);
        return missing;
    }

    private List<Bin> bins() {
        return homes.packing().bins().stream().filter(bin -> bin.kind() != Bin.Kind.CLOSED_BY_US || bin.placed() > 0).toList();
    }

    private static List<Bin> unfilled(List<Bin> bins) {
        return bins.stream().map(Bin::unfilled).toList();
    }

    /** By group, the most pods that any order leaves without a node. */
    private Map<Group, Integer> missing(List<Bin> bins) {
        var missing = new LinkedHashMap<Group, Integer>();
        for (var order : orders) Rehearsal.play(order, unfilled(bins), fresh.get()).forEach((group, count) -> missing.merge(group, count, Math::max));
        return missing;
    }

    private void giveBack(Map<Group, Integer> missing) {
        var bins = bins();
        SortedMap<String, Integer> unused = null;
        for (var order : orders) {
            var played = unfilled(bins);
            Rehearsal.play(order, played, fresh.get());
            var here = new TreeMap<String, Integer>();
            for (Bin bin : played) {
                if (bin.kind() == Bin.Kind.NEW && bin.placed() == 0) here.merge(bin.pool(), 1, Integer::sum);
            }
            if (unused == null) unused = here;
            unused.keySet().retainAll(here.keySet());
            unused.replaceAll((pool, nodes) -> Math.min(nodes, here.getOrDefault(pool, 0)));
        }
        if (unused == null || unused.isEmpty()) return;
        // The last ones that were bought: nobody can say which of several alike comes up where.
        var left = new TreeMap<>(unused);
        var kept = new ArrayList<Bin>();
        for (Bin bin : bins.reversed()) {
            boolean goes = bin.kind() == Bin.Kind.NEW && left.getOrDefault(bin.pool(), 0) > 0;
            if (goes) left.merge(bin.pool(), -1, Integer::sum);
            else
                kept.addFirst(bin);
        }
        // Pods that wait for other pods do so with these nodes or without.
        boolean spared = missing(kept).entrySet().stream()
                .allMatch(each -> homes.particular(each.getKey()) && each.getValue() <= missing.getOrDefault(each.getKey(), 0));
        if (spared) homes.giveBack(unused);
    }
}
