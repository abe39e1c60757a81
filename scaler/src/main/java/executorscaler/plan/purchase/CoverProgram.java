package executorscaler.plan.purchase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The purchase if nodes could be bought in parts: minimise the cost of filled nodes that together hold all pods, never more of a kind than there are. Every way to
 * fill a node is a variable of this linear program; they are far too many to write down, so that only those are made which the prices of the pods ask for (Gilmore
 * and Gomory 1961, column generation with a revised simplex).
 *
 * <p>What a pod costs at the margin, its price, is what the program is solved for: pods at these prices cost no less than any way to cover them, so that their sum
 * bounds every purchase from below.
 */
final class CoverProgram {

    private static final double EPSILON = 1e-9;

    /** Pods, or nodes, that demand is off by at most. */
    static final double HAIR = 1e-3;

    /** A way to fill a node, or what is left over ({@code node} -1): one pod too many, one without a home, one node not bought. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Column(int node, int[] pods, int unit, double sign, double cost) {}

    /** How often a column is used. */
    record Use(Column column, double times) {}

    private final Tables tables;
    private final Knapsack knapsack;
    private final int rows;
    private final int[] capRow; // by node kind: its row, -1: none
    private final double[][] inverse;
    private final double[] value;
    private final Column[] basis;
    private final double[] prices; // by row
    private int next; // the node kind that is asked first
    private double sure = 1;

    /**
     * @param demand pods to be covered, by pod kind
     * @param left how many nodes of each kind may be bought
     * @param homeless what a pod without a home counts as, more than any node
     */
    CoverProgram(Tables tables, Knapsack knapsack, int[] demand, int[] left, double homeless) {
        this.tables = tables;
        this.knapsack = knapsack;
        capRow = new int[tables.nodes()];
        Arrays.fill(capRow, -1);
        int row = tables.pods();
        for (int n = 0; n < tables.nodes(); n++) {
            if (tables.capped[n]) capRow[n] = row++;
        }
        rows = row;
        inverse = new double[rows][rows];
        value = new double[rows];
        basis = new Column[rows];
        prices = new double[rows];
        for (int i = 0; i < tables.pods(); i++) {
            basis[i] = unit(i, 1, homeless);
            // A different hair's breadth for each keeps ties, and with them endless loops, away: many kinds of one pod each are nothing but ties.
            value[i] = demand[i] + HAIR * (i + 1) / tables.pods();
        }
        for (int n = 0; n < tables.nodes(); n++) {
            if (capRow[n] < 0) continue;
            basis[capRow[n]] = unit(capRow[n], 1, 0);
            value[capRow[n]] = left[n] + HAIR * (n + 1) / tables.nodes() / 10;
        }
        for (int r = 0; r < rows; r++) inverse[r][r] = 1;
    }

    private static Column unit(int row, double sign, double cost) {
        return new Column(-1, new int[0], row, sign, cost);
    }

    /**
     * Until no further way to fill a node pays, or for that many rounds.
     *
     * @param steps for one filling
     */
    void solve(int rounds, long steps) {
        var column = new double[rows];
        for (int round = 0; round < rounds; round++) {
            price();
            var entering = entering(steps);
            if (entering == null) return;
            enter(entering, column);
        }
        price();
        for (int n = 0; n < tables.nodes(); n++) {
            double worth = knapsack.fill(n, tables.room[n], prices, tables.demand, steps);
            if (worth > tables.cost[n]) sure = Math.min(sure, tables.cost[n] / worth);
        }
    }

    /** The part of the prices that surely bounds every purchase from below: all of it where the program was solved to its end. */
    double sure() {
        return sure;
    }

    /** What every purchase costs at least. */
    double bound() {
        double bound = 0;
        for (int i = 0; i < tables.pods(); i++) bound += price(i) * tables.demand[i];
        for (int n = 0; n < tables.nodes(); n++) bound -= scarcity(n) * tables.most[n];
        return bound * sure;
    }

    /** How many nodes the solution has, fractions among them. */
    double nodes() {
        return uses().stream().mapToDouble(Use::times).sum();
    }

    /** What one pod of that kind costs at the margin. */
    double price(int pod) {
        return Math.max(0, prices[pod]);
    }

    /** What it would save at the margin if there were one node more of that kind; 0 where there are enough. */
    double scarcity(int node) {
        return capRow[node] < 0 ? 0 : Math.max(0, -prices[capRow[node]]);
    }

    /** The columns that are used, in the order of the basis. */
    List<Use> uses() {
        var uses = new ArrayList<Use>();
        for (int r = 0; r < rows; r++) {
            if (basis[r].node() >= 0 && value[r] > 1e-6) uses.add(new Use(basis[r], value[r]));
        }
        return uses;
    }

    private void price() {
        Arrays.fill(prices, 0);
        for (int r = 0; r < rows; r++) {
            double cost = basis[r].cost();
            if (cost == 0) continue;
            for (int c = 0; c < rows; c++) prices[c] += cost * inverse[r][c];
        }
    }

    private @Nullable Column entering(long steps) {
        double tolerance = EPSILON * Math.max(1, tables.highestCost);
        for (int i = 0; i < tables.pods(); i++) {
            if (prices[i] < -tolerance) return unit(i, -1, 0); // a pod more than needed
        }
        for (int n = 0; n < tables.nodes(); n++) {
            if (capRow[n] >= 0 && prices[capRow[n]] > tolerance) return unit(capRow[n], 1, 0); // a node less than there are
        }
        for (int asked = 0; asked < tables.nodes(); asked++) {
            int n = next;
            next = (next + 1) % tables.nodes();
            double cost = tables.cost[n] - (capRow[n] >= 0 ? prices[capRow[n]] : 0);
            double worth = knapsack.fill(n, tables.room[n], prices, tables.demand, steps);
            if (worth <= cost + Math.max(tolerance, cost * 1e-7)) continue;
            var pods = new int[tables.pods()];
            for (int i = 0; i < pods.length; i++) pods[i] = knapsack.best(i);
            return new Column(n, pods, -1, 1, tables.cost[n]);
        }
        return null;
    }

    private void enter(Column entering, double[] column) {
        for (int r = 0; r < rows; r++) column[r] = times(inverse[r], entering);
        int leaving = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int r = 0; r < rows; r++) {
            if (column[r] <= EPSILON) continue;
            double ratio = value[r] / column[r];
            if (ratio < least) {
                least = ratio;
                leaving = r;
            }
        }
        if (leaving < 0) throw new IllegalStateException("a node that may be bought without end and takes nothing: " + entering);
        double pivot = column[leaving];
        for (int c = 0; c < rows; c++) inverse[leaving][c] /= pivot;
        value[leaving] /= pivot;
        for (int r = 0; r < rows; r++) {
            if (r == leaving || column[r] == 0) continue;
            for (int c = 0; c < rows; c++) inverse[r][c] -= column[r] * inverse[leaving][c];
            value[r] = Math.max(0, value[r] - column[r] * value[leaving]);
        }
        basis[leaving] = entering;
    }

    private double times(double[] row, Column column) {
        if (column.node() < 0) return row[column.unit()] * column.sign();
        double sum = capRow[column.node()] >= 0 ? row[capRow[column.node()]] : 0;
        for (int i = 0; i < tables.pods(); i++) {
            if (column.pods()[i] > 0) sum += row[i] * column.pods()[i];
        }
        return sum;
    }
}
