package executorscaler.plan;

import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Pod;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Spends disruption budgets across the whole tick, so that two nodes cannot both spend the last one (rule S5). */
final class Evictions {

    private final List<Budget> budgets;
    private final TreeMap<String, Integer> left = new TreeMap<>();

    Evictions(List<Budget> budgets) {
        this.budgets = budgets;
        for (Budget budget : budgets) left.put(key(budget), budget.disruptionsAllowed());
    }

    /** The first budget that would not allow the eviction of this pod now. A pod with several budgets needs them all. */
    Optional<Budget> refuses(Pod pod) {
        return budgets.stream().filter(budget -> budget.covers(pod) && left.getOrDefault(key(budget), 0) <= 0).findFirst();
    }

    /** Takes one from each budget of the pod. */
    void spend(Pod pod) {
        for (Budget budget : budgets) {
            if (budget.covers(pod)) left.merge(key(budget), -1, Integer::sum);
        }
    }

    private static String key(Budget budget) {
        return budget.namespace() + "/" + budget.name();
    }
}
