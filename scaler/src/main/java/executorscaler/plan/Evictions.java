package executorscaler.plan;

import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Spends disruption budgets across the whole tick, so that two nodes cannot both spend the last one (rule S5). */
final class Evictions {

    private final TreeMap<String, List<Budget>> byNamespace = new TreeMap<>();
    private final TreeMap<String, Integer> left = new TreeMap<>();

    Evictions(List<Budget> budgets) {
        for (Budget budget : budgets) {
            byNamespace.computeIfAbsent(budget.namespace(), _ -> new ArrayList<>()).add(budget);
            left.put(key(budget), budget.disruptionsAllowed());
        }
    }

    /** The first budget that would not allow the eviction of this pod now. A pod with several budgets needs them all. */
    Optional<Budget> refuses(Pod pod) {
        return covering(pod).stream().filter(budget -> left.getOrDefault(key(budget), 0) <= 0).findFirst();
    }

    /** Takes one from each budget of the pod. */
    void spend(Pod pod) {
        for (Budget budget : covering(pod)) left.merge(key(budget), -1, Integer::sum);
    }

    /**
     * Takes one from each budget of any of these pods, all of one node: it will be emptied one pod after the other, and meanwhile no other node is closed that
     * would wait for the same.
     */
    void reserve(List<Pod> pods) {
        var budgets = new LinkedHashSet<Budget>();
        for (Pod pod : pods) budgets.addAll(covering(pod));
        for (Budget budget : budgets) left.merge(key(budget), -1, Integer::sum);
    }

    private List<Budget> covering(Pod pod) {
        var ofNamespace = byNamespace.get(pod.namespace());
        return ofNamespace == null ? List.of() : ofNamespace.stream().filter(budget -> budget.covers(pod)).toList();
    }

    private static String key(Budget budget) {
        return budget.namespace() + "/" + budget.name();
    }
}
