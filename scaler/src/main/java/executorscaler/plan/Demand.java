package executorscaler.plan;

import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Surroundings;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The pods that need a home: those that wait for a node, of any workload, and those that this plan will bring about. Equal ones are one group. */
final class Demand {

    /** How many so far. */
    private static final class Count {
        private final String example;
        private final List<Pod> pods = new ArrayList<>(); // those that wait
        private int coming;
        private int onDemand;

        Count(String example) {
            this.example = example;
        }
    }

    /**
     * What makes pods equal: a namespace and labels only where some rule between pods asks about labels.
     *
     * @param base the executor, where it has a floor of on-demand, else empty: such pods are counted by themselves
     */
    private record Key(PodShape shape, String namespace, SortedMap<String, String> labels, String base) {}

    private final List<Group> groups = new ArrayList<>();
    private final IdentityHashMap<Group, List<Pod>> waiting = new IdentityHashMap<>();
    private final Map<Key, Count> counts = new LinkedHashMap<>(); // in order of first sight, which is the order of the sorted snapshot
    private final IdentityHashMap<PodShape, Count> known = new IdentityHashMap<>(); // the same, without hashing a shape again: equal pods share theirs
    private final Set<String> asked = new TreeSet<>(); // the label keys that rules between pods ask about
    private final boolean rules; // whether there are any: one without keys means all pods of a namespace

    private Demand(World world) {
        // Of pods that wait, and of pods that keep others away from where they are.
        var shapes = Collections.<PodShape>newSetFromMap(new IdentityHashMap<>());
        shapes.addAll(world.social());
        for (var executor : world.snapshot.executors()) {
            if (executor.shape().rules().social()) shapes.add(executor.shape());
        }
        rules = !shapes.isEmpty();
        for (PodShape shape : shapes) Surroundings.keys(shape.rules()).forEach(asked::add);
    }

    /** Pods whose rules the planner does not know are in groups all the same, and are held up with the names of the rules. */
    static Demand of(World world, List<ExecutorSizing.Sized> sized, List<Plan.Held> held) {
        var demand = new Demand(world);
        for (var each : sized) demand.addExecutor(world, each);
        for (Pod pod : world.waiting()) {
            if (world.nominated(pod)) continue;
            if (!world.executes(pod)) demand.add(pod, "", () -> "pod/" + pod.path());
            if (!pod.shape().notModelled().isEmpty() && !pod.unschedulable().isEmpty()) {
                held.add(new Plan.Held("pod/" + pod.path(), new Reason.NotModelled(pod.shape().notModelled(), pod.unschedulable())));
            }
        }
        for (Host host : world.departures.hosts()) {
            if (world.departures.leaves(host)) demand.addThoseThatLeave(world, host);
        }
        demand.counts.forEach((key, count) -> {
            if (!key.shape.waitsFor().isEmpty()) {
                held.add(new Plan.Held(count.example, new Reason.NotReadyToSchedule(count.pods.size() + count.coming, key.shape.waitsFor())));
            } else if (world.expendable(key.shape)) {
                var why = new Reason.BelowPriorityCutoff(count.pods.size() + count.coming, key.shape.priority(), world.config.priorityCutoff());
                held.add(new Plan.Held(count.example, why));
            } else {
                var group = new Group(key.shape, key.namespace, key.labels, count.example, count.pods.size(), count.coming, count.onDemand);
                demand.groups.add(group);
                demand.waiting.put(group, count.pods);
            }
        });
        return demand;
    }

    /** Pods that need a home, equal ones together, in order of first sight. */
    List<Group> groups() {
        return Collections.unmodifiableList(groups);
    }

    /** The pods of the group that exist. */
    List<Pod> waiting(Group group) {
        return Collections.unmodifiableList(waiting.getOrDefault(group, List.of()));
    }

    /** Without a node, and free to be given one. */
    static boolean waits(Pod pod) {
        return !pod.assigned() && !pod.ended() && !pod.terminating() && !pod.gated();
    }

    private void addExecutor(World world, ExecutorSizing.Sized sized) {
        if (!sized.feeds()) return;
        var pods = world.podsOf(sized.executor());
        // A plan that lowers replicas takes those without a node first: they need no home. Otherwise all do, surge pods of a rollout among them.
        boolean lowers = sized.replicas() < world.replicas(sized.executor());
        // Others are made in the places of those that leave.
        int leaving = world.departures.any() ? (int) pods.stream().filter(pod -> leaves(world, pod)).count() : 0;
        long staying = pods.stream().filter(Pod::assigned).count() - leaving;
        long wanted = lowers ? Math.max(0, sized.replicas() - staying) : Long.MAX_VALUE;
        var waiting = pods.stream().filter(pod -> waits(pod) && !world.nominated(pod)).limit(wanted).toList();
        var subject = OnDemandBase.subject(sized);
        var base = sized.config().onDemandBase() > 0 ? subject : "";
        int lacking = OnDemandBase.lacking(world, sized);
        for (Pod pod : waiting) {
            var count = add(pod, base, () -> subject);
            if (lacking-- > 0) count.onDemand++;
        }
        var executor = sized.executor();
        int coming = executor.rollout().coming(sized.replicas(), pods.size() - leaving, world.leaving(executor).size());
        if (coming == 0) return;
        var count = count(executor.shape(), executor.namespace(), executor.podLabels(), base, () -> subject);
        count.coming += coming;
        count.onDemand += Math.clamp(lacking, 0, coming);
    }

    private static boolean leaves(World world, Pod pod) {
        return pod.assigned() && world.host(pod.node()).filter(world.departures::leaves).isPresent();
    }

    /** Pods of others on a node that AWS takes: whatever made them makes them again, elsewhere. */
    private void addThoseThatLeave(World world, Host host) {
        for (Pod pod : host.guests()) {
            if (pod.terminating() || pod.owner().isEmpty() || world.executes(pod)) continue;
            count(pod.shape(), pod.namespace(), pod.labels(), "", () -> "pod/" + pod.path()).coming++;
        }
    }

    private Count add(Pod pod, String base, Supplier<String> example) {
        var count = count(pod.shape(), pod.namespace(), pod.labels(), base, example);
        count.pods.add(pod);
        return count;
    }

    private Count count(PodShape shape, String namespace, SortedMap<String, String> labels, String base, Supplier<String> example) {
        if (rules) {
            var told = new TreeMap<>(labels);
            told.keySet().retainAll(asked);
            return counts.computeIfAbsent(new Key(shape, namespace, told, base), _ -> new Count(example.get()));
        }
        var count = base.isEmpty() ? known.get(shape) : null;
        if (count == null) {
            count = counts.computeIfAbsent(new Key(shape, "", Collections.emptySortedMap(), base), _ -> new Count(example.get()));
            if (base.isEmpty()) known.put(shape, count);
        }
        return count;
    }
}
