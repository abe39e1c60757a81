package executorscaler.bench.cost;

import java.util.List;

/**
 * What a pod asks for, or what a node has for pods. The bound's own arithmetic: it shares none with the planner.
 *
 * @param cpuMillis thousandths of a CPU
 * @param memoryMib MiB
 * @param gpus whole devices
 */
public record Amount(long cpuMillis, long memoryMib, long pods, long gpus) {

    /** How many kinds of resource there are. */
    static final int KINDS = 4;

    /** By kind, in the order of the record. */
    List<Long> byKind() {
        return List.of(cpuMillis, memoryMib, pods, gpus);
    }

    Amount minus(Amount other) {
        return new Amount(cpuMillis - other.cpuMillis, memoryMib - other.memoryMib, pods - other.pods, gpus - other.gpus);
    }

    Amount times(long factor) {
        return new Amount(cpuMillis * factor, memoryMib * factor, pods * factor, gpus * factor);
    }

    /** How often it goes into {@code room}. */
    int timesInto(Amount room) {
        long times = Integer.MAX_VALUE;
        for (int kind = 0; kind < KINDS; kind++) {
            long wanted = byKind().get(kind);
            if (wanted > 0) times = Math.min(times, Math.max(0, room.byKind().get(kind)) / wanted);
        }
        return (int) times;
    }
}
