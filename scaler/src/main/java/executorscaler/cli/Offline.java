package executorscaler.cli;

import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Discovered;
import executorscaler.plan.Memory;
import executorscaler.plan.Planner;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** A tick that was never turned: what would be decided on a snapshot, and nothing done. */
final class Offline {

    /** A directory has no past. It is taken as having stood for longer than any window, so that the plan shows where it leads. */
    static final long LONG_ENOUGH_SECONDS = 365L * 24 * 3600;

    private Offline() {}

    /** @param standsFor seconds for which everything has been as it is: timers count from then */
    static Tick tick(Config written, Snapshot snapshot, long standsFor) {
        return tick(written, snapshot, Memory.ofStanding(snapshot, standsFor));
    }

    /** The same with what an earlier tick has left to remember. */
    static Tick tick(Config written, Snapshot snapshot, Memory memory) {
        var config = Discovered.complete(written, snapshot);
        var decision = Planner.decide(config, snapshot, memory);
        var checked = PlanCheck.check(config, snapshot, memory, decision.plan());
        return new Tick(1, EnumSet.noneOf(Signals.Cause.class), new Role.Alone("nothing is written"),
                new ConfigSource.State(config, 1, List.of(), snapshot.takenAt()), snapshot, checked.plan(), checked.findings(), List.of(),
                decision.memory(), new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO), false);
    }
}
