package executorscaler.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import executorscaler.loop.Tick;
import executorscaler.report.TickHistory.Line;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A tick as one point of the page's chart. What was not seen is empty, never zero.
 *
 * @param waiting jobs that wait, those that are due among them
 * @param slots jobs that the ready pods may run at a time
 * @param desired nodes, of all pools
 * @param events kinds of what was done, each with {@code -} where it takes something away and {@code !} where it was not done, comma between them
 */
record TickPoint(long tick, Instant at, Optional<Long> waiting, Optional<Long> running, Optional<Long> slots, Optional<Long> desired,
        Optional<Long> ready, String events) {

    static TickPoint of(Tick tick, List<ExecutorView> executors, List<PoolView> pools, List<Line> lines) {
        boolean queues = executors.stream().allMatch(one -> one.queue().isPresent());
        boolean pods = executors.stream().allMatch(one -> one.deployment().isPresent());
        boolean groups = pools.stream().allMatch(one -> one.group().isPresent());
        return new TickPoint(tick.number(), tick.snapshot().takenAt(),
                number(queues, executors.stream().flatMap(one -> one.queue().stream()).mapToLong(queue -> queue.waiting() + queue.due()).sum()),
                number(queues, executors.stream().flatMap(one -> one.queue().stream()).mapToLong(Queue::running).sum()),
                number(pods, executors.stream().mapToLong(Chain::slots).sum()),
                number(groups, pools.stream().mapToLong(PoolView::desired).sum()), number(groups, pools.stream().mapToLong(PoolView::ready).sum()),
                lines.stream().map(TickPoint::event).distinct().collect(Collectors.joining(",")));
    }

    /** The same numbers at another time, when nothing was done. */
    TickPoint at(long number, Instant time) {
        return new TickPoint(number, time, waiting, running, slots, desired, ready, "");
    }

    /** {@code [tick, milliseconds, waiting, running, slots, desired, ready, "events"]}, {@code null} where not seen. */
    ArrayNode json() {
        var array = Json.array().add(tick).add(at.toEpochMilli());
        for (var each : List.of(waiting, running, slots, desired, ready)) array.add(each.orElse(null));
        return array.add(events);
    }

    private static Optional<Long> number(boolean seen, long number) {
        return seen ? Optional.of(number) : Optional.empty();
    }

    private static String event(Line line) {
        return line.kind() + (line.lowers() ? "-" : "") + (line.outcome().equals("Done") || line.outcome().equals("Seen") ? "" : "!");
    }
}
