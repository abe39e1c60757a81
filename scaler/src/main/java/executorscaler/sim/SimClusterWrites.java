package executorscaler.sim;

import executorscaler.act.ClusterWriter;
import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import executorscaler.plan.ShrinkOrder;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.time.Instant;
import java.util.Optional;

/** Writes to the simulated cluster, with the answers of the real one. */
final class SimClusterWrites implements ClusterWriter {
    private final SimTurn turn;
    private final Timeline timeline;
    private final SimCluster cluster;
    private final SimNotices notices;

    SimClusterWrites(SimTurn turn, Timeline timeline, SimCluster cluster, SimNotices notices) {
        this.turn = turn;
        this.timeline = timeline;
        this.cluster = cluster;
        this.notices = notices;
    }

    @Override
    public Outcome scale(Action.ScaleExecutor action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = Optional.ofNullable(cluster.deployments.get(action.namespace() + "/" + action.deployment()));
            if (found.isEmpty()) return new Outcome.Stale("no Deployment of this name");
            var deployment = found.get();
            if (!deployment.uid.equals(action.uid())) return new Outcome.Stale("another Deployment of this name");
            if (deployment.replicas != action.expected()) return new Outcome.Stale(deployment.replicas + " replicas");
            long started = deployment.pods.stream().filter(pod -> pod.active() && !pod.node().isEmpty()).count();
            if (action.sparesStarted() && started > action.replicas()) return new Outcome.Stale(started + " pods have a node by now");
            var live = deployment.pods.stream().filter(SimPod::active).map(SimPod::record).toList();
            var other = action.victims().isEmpty()
                    ? Optional.<Pod>empty()
                    : ShrinkOrder.mayGo(live, live.size() - action.replicas()).stream().filter(pod -> !action.victims().contains(pod.uid()))
                            .findFirst();
            if (other.isPresent()) return new Outcome.Stale("pod " + other.get().path() + " could go by now");
            cluster.scale(deployment, action.replicas(), new Author(Author.OURSELVES, true, Instant.EPOCH));
            return new Outcome.Done(deployment.version);
        });
    }

    @Override
    public Outcome setDeletionCost(Action.SetDeletionCost action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = samePod(action.namespace(), action.pod(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("no such pod");
            var pod = found.get();
            if (pod.deletionCost() == action.cost()) return new Outcome.Done(0);
            if (pod.deletionCost() != action.expected()) return new Outcome.Stale("deletion cost " + pod.deletionCost());
            pod.deletionCost(action.cost());
            timeline.trace("pod " + pod.path() + " has deletion cost " + action.cost());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome cordon(Action.Cordon action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            return switch (found.get().cordon) {
                case Node.Cordon.None _ -> {
                    cluster.cordon(found.get(), new Node.Cordon.ByUs(timeline.now()));
                    yield new Outcome.Done(timeline.nextVersion());
                }
                case Node.Cordon.ByUs _ -> new Outcome.Done(0);
                case Node.Cordon.ByOthers _ -> new Outcome.Stale("closed by somebody else");
            };
        });
    }

    @Override
    public Outcome uncordon(Action.Uncordon action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            return switch (found.get().cordon) {
                case Node.Cordon.None _ -> new Outcome.Done(0);
                case Node.Cordon.ByUs _ -> {
                    cluster.cordon(found.get(), new Node.Cordon.None());
                    yield new Outcome.Done(timeline.nextVersion());
                }
                case Node.Cordon.ByOthers _ -> new Outcome.Stale("closed by somebody else");
            };
        });
    }

    @Override
    public Outcome announce(Action.Announce action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            var node = found.get();
            node.announced = action.announced();
            timeline.trace("node " + node.name + " is told " + action.announced());
            boolean open = node.cordon instanceof Node.Cordon.None;
            if (open && action.door() == Action.Announce.Door.CLOSE) cluster.cordon(node, new Node.Cordon.ByUs(timeline.now()));
            if (node.cordon instanceof Node.Cordon.ByUs && action.door() == Action.Announce.Door.OPEN) cluster.cordon(node, new Node.Cordon.None());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome evict(Action.Evict action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = samePod(action.namespace(), action.pod(), action.uid());
            if (found.isEmpty()) return new Outcome.Done(0); // gone or replaced
            var budget = cluster.forbids(found.get());
            if (budget.isPresent()) return new Outcome.Refused("disruption budget " + budget.get().name());
            cluster.delete(found.get(), notices.outOfTime(found.get()) ? SimWorkers.INTERRUPTION : "evicted");
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome nominate(Action.Nominate action) {
        return turn.write(Source.KUBERNETES, () -> {
            var found = samePod(action.namespace(), action.pod(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the pod is gone");
            var pod = found.get();
            if (!pod.node().isEmpty() || !pod.nominated().equals(action.expected())) return new Outcome.Stale("it has a node, or another nomination");
            pod.nominate(action.node());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome confirmEmpty(Action.Terminate action) {
        return turn.ask(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            var node = found.get();
            if (!(node.cordon instanceof Node.Cordon.ByUs)) return new Outcome.Stale("the node is not closed by us");
            return node.pods.stream().filter(pod -> !pod.resident).findFirst()
                    .<Outcome>map(pod -> new Outcome.Stale("pod " + pod.path() + " is on it"))
                    .orElseGet(() -> new Outcome.Done(0));
        });
    }

    @Override
    public Outcome confirmUnjoined(Action.TerminateUnjoined action) {
        return turn.ask(Source.KUBERNETES, () -> cluster.nodes.values().stream()
                .filter(node -> node.providerId.endsWith("/" + action.instanceId()) || node.ip.equals(action.privateIp())
                        || node.name.equals(action.privateDns()))
                .findFirst().<Outcome>map(node -> new Outcome.Stale("node " + node.name + " is there")).orElseGet(() -> new Outcome.Done(0)));
    }

    @Override
    public Outcome mark(Action.MarkNode action) {
        return turn.write(Source.KUBERNETES, () -> sameNode(action.node(), action.uid()).<Outcome>map(node -> {
            node.instance = action.instanceId();
            timeline.trace("node " + node.name + " is " + node.instance);
            return new Outcome.Done(timeline.nextVersion());
        }).orElseGet(() -> new Outcome.Stale("the node is gone")));
    }

    @Override
    public Outcome deleteNode(Action.DeleteNode action) {
        return turn.write(Source.KUBERNETES, () -> {
            var node = sameNode(action.node(), action.uid());
            if (node.isEmpty()) return new Outcome.Stale("the node is gone");
            if (node.get().ready || !node.get().instance.equals(action.instanceId())) return new Outcome.Stale("ready, or not that instance");
            cluster.leave(node.get());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    private Optional<SimPod> samePod(String namespace, String name, String uid) {
        return Optional.ofNullable(cluster.pods.get(namespace + "/" + name)).filter(pod -> pod.uid.equals(uid));
    }

    private Optional<SimNode> sameNode(String name, String uid) {
        return cluster.node(name).filter(node -> node.uid.equals(uid));
    }
}
