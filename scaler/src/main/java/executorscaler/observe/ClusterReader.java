package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.time.Instant;
import java.util.List;

/** Reads the cluster, from watch caches where it is live. */
public interface ClusterReader {

    Cluster read(Config config, Instant now);

    /**
     * All lists sorted by name. While any cache has not synced, or its watch is broken, {@code missing} says so for the whole source and the rest is
     * not to be relied on. An executor whose Deployment does not exist is absent without being missing.
     */
    record Cluster(List<Executor> executors, List<Node> nodes, List<Pod> pods, List<Daemon> daemons, List<Budget> budgets, List<Missing> missing) {
        public Cluster {
            executors = List.copyOf(executors);
            nodes = List.copyOf(nodes);
            pods = List.copyOf(pods);
            daemons = List.copyOf(daemons);
            budgets = List.copyOf(budgets);
            missing = List.copyOf(missing);
        }
    }
}
