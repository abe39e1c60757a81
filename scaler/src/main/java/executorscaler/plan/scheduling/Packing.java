package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts groups of equal pods into bins, largest pods first, cheapest room first: nodes that are open, nodes that we are closing, nodes on their way, and then
 * nodes that a {@link Shop} sells. First fit in decreasing order of size, once per group and not once per pod.
 */
public final class Packing {

    /** Where more room can be had. */
    public interface Shop {

        /**
         * Room for one group that fits nowhere else: at most as many new bins as {@code pods} of it need. Called until it returns nothing or all pods have a
         * home.
         */
        List<Bin> buy(Group group, int pods);
    }

    /** A group, and how many of its pods found no home. */
    public record Homeless(Group group, int pods) {}

    /** What came of a packing: all bins, and the pods that none of them took. */
    public record Result(List<Bin> bins, List<Homeless> homeless) {
        public Result {
            bins = List.copyOf(bins);
            homeless = List.copyOf(homeless);
        }
    }

    private Packing() {}

    /** The bins that were given, as filled, followed by those that were bought. */
    public static Result pack(List<Group> groups, List<Bin> bins, Shop shop) {
        var all = new ArrayList<>(bins);
        all.sort(Comparator.comparing(Bin::kind));
        var aisles = new Aisles(all);
        var homeless = new ArrayList<Homeless>();
        var sorted = new ArrayList<>(groups);
        sorted.sort(Comparator.comparingDouble((Group group) -> size(group.shape().requests())).reversed().thenComparing(Group::example));
        for (Group group : sorted) {
            int left = group.pods();
            for (Bin bin : aisles.with(group.shape())) {
                if (left == 0) break;
                left -= bin.place(group.shape(), left);
            }
            while (left > 0) {
                var bought = shop.buy(group, left);
                if (bought.isEmpty()) break;
                int before = left;
                for (Bin bin : bought) left -= bin.place(group.shape(), left);
                all.addAll(bought);
                aisles.add(bought);
                if (left == before) throw new IllegalStateException("the shop sold bins that do not take " + group.example());
            }
            if (left > 0) homeless.add(new Homeless(group, left));
        }
        return new Result(Collections.unmodifiableList(all), homeless);
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
    private static double size(Resources requests) {
        double devices = requests.extended().values().stream().mapToLong(Long::longValue).sum();
        return devices * 1000 + Math.max(requests.cpuMillis() / 1000.0, requests.memoryBytes() / (4.0 * (1L << 30)));
    }
}
