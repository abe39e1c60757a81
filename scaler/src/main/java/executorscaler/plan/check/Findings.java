package executorscaler.plan.check;

import executorscaler.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** What the rules have found so far. */
final class Findings {
    private final List<PlanCheck.Finding> all = new ArrayList<>();

    void add(String rule, Plan.Step step, String finding) {
        all.add(new PlanCheck.Finding(rule, step, finding));
    }

    List<PlanCheck.Finding> all() {
        return all;
    }
}
