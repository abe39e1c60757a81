package executorscaler.plan;

import executorscaler.snapshot.Node;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * Node objects whose instance is gone, where no cloud controller removes them (K3s, kubeadm). While an instance is there its node is told which one it is; a node
 * that was told so, is not ready, and whose instance no group lists any more is deleted (docs/decisions/0017). EC2 itself has the last word, at the write.
 */
final class GoneNodes {

    /** Steps of a kind in one plan: a cluster that is new to us has many nodes. */
    static final int MOST = 50;

    /** EC2 may not know an instance yet for so long after its launch ("Ensure idempotency in Amazon EC2 API requests", "eventual consistency"). */
    static final int UNSURE_SECONDS = 300;

    private final World world;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;

    GoneNodes(World world, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.steps = steps;
        this.held = held;
    }

    /** Tells nodes of our pools which instance they are, while that is beyond doubt: the instance is there, and the node cannot be what an earlier one has left. */
    void mark() {
        int left = MOST;
        for (var config : world.config.nodePools()) {
            var pool = world.pool(config);
            if (pool.isEmpty()) continue;
            for (Host host : world.hosts(pool.get())) {
                var node = host.node();
                var instance = host.place().orElseThrow().instance();
                boolean its = node.ready() || (node.instance().isEmpty() && node.createdAt().isAfter(instance.launchedAt()));
                if (!its || !world.isAlive(instance) || node.instance().equals(instance.id())) continue;
                if (left-- == 0) return;
                steps.add(new Plan.Step(new Action.MarkNode(node.name(), node.uid(), instance.id()),
                        new Reason.IsInstance(instance.id(), config.name())));
            }
        }
    }

    /** Deletes what is left of instances that are gone. Not to be asked while anything is unknown. */
    void delete() {
        var listed = new TreeSet<String>();
        for (var pool : world.snapshot.pools()) pool.instances().forEach(instance -> listed.add(instance.id()));
        int left = MOST;
        for (Node node : world.strangers()) {
            // A node of which nobody knows since when it is not ready has never been ready, or is not read as it should be.
            boolean gone = !node.instance().isEmpty() && !listed.contains(node.instance()) && !node.ready()
                    && !node.unreadySince().equals(Instant.MAX) && world.moment.reached(node.createdAt().plusSeconds(UNSURE_SECONDS));
            if (!gone) continue;
            if (node.cordon() instanceof Node.Cordon.ByOthers) {
                held.add(new Plan.Held("node/" + node.name(), new Reason.CordonedByOthers()));
                continue;
            }
            if (left-- == 0) return;
            steps.add(new Plan.Step(new Action.DeleteNode(node.name(), node.uid(), node.instance()),
                    new Reason.InstanceGone(node.instance(), node.unreadySince())));
        }
    }
}
