package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * The configuration linear program of Gilmore and Gomory by column generation: nodes are bought by pattern, a pattern being one way to fill one. There are too
 * many patterns to write down, so that the program knows a few, and a {@link Knapsack} for each pool says whether one is missing. The dual is what is solved: a
 * worth for each pod and a toll for each limited pool, so that no pattern is worth more than node and toll.
 */
final class Patterns {

    /** Rounds of asking for more patterns. Some tens are usual; every round gives a bound that holds. */
    private static final int MOST_ROUNDS = 300;

    private static final double ENOUGH = 1e-6;

    private final Mix mix;
    private final List<Knapsack> knapsacks = new ArrayList<>();
    private final Set<Pattern> known = new LinkedHashSet<>();
    private final List<Valuation> valuations = new ArrayList<>();

    Patterns(Mix mix) {
        this.mix = mix;
        for (int pool = 0; pool < mix.pools().size(); pool++) {
            knapsacks.add(new Knapsack(mix, pool));
            for (int group = 0; group < mix.groups().size(); group++) {
                var alone = new double[mix.groups().size()];
                alone[group] = 1;
                var best = knapsacks.get(pool).fill(alone);
                if (best.value() > 0) known.add(new Pattern(pool, best.pods()));
            }
        }
    }

    /** All that was found to limit purchases so far. */
    List<Valuation> valuations() {
        return valuations;
    }

    Set<Pattern> known() {
        return known;
    }

    /**
     * The linear program's value: nothing that holds all pods costs less.
     *
     * @param floor proven by a valuation, in {@link Mix#PRICE_UNITS}
     * @param value of the program with the patterns that are known: the true value lies between the two
     */
    record Bound(double floor, double value) {}

    Bound bound() {
        var prices = mix.pools().stream().mapToDouble(Mix.Pool::price).toArray();
        var limits = new int[prices.length];
        for (int pool = 0; pool < limits.length; pool++)
            limits[pool] = Valuation.limited(mix, pool) ? mix.pools().get(pool).max() : Integer.MAX_VALUE;
        double floor = 0;
        double value = Double.POSITIVE_INFINITY;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var dual = solve(prices, limits, Double.POSITIVE_INFINITY);
            value = dual.value;
            int before = known.size();
            floor = Math.max(floor, valuate(dual).floor(mix));
            if (known.size() == before || value - floor <= ENOUGH * value) break;
        }
        return new Bound(floor, value);
    }

    /** Why so many nodes of each pool cannot hold all pods; empty where they could if pods and patterns could be cut in pieces. */
    Optional<Valuation> refute(List<Integer> nodes) {
        var old = valuations.stream().filter(valuation -> valuation.refutes(nodes)).findFirst();
        if (old.isPresent()) return old;
        var limits = nodes.stream().mapToInt(Integer::intValue).toArray();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var dual = solve(new double[limits.length], limits, 1);
            if (dual.value < ENOUGH) return Optional.empty();
            int before = known.size();
            var valuation = valuate(dual);
            if (valuation.refutes(nodes)) return Optional.of(valuation);
            if (known.size() == before) return Optional.empty();
        }
        return Optional.empty();
    }

    /** Asks every pool for its most valuable pattern, and keeps those that are new. */
    private Valuation valuate(Dual dual) {
        var worth = dual.worth.stream().mapToDouble(Double::doubleValue).toArray();
        var fill = new double[knapsacks.size()];
        for (int pool = 0; pool < fill.length; pool++) {
            var best = knapsacks.get(pool).fill(worth);
            fill[pool] = best.atMost();
            if (best.value() > 0) known.add(new Pattern(pool, best.pods()));
        }
        var valuation = new Valuation(mix, worth, fill);
        valuations.add(valuation);
        return valuation;
    }

    private record Dual(double value, List<Double> worth) {}

    /** Worths and tolls are as high as may be while no known pattern is worth more than a node's price and its toll; each is {@code most} at most. */
    private Dual solve(double[] prices, int[] limits, double most) {
        var model = new ExpressionsBasedModel();
        var worths = new ArrayList<Variable>();
        for (var group : mix.groups()) {
            var worth = model.newVariable(group.name()).lower(0).weight(group.pods());
            if (Double.isFinite(most)) worth.upper(most);
            worths.add(worth);
        }
        var tolls = new ArrayList<Variable>();
        for (int pool = 0; pool < limits.length; pool++) {
            tolls.add(model.newVariable("toll" + pool).lower(0).weight(-(double) limits[pool]));
            if (limits[pool] == Integer.MAX_VALUE) tolls.get(pool).level(0).weight(0);
        }
        int number = 0;
        for (var pattern : known) {
            if (limits[pattern.pool()] == 0) continue;
            var row = model.newExpression("pattern" + number++).upper(prices[pattern.pool()]);
            for (int group = 0; group < worths.size(); group++) {
                int pods = pattern.pods().get(group);
                if (pods > 0) row.set(worths.get(group), pods);
            }
            if (limits[pattern.pool()] < Integer.MAX_VALUE) row.set(tolls.get(pattern.pool()), -1);
        }
        Optimisation.Result result = model.maximise();
        if (!result.getState().isOptimal()) throw new IllegalStateException("seed " + mix.seed() + ": the linear program is " + result.getState());
        return new Dual(result.getValue(), IntStream.range(0, worths.size()).mapToObj(group -> Math.max(0, result.doubleValue(group))).toList());
    }
}
