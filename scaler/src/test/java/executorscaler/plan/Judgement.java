package executorscaler.plan;

import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A plan held against what the scheduler made of it.
 *
 * @param before what the plan was made from
 * @param bought names of the nodes that were made for it
 */
record Judgement(RandomCluster cluster, PlannerView before, Plan plan, List<String> bought) {

    Verdict of(LiveCluster.Seen after) {
        var view = PlannerView.of(cluster, after);
        var homeless = before.homeless(plan);
        var placed = after.guests().stream().filter(pod -> pod.assigned() && !groupOf(pod).equals(RandomCluster.RUNNING)).toList();
        var used = placed.stream().map(Pod::node).collect(Collectors.toSet());
        int pods = cluster.waiting();
        var mayWait = before.mayWait(plan);
        int waiting = mayWait.values().stream().mapToInt(Integer::intValue).sum();
        int counted = pods - homeless.values().stream().mapToInt(PlannerView::count).sum() - waiting;
        int empty = (int) bought.stream().filter(node -> !used.contains(node)).count();
        return new Verdict(cluster, pods, counted, waiting, fragmented(homeless, mayWait, pendingByGroup(after), counted - placed.size()), 0,
                bought.size(), empty,
                nodesOf(view.plan()), disagreements(view, after, placed, homeless));
    }

    /** Groups of which pods wait though the planner sees room for them on nodes that are there, and how many. */
    static Map<String, Long> roomLeft(RandomCluster cluster, LiveCluster.Seen seen) {
        var homeless = PlannerView.of(cluster, seen).homelessWithoutBuying();
        var left = pendingByGroup(seen);
        left.replaceAll((group, pods) -> pods - count(homeless, group));
        left.values().removeIf(pods -> pods == 0);
        return left;
    }

    private List<String> disagreements(PlannerView view, LiveCluster.Seen after, List<Pod> placed, Map<String, Reason> homeless) {
        var found = new ArrayList<String>();
        roomLeft(cluster, after).forEach((group, pods) -> found.add("the planner sees room for " + pods + " pods of " + group
                + ", the scheduler says: " + message(after, group)));
        var seeking = view.seeking();
        after.guests().stream().filter(Pod::gated).map(Judgement::groupOf).distinct().filter(seeking::contains)
                .forEach(group -> found.add("the planner looks for room for " + group + ", whose pods have gates"));
        for (var pod : placed) {
            var objections = view.objections(pod);
            if (!objections.isEmpty()) found.add("the scheduler put " + pod.name() + " on " + pod.node() + ", the planner: " + objections);
            if (bought.contains(pod.node()) && homeless.get(groupOf(pod)) instanceof Reason.NoPoolFits none && refuses(none, poolOf(after, pod))) {
                found.add("the scheduler put " + pod.name() + " on new " + pod.node() + ", the planner: " + none);
            }
        }
        return found;
    }

    /** Whether no node of the pool takes the pod, in whichever zone it comes up; if only some zones will do, this one may be one of them. */
    private static boolean refuses(Reason.NoPoolFits none, String pool) {
        return none.because().stream().filter(line -> line.startsWith(pool + ": "))
                .noneMatch(line -> Arrays.stream(line.split("; ", -1)).allMatch(one -> one.endsWith("in any of the pool's zones")));
    }

    private static String poolOf(LiveCluster.Seen seen, Pod pod) {
        return seen.nodes().stream().filter(node -> node.name().equals(pod.node())).map(node -> node.labels().getOrDefault("pool", "")).findFirst()
                .orElse("");
    }

    /** Pods that were counted and have no node. While a pool is full, which group goes short is a matter of order: then only the sum is compared. */
    private static int fragmented(Map<String, Reason> homeless, Map<String, Integer> mayWait, Map<String, Long> pending, int missing) {
        if (homeless.values().stream().anyMatch(Reason.NoRoomNow.class::isInstance)) return Math.max(0, missing);
        return pending.entrySet().stream().mapToInt(
                group -> Math.toIntExact(Math.max(0, group.getValue() - count(homeless, group.getKey()) - mayWait.getOrDefault(group.getKey(), 0))))
                .sum();
    }

    private static Map<String, Long> pendingByGroup(LiveCluster.Seen seen) {
        return seen.guests().stream().filter(pod -> !pod.assigned() && !pod.gated())
                .collect(Collectors.groupingBy(Judgement::groupOf, TreeMap::new, Collectors.counting()));
    }

    private static int nodesOf(Plan plan) {
        int nodes = 0;
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.RaiseCapacity raise) nodes += raise.desired() - raise.expected();
        }
        return nodes;
    }

    private static int count(Map<String, Reason> homeless, String group) {
        var reason = homeless.get(group);
        return reason == null ? 0 : PlannerView.count(reason);
    }

    private static String message(LiveCluster.Seen seen, String group) {
        return seen.guests().stream().filter(pod -> !pod.assigned() && groupOf(pod).equals(group)).map(Pod::unschedulable).findFirst().orElse("");
    }

    private static String groupOf(Pod pod) {
        return pod.labels().getOrDefault(RandomCluster.GROUP, "");
    }
}
