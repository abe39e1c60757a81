package executorscaler.cli.simulate;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.plan.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Counts flaps: a pool or an executor that goes up within so long after it went down. Each time it went down counts once. */
final class Flaps {

    private final Duration within;
    private final TreeMap<String, Instant> down = new TreeMap<>();
    private int count;

    Flaps(Duration within) {
        this.within = within;
    }

    /** What a tick did then. */
    void saw(Instant now, List<Performed> performed) {
        for (var done : performed) {
            if (!(done.outcome() instanceof Outcome.Done)) continue;
            way(done.step().action()).ifPresent(way -> {
                if (!way.up()) down.put(way.subject(), now);
                else
                    Optional.ofNullable(down.remove(way.subject())).filter(then -> !then.plus(within).isBefore(now)).ifPresent(_ -> count++);
            });
        }
    }

    int count() {
        return count;
    }

    private record Way(String subject, boolean up) {}

    private static Optional<Way> way(Action action) {
        return switch (action) {
            case Action.ScaleExecutor scale -> Optional.of(new Way(scale.subject(), !scale.lowers()));
            case Action.RaiseCapacity raise -> Optional.of(new Way("pool/" + raise.pool(), true));
            case Action.Terminate end -> Optional.of(new Way("pool/" + end.pool(), false));
            case Action.CancelLaunches cancel -> Optional.of(new Way("pool/" + cancel.pool(), false));
            // A node that is opened again was not given back.
            case Action.Cordon _,Action.Uncordon _,Action.TerminateUnjoined _,Action.SetDeletionCost _,Action.Evict _,Action.Nominate _,Action.SuspendTerminate _,Action.ResumeTerminate _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _,Action.ExtendHook _,Action.CompleteHook _ ->
                Optional.empty();
        };
    }
}
