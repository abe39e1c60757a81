package executorscaler.loop;

import executorscaler.act.Performed;
import executorscaler.config.ConfigSource;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One turn of the loop, complete: what was asked for, seen, decided, done, and how long each part took. All reports are read off this value.
 *
 * @param number counts from 1 since the start of the process
 * @param role of this process when the turn began; a follower performs nothing of {@code plan}
 * @param config in force, completed by the pools that were discovered
 * @param memory what this tick tells the next
 * @param findings of the independent check; their steps are not in {@code plan}
 * @param performed one entry a step of {@code plan}
 * @param stood whether nothing had changed since the last tick that its decision rested on: the plan is the last one's
 */
public record Tick(long number, Set<Signals.Cause> causes, Role role, ConfigSource.State config, Snapshot snapshot, Plan plan,
        List<PlanCheck.Finding> findings,
        List<Performed> performed, Memory memory, Durations durations, boolean stood) {

    public Tick {
        findings = List.copyOf(findings);
        performed = List.copyOf(performed);
    }

    /** How long the parts took. */
    public record Durations(Duration observe, Duration decide, Duration act) {}

    /** Whether anything was done or refused: a tick worth a line in the log. */
    public boolean eventful() {
        return !performed.isEmpty() || !findings.isEmpty();
    }
}
