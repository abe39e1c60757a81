package executorscaler.plan.purchase;

import java.util.ArrayList;
import java.util.List;

/** Nodes that were chosen so far, and the pods that still need one. */
final class Basket {

    private final Tables tables;
    private final double homeless;
    private final List<Load> loads = new ArrayList<>();
    private final int[] left; // pods, by kind
    private final int[] nodesLeft; // by kind
    private double spent;

    Basket(Tables tables, double homeless) {
        this.tables = tables;
        this.homeless = homeless;
        left = tables.demand.clone();
        nodesLeft = tables.most.clone();
    }

    /** Adds such nodes, of which none holds more than is still to be placed; what nobody needs is left out. */
    void add(int node, int[] pods, int times) {
        int full = Math.min(times, nodesLeft[node]);
        for (int i = 0; i < pods.length; i++) {
            if (pods[i] > 0) full = Math.min(full, left[i] / pods[i]);
        }
        if (full > 0) put(node, pods, full);
        for (int rest = Math.min(times - full, nodesLeft[node]); rest > 0; rest--) {
            var fewer = pods.clone();
            boolean any = false;
            for (int i = 0; i < fewer.length; i++) {
                fewer[i] = Math.min(fewer[i], left[i]);
                any |= fewer[i] > 0;
            }
            if (!any) return;
            put(node, fewer, 1);
        }
    }

    private void put(int node, int[] pods, int times) {
        loads.add(new Load(node, pods, times));
        for (int i = 0; i < pods.length; i++) left[i] -= pods[i] * times;
        nodesLeft[node] -= times;
        spent += tables.cost[node] * times;
    }

    /** Takes the last load back. */
    void drop() {
        var load = loads.removeLast();
        for (int i = 0; i < load.pods().length; i++) left[i] += load.pods()[i] * load.times();
        nodesLeft[load.node()] += load.times();
        spent -= tables.cost[load.node()] * load.times();
    }

    int[] left() {
        return left;
    }

    int nodesLeft(int node) {
        return nodesLeft[node];
    }

    double spent() {
        return spent;
    }

    /** With what pods without a home count as. */
    double cost() {
        double cost = spent;
        for (int pods : left) cost += pods * homeless;
        return cost;
    }

    List<Load> loads() {
        return List.copyOf(loads);
    }

    int nodes() {
        return loads.stream().mapToInt(Load::times).sum();
    }

    int size() {
        return loads.size();
    }

    /** Becomes the first {@code size} loads and these. */
    void replaceAfter(int size, List<Load> others) {
        while (loads.size() > size) drop();
        for (var load : others) put(load.node(), load.pods(), load.times());
    }
}
