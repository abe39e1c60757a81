package executorscaler.bench.cost;

import java.util.List;

/**
 * What a pod of each group is held to be worth, and the most that one node of each pool can then be filled with. Whatever the worths, nodes that hold all pods
 * can be filled with all that these are worth: so every valuation says of some purchases that they cannot do, and puts a floor under what the others cost.
 */
final class Valuation {

    private final double[] worth; // by group
    private final double[] fill; // by pool, never too low
    private final double all; // what all pods are worth, less what doubles may have rounded up

    Valuation(Mix mix, double[] worth, double[] fill) {
        this.worth = worth.clone();
        this.fill = fill.clone();
        double sum = 0;
        for (int group = 0; group < worth.length; group++) sum += worth[group] * mix.groups().get(group).pods();
        all = sum * (1 - 1e-9);
    }

    double worth(int group) {
        return worth[group];
    }

    double fill(int pool) {
        return fill[pool];
    }

    /** What so many pods of each group are worth. */
    double of(int[] pods) {
        double sum = 0;
        for (int group = 0; group < worth.length; group++) sum += worth[group] * pods[group];
        return sum * (1 - 1e-9);
    }

    /** Whether so many nodes of each pool cannot hold all pods. */
    boolean refutes(List<Integer> nodes) {
        double room = 0;
        for (int pool = 0; pool < fill.length; pool++) room += fill[pool] * nodes.get(pool);
        return room < all;
    }

    /**
     * Weak duality: no purchase costs less, whole nodes or parts of them. Worths are taken down to where no node of an unlimited pool can be filled with more than
     * it costs; limited pools give back at most what all their nodes gain.
     */
    double floor(Mix mix) {
        double scale = 1;
        for (int pool = 0; pool < fill.length; pool++) {
            if (!limited(mix, pool) && fill[pool] > 0) scale = Math.min(scale, mix.pools().get(pool).price() / fill[pool]);
        }
        double floor = scale * all;
        for (int pool = 0; pool < fill.length; pool++) {
            if (limited(mix, pool)) floor -= mix.pools().get(pool).max() * Math.max(0, scale * fill[pool] - mix.pools().get(pool).price());
        }
        return floor;
    }

    /**
     * The least that completes a purchase.
     *
     * @param nodes bought so far, by pool
     * @param from pools from here on may still be bought from
     */
    double rest(Mix mix, int[] nodes, int from) {
        double missing = all;
        for (int pool = 0; pool < fill.length; pool++) missing -= fill[pool] * nodes[pool];
        double cost = 0;
        long done = 0;
        while (missing > 0) {
            // The best buy, whole pools or parts of their nodes.
            int best = -1;
            for (int pool = from; pool < fill.length; pool++) {
                if ((done >> pool & 1) == 0 && fill[pool] > 0 && (best < 0 || rate(mix, pool) < rate(mix, best))) best = pool;
            }
            if (best < 0) return Double.POSITIVE_INFINITY;
            done |= 1L << best;
            double bought = Math.min(mix.pools().get(best).max() - nodes[best], missing / fill[best]);
            cost += bought * mix.pools().get(best).price();
            missing -= bought * fill[best];
            if (missing < all * 1e-9) break;
        }
        return cost;
    }

    private double rate(Mix mix, int pool) {
        return mix.pools().get(pool).price() / fill[pool];
    }

    /** Whether the pool's maximum can matter: no plan wants more nodes than there are pods. */
    static boolean limited(Mix mix, int pool) {
        return mix.pools().get(pool).max() < mix.pods();
    }
}
