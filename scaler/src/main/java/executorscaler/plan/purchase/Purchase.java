package executorscaler.plan.purchase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Which nodes to buy, and what goes on which: first as if nodes could be bought in parts ({@link CoverProgram}), then that solution without its fractions, and the
 * rest by a search that is led by the prices of the pods. Equal pods are one kind, so that it costs kinds of pods times kinds of nodes, not pods times nodes.
 *
 * <p>The same input gives the same purchase: what bounds the search is a number of steps and not a time.
 */
public final class Purchase {

    private static final int SMALL = 40; // nodes
    private static final int STEPS = 30_000; // of one search
    private static final int MANY_KINDS = 20; // of node: beyond it each step costs more
    private static final int MANY_PARTS = 4; // that share no kind of node: beyond it each gets its part of the steps
    private static final int[] WHOLE = {0};
    private static final int[] LESS = {0, 1, SMALL};
    private static final double[] BY_PRICE = {0.02};
    private static final double[] BY_SIZE = {0.02, 0.3, 1};

    private final Tables tables;
    private final Knapsack knapsack;
    private final double homeless;
    private final boolean few;
    private final int steps;

    private Purchase(Tables tables, int parts) {
        this.tables = tables;
        steps = (int) ((long) STEPS * MANY_KINDS / Math.max(MANY_KINDS, tables.nodes()) * MANY_PARTS / Math.max(MANY_PARTS, parts));
        knapsack = new Knapsack(tables);
        homeless = 1000 * Math.max(1e-6, tables.highestCost);
        few = tables.pods() <= 24;
    }

    /** As cheap a way as we find to give all pods a home; pods that no node takes, or for which there are too few nodes, are in none. */
    public static List<Filling> cheapest(List<PodKind> pods, List<NodeKind> nodes) {
        var fillings = new ArrayList<Filling>();
        var parts = parts(pods, nodes.size());
        for (var part : parts) {
            var tables = new Tables(pods, part, nodes, part.stream().flatMap(i -> pods.get(i).nodes().stream()).distinct().sorted().toList());
            if (tables.nodes() == 0) continue;
            for (var load : new Purchase(tables, parts.size()).solve()) fillings.add(outside(tables, load, pods.size()));
        }
        return List.copyOf(fillings);
    }

    /** Pods that share no kind of node, directly or through others, are bought for by themselves. */
    private static Collection<List<Integer>> parts(List<PodKind> pods, int nodes) {
        var root = new int[nodes];
        for (int n = 0; n < nodes; n++) root[n] = n;
        for (var pod : pods) {
            for (int n : pod.nodes()) root[find(root, n)] = find(root, pod.nodes().getFirst());
        }
        var parts = new TreeMap<Integer, List<Integer>>();
        for (int i = 0; i < pods.size(); i++) {
            if (pods.get(i).nodes().isEmpty() || pods.get(i).pods() == 0) continue;
            parts.computeIfAbsent(find(root, pods.get(i).nodes().getFirst()), _ -> new ArrayList<>()).add(i);
        }
        return parts.values();
    }

    private static int find(int[] root, int of) {
        int at = of;
        while (root[at] != at) at = root[at];
        return at;
    }

    private static Filling outside(Tables tables, Load load, int kinds) {
        var pods = new Integer[kinds];
        Arrays.fill(pods, 0);
        for (int i = 0; i < tables.pods(); i++) pods[tables.pod[i]] = load.pods()[i];
        return new Filling(tables.node[load.node()], Arrays.asList(pods), load.times());
    }

    private List<Load> solve() {
        var program = new CoverProgram(tables, knapsack, tables.demand, tables.most, homeless);
        program.solve(few ? 60 * tables.pods() + 100 : 4 * tables.pods() + 100, few ? 1000 : 200);
        Basket best = null;
        var search = new Completion(tables, knapsack, program, homeless);
        boolean small = few && program.nodes() <= SMALL;
        // Without its fractions; with one of each left out as well, and from nothing, so that the search has more to choose
        // from; by prices, and by size. Of a large one the fractions are a small part.
        for (int less : small ? LESS : WHOLE) {
            for (double bySize : small ? BY_SIZE : BY_PRICE) {
                for (int way = 0; way <= (small ? 1 : 0); way++) {
                    var basket = whole(program, less);
                    search.complete(basket, small ? steps : 2 * steps, bySize, way == 1);
                    if (basket.nodes() <= SMALL) basket.replaceAfter(0, Tidying.tidied(tables, basket));
                    if (best == null || basket.cost() < best.cost() - 1e-12) best = basket;
                    if (best.cost() <= program.bound() + 1e-9) return best.loads();
                }
            }
        }
        return best == null ? List.of() : best.loads();
    }

    private Basket whole(CoverProgram program, int less) {
        var basket = new Basket(tables, homeless);
        for (var use : program.uses()) {
            int times = (int) Math.floor(use.times() + 10 * CoverProgram.HAIR) - less;
            if (times > 0) basket.add(use.column().node(), use.column().pods(), times);
        }
        return basket;
    }
}
