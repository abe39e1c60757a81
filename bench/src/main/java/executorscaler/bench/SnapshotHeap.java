package executorscaler.bench;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;

/** How much of the heap a snapshot holds: what is left after full collections with it, less what was left before it was made. */
final class SnapshotHeap {

    private static final long BUDGET_MIB = 512;
    private static final int NODES = 15_000;
    private static final int WAITING = 50_000;
    private static final int GROUPS = 200;

    private SnapshotHeap() {}

    /** Says whether the largest world is within its budget. */
    static boolean measure() {
        long before = usedAfterCollection();
        var world = LargeWorld.of(NODES, WAITING, GROUPS);
        long held;
        try {
            held = (usedAfterCollection() - before) >> 20;
        } finally {
            Reference.reachabilityFence(world); // or it might be gone before it is counted
        }
        System.out.printf("heap held by a snapshot of %,d nodes, %,d pods that run and %,d that wait: %d MiB, budget %d: %s%n", NODES, 10 * NODES,
                WAITING, held,
                BUDGET_MIB, held <= BUDGET_MIB ? "within" : "EXCEEDED");
        return held <= BUDGET_MIB;
    }

    private static long usedAfterCollection() {
        var memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
