package executorscaler.snapshot;

import java.time.Instant;
import java.util.List;

/** Everything the planner may know, as seen at one instant. Readers sort every list by name, so that equal worlds make equal plans. */
public record Snapshot(Instant takenAt, List<Queue> queues, List<Executor> executors, List<Pool> pools, List<Node> nodes, List<Pod> pods,
        List<Daemon> daemons, List<Budget> budgets, List<Missing> missing) {

    public Snapshot {
        queues = List.copyOf(queues);
        executors = List.copyOf(executors);
        pools = List.copyOf(pools);
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        daemons = List.copyOf(daemons);
        budgets = List.copyOf(budgets);
        missing = List.copyOf(missing);
    }
}
