package executorscaler.kubernetes;

import executorscaler.act.ClusterWriter;
import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.loop.Clock;
import executorscaler.plan.Action;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Writes to the cluster: one attempt an action, each call with a time-out of its own, every write conditional on what the planner saw. Reads are quorum reads.
 * Safe for use by several threads.
 */
public final class ClusterWrites implements ClusterWriter {

    private final ReplicaWrites replicas;
    private final PodWrites pods;
    private final NodeWrites nodes;

    /**
     * @param client {@link KubernetesClients#calling}: it must not retry by itself
     * @param clock for the time that a cordon notes on its node
     * @param gate asked at every write, after the look that it follows
     */
    public ClusterWrites(KubernetesClient client, Clock clock, WriteGate gate) {
        var steps = new Steps(client, gate);
        replicas = new ReplicaWrites(steps);
        pods = new PodWrites(steps);
        nodes = new NodeWrites(steps, clock);
    }

    @Override
    public Outcome scale(Action.ScaleExecutor action) {
        return replicas.scale(action);
    }

    @Override
    public Outcome setDeletionCost(Action.SetDeletionCost action) {
        return pods.setDeletionCost(action);
    }

    @Override
    public Outcome nominate(Action.Nominate action) {
        return pods.nominate(action);
    }

    @Override
    public Outcome evict(Action.Evict action) {
        return pods.evict(action);
    }

    @Override
    public Outcome cordon(Action.Cordon action) {
        return nodes.cordon(action);
    }

    @Override
    public Outcome uncordon(Action.Uncordon action) {
        return nodes.uncordon(action);
    }

    @Override
    public Outcome announce(Action.Announce action) {
        return nodes.announce(action);
    }

    @Override
    public Outcome mark(Action.MarkNode action) {
        return nodes.mark(action);
    }

    @Override
    public Outcome deleteNode(Action.DeleteNode action) {
        return nodes.deleteNode(action);
    }

    @Override
    public Outcome confirmEmpty(Action.Terminate action) {
        return nodes.confirmEmpty(action);
    }

    @Override
    public Outcome confirmUnjoined(Action.TerminateUnjoined action) {
        return nodes.confirmUnjoined(action);
    }
}
