package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How long the instances of each pool took from their launch until their node was complete, for those of which that was seen. Not for decisions. */
final class Boots {
    private static final int KEPT = 256;

    /** Seconds of the median and of nine in ten. */
    record Typical(long p50, long p90) {}

    private final Map<String, ArrayDeque<Long>> seconds = new HashMap<>(); // by pool, the newest last
    private Set<String> waitedFor = Set.of(); // instance ids

    /** Looks at who has become complete since the last tick. */
    void seen(Tick tick, List<PoolView> pools) {
        var waiting = new HashSet<String>();
        for (var pool : pools) {
            pool.booting().forEach(instance -> waiting.add(instance.id()));
            for (var view : pool.nodes()) {
                var instance = view.instance();
                if (instance.isEmpty()) continue;
                if (!view.complete()) {
                    waiting.add(instance.get().id());
                } else if (waitedFor.contains(instance.get().id())) {
                    took(pool.name(), instance.get(), tick);
                }
            }
        }
        waitedFor = waiting;
    }

    /** What is typical of the pool; empty: no boot was seen. */
    Optional<Typical> typical(String pool) {
        var known = seconds.get(pool);
        if (known == null) return Optional.empty();
        var sorted = new ArrayList<>(known);
        Collections.sort(sorted);
        return Optional.of(new Typical(sorted.get((sorted.size() - 1) / 2), sorted.get((sorted.size() - 1) * 9 / 10)));
    }

    private void took(String pool, Pool.Instance instance, Tick tick) {
        var known = seconds.computeIfAbsent(pool, _ -> new ArrayDeque<>());
        if (known.size() == KEPT) known.removeFirst();
        known.addLast(Math.max(0, Duration.between(instance.launchedAt(), tick.snapshot().takenAt()).toSeconds()));
    }
}
