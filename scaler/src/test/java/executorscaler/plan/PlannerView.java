package executorscaler.plan;

import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The planner's answers about a random cluster, from what is there of it. */
record PlannerView(RandomCluster cluster, List<Node> nodes, List<Pod> pods, List<Daemon> daemons) {

    static PlannerView of(RandomCluster cluster, LiveCluster.Seen seen) {
        return new PlannerView(cluster, seen.nodes(), seen.pods(), seen.daemons());
    }

    /** The plan at first sight. */
    Plan plan() {
        return decide(true);
    }

    /** How many pods of each group have no home on the nodes that are there, and why. */
    Map<String, Reason> homelessWithoutBuying() {
        return homeless(decide(false));
    }

    /** Groups for which the planner looks for room: where there is none at all, they are homeless. */
    Set<String> seeking() {
        return new PlannerView(cluster, nodes.stream().map(PlannerView::closed).toList(), pods, daemons).homelessWithoutBuying().keySet();
    }

    /** Whether the pod has its node here already. */
    boolean places(Pod placed) {
        return pods.stream().anyMatch(pod -> pod.uid().equals(placed.uid()) && pod.assigned());
    }

    /** Why the planner would not put this pod on the node that it is on; empty where it would. */
    List<String> objections(Pod placed) {
        return objections(placed, placed.node());
    }

    /** Why the planner would not put this pod on that node. */
    List<String> objections(Pod placed, String name) {
        var others = pods.stream().filter(pod -> pod.assigned() && !pod.uid().equals(placed.uid())).toList();
        var waiting = new Pod(placed.namespace(), placed.name(), placed.uid(), placed.owner(), placed.shape(), placed.labels(), Pod.Phase.PENDING, "",
                "",
                false, false, false, false, "", placed.createdAt());
        var alone = nodes.stream().map(node -> node.name().equals(name) ? node : closed(node)).toList();
        var all = new ArrayList<>(others);
        all.add(waiting);
        return homeless(new PlannerView(cluster, alone, all, daemons).decide(false)).values().stream().map(Object::toString).toList();
    }

    /** What the plan holds for want of a home, by the group of the pods. */
    Map<String, Reason> homeless(Plan plan) {
        var homeless = new TreeMap<String, Reason>();
        for (var held : plan.held()) {
            if (count(held.why()) > 0) homeless.merge(groupOf(held.subject()), held.why(), (one, _) -> one);
        }
        return homeless;
    }

    /** Pods that the plan has room for and does not count on, by group. */
    Map<String, Integer> mayWait(Plan plan) {
        var waiting = new TreeMap<String, Integer>();
        for (var held : plan.held()) {
            if (held.why() instanceof Reason.MayHaveToWait may) waiting.merge(groupOf(held.subject()), may.pods(), Integer::sum);
        }
        return waiting;
    }

    /** How many pods have no home by this reason; 0 for a reason of another kind. */
    static int count(Reason reason) {
        return switch (reason) {
            case Reason.NoPoolFits none -> none.pods();
            case Reason.NoRoomNow full -> full.pods();
            case Reason.FitUnknown unknown -> unknown.pods();
            case Reason.NotReadyToSchedule waiting -> waiting.pods();
            default -> 0;
        };
    }

    private String groupOf(String subject) {
        return pods.stream().filter(pod -> subject.equals("pod/" + pod.path())).map(pod -> pod.labels().getOrDefault(RandomCluster.GROUP, subject))
                .findFirst()
                .orElse(subject);
    }

    private Plan decide(boolean buying) {
        var now = Instant.now();
        var groups = cluster.pools().stream().map(pool -> pool.group(nodes, buying ? pool.config().maxSize() : 0, now)).toList();
        var snapshot = new Snapshot(now, List.of(), List.of(), groups, nodes, pods, daemons, List.of(), List.of());
        return Planner.decide(cluster.config(), snapshot, Memory.EMPTY).plan();
    }

    private static Node closed(Node node) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), node.ready(), new Node.Cordon.ByOthers(), node.createdAt());
    }
}
