package executorscaler.bench.cost;

import executorscaler.bench.cost.MixWorld.Bought;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One mix: what the plan costs and what it could have cost. All costs an hour, in {@link Mix#PRICE_UNITS}.
 *
 * @param bound the linear program's: nothing that holds all pods costs less
 * @param boundGap how much higher the linear program's value may be, as a part of the bound
 * @param optimum the cheapest whole nodes; empty where the plan leaves pods without a node
 * @param alone the cheapest pool that takes all pods by itself, empty: none does
 * @param leastWaste one pool a round, by least waste
 * @param leastPrice one pool a round, by price
 */
record Compared(Mix mix, Bought plan, double bound, double boundGap, Optional<Optimum.Found> optimum, Optional<List<Integer>> alone,
        Optional<List<Integer>> leastWaste, Optional<List<Integer>> leastPrice) {

    /** Plans of fewer nodes are compared with the optimum: parts of nodes, which the bound may buy, are too much of them. */
    static final int NODES_FOR_THE_BOUND = 30;

    /** @throws IllegalStateException if the plan is cheaper than it can be: then it does not hold all pods, or the bound is wrong */
    static Compared of(Mix mix) {
        var plan = MixWorld.plan(mix);
        var patterns = new Patterns(mix);
        var bound = patterns.bound();
        var buys = new ArrayList<Optional<List<Integer>>>(
                List.of(OnePool.alone(mix), OnePool.buy(mix, OnePool.Choice.LEAST_WASTE), OnePool.buy(mix, OnePool.Choice.LEAST_PRICE)));
        if (plan.homeless() == 0) guard(mix, "the plan", plan.nodes(), bound.floor());
        for (var other : buys) other.ifPresent(nodes -> guard(mix, "one pool", nodes, bound.floor()));
        var optimum = plan.homeless() > 0 ? Optional.<Optimum.Found>empty() : Optional.of(Optimum.find(mix, patterns, plan.nodes()));
        if (optimum.isPresent() && optimum.get().atLeast() < bound.floor() * (1 - 1e-6))
            throw new IllegalStateException("seed " + mix.seed() + ": the optimum " + optimum.get() + " is below the bound " + bound);
        return new Compared(mix, plan, bound.floor(), bound.value() / bound.floor() - 1, optimum, buys.get(0), buys.get(1), buys.get(2));
    }

    private static void guard(Mix mix, String who, List<Integer> nodes, double bound) {
        if (mix.cost(nodes) < bound * (1 - 1e-6))
            throw new IllegalStateException("seed " + mix.seed() + ": " + who + " costs " + mix.cost(nodes) + ", less than the bound " + bound);
    }

    boolean small() {
        return plan.total() < NODES_FOR_THE_BOUND;
    }

    /** Whether the cheapest whole nodes are known. */
    boolean proven() {
        return optimum.orElseThrow().proven();
    }

    /** What the plan is held against: the optimum, or what it is at least; for large plans the bound. */
    double least() {
        return small() && optimum.isPresent() ? optimum.get().atLeast() : bound;
    }

    double ratio() {
        return times(plan.nodes());
    }

    /** What these cost, in times of the least. */
    double times(List<Integer> nodes) {
        return mix.cost(nodes) / least();
    }

    /** What the plan costs, in times of the optimum, or of what that is at least, however large the plan is. */
    double ratioToWholeNodes() {
        return (double) mix.cost(plan.nodes()) / optimum.orElseThrow().atLeast();
    }
}
