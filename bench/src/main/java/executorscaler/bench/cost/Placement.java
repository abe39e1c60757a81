package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether all pods go into given nodes. Depth first, node by node: each is filled in every way to which nothing can be added, the fullest first; what is left is
 * given up as soon as a {@link Valuation} says that the remaining nodes cannot hold it, or when it was seen before.
 */
final class Placement {

    /** What came of it. */
    enum Outcome {
        ALL_PLACED, IMPOSSIBLE,
        /** Given up after many steps. */
        OPEN
    }

    /** Which groups a node is filled with first. Where one order loses its way, another may not. */
    private enum First {
        FEWEST_HOMES, LARGEST, DEAREST
    }

    /** @param patterns one for each node, if all are placed */
    record Filled(Outcome outcome, List<Pattern> patterns) {}

    private static final int MOST_STEPS = 200_000;

    /** The search goes one level down for every node and group: with more, the stack might not do. */
    private static final int MOST_NODES = 300;

    private final Mix mix;
    private final List<Valuation> valuations;
    private final List<Integer> nodes = new ArrayList<>(); // the pool of each
    private final double[][] ahead; // by valuation and node: what this node and those after it can be filled with
    private final List<Integer> order; // of groups
    private final List<Pattern> filled = new ArrayList<>();
    private final Set<List<Integer>> failed = new HashSet<>();
    private int steps;

    private Placement(Mix mix, Patterns patterns, List<Integer> bought, First first) {
        this.mix = mix;
        this.valuations = patterns.valuations();
        // Nodes that few groups may use come first, large ones before small ones.
        IntStream.range(0, bought.size()).boxed()
                .sorted(Comparator.comparingLong(this::users).thenComparingLong(pool -> -mix.pools().get(pool).price()))
                .forEach(pool -> nodes.addAll(Collections.nCopies(bought.get(pool), pool)));
        ahead = new double[valuations.size()][nodes.size() + 1];
        for (int i = 0; i < valuations.size(); i++) {
            for (int node = nodes.size() - 1; node >= 0; node--) ahead[i][node] = ahead[i][node + 1] + valuations.get(i).fill(nodes.get(node));
        }
        var byWorth = Comparator.comparingDouble((Integer group) -> -valuations.getLast().worth(group));
        var bySize = Comparator.comparingDouble(this::size).reversed();
        order = IntStream.range(0, mix.groups().size()).boxed().sorted(switch (first) {
            case FEWEST_HOMES -> Comparator.comparingLong((Integer group) -> homes(bought, group)).thenComparing(bySize);
            case LARGEST -> bySize;
            case DEAREST -> byWorth;
        }).toList();
    }

    static Filled of(Mix mix, Patterns patterns, List<Integer> bought) {
        if (bought.stream().mapToInt(Integer::intValue).sum() > MOST_NODES) return new Filled(Outcome.OPEN, List.of());
        for (First first : First.values()) {
            var placement = new Placement(mix, patterns, bought, first);
            boolean placed = placement.place(0, mix.groups().stream().mapToInt(Mix.Group::pods).toArray());
            if (placed) return new Filled(Outcome.ALL_PLACED, List.copyOf(placement.filled));
            if (placement.steps < MOST_STEPS) return new Filled(Outcome.IMPOSSIBLE, List.of());
        }
        return new Filled(Outcome.OPEN, List.of());
    }

    /** Puts what is left into this node and those after it. */
    private boolean place(int node, int[] left) {
        if (IntStream.of(left).allMatch(pods -> pods == 0)) return true;
        if (node == nodes.size() || ++steps >= MOST_STEPS) return false;
        for (int i = 0; i < valuations.size(); i++) {
            if (valuations.get(i).of(left) > ahead[i][node]) return false;
        }
        var key = new ArrayList<Integer>();
        key.add(node);
        for (int pods : left) key.add(pods);
        if (failed.contains(key)) return false;
        if (fill(node, 0, left, mix.room(nodes.get(node)), new int[left.length])) return true;
        if (steps < MOST_STEPS) failed.add(key);
        return false;
    }

    private boolean fill(int node, int next, int[] left, Amount room, int[] in) {
        if (steps >= MOST_STEPS) return false;
        if (next == order.size()) {
            if (couldTakeMore(node, left, room)) return false;
            steps++;
            filled.add(new Pattern(nodes.get(node), IntStream.of(in).boxed().toList()));
            if (place(node + 1, left)) return true;
            filled.removeLast();
            return false;
        }
        int group = order.get(next);
        var requests = mix.groups().get(group).requests();
        boolean accepted = mix.groups().get(group).pools().contains(nodes.get(node));
        int most = accepted ? Math.min(left[group], requests.timesInto(room)) : 0;
        for (int count = most; count >= 0; count--) {
            left[group] -= count;
            in[group] = count;
            boolean placed = fill(node, next + 1, left, room.minus(requests.times(count)), in);
            left[group] += count;
            in[group] = 0;
            if (placed) return true;
        }
        return false;
    }

    private boolean couldTakeMore(int node, int[] left, Amount room) {
        for (int group = 0; group < left.length; group++) {
            var pods = mix.groups().get(group);
            if (left[group] > 0 && pods.pools().contains(nodes.get(node)) && pods.requests().timesInto(room) > 0) return true;
        }
        return false;
    }

    private long users(int pool) {
        return mix.groups().stream().filter(group -> group.pools().contains(pool)).count();
    }

    private long homes(List<Integer> bought, int group) {
        return mix.groups().get(group).pools().stream().filter(pool -> bought.get(pool) > 0).count();
    }

    private double size(int group) {
        var requests = mix.groups().get(group).requests();
        return Math.max(requests.cpuMillis() / 1000.0, requests.memoryMib() / 4096.0) + 1000.0 * requests.gpus();
    }
}
