package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.plan.Decision;
import executorscaler.plan.Memory;
import executorscaler.plan.check.PlanCheck;
import executorscaler.plan.Planner;
import executorscaler.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Decides, and lets the decision stand for as long as all that it rests on does: a cluster of 15,000 nodes in which nothing happens need not be planned anew every
 * few seconds. What stands asked for nothing, left the memory as it was, and has no timer that ends before its time.
 */
final class Standing {

    /**
     * A decision.
     *
     * @param checked the plan as it may be performed
     * @param stood whether it is an earlier one
     */
    record Decided(Decision decision, PlanCheck.Checked checked, boolean stood) {}

    private record Kept(Config config, Snapshot snapshot, Decided decided) {}

    private @Nullable Kept kept;

    /** What {@link Planner} and {@link PlanCheck} say to these. */
    Decided decide(Config config, Snapshot snapshot, Memory memory) {
        var last = kept;
        if (last != null && stands(last, config, snapshot, memory)) return new Decided(last.decided.decision, last.decided.checked, true);
        var decision = Planner.decide(config, snapshot, memory);
        var decided = new Decided(decision, PlanCheck.check(config, snapshot, memory, decision.plan()), false);
        boolean rests = decision.plan().steps().isEmpty() && decision.memory().settled() && decision.memory().equals(memory);
        kept = rests ? new Kept(config, snapshot, decided) : null;
        return decided;
    }

    private static boolean stands(Kept last, Config config, Snapshot snapshot, Memory memory) {
        return snapshot.takenAt().isBefore(last.decided.decision.until()) && !snapshot.takenAt().isBefore(last.snapshot.takenAt())
                && memory.equals(last.decided.decision.memory()) && config.equals(last.config) && snapshot.shows(last.snapshot);
    }
}
