package executorscaler.report;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
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
            text.append("    because ").append(Sentences.whole(step.why())).append('\n');
        }
        if (!plan.held().isEmpty()) text.append(plan.steps().isEmpty() ? "" : "\n").append("Held back:\n");
        for (var held : plan.held()) {
            var details = details(held.why());
            var sentence = Sentences.whole(held.why());
            text.append("= ").append(held.subject()).append('\n').append("    ")
                    .append(details.isEmpty() ? sentence : sentence.substring(0, sentence.indexOf(": ") + 1)).append('\n');
            for (var detail : details) text.append("      ").append(detail).append('\n');
        }
        return text.append(text.isEmpty() ? "" : "\n").append(sums(plan)).append('\n').toString();
    }

    private static char sign(Action action) {
        return action.lowers() ? '-' : '+';
    }

    private static String sums(Plan plan) {
        if (plan.steps().isEmpty()) return "Plan: nothing to do" + heldSum(plan) + ". Nothing was changed.";
        int more = 0;
        int fewer = 0;
        int ordered = 0;
        int cancelled = 0;
        int closed = 0;
        int opened = 0;
        int ended = 0;
        int evicted = 0;
        int nominated = 0;
        int held = 0;
        int marked = 0;
        int spared = 0;
        int guarded = 0;
        int released = 0;
        int noted = 0;
        int deleted = 0;
        int announced = 0;
        for (var step : plan.steps()) {
            switch (step.action()) {
                case Action.ScaleExecutor a when a.lowers() -> fewer += a.expected() - a.replicas();
                case Action.ScaleExecutor a -> more += a.replicas() - a.expected();
                case Action.SetDeletionCost a when a.lowers() -> marked++;
                case Action.SetDeletionCost _ -> spared++;
                case Action.RaiseCapacity a -> ordered += a.desired() - a.expected();
                case Action.CancelLaunches a -> cancelled += a.expected() - a.desired();
                case Action.SuspendTerminate _,Action.ResumeTerminate _ -> held++;
                case Action.Announce _,Action.Acknowledge _,Action.ExtendHook _,Action.CompleteHook _ -> announced++;
                case Action.Cordon _ -> closed++;
                case Action.Uncordon _ -> opened++;
                case Action.Terminate _,Action.TerminateUnjoined _ -> ended++;
                case Action.Evict _ -> evicted++;
                case Action.Nominate _ -> nominated++;
                case Action.Protect a -> guarded += a.instances().size();
                case Action.Unprotect a -> released += a.instances().size();
                case Action.MarkNode _ -> noted++;
                case Action.DeleteNode _ -> deleted++;
            }
        }
        List<String> parts = new ArrayList<>();
        add(parts, "+", more, "executor", "");
        add(parts, "-", fewer, "executor", "");
        add(parts, "+", ordered, "node", "");
        add(parts, "-", ended, "node", "");
        add(parts, "-", cancelled, "node", " not launched");
        add(parts, "", held, "group", " held or released");
        add(parts, "", closed, "node", " closed");
        add(parts, "", opened, "node", " opened again");
        add(parts, "", evicted, "pod", " evicted");
        add(parts, "", nominated, "pod", " told their nodes");
        add(parts, "", marked, "idle executor", " to go next");
        add(parts, "", spared, "executor", " to stay after all");
        add(parts, "", guarded, "instance", " protected");
        add(parts, "", released, "instance", " no longer protected");
        add(parts, "", noted, "node", " marked with their instance");
        add(parts, "", deleted, "Node object", " of gone instances deleted");
        add(parts, "", announced, "answer", " to AWS's announcements");
        return "Plan: " + String.join(", ", parts) + heldSum(plan) + ". Nothing was changed.";
    }

    private static void add(List<String> parts, String sign, int count, String noun, String what) {
        if (count > 0) parts.add(sign + Sentences.count(count, noun) + what);
    }

    /** Where a reason has a line for each pool, all of them: here is the room that a log line does not have. */
    static List<String> details(Reason reason) {
        return switch (reason) {
            case Reason.NoPoolFits r -> r.because();
            case Reason.NoRoomNow r -> r.because();
            case Reason.FitUnknown r -> r.because();
            case Reason.NotReadyToSchedule r -> r.waitsFor();
            default -> List.of();
        };
    }

    private static String heldSum(Plan plan) {
        return plan.held().isEmpty() ? "" : ", " + plan.held().size() + " held back";
    }
}
