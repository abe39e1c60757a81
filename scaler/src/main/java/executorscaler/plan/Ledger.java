package executorscaler.plan;

import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps what we ordered until it is seen, so that an old reading does not make us order it again (rule S16). */
final class Ledger {

    /** AWS says that a describe may lag behind a write; after this long we believe what it shows. */
    static final Duration CAPACITY_DEADLINE = Duration.ofMinutes(2);

    /** A watch lags by milliseconds; after this long the write was undone by somebody, or its answer was not what we think. */
    static final Duration SCALE_DEADLINE = Duration.ofSeconds(30);

    /** An instance still listed in service this long after we ended it was not ended. */
    static final Duration ENDED_DEADLINE = Duration.ofMinutes(10);

    /** Within this long no more pods of an executor go than the config allows. */
    static final Duration PACE = Duration.ofMinutes(1);

    /** A group is told about a lifecycle hook no more often than this: less than the shortest heartbeat time-out that AWS allows, 30 s (API_LifecycleHook). */
    static final Duration HOOK_PAUSE = Duration.ofSeconds(20);

    private Ledger() {}

    /** The memory without the orders that {@code snapshot} shows, or that are too old to hold on to. */
    static Memory settle(Memory memory, Snapshot snapshot) {
        var capacity = new TreeMap<>(memory.capacityOrders());
        var scales = new TreeMap<>(memory.scaleOrders());
        var ended = new TreeMap<>(memory.ended());
        var now = snapshot.takenAt();
        for (Pool pool : snapshot.pools()) {
            var order = capacity.get(pool.name());
            if (order != null && pool.desired() >= order.desired() && !pool.readAt().isBefore(order.at())) capacity.remove(pool.name());
            for (var instance : pool.instances()) {
                if (!instance.counts()) ended.remove(instance.id());
            }
        }
        capacity.values().removeIf(order -> olderThan(order.at(), CAPACITY_DEADLINE, now));
        for (Executor executor : snapshot.executors()) {
            var order = scales.get(executor.name());
            if (order != null && order.version() > 0 && executor.version() >= order.version()) scales.remove(executor.name());
        }
        scales.values().removeIf(order -> olderThan(order.at(), SCALE_DEADLINE, now));
        ended.values().removeIf(at -> olderThan(at, ENDED_DEADLINE, now));
        var hooks = new TreeMap<>(memory.hooks());
        hooks.values().removeIf(at -> olderThan(at, ENDED_DEADLINE, now));
        return new Memory(capacity, scales, ended, memory.idleSince(), memory.quietSince(), memory.surplus(), memory.trust(),
                memory.shortSince(), memory.setbacks(), lowered(memory, now), memory.claims(), hooks);
    }

    private static SortedMap<String, List<Memory.Lowered>> lowered(Memory memory, Instant now) {
        var recent = new TreeMap<String, List<Memory.Lowered>>();
        memory.lowered().forEach((executor, all) -> {
            var left = all.stream().filter(each -> now.isBefore(each.at().plus(PACE))).toList();
            if (!left.isEmpty()) recent.put(executor, left);
        });
        return recent;
    }

    private static boolean olderThan(Instant at, Duration limit, Instant now) {
        return Duration.between(at, now).compareTo(limit) > 0;
    }
}
