package executorscaler.plan.purchase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds nodes for the pods that a basket lacks: depth first, always for the pod that costs the most, those nodes first of which the least is wasted by the prices of
 * the pods, and no further where the prices say that what is left cannot become cheaper than what was found. Pods for which there is no node stay without.
 */
final class Completion {

    private static final int WAYS = 6;
    private static final int STEPS = 300; // for one filling

    /** A node that could be next, and what it costs beyond the prices of its pods. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Choice(int node, int[] pods, double worth, double waste) {
        /** As a part of what it is worth: the small node that wastes little is not the best for it. */
        double share() {
            return waste / Math.max(1e-9, worth);
        }
    }

    private final Tables tables;
    private final Knapsack knapsack;
    private final CoverProgram program;
    private final double homeless;
    private final double[] price; // a bound from below
    private final double[] worth; // what fillings are chosen by
    private final int[] takers; // kinds of node
    private List<Load> best = List.of();
    private boolean choosy;
    private double bestCost;
    private long steps;
    private int from;

    Completion(Tables tables, Knapsack knapsack, CoverProgram program, double homeless) {
        this.tables = tables;
        this.knapsack = knapsack;
        this.program = program;
        this.homeless = homeless;
        price = new double[tables.pods()];
        worth = new double[tables.pods()];
        takers = new int[tables.pods()];
        for (int i = 0; i < takers.length; i++) {
            for (int n = 0; n < tables.nodes(); n++) takers[i] += tables.takes[n][i] ? 1 : 0;
        }
    }

    /**
     * Adds the cheapest nodes that are found within that many steps, and those of the first descent whatever it takes.
     *
     * @param bySize how much a pod's share of a node counts beside its price: prices are often 0 for all but a few pods, and the others want a place, too
     * @param choosyFirst whether pods that few kinds of node take come first, and not those that are worth the most
     */
    void complete(Basket basket, long atMost, double bySize, boolean choosyFirst) {
        choosy = choosyFirst;
        for (int i = 0; i < price.length; i++) {
            price[i] = program.price(i) * program.sure();
            worth[i] = (bySize < 1 ? program.price(i) : 0) + bySize * share(i);
        }
        steps = atMost;
        from = basket.size();
        bestCost = Double.POSITIVE_INFINITY;
        descend(basket, new boolean[tables.pods()]);
        basket.replaceAfter(from, best);
    }

    /** What the pod's part of the node costs on which that is the least. */
    private double share(int pod) {
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < tables.nodes(); n++) {
            if (!tables.takes[n][pod]) continue;
            double part = 0;
            for (int k = 0; k < tables.room[n].length; k++) {
                if (tables.request[pod][k] > 0) part = Math.max(part, tables.request[pod][k] / (double) tables.room[n][k]);
            }
            least = Math.min(least, part * Math.max(tables.cost[n], tables.highestCost * 1e-6));
        }
        return Double.isInfinite(least) ? 0 : least;
    }

    private void descend(Basket basket, boolean[] given) {
        double atLeast = basket.spent();
        for (int n = 0; n < tables.nodes(); n++) atLeast -= program.scarcity(n) * program.sure() * basket.nodesLeft(n);
        int next = -1;
        for (int i = 0; i < price.length; i++) {
            int left = basket.left()[i];
            if (left == 0) continue;
            if (given[i]) {
                atLeast += left * homeless;
            } else {
                atLeast += left * price[i];
                if (next < 0 || before(i, next)) next = i;
            }
        }
        if (atLeast >= bestCost - 1e-9) return;
        if (next < 0) {
            bestCost = basket.cost();
            best = List.copyOf(basket.loads().subList(from, basket.size()));
            return;
        }
        var choices = choices(basket, next, given);
        if (choices.isEmpty()) {
            given[next] = true;
            descend(basket, given);
            given[next] = false;
            return;
        }
        for (var choice : choices) {
            int size = basket.size();
            basket.add(choice.node(), choice.pods(), times(basket, choice));
            descend(basket, given);
            while (basket.size() > size) basket.drop();
            if (steps <= 0) return;
        }
    }

    private boolean before(int one, int other) {
        if (choosy && takers[one] != takers[other]) return takers[one] < takers[other];
        return worth[one] > worth[other];
    }

    /** Many alike at once where there are many; one at a time towards the end, where each counts. */
    private int times(Basket basket, Choice choice) {
        int times = basket.nodesLeft(choice.node());
        for (int i = 0; i < price.length; i++) {
            if (choice.pods()[i] > 0) times = Math.min(times, basket.left()[i] / choice.pods()[i]);
        }
        return times > 8 ? times - 4 : 1;
    }

    private List<Choice> choices(Basket basket, int pod, boolean[] given) {
        var found = new ArrayList<Choice>();
        var limit = new int[price.length];
        for (int n = 0; n < tables.nodes(); n++) {
            if (!tables.takes[n][pod] || basket.nodesLeft(n) == 0) continue;
            int most = Tables.fits(tables.request[pod], tables.room[n], basket.left()[pod]);
            for (int count = most; count >= Math.max(1, most - 2); count--) {
                var room = tables.room[n].clone();
                for (int k = 0; k < room.length; k++) room[k] -= count * tables.request[pod][k];
                for (int i = 0; i < limit.length; i++) limit[i] = given[i] ? 0 : basket.left()[i];
                limit[pod] = 0;
                double filled = knapsack.fill(n, room, worth, limit, STEPS) + count * worth[pod];
                steps -= knapsack.steps() + 1;
                var pods = new int[price.length];
                for (int i = 0; i < pods.length; i++) pods[i] = knapsack.best(i);
                pods[pod] = count;
                found.add(new Choice(n, pods, filled, tables.cost[n] - filled));
            }
        }
        found.sort(Comparator.comparingDouble(Choice::share).thenComparingInt(Choice::node)
                .thenComparing(choice -> Arrays.stream(choice.pods()).sum(), Comparator.reverseOrder()));
        return found.size() <= WAYS ? found : found.subList(0, WAYS);
    }
}
