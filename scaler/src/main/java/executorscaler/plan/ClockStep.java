package executorscaler.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What becomes of timers when the wall clock is set: they were begun by it, and go on as if it had always been so. What others have dated, such as launches that
 * failed, keeps its date.
 */
public final class ClockStep {

    private final Duration step;

    private ClockStep(Duration step) {
        this.step = step;
    }

    /**
     * The memory after a step of the wall clock.
     *
     * @param step positive: it was put forward
     */
    public static Memory over(Memory memory, Duration step) {
        return new ClockStep(step).over(memory);
    }

    private Memory over(Memory memory) {
        return memory.but(next -> {
            next.capacityOrders = each(memory.capacityOrders(), order -> new Memory.Order(order.desired(), moved(order.at())));
            next.scaleOrders = each(memory.scaleOrders(), order -> new Memory.ScaleOrder(order.replicas(), order.version(), moved(order.at())));
            next.ended = each(memory.ended(), this::moved);
            next.idleSince = each(memory.idleSince(), this::moved);
            next.quietSince = each(memory.quietSince(), this::moved);
            next.surplus = each(memory.surplus(), this::moved);
            next.trust = each(memory.trust(), epoch -> new Memory.Epoch(epoch.id(), moved(epoch.since())));
            next.shortSince = each(memory.shortSince(), this::moved);
            next.lowered = each(memory.lowered(),
                    list -> list.stream().map(lowered -> new Memory.Lowered(lowered.pods(), moved(lowered.at()))).toList());
            next.claims = each(memory.claims(),
                    claim -> new Memory.Claim(claim.uid(), claim.author(), claim.replicas(), claim.other(), claim.before(),
                            moved(claim.since()), moved(claim.answered())));
            next.hooks = each(memory.hooks(), this::moved);
            next.doors = each(memory.doors(), door -> new Memory.Door(door.closed(), moved(door.at())));
        });
    }

    private Memory.Surplus moved(Memory.Surplus surplus) {
        return new Memory.Surplus(moved(surplus.since()),
                surplus.needs().stream().map(need -> new Memory.Need(need.pods(), moved(need.until()))).toList());
    }

    /** {@link Instant#EPOCH} is never, and {@link Instant#MAX} not yet. */
    private Instant moved(Instant time) {
        return time.equals(Instant.EPOCH) || time.equals(Instant.MAX) ? time : time.plus(step);
    }

    private static <V> SortedMap<String, V> each(SortedMap<String, V> map, UnaryOperator<V> change) {
        var changed = new TreeMap<>(map);
        changed.replaceAll((_, value) -> change.apply(value));
        return changed;
    }
}
