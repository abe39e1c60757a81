package executorscaler.plan.purchase;

import java.util.Arrays;

/**
 * Fills one node with the pods that are worth the most together: depth first, the pods first that are worth the most for the room they take, and no further where
 * even the best that the room left could hold is not enough. Exact until its steps run out, then the best that was found.
 */
final class Knapsack {

    private final Tables tables;
    private final int[] order; // pod kinds worth something, the densest first
    private final double[][] density; // by place in the order, by resource: the most that a unit is worth from there on
    private final int[] count;
    private final int[] best;
    private int kinds;
    private double bestWorth;
    private long steps;
    private long stepsLeft;
    private double[] worth = new double[0];
    private int[] limit = new int[0];

    Knapsack(Tables tables) {
        this.tables = tables;
        int resources = tables.pods() == 0 ? 0 : tables.request[0].length;
        order = new int[tables.pods()];
        density = new double[tables.pods() + 1][resources];
        count = new int[tables.pods()];
        best = new int[tables.pods()];
    }

    /**
     * Fills what {@code room} a node of that kind has left.
     *
     * @param worth of one pod, by pod kind; others than positive ones stay out
     * @param limit how many there are, by pod kind
     * @param steps after which the best so far must do
     * @return what all of it is worth; {@link #best} says how many of each
     */
    double fill(int node, long[] room, double[] worth, int[] limit, long steps) {
        this.worth = worth;
        this.limit = limit;
        this.steps = steps;
        stepsLeft = steps;
        sort(node);
        Arrays.fill(count, 0);
        Arrays.fill(best, 0);
        bestWorth = 0;
        descend(0, room.clone(), 0);
        return bestWorth;
    }

    /** How many steps the last filling took. */
    long steps() {
        return steps - stepsLeft;
    }

    /** How many pods of that kind the last filling has. */
    int best(int pod) {
        return best[pod];
    }

    private void sort(int node) {
        kinds = 0;
        var dense = new double[tables.pods()];
        for (int i = 0; i < tables.pods(); i++) {
            if (worth[i] <= 0 || limit[i] <= 0 || !tables.takes[node][i]) continue;
            double share = 0;
            for (int k = 0; k < tables.room[node].length; k++) {
                if (tables.request[i][k] > 0) share = Math.max(share, tables.request[i][k] / (double) tables.room[node][k]);
            }
            dense[i] = share == 0 ? Double.MAX_VALUE : worth[i] / share;
            int at = kinds++;
            while (at > 0 && dense[order[at - 1]] < dense[i]) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        int resources = tables.room[node].length;
        Arrays.fill(density[kinds], 0);
        for (int at = kinds - 1; at >= 0; at--) {
            int i = order[at];
            for (int k = 0; k < resources; k++) {
                double unit = tables.request[i][k] == 0 ? Double.POSITIVE_INFINITY : worth[i] / tables.request[i][k];
                density[at][k] = Math.max(unit, density[at + 1][k]);
            }
        }
    }

    private void descend(int at, long[] room, double soFar) {
        if (soFar > bestWorth + 1e-12) {
            bestWorth = soFar;
            for (int i = 0; i < best.length; i++) best[i] = count[i];
        }
        if (at == kinds || stepsLeft <= 0 || soFar + atMost(at, room) <= bestWorth + 1e-9) return;
        int i = order[at];
        int fits = Tables.fits(tables.request[i], room, limit[i]);
        for (int n = fits; n >= 0; n--) {
            stepsLeft--;
            take(i, room, n);
            count[i] = n;
            descend(at + 1, room, soFar + n * worth[i]);
            count[i] = 0;
            take(i, room, -n);
            if (stepsLeft <= 0) return;
        }
    }

    private void take(int pod, long[] room, int times) {
        for (int k = 0; k < room.length; k++) room[k] -= times * tables.request[pod][k];
    }

    private double atMost(int at, long[] room) {
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < room.length; k++) {
            double unit = density[at][k];
            if (!Double.isInfinite(unit)) least = Math.min(least, Math.max(0, room[k]) * unit);
        }
        return least;
    }
}
