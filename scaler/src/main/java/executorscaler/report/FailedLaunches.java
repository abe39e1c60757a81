package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Pool.LaunchFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Launches that AWS could not make, each told once, and for how long their pools are left alone. */
final class FailedLaunches {

    private final Map<String, Set<String>> told = new HashMap<>(); // by pool, ids of activities in the last reading

    /** The failures of a pool that were not there at the last tick. Those that it has when it is seen first are of an earlier time. */
    List<LaunchFailure> newOf(PoolView pool) {
        if (pool.group().isEmpty()) return List.of();
        var failures = pool.group().get().failures();
        var ids = new HashSet<String>();
        failures.forEach(failure -> ids.add(failure.activity()));
        var before = told.put(pool.name(), ids);
        var found = new ArrayList<LaunchFailure>();
        if (before != null) failures.stream().filter(failure -> !before.contains(failure.activity())).forEach(found::add);
        return found;
    }

    /** Seconds for which the pool is still left alone because of failures of this cause; 0: it is not. */
    static double backoffSeconds(Tick tick, PoolView pool, LaunchFailure.Cause cause) {
        var setback = tick.memory().setbacks().get(pool.name());
        if (setback == null || pool.group().isEmpty()) return 0;
        boolean ofThis = pool.group().get().failures().stream().anyMatch(failure -> failure.at().equals(setback.at()) && failure.cause() == cause);
        return ofThis ? Math.max(0, seconds(tick.snapshot().takenAt(), setback.until())) : 0;
    }

    private static double seconds(Instant from, Instant until) {
        return Duration.between(from, until).toMillis() / 1000.0;
    }
}
