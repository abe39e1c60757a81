package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts groups of equal pods into bins, group by group, cheapest room first: nodes that are open, nodes that we are closing, nodes on their way, and then
 * nodes that a {@link Shop} sells. First fit in decreasing order of size, once per group and not once per pod.
 */
public final class Packing {

    /** Where more room can be had. */
    public interface Shop {

        /**
         * Room for one group that fits nowhere else: at most as many new bins as {@code pods} of it need, of which the last one takes at least one by the rules of
         * {@code around}, too. Called until it returns nothing or all pods have a home.
         */
        List<Bin> buy(Group group, int pods, Surroundings around);
    }

    /** A group, and how many of its pods found no home. */
    public record Homeless(Group group, int pods) {}

    /** How many pods new nodes of a pool took, of those that exist and of those that will be made. */
    public record Filled(int pending, int coming) {
        Filled plus(Filled other) {
            return new Filled(pending + other.pending, coming + other.coming);
        }
    }

    /**
     * What came of a packing: all bins, the pods that none of them took, and by pool what its new nodes took.
     */
    public record Result(List<Bin> bins, List<Homeless> homeless, SortedMap<String, Filled> filled) {
        public Result {
            bins = List.copyOf(bins);
            homeless = List.copyOf(homeless);
            filled = Collections.unmodifiableSortedMap(new TreeMap<>(filled));
        }
    }

    private final Surroundings around;
    private final SortedMap<String, Filled> filled = new TreeMap<>();

    /** First fit in decreasing order. */
    public static final Comparator<Group> LARGEST_FIRST = Comparator.comparingDouble((Group group) -> size(group.shape().requests())).reversed()
            .thenComparing(Group::example);

    private Packing(Surroundings around) {
        this.around = around;
    }

    /** In the order of the groups. The bins that were given, as filled, followed by those that were bought. */
    public static Result pack(List<Group> groups, List<Bin> bins, Surroundings around, Shop shop) {
        return new Packing(around).pack(groups, bins, shop);
    }

    private Result pack(List<Group> groups, List<Bin> bins, Shop shop) {
        var all = new ArrayList<>(bins);
        all.sort(Comparator.comparing(Bin::kind));
        var aisles = new Aisles(all);
        var homeless = new ArrayList<Homeless>();
        for (Group group : groups) {
            int left = place(group, aisles.with(group.shape()), group.pods());
            while (left > 0) {
                var bought = shop.buy(group, left, around);
                if (bought.isEmpty()) break;
                int before = left;
                bought.forEach(around::add);
                all.addAll(bought);
                aisles.add(bought);
                left = place(group, around.reopens(group) ? aisles.with(group.shape()) : bought, left);
                if (left == before && around.concerns(group)) break; // the nodes that were bought on the way changed what is allowed
                if (left == before) throw new IllegalStateException("the shop sold bins that do not take " + group.example());
            }
            if (left > 0) homeless.add(new Homeless(group, left));
        }
        return new Result(all, homeless, filled);
    }

    /** Fills the bins in their order, and says how many pods are left. */
    private int place(Group group, List<Bin> bins, int pods) {
        if (around.concerns(group)) return placeOneByOne(group, bins, pods);
        int left = pods;
        for (Bin bin : bins) {
            if (left == 0) break;
            int placed = bin.place(group.shape(), left);
            if (placed > 0) placed(group, bin, group.pods() - left, placed);
            left -= placed;
        }
        return left;
    }

    /** Where each pod changes what the next one may: again and again over the bins that have room, until no pod finds a place. */
    private int placeOneByOne(Group group, List<Bin> bins, int pods) {
        var roomy = new ArrayList<>(bins);
        int left = pods;
        int before;
        do {
            before = left;
            var still = new ArrayList<Bin>();
            for (Bin bin : roomy) {
                while (left > 0 && around.allows(group, bin) && bin.place(group.shape(), 1) == 1) {
                    placed(group, bin, group.pods() - left, 1);
                    left--;
                }
                if (left > 0 && bin.fits(group.shape(), 1) == 1) still.add(bin);
            }
            roomy = still;
        } while (left > 0 && left < before);
        return left;
    }

    private void placed(Group group, Bin bin, int before, int pods) {
        around.placed(group, bin, pods);
        if (bin.kind() != Bin.Kind.NEW) return;
        // Pods that exist are counted first, whichever of the group they are.
        int pending = Math.max(0, Math.min(before + pods, group.pending()) - before);
        filled.merge(bin.pool(), new Filled(pending, pods - pending), Filled::plus);
    }

    /** The bins by one label, so that a group is not shown the bins of all other pools: 200 groups look at 15,000 nodes once each, or at a tenth of them. */
    private static final class Aisles {
        private final List<Bin> all;
        private final Map<Map.Entry<String, String>, List<Bin>> byLabel = new LinkedHashMap<>();

        Aisles(List<Bin> all) {
            this.all = all;
        }

        /** In the order of all bins, those that have the first label that the shape selects by; the others would refuse it. */
        List<Bin> with(PodShape shape) {
            if (shape.nodeSelector().isEmpty()) return all;
            var first = shape.nodeSelector().firstEntry();
            return byLabel.computeIfAbsent(Map.entry(first.getKey(), first.getValue()),
                    label -> new ArrayList<>(all.stream().filter(bin -> bin.has(label)).toList()));
        }

        void add(List<Bin> bought) {
            byLabel.forEach((label, bins) -> {
                for (Bin bin : bought) {
                    if (bin.has(label)) bins.add(bin);
                }
            });
        }
    }

    /** CPUs, or memory at 4 GiB a CPU, whichever is more; a device outweighs both. */
    public static double size(Resources requests) {
        double devices = requests.extended().values().stream().mapToLong(Long::longValue).sum();
        return devices * 1000 + Math.max(requests.cpuMillis() / 1000.0, requests.memoryBytes() / (4.0 * (1L << 30)));
    }
}
