package executorscaler.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.function.BiPredicate;

/** Everything the planner may know, as seen at one instant. Readers sort every list by name, so that equal worlds make equal plans. */
public record Snapshot(Instant takenAt, List<Queue> queues, List<Executor> executors, List<Pool> pools, List<Node> nodes, List<Pod> pods,
        List<Daemon> daemons, List<Budget> budgets, List<Notice> notices, List<Missing> missing) {

    public Snapshot {
        queues = List.copyOf(queues);
        executors = List.copyOf(executors);
        pools = List.copyOf(pools);
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        daemons = List.copyOf(daemons);
        budgets = List.copyOf(budgets);
        notices = List.copyOf(notices);
        missing = List.copyOf(missing);
    }

    /** Without notices. */
    public Snapshot(Instant takenAt, List<Queue> queues, List<Executor> executors, List<Pool> pools, List<Node> nodes, List<Pod> pods,
            List<Daemon> daemons, List<Budget> budgets, List<Missing> missing) {
        this(takenAt, queues, executors, pools, nodes, pods, daemons, budgets, List.of(), missing);
    }

    /**
     * Whether the other shows the same world at another time. Nodes, pods, daemonsets and budgets are the same where the lists are: readers give the same one while
     * nothing changes, and to compare 150,000 pods would cost what a caller wants to save.
     */
    @SuppressWarnings("ReferenceEquality")
    public boolean shows(Snapshot other) {
        return nodes == other.nodes && pods == other.pods && daemons == other.daemons && budgets == other.budgets
                && executors.equals(other.executors) && notices.equals(other.notices) && missing.equals(other.missing)
                && alike(queues, other.queues, Queue::alike)
                && alike(pools, other.pools, Pool::alike);
    }

    private static <T> boolean alike(List<T> some, List<T> others, BiPredicate<T, T> alike) {
        if (some.size() != others.size()) return false;
        for (int i = 0; i < some.size(); i++) {
            if (!alike.test(some.get(i), others.get(i))) return false;
        }
        return true;
    }
}
