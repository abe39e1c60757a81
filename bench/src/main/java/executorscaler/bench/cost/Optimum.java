package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The cheapest whole nodes that hold all pods. Purchases are looked at from the cheapest on. One that a {@link Valuation} refutes cannot do; of the first that
 * none refutes it is tried whether the pods really go in: if so, it is the optimum, and if not, the next one is looked at.
 */
final class Optimum {

    /**
     * @param atLeast nothing that holds all pods costs less, in {@link Mix#PRICE_UNITS}
     * @param nodes by pool, with which they do at that price; empty where that stayed open
     * @param patterns how they are filled
     */
    record Found(long atLeast, List<Integer> nodes, List<Pattern> patterns) {

        /** Whether the cheapest purchase is known, and not only that none is cheaper than this. */
        boolean proven() {
            return !nodes.isEmpty();
        }
    }

    private static final int MOST_PURCHASES = 2_000_000;

    /** Nodes of some pools, and at least so many of the pool that is being decided. */
    private static final class Purchase {
        private final int[] nodes;
        private final int pool; // pools before it are decided
        private double atLeast;
        private int judges; // valuations that were asked

        Purchase(int[] nodes, int pool, double atLeast) {
            this.nodes = nodes;
            this.pool = pool;
            this.atLeast = atLeast;
        }
    }

    private final Mix mix;
    private final Patterns patterns;
    private final List<List<Integer>> tooFew = new ArrayList<>();
    private final PriorityQueue<Purchase> open = new PriorityQueue<>(
            Comparator.comparingDouble((Purchase purchase) -> purchase.atLeast).thenComparingInt(purchase -> -purchase.pool));

    private Optimum(Mix mix, Patterns patterns) {
        this.mix = mix;
        this.patterns = patterns;
    }

    /**
     * @param known that hold all pods, by pool
     * @throws IllegalStateException if those turn out not to hold them
     */
    static Found find(Mix mix, Patterns patterns, List<Integer> known) {
        return new Optimum(mix, patterns).search(known);
    }

    private Found search(List<Integer> known) {
        long atMost = mix.cost(known);
        open.add(new Purchase(new int[mix.pools().size()], 0, 0));
        for (int looked = 0; looked < MOST_PURCHASES; looked++) {
            var purchase = open.poll();
            if (purchase == null || purchase.atLeast > atMost * (1 + 1e-6))
                throw new IllegalStateException("seed " + mix.seed() + ": " + known + " does not hold all pods, nor does anything cheaper");
            if (purchase.judges < patterns.valuations().size()) {
                if (judge(purchase)) continue; // more than was thought: others may come before it
            }
            if (purchase.pool < mix.pools().size()) {
                branch(purchase);
                continue;
            }
            var nodes = Arrays.stream(purchase.nodes).boxed().toList();
            if (tooFew.stream().anyMatch(few -> within(nodes, few))) continue;
            if (patterns.refute(nodes).isPresent()) continue;
            var filled = Placement.of(mix, patterns, nodes);
            switch (filled.outcome()) {
                case ALL_PLACED -> {
                    return new Found(mix.cost(nodes), nodes, filled.patterns());
                }
                case IMPOSSIBLE -> tooFew.add(nodes);
                case OPEN -> {
                    return new Found(mix.cost(nodes), mix.cost(nodes) == atMost ? known : List.of(), List.of());
                }
            }
        }
        return new Found((long) Math.ceil(open.element().atLeast - 1e-6), List.of(), List.of());
    }

    /** Asks the valuations that have not been asked, and puts the purchase back if it must become dearer than it looked. */
    private boolean judge(Purchase purchase) {
        long cost = mix.cost(Arrays.stream(purchase.nodes).boxed().toList());
        double atLeast = Math.max(purchase.atLeast, (double) cost);
        var valuations = patterns.valuations();
        for (int i = purchase.judges; i < valuations.size(); i++)
            atLeast = Math.max(atLeast, cost + valuations.get(i).rest(mix, purchase.nodes, purchase.pool));
        purchase.judges = valuations.size();
        if (atLeast <= purchase.atLeast + 1e-9) return false;
        purchase.atLeast = atLeast;
        if (Double.isFinite(atLeast)) open.add(purchase);
        return true;
    }

    /** Either the pool has all its nodes, and the next one is decided, or it has one more. */
    private void branch(Purchase purchase) {
        open.add(new Purchase(purchase.nodes, purchase.pool + 1, purchase.atLeast));
        if (purchase.nodes[purchase.pool] == mix.pools().get(purchase.pool).max()) return;
        var more = purchase.nodes.clone();
        more[purchase.pool]++;
        open.add(new Purchase(more, purchase.pool, purchase.atLeast));
    }

    private static boolean within(List<Integer> nodes, List<Integer> others) {
        for (int pool = 0; pool < nodes.size(); pool++) {
            if (nodes.get(pool) > others.get(pool)) return false;
        }
        return true;
    }
}
