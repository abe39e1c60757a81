package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the peers buy: one pool for all pods that may go there, first fit in decreasing order of size; then one pool for the rest, and so on. Cluster Autoscaler
 * estimates every node group so and lets an expander choose one of them a round.
 */
final class OnePool {

    /** Which pool is chosen in a round. */
    enum Choice {
        /** The smallest part of CPU and memory left unused, as the expander {@code least-waste} has it. */
        LEAST_WASTE,
        /** The fewest dollars for what is housed, counted in CPUs or 4 GiB, whichever is more. */
        LEAST_PRICE
    }

    /** All pods that may go to one pool, in its nodes. */
    private record Offer(int pool, int nodes, List<Integer> housed, double cost, double size, double waste) {}

    private final Mix mix;
    private final List<Integer> order; // of groups, largest first

    private OnePool(Mix mix) {
        this.mix = mix;
        order = IntStream.range(0, mix.groups().size()).boxed().sorted(Comparator.comparingDouble(this::size).reversed()).toList();
    }

    /** Nodes by pool; empty where pods are left over. */
    static Optional<List<Integer>> buy(Mix mix, Choice choice) {
        return new OnePool(mix).buy(choice);
    }

    /** The cheapest pool that takes all pods by itself, if there is one: its nodes by pool. */
    static Optional<List<Integer>> alone(Mix mix) {
        var packing = new OnePool(mix);
        var all = mix.groups().stream().mapToInt(Mix.Group::pods).toArray();
        return IntStream.range(0, mix.pools().size()).mapToObj(pool -> packing.offer(pool, all, mix.pools().get(pool).max()))
                .filter(offer -> offer.housed.equals(Arrays.stream(all).boxed().toList())).min(Comparator.comparingDouble(Offer::cost))
                .map(offer -> IntStream.range(0, mix.pools().size()).mapToObj(pool -> pool == offer.pool ? offer.nodes : 0).toList());
    }

    private Optional<List<Integer>> buy(Choice choice) {
        var left = mix.groups().stream().mapToInt(Mix.Group::pods).toArray();
        var nodes = new Integer[mix.pools().size()];
        Arrays.fill(nodes, 0);
        while (IntStream.of(left).anyMatch(pods -> pods > 0)) {
            var offers = new ArrayList<Offer>();
            for (int pool = 0; pool < nodes.length; pool++) offers.add(offer(pool, left, mix.pools().get(pool).max() - nodes[pool]));
            var best = offers.stream().filter(offer -> offer.nodes > 0).min(Comparator.comparingDouble(offer -> switch (choice) {
                case LEAST_WASTE -> offer.waste;
                case LEAST_PRICE -> offer.cost / offer.size;
            }));
            if (best.isEmpty()) return Optional.empty();
            nodes[best.get().pool] += best.get().nodes;
            for (int group = 0; group < left.length; group++) left[group] -= best.get().housed.get(group);
        }
        return Optional.of(List.of(nodes));
    }

    /** Filling node by node, with the largest that still fits, puts every pod where first fit in decreasing order does. */
    private Offer offer(int pool, int[] pods, int room) {
        var left = pods.clone();
        int nodes = 0;
        boolean placed = true;
        while (placed && nodes < room) {
            placed = false;
            var free = mix.room(pool);
            for (int group : order) {
                var wants = mix.groups().get(group);
                if (left[group] == 0 || !wants.pools().contains(pool)) continue;
                int count = Math.min(left[group], wants.requests().timesInto(free));
                free = free.minus(wants.requests().times(count));
                left[group] -= count;
                placed |= count > 0;
            }
            if (placed) nodes++;
        }
        var housed = new int[left.length];
        double size = 0;
        double cpu = 0;
        double memory = 0;
        for (int group = 0; group < left.length; group++) {
            housed[group] = pods[group] - left[group];
            size += housed[group] * size(group);
            cpu += housed[group] * (double) mix.groups().get(group).requests().cpuMillis();
            memory += housed[group] * (double) mix.groups().get(group).requests().memoryMib();
        }
        var each = mix.room(pool);
        double waste = 2 - cpu / (Math.max(1, nodes) * (double) each.cpuMillis()) - memory / (Math.max(1, nodes) * (double) each.memoryMib());
        return new Offer(pool, nodes, Arrays.stream(housed).boxed().toList(), (double) nodes * mix.pools().get(pool).price(), size, waste);
    }

    private double size(int group) {
        var requests = mix.groups().get(group).requests();
        return Math.max(requests.cpuMillis() / 1000.0, requests.memoryMib() / 4096.0);
    }
}
