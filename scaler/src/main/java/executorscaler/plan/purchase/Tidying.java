package executorscaler.plan.purchase;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over a purchase once more, node by node: can its pods go to the room that the others have left, all of them, or as many as it takes for a cheaper node to
 * hold the rest?
 */
final class Tidying {

    /** One node. */
    private static final class Held {
        private final int node;
        private final int[] pods;
        private final long[] free;

        Held(Tables tables, int node, int[] pods) {
            this.node = node;
            this.pods = pods.clone();
            free = tables.room[node].clone();
            for (int i = 0; i < pods.length; i++) {
                for (int k = 0; k < free.length; k++) free[k] -= pods[i] * tables.request[i][k];
            }
        }
    }

    /** Who takes over how many of which pods, and which kind of node the rest goes to, -1: none is left. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(int at, int[][] moved, int kind, double saves) {}

    private final Tables tables;
    private final List<Held> nodes = new ArrayList<>();
    private final int[] left;

    private Tidying(Tables tables, Basket basket) {
        this.tables = tables;
        left = new int[tables.nodes()];
        for (int n = 0; n < left.length; n++) left[n] = basket.nodesLeft(n);
        for (var load : basket.loads()) {
            for (int i = 0; i < load.times(); i++) nodes.add(new Held(tables, load.node(), load.pods()));
        }
    }

    /** The loads of the basket, or cheaper ones with the same pods. */
    static List<Load> tidied(Tables tables, Basket basket) {
        var tidying = new Tidying(tables, basket);
        for (var change = tidying.best(); change != null; change = tidying.best()) tidying.perform(change);
        return tidying.nodes.stream().map(held -> new Load(held.node, held.pods, 1)).toList();
    }

    private @Nullable Change best() {
        Change best = null;
        for (int at = 0; at < nodes.size(); at++) {
            double cost = tables.cost[nodes.get(at).node];
            for (int kind = -1; kind < tables.nodes(); kind++) {
                double saves = kind < 0 ? cost : cost - tables.cost[kind];
                if (saves <= 1e-12 || (best != null && saves <= best.saves) || (kind >= 0 && left[kind] == 0)) continue;
                var moved = moved(at, kind, false);
                if (moved == null) moved = moved(at, kind, true);
                if (moved != null) best = new Change(at, moved, kind, saves);
            }
        }
        return best;
    }

    /** What the others have to take so that a node of that kind holds the rest; null: they cannot. */
    private int @Nullable [][] moved(int at, int kind, boolean lastFirst) {
        var held = nodes.get(at);
        var moved = new int[nodes.size()][];
        var rest = held.pods.clone();
        var free = nodes.stream().map(each -> each.free.clone()).toArray(long[][]::new);
        for (int turn = 0; turn < rest.length; turn++) {
            int i = lastFirst ? rest.length - 1 - turn : turn;
            while (rest[i] > 0 && !holds(kind, rest)) {
                int to = taker(at, i, free);
                if (to < 0) break; // perhaps pods of another kind can go
                if (moved[to] == null) moved[to] = new int[rest.length];
                moved[to][i]++;
                rest[i]--;
                for (int k = 0; k < free[to].length; k++) free[to][k] -= tables.request[i][k];
            }
        }
        return holds(kind, rest) ? moved : null;
    }

    private int taker(int at, int pod, long[][] free) {
        for (int to = 0; to < free.length; to++) {
            if (to != at && tables.takes[nodes.get(to).node][pod] && Tables.fits(tables.request[pod], free[to], 1) == 1) return to;
        }
        return -1;
    }

    private boolean holds(int kind, int[] pods) {
        for (int i = 0; i < pods.length; i++) {
            if (pods[i] > 0 && (kind < 0 || !tables.takes[kind][i])) return false;
        }
        if (kind < 0) return true;
        var free = new Held(tables, kind, pods).free;
        for (int k = 0; k < free.length; k++) {
            if (free[k] < 0 && asks(pods, k)) return false;
        }
        return true;
    }

    private boolean asks(int[] pods, int resource) {
        for (int i = 0; i < pods.length; i++) {
            if (pods[i] > 0 && tables.request[i][resource] > 0) return true;
        }
        return false;
    }

    private void perform(Change change) {
        var rest = nodes.get(change.at).pods.clone();
        left[nodes.get(change.at).node]++;
        for (int to = 0; to < nodes.size(); to++) {
            var more = change.moved[to];
            if (more == null) continue;
            var all = nodes.get(to).pods.clone();
            for (int i = 0; i < all.length; i++) {
                all[i] += more[i];
                rest[i] -= more[i];
            }
            nodes.set(to, new Held(tables, nodes.get(to).node, all));
        }
        if (change.kind < 0) {
            nodes.remove(change.at);
        } else {
            left[change.kind]--;
            nodes.set(change.at, new Held(tables, change.kind, rest));
        }
    }
}
