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
    private final Map<Group, Integer> homeless = new LinkedHashMap<>();
    private boolean gaveBack;

    /** Of a purchase for these groups; {@code fresh} are the surroundings before any of their pods is placed. */
    Rehearsals(Homes homes, List<Group> groups, Supplier<Surroundings> fresh) {
        this.homes = homes;
        this.fresh = fresh;
        var counted = new LinkedHashMap<Group, Integer>();
        groups.stream().sorted(Packing.LARGEST_FIRST).forEach(group -> counted.put(group, group.pods()));
        for (var left : homes.homeless()) homeless.merge(left.group(), left.pods(), Integer::sum);
        // Nothing keeps a pod that the plan has no room for from taking another's.
        counted.keySet().removeIf(group -> homeless.getOrDefault(group, 0) == group.pods() && homes.takesNowhere(group));
        long pods = counted.values().stream().mapToInt(Integer::intValue).sum();
        // Equal pods may stand in any order.
        if (counted.size() < 2 || pods * homes.packing().bins().size() > LARGEST) return;
        var largestFirst = new ArrayList<Group>();
        counted.forEach((group, count) -> largestFirst.addAll(Collections.nCopies(count, group)));
        orders.add(largestFirst);
        orders.add(byPriority(largestFirst.reversed()));
        for (int i = 1; i <= SHUFFLES; i++) orders.add(byPriority(shuffled(largestFirst, i)));
    }

    /** The scheduler takes pods of a higher priority first, whatever the order of the others is. */
    private static List<Group> byPriority(List<Group> pods) {
        return pods.stream().sorted(Comparator.comparingInt(group -> -group.shape().priority())).toList();
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
        var bins = homes.packing().bins().stream().filter(bin -> bin.kind() != Bin.Kind.CLOSED_BY_US || bin.placed() > 0).toList();
        var played = play(bins);
        if (homes.bought() > 0) giveBack(bins, played);
        return played.missing;
    }

    /**
     * What came of playing all orders.
     *
     * @param missing by group, the most pods that any order leaves without a node
     * @param unused by pool, how many new nodes get no pod in any order
     */
    private record Played(Map<Group, Integer> missing, SortedMap<String, Integer> unused) {}

    private Played play(List<Bin> bins) {
        var missing = new LinkedHashMap<Group, Integer>();
        SortedMap<String, Integer> unused = null;
        for (var order : orders) {
            var played = bins.stream().map(Bin::unfilled).toList();
            Rehearsal.play(order, played, fresh.get()).forEach((group, count) -> {
                int unexpected = count - homeless.getOrDefault(group, 0);
                if (unexpected > 0) missing.merge(group, unexpected, Math::max);
            });
            var here = new TreeMap<String, Integer>();
            for (Bin bin : played) {
                boolean empty = bin.kind() == Bin.Kind.NEW && bin.placed() == 0;
                // A floor of on-demand is a floor of room, whoever uses it.
                if (empty && !homes.boughtForBase(bin.pool())) here.merge(bin.pool(), 1, Integer::sum);
            }
            if (unused == null) unused = here;
            unused.keySet().retainAll(here.keySet());
            unused.replaceAll((pool, nodes) -> Math.min(nodes, here.getOrDefault(pool, 0)));
        }
        return new Played(missing, unused == null ? Collections.emptySortedMap() : unused);
    }

    private void giveBack(List<Bin> bins, Played played) {
        if (played.unused.isEmpty()) return;
        // Pods that wait for other pods do so with these nodes or without.
        boolean spared = play(Packing.withoutLast(bins, played.unused)).missing.entrySet().stream()
                .allMatch(each -> homes.particular(each.getKey()) && each.getValue() <= played.missing.getOrDefault(each.getKey(), 0));
        if (!spared) return;
        homes.giveBack(played.unused);
        gaveBack = true;
    }

    /** Whether the scheduler's own way needs fewer nodes than the plan's: then the plan's is none to follow. */
    boolean gaveBack() {
        return gaveBack;
    }
}
