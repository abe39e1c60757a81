package executorscaler.plan;

import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps what we ordered until it is seen, so that an old reading does not make us order it again (rule S16). */
final class Ledger {

    /** AWS says that a describe may lag behind a write; after this long we believe what it shows. */
    static final Duration CAPACITY_DEADLINE = Duration.ofMinutes(2);

    /** A watch lags by milliseconds; after this long the write was undone by somebody, or its answer was not what we think. */
    static final Duration SCALE_DEADLINE = Duration.ofSeconds(30);

    /** A watch lags by milliseconds here, too. */
    static final Duration DOOR_DEADLINE = Duration.ofMinutes(1);

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
        var unread = new TreeSet<String>(); // no description is newer than the order: what it shows proves nothing
        for (Pool pool : snapshot.pools()) {
            var order = capacity.get(pool.name());
            if (order != null && pool.readAt().isBefore(order.at())) unread.add(pool.name());
        }
        capacity.entrySet().removeIf(each -> !unread.contains(each.getKey()) && olderThan(each.getValue().at(), CAPACITY_DEADLINE, now));
        for (Executor executor : snapshot.executors()) {
            var order = scales.get(executor.name());
            if (order != null && order.version() > 0 && executor.version() >= order.version()) scales.remove(executor.name());
        }
        scales.values().removeIf(order -> olderThan(order.at(), SCALE_DEADLINE, now));
        ended.values().removeIf(at -> olderThan(at, ENDED_DEADLINE, now));
        var hooks = new TreeMap<>(memory.hooks());
        hooks.values().removeIf(at -> olderThan(at, ENDED_DEADLINE, now));
        var doors = new TreeMap<>(memory.doors());
        doors.values().removeIf(door -> olderThan(door.at(), DOOR_DEADLINE, now));
        for (Node node : doors.isEmpty() ? List.<Node>of() : snapshot.nodes()) {
            var door = doors.get(node.uid());
            if (door != null && door.closed() != (node.cordon() instanceof Node.Cordon.None)) doors.remove(node.uid());
        }
        return memory.but(settled -> {
            settled.capacityOrders = capacity;
            settled.scaleOrders = scales;
            settled.ended = ended;
            settled.lowered = lowered(memory, now);
            settled.hooks = hooks;
            settled.doors = doors;
        });
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
