package executorscaler.sim;

import executorscaler.observe.ClusterReader;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The simulated world as the ports' records, every list sorted by name. */
final class SimViews {
    private SimViews() {}

    static ClusterReader.Cluster cluster(SimCluster cluster, Instant now) {
        var executors = cluster.deployments.values().stream().filter(one -> !one.executor.isEmpty()).map(one -> executor(one, now))
                .sorted(Comparator.comparing(Executor::name)).toList();
        return new ClusterReader.Cluster(executors, cluster.nodes.values().stream().map(SimNode::record).toList(),
                cluster.pods.values().stream().map(SimPod::record).toList(), cluster.daemons, cluster.budgets(), List.of());
    }

    static List<Pool> pools(SimCloud cloud, Instant readAt) {
        return cloud.groups.values().stream().map(group -> group.record(readAt)).sorted(Comparator.comparing(Pool::name)).toList();
    }

    private static Executor executor(SimDeployment deployment, Instant now) {
        int ready = (int) deployment.pods.stream().filter(SimPod::canWork).count();
        return new Executor(deployment.executor, deployment.namespace, deployment.name, deployment.uid, deployment.version, deployment.replicas,
                ready,
                deployment.shape, Collections.emptySortedMap(), deployment.images, deployment.rollout(now), Pause.NONE, deployment.author);
    }
}
