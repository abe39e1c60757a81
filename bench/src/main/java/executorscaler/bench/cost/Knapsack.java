package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;

/**
 * The most valuable way to fill one node of a pool, when a pod of each group has a value: a bounded knapsack in several dimensions, by depth-first branch and
 * bound. Groups come in order of what they are worth of what is scarce; no branch is followed that cannot beat the best so far even if pods could be cut in
 * pieces and all resources were exchanged at one rate.
 */
final class Knapsack {

    /**
     * @param pods of each group
     * @param value of those
     * @param atMost no way to fill the node is worth more
     */
    record Best(List<Integer> pods, double value, double atMost) {}

    /** What may stay undecided, as a part of the estimate: first only what doubles round; more where that would take too many branches. */
    private static final double[] TOLERANCES = {1e-7, 1e-4, 1e-3, 1e-2};

    private static final int MOST_BRANCHES = 100_000;

    /** Nothing is free, or a group that costs nothing would have no place in the order. */
    private static final double LEAST_RATE = 1e-6;

    private final double[] room = new double[Amount.KINDS];
    private final double[][] requests; // by group
    private final int[] limits; // by group

    private int[] order = {};
    private double[] values = {};
    private double[] prices = {}; // by group: what its requests cost at the rates
    private double[] rates = {};
    private int[] taken = {};
    private int[] best = {};
    private double bestValue;
    private double tolerance;
    private int branches;

    Knapsack(Mix mix, int pool) {
        var has = mix.room(pool).byKind();
        for (int kind = 0; kind < Amount.KINDS; kind++) room[kind] = has.get(kind);
        int groups = mix.groups().size();
        requests = new double[groups][Amount.KINDS];
        limits = new int[groups];
        for (int group = 0; group < groups; group++) {
            var wants = mix.groups().get(group).requests().byKind();
            for (int kind = 0; kind < Amount.KINDS; kind++) requests[group][kind] = wants.get(kind);
            limits[group] = Math.min(mix.perNode(pool, group), mix.groups().get(group).pods());
        }
    }

    /** Pods of group {@code i} are worth {@code worth[i]} each, 0 or more. */
    Best fill(double[] worth) {
        var wanted = new ArrayList<Integer>();
        for (int group = 0; group < limits.length; group++) {
            if (limits[group] > 0 && worth[group] > 0) wanted.add(group);
        }
        if (wanted.isEmpty()) return new Best(Collections.nCopies(limits.length, 0), 0, 0);
        values = worth;
        rates = rates(wanted);
        prices = new double[limits.length];
        for (int group : wanted) prices[group] = price(group);
        wanted.sort((one, other) -> Double.compare(values[other] / prices[other], values[one] / prices[one]));
        order = wanted.stream().mapToInt(Integer::intValue).toArray();
        taken = new int[limits.length];
        best = new int[limits.length];
        bestValue = 0;
        double estimate = estimate(0, room.clone(), dot(rates, room));
        double atMost = estimate;
        for (double part : TOLERANCES) {
            tolerance = part * estimate;
            branches = 0;
            branch(0, room.clone(), dot(rates, room), 0);
            if (branches < MOST_BRANCHES) {
                atMost = Math.min(atMost, bestValue + tolerance);
                break;
            }
        }
        return new Best(Arrays.stream(best).boxed().toList(), bestValue, atMost);
    }

    private void branch(int depth, double[] left, double purse, double value) {
        if (value > bestValue) {
            bestValue = value;
            best = taken.clone();
        }
        if (depth == order.length || ++branches >= MOST_BRANCHES) return;
        int group = order[depth];
        int most = most(group, left);
        for (int count = most; count >= 0; count--) {
            var rest = left.clone();
            for (int kind = 0; kind < Amount.KINDS; kind++) rest[kind] -= count * requests[group][kind];
            double restPurse = purse - count * prices[group];
            double restValue = value + count * values[group];
            // All that is left at the rate of this group, which is the best buy of those that remain: with fewer of it the sum only falls.
            if (restValue + restPurse * values[group] / prices[group] <= bestValue + tolerance) break;
            if (restValue + estimate(depth + 1, rest, restPurse) <= bestValue + tolerance) continue;
            taken[group] = count;
            branch(depth + 1, rest, restPurse, restValue);
            taken[group] = 0;
        }
    }

    private int most(int group, double[] left) {
        double most = limits[group];
        for (int kind = 0; kind < Amount.KINDS; kind++) {
            if (requests[group][kind] > 0) most = Math.min(most, Math.floor(left[kind] / requests[group][kind] + 1e-9));
        }
        return (int) most;
    }

    /** No pods of the groups from {@code depth} on that go into what is left are worth more. */
    private double estimate(int depth, double[] left, double purse) {
        double worth = 0;
        double money = purse;
        for (int i = depth; i < order.length && money > 0; i++) {
            int group = order[i];
            int most = most(group, left);
            if (most * prices[group] <= money) {
                worth += most * values[group];
                money -= most * prices[group];
            } else {
                worth += money / prices[group] * values[group];
                money = 0;
            }
        }
        return worth;
    }

    /**
     * What a unit of each resource is worth in this node if pods could be cut in pieces: the rates at which the estimate is lowest. By linear programming, in shares
     * of the room. A group is worth what its requests cost and what is gained beyond that.
     */
    private double[] rates(List<Integer> wanted) {
        var model = new ExpressionsBasedModel();
        var kinds = new ArrayList<Variable>();
        for (int kind = 0; kind < Amount.KINDS; kind++) kinds.add(model.newVariable("rate" + kind).lower(LEAST_RATE).weight(1));
        double most = wanted.stream().mapToDouble(group -> values[group] * limits[group]).max().orElseThrow();
        for (int group : wanted) {
            var gain = model.newVariable("gain" + group).lower(0).weight(1);
            var row = model.newExpression("worth" + group).lower(values[group] * limits[group] / most);
            row.set(gain, 1);
            for (int kind = 0; kind < Amount.KINDS; kind++) row.set(kinds.get(kind), limits[group] * share(group, kind));
        }
        var result = model.minimise();
        var found = new double[Amount.KINDS];
        for (int kind = 0; kind < Amount.KINDS; kind++)
            found[kind] = room[kind] > 0 ? Math.max(LEAST_RATE, result.doubleValue(kind)) * most / room[kind] : 0;
        return found;
    }

    /** Of the whole room. */
    private double share(int group, int kind) {
        return room[kind] > 0 ? requests[group][kind] / room[kind] : 0;
    }

    private double price(int group) {
        return dot(rates, requests[group]);
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) sum += one[i] * other[i];
        return sum;
    }
}
