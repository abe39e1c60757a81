package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import executorscaler.plan.scheduling.Rehearsal;
import executorscaler.plan.scheduling.Surroundings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Tries a purchase on a rehearsal of the scheduler, in several orders of the pods. Pods that are left without a node in any of them get another one, and nodes that
 * nobody uses in all of them are not bought. Where the plan buys nothing, nothing more is bought on the word of a rehearsal.
 */
final class Rehearsals {

    private static final int ROUNDS = 3;
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
     * Buys what is missing, and gives back what is not used.
     *
     * @return by group, pods that may have to wait all the same
     */
    Map<Group, Integer> mend() {
        if (orders.isEmpty()) return Collections.emptyMap();
        var missing = missing(bins());
        if (homes.bought() == 0) return missing;
        for (int round = 0; round < ROUNDS && !missing.isEmpty() && !tooLarge(); round++) {
            var more = homes.buyMore(missing);
            if (more.isEmpty()) break;
            var still = missing(bins());
            // A node that gives no further pod a home is not what is missing.
            if (sum(missing) - sum(still) < more.values().stream().mapToInt(Integer::intValue).sum()) {
                homes.giveBack(more);
                break;
            }
            missing = still;
        }
        giveBack(sum(missing));
        return missing;
    }

    private static int sum(Map<Group, Integer> pods) {
        return pods.values().stream().mapToInt(Integer::intValue).sum();
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
        var sorted = new LinkedHashMap<Group, Integer>();
        missing.entrySet().stream().sorted(Comparator.comparing(Map.Entry::getKey, Packing.LARGEST_FIRST))
                .forEach(each -> sorted.put(each.getKey(), each.getValue()));
        return sorted;
    }

    private void giveBack(int missing) {
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
        if (sum(missing(kept)) <= missing) homes.giveBack(unused);
    }
}
