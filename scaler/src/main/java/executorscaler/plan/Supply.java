package executorscaler.plan;

import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which pools get what they order. A pool of which AWS could not make a launch is left alone for a time: its orders do not count as on their way, nothing is bought
 * from it, and the next pool is asked in the same tick. Each failure after such a time doubles it, up to half an hour, so that it grows past any round of pools that
 * are short in turn; an instance that was launched since ends it.
 */
final class Supply {

    private static final Duration LONGEST = Duration.ofMinutes(30);

    /** A pool that is left alone. */
    record Closed(Pool.LaunchFailure failure, Instant until) {}

    private Supply() {}

    /** The memory with the failures that the snapshot shows. */
    static Memory learn(Memory memory, Snapshot snapshot) {
        var setbacks = new TreeMap<>(memory.setbacks());
        for (Pool pool : snapshot.pools()) {
            var known = setbacks.get(pool.name());
            if (known != null && launchedSince(pool, known.at())) setbacks.remove(pool.name());
            var failure = failure(pool, snapshot.takenAt());
            if (failure.isEmpty() || (known != null && !failure.get().at().isAfter(known.at()))) continue;
            var before = setbacks.get(pool.name());
            int times = before == null ? 1 : before.until().isAfter(failure.get().at()) ? before.times() : before.times() + 1;
            setbacks.put(pool.name(), new Memory.Setback(times, failure.get().at(), failure.get().at().plus(pause(failure.get().cause(), times))));
        }
        return memory.but(next -> next.setbacks = setbacks);
    }

    /** Why the pool is left alone, and until when; empty: it is not. */
    static Optional<Closed> closed(Pool pool, Memory memory, Instant now) {
        var setback = memory.setbacks().get(pool.name());
        if (setback == null || !setback.until().isAfter(now)) return Optional.empty();
        return failure(pool, now).map(failure -> new Closed(failure, setback.until()));
    }

    private static Duration pause(Pool.LaunchFailure.Cause cause, int times) {
        var first = switch (cause) {
            case NO_CAPACITY, OTHER -> Duration.ofMinutes(1);
            // Nothing but a person mends these; asking more often only makes noise.
            case QUOTA, TEMPLATE -> Duration.ofMinutes(10);
        };
        var pause = first.multipliedBy(1L << Math.min(times - 1, 10));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }

    /** The newest failure after the last launch, if such failures leave the group nowhere to launch: zones or types that they do not name are still to be had. */
    private static Optional<Pool.LaunchFailure> failure(Pool pool, Instant now) {
        var recent = pool.failures().stream().filter(failure -> failure.at().plus(LONGEST).isAfter(now) && !launchedSince(pool, failure.at()))
                .toList();
        var wrong = recent.stream().filter(failure -> switch (failure.cause()) {
            case QUOTA, TEMPLATE -> true;
            case NO_CAPACITY, OTHER -> false;
        }).findFirst();
        if (wrong.isPresent() || recent.isEmpty()) return wrong;
        var zones = pool.zones().isEmpty() ? List.of("") : pool.zones();
        boolean nowhere = zones.stream().allMatch(zone -> pool.offers().stream().allMatch(offer -> recent.stream()
                .anyMatch(failure -> (failure.zone().isEmpty() || failure.zone().equals(zone))
                        && (failure.type().isEmpty() || failure.type().equals(offer.type().name())))));
        return nowhere ? Optional.of(recent.getFirst()) : Optional.empty();
    }

    private static boolean launchedSince(Pool pool, Instant since) {
        return pool.instances().stream().anyMatch(instance -> instance.counts() && instance.launchedAt().isAfter(since));
    }
}
