package executorscaler.report;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** A plan for people: one line an action with its reason below it, then what is held back, then one line with the sums. */
public final class PlanText {
    private PlanText() {}

    /** The lines, each ended. */
    public static String of(Plan plan) {
        var text = new StringBuilder();
        for (var step : plan.steps()) {
            text.append(sign(step.action())).append(' ').append(Sentences.of(step.action())).append('\n');
            text.append("    because ").append(Sentences.of(step.why())).append('\n');
        }
        if (!plan.held().isEmpty()) text.append(plan.steps().isEmpty() ? "" : "\n").append("Held back:\n");
        for (var held : plan.held()) {
            text.append("= ").append(held.subject()).append('\n').append("    ").append(Sentences.of(held.why())).append('\n');
        }
        return text.append(text.isEmpty() ? "" : "\n").append(sums(plan)).append('\n').toString();
    }

    private static char sign(Action action) {
        return action.lowers() ? '-' : '+';
    }

    private static String sums(Plan plan) {
        if (plan.steps().isEmpty()) return "Plan: nothing to do" + heldSum(plan) + ". Nothing was changed.";
        int executors = 0;
        int pools = 0;
        int nodes = 0;
        int pods = 0;
        for (var step : plan.steps()) {
            switch (step.action()) {
                case Action.ScaleExecutor _ -> executors++;
                case Action.RaiseCapacity _, Action.TerminateUnjoined _ -> pools++;
                case Action.Cordon _, Action.Uncordon _, Action.Terminate _ -> nodes++;
                case Action.Evict _ -> pods++;
            }
        }
        List<String> parts = new ArrayList<>();
        add(parts, executors, "executor");
        add(parts, pools, "pool");
        add(parts, nodes, "node");
        add(parts, pods, "pod");
        return "Plan: " + String.join(", ", parts) + heldSum(plan) + ". Nothing was changed.";
    }

    private static void add(List<String> parts, int count, String noun) {
        if (count > 0) parts.add(Sentences.count(count, noun));
    }

    private static String heldSum(Plan plan) {
        return plan.held().isEmpty() ? "" : ", " + plan.held().size() + " held back";
    }
}
