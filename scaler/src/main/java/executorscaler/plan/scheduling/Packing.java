package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Puts groups of equal pods into bins, group by group, cheapest room first: nodes that are open, nodes that we are closing, nodes on their way, and then those
 * that were bought. Once per group and not once per pod. Not shared between packings.
 */
public final class Packing {

    /**
     * How many pods new nodes of a pool took, of those that exist and of those that will be made.
     *
     * @param onDemand of all these, how many for the floor of on-demand of their executors
     */
    public record Filled(int pending, int coming, int onDemand) {
        public static final Filled NOTHING = new Filled(0, 0, 0);

        Filled plus(Filled other) {
            return new Filled(pending + other.pending, coming + other.coming, onDemand + other.onDemand);
        }

        public int pods() {
            return pending + coming;
        }
    }

    /** First fit in decreasing order, but pods of a higher priority before all others, as the scheduler takes them. */
    public static final Comparator<Group> LARGEST_FIRST = Comparator.comparingInt((Group group) -> -group.shape().priority())
            .thenComparing(Comparator.comparingDouble((Group group) -> size(group.shape().requests())).reversed()).thenComparing(Group::example);

    private static final Comparator<Bin> CHEAPEST_FIRST = (one, other) -> {
        int byKind = one.kind().compareTo(other.kind());
        return byKind != 0 ? byKind : Boolean.compare(one.vacant(), other.vacant());
    };

    private final Surroundings around;
    private final List<Bin> all;
    private final Map<String, Map<String, List<Bin>>> byLabel = new LinkedHashMap<>(); // so that a group is not shown the bins of all other pools
    private final SortedMap<String, Filled> filled = new TreeMap<>();
    private final IdentityHashMap<Group, Integer> placed = new IdentityHashMap<>();
    private final IdentityHashMap<Bin, Map<Group, Integer>> onJoining = new IdentityHashMap<>();
    private final IdentityHashMap<Group, EnumMap<Bin.Kind, SortedMap<String, Integer>>> awaiting = new IdentityHashMap<>(); // by kind and pool

    /** Into these bins, by these rules. */
    public Packing(List<Bin> bins, Surroundings around) {
        this.around = around;
        all = new ArrayList<>(bins);
        // Nodes that have pods first: who is alone on a node keeps it from going.
        all.sort(CHEAPEST_FIRST);
        for (Bin bin : bins) {
            if (bin.kind() == Bin.Kind.ON_THE_WAY) around.add(bin);
        }
    }

    /** More room. */
    public void add(List<Bin> bought) {
        bought.forEach(around::add);
        all.addAll(bought);
        byLabel.forEach((key, byValue) -> index(bought, key, byValue));
    }

    /** These bins without the last new ones, that many of each pool: nobody can say which of several alike comes up where. */
    public static List<Bin> withoutLast(List<Bin> bins, Map<String, Integer> nodes) {
        var left = new TreeMap<>(nodes);
        var kept = new ArrayList<Bin>();
        for (Bin bin : bins.reversed()) {
            boolean goes = bin.kind() == Bin.Kind.NEW && left.getOrDefault(bin.pool(), 0) > 0;
            if (goes) left.merge(bin.pool(), -1, Integer::sum);
            else
                kept.add(bin);
        }
        return kept.reversed();
    }

    /** Takes the last new bins away, that many of each pool. */
    public void removeLast(Map<String, Integer> nodes) {
        var kept = withoutLast(all, nodes);
        all.clear();
        all.addAll(kept);
        byLabel.clear();
    }

    /** Puts pods of the group wherever there is room, and says how many are left. */
    public int place(Group group, int pods, Predicate<Bin> may) {
        var shape = group.shape();
        var bins = with(shape);
        // That one label is all that it asks of nodes, and these have it.
        if (!around.concerns(group) && shape.nodeSelector().size() == 1 && shape.nodeTerms().isEmpty())
            return placeAtOnce(group, bins, pods, may, true);
        return place(group, pods, bins, may);
    }

    /** Puts pods of the group into these bins only. */
    public int place(Group group, int pods, List<Bin> bins) {
        return place(group, pods, bins, _ -> true);
    }

    private int place(Group group, int pods, List<Bin> bins, Predicate<Bin> may) {
        return around.concerns(group) ? placeOneByOne(group, bins, pods, may) : placeAtOnce(group, bins, pods, may, false);
    }

    /**
     * Puts exactly so many pods into that bin.
     *
     * @throws IllegalStateException where they do not fit
     */
    public void place(Group group, int pods, Bin bin) {
        int took = bin.place(group.shape(), pods);
        if (took != pods) throw new IllegalStateException("a node of " + bin.pool() + " takes " + took + " of " + group.example() + ", not " + pods);
        count(group, bin, pods);
    }

    /** All bins, those that were bought last. */
    public List<Bin> bins() {
        return Collections.unmodifiableList(all);
    }

    /** By pool, what its new nodes took. */
    public SortedMap<String, Filled> filled() {
        return Collections.unmodifiableSortedMap(filled);
    }

    /** How many of the pool's new nodes took nothing: the wrong zone came first. */
    public int leftEmpty(String pool) {
        return (int) all.stream().filter(bin -> bin.kind() == Bin.Kind.NEW && bin.placed() == 0 && bin.pool().equals(pool)).count();
    }

    /** Of a node on its way that has registered: how many pods of each group were put there. */
    public Map<Group, Integer> onJoining(Bin bin) {
        return Collections.unmodifiableMap(onJoining.getOrDefault(bin, Collections.emptyMap()));
    }

    /** By pool, how many pods of the group were put on its nodes of that kind: one of those that cannot take pods yet. */
    public SortedMap<String, Integer> awaiting(Group group, Bin.Kind kind) {
        var kinds = awaiting.get(group);
        return Collections
                .unmodifiableSortedMap(kinds == null ? Collections.emptySortedMap() : kinds.getOrDefault(kind, Collections.emptySortedMap()));
    }

    private int placeAtOnce(Group group, List<Bin> bins, int pods, Predicate<Bin> may, boolean selected) {
        int left = pods;
        for (Bin bin : bins) {
            if (left == 0) break;
            if (!may.test(bin)) continue;
            int took = bin.place(group.shape(), left, selected);
            if (took > 0) count(group, bin, took);
            left -= took;
        }
        return left;
    }

    /** Where each pod changes what the next one may: again and again over the bins that have room, until no pod finds a place. */
    private int placeOneByOne(Group group, List<Bin> bins, int pods, Predicate<Bin> may) {
        var roomy = bins.stream().filter(may).toList();
        int left = pods;
        int before;
        do {
            before = left;
            var still = new ArrayList<Bin>();
            for (Bin bin : roomy) {
                while (left > 0 && around.allows(group, bin) && bin.place(group.shape(), 1) == 1) {
                    count(group, bin, 1);
                    left--;
                }
                if (left > 0 && bin.fits(group.shape(), 1) == 1) still.add(bin);
            }
            roomy = still;
        } while (left > 0 && left < before);
        return left;
    }

    private void count(Group group, Bin bin, int pods) {
        around.placed(group, bin, pods);
        if (!bin.joining().isEmpty()) onJoining.computeIfAbsent(bin, _ -> new LinkedHashMap<>()).merge(group, pods, Integer::sum);
        if (bin.kind() != Bin.Kind.OPEN)
            awaiting.computeIfAbsent(group, _ -> new EnumMap<>(Bin.Kind.class)).computeIfAbsent(bin.kind(), _ -> new TreeMap<>())
                    .merge(bin.pool(), pods, Integer::sum);
        int before = placed.merge(group, pods, Integer::sum) - pods;
        if (bin.kind() != Bin.Kind.NEW) return;
        // Pods that exist are counted first, whichever of the group they are.
        int pending = Math.max(0, Math.min(before + pods, group.pending()) - before);
        filled.merge(bin.pool(), new Filled(pending, pods - pending, 0), Filled::plus);
    }

    /** In the order of all bins, those that have the first label that the shape selects by; the others would refuse it. */
    private List<Bin> with(PodShape shape) {
        if (shape.nodeSelector().isEmpty()) return all;
        var first = shape.nodeSelector().firstEntry();
        var byValue = byLabel.get(first.getKey());
        if (byValue == null) {
            byValue = new LinkedHashMap<>();
            index(all, first.getKey(), byValue);
            byLabel.put(first.getKey(), byValue);
        }
        return byValue.getOrDefault(first.getValue(), List.of());
    }

    private static void index(List<Bin> bins, String key, Map<String, List<Bin>> byValue) {
        for (Bin bin : bins) {
            var value = bin.labels().get(key);
            if (value != null) byValue.computeIfAbsent(value, _ -> new ArrayList<>()).add(bin);
        }
    }

    /** CPUs, or memory at 4 GiB a CPU, whichever is more; a device outweighs both. */
    public static double size(Resources requests) {
        double devices = requests.extended().values().stream().mapToLong(Long::longValue).sum();
        return devices * 1000 + Math.max(requests.cpuMillis() / 1000.0, requests.memoryBytes() / (4.0 * (1L << 30)));
    }
}
