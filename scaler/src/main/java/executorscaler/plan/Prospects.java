package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Where a pod that waits is to go. A plan tells what is ordered and not for whom, and the ticks are spared that: it is worked out when somebody asks, in about the time
 * that a plan takes.
 */
public final class Prospects {

    /**
     * What the planner counts on for a pod.
     *
     * @param coming the nodes that it waits for, a reason a pool, where most of the pods like it go first; none: there is room on nodes that are there, if anywhere
     * @param homeless whether some of the pods like it have no home, so that it may be one of them
     */
    public record Prospect(List<Reason.NodesComing> coming, boolean homeless) {
        public Prospect {
            coming = List.copyOf(coming);
        }
    }

    /** By pool, how many pods of a group go on nodes that are opened again, on nodes that are on their way, and on nodes that this plan orders. */
    private record Placed(SortedMap<String, Integer> closed, SortedMap<String, Integer> onTheWay, SortedMap<String, Integer> bought) {
        SortedMap<String, Integer> byPool() {
            var pods = new TreeMap<>(closed);
            onTheWay.forEach((pool, some) -> pods.merge(pool, some, Integer::sum));
            bought.forEach((pool, some) -> pods.merge(pool, some, Integer::sum));
            return pods;
        }
    }

    private final World world;
    private final Pod pod;
    private final PoolGrowth.Grown grown;
    private final List<Plan.Step> steps;

    private Prospects(World world, Pod pod, PoolGrowth.Grown grown, List<Plan.Step> steps) {
        this.world = world;
        this.pod = pod;
        this.grown = grown;
        this.steps = steps;
    }

    /**
     * Of a pod of the snapshot.
     *
     * @param memory as for {@link Planner#decide}; that of after the plan will do, where what was ordered is on its way
     * @return empty: it needs no node, nobody looks for one yet, or nobody knows
     */
    public static Optional<Prospect> of(Config config, Snapshot snapshot, Memory memory, Pod pod) {
        boolean known = snapshot.missing().stream().noneMatch(missing -> missing.source() == Missing.Source.KUBERNETES);
        if (!known || !Demand.waits(pod)) return Optional.empty();
        var world = new World(config, snapshot, Supply.learn(Ledger.settle(memory, snapshot), snapshot));
        if (world.nominated(pod)) return Optional.of(new Prospect(promised(world, pod.nominated()).stream().toList(), false));
        var steps = new ArrayList<Plan.Step>();
        var held = new ArrayList<Plan.Held>();
        var demand = Demand.of(world, new ExecutorSizing(world, steps, held).size(), held);
        var group = demand.groups().stream().filter(each -> demand.waiting(each).contains(pod)).findFirst();
        if (group.isEmpty()) return Optional.empty();
        var grown = new PoolGrowth(world, steps, held).grow(demand);
        return Optional.of(new Prospects(world, pod, grown, steps).of(group.get()));
    }

    /** The node that keeps room for a pod, while it comes up. */
    private static Optional<Reason.NodesComing> promised(World world, String node) {
        var host = world.host(node).filter(world::isComing);
        if (host.isEmpty()) return Optional.empty();
        var config = host.get().config().orElseThrow();
        var since = host.get().place().orElseThrow().instance().launchedAt();
        return Optional.of(new Reason.NodesComing(config.name(), node, true, 0, 1, 0, since, since.plusSeconds(world.provisionSeconds(config))));
    }

    private Prospect of(Group group) {
        boolean homeless = grown.homes().homeless().stream().anyMatch(left -> left.group().equals(group));
        var told = steps.stream().map(Plan.Step::action).filter(Action.Nominate.class::isInstance).map(Action.Nominate.class::cast)
                .filter(step -> step.uid().equals(pod.uid())).findFirst().flatMap(step -> promised(world, step.node()));
        if (told.isPresent()) return new Prospect(List.of(told.get()), homeless);
        var placed = new Placed(awaiting(group, Bin.Kind.CLOSED_BY_US), awaiting(group, Bin.Kind.ON_THE_WAY), bought(group));
        var pods = placed.byPool();
        boolean sole = pods.size() == 1 && pods.values().iterator().next() >= group.pods();
        var byPods = Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue).reversed().thenComparing(Map.Entry::getKey);
        var coming = new ArrayList<Reason.NodesComing>();
        for (var each : pods.entrySet().stream().sorted(byPods).toList()) {
            world.config.nodePools().stream().filter(config -> config.name().equals(each.getKey())).findFirst()
                    .ifPresent(config -> coming.add(of(config, placed, sole)));
        }
        return new Prospect(coming, homeless);
    }

    private Reason.NodesComing of(PoolConfig config, Placed placed, boolean sole) {
        var name = config.name();
        int opened = placed.closed.containsKey(name)
                ? count(bin -> bin.pool().equals(name) && grown.uncordoned().contains(bin.node()))
                : 0;
        int coming = placed.onTheWay.containsKey(name) ? count(bin -> bin.pool().equals(name) && bin.kind() == Bin.Kind.ON_THE_WAY) : 0;
        int ordered = placed.bought.containsKey(name) ? grown.homes().shelf(name).map(shelf -> shelf.bought).orElse(0) : 0;
        var since = coming > 0 ? since(config) : List.of(world.now);
        var last = ordered > 0 ? world.now : since.getLast();
        return new Reason.NodesComing(name, "", sole, opened, coming, ordered, since.getFirst(), last.plusSeconds(world.provisionSeconds(config)));
    }

    /** By pool, how many pods of the group go on nodes that this plan orders. */
    private SortedMap<String, Integer> bought(Group group) {
        var placed = awaiting(group, Bin.Kind.NEW);
        var bought = new TreeMap<String, Integer>();
        if (placed.isEmpty()) return bought;
        for (Shelf shelf : grown.homes().shelves()) {
            var name = shelf.config.name();
            // Levelled nodes are ordered of a pool other than the one that pods were put on.
            boolean levelled = world.config.balanceSimilarPools() && shelf.perNode(group) > 0;
            if (shelf.bought > 0 && (levelled || placed.containsKey(name))) bought.put(name, placed.getOrDefault(name, 1));
        }
        return bought;
    }

    private int count(Predicate<Bin> which) {
        return (int) grown.bins().stream().filter(which).count();
    }

    private SortedMap<String, Integer> awaiting(Group group, Bin.Kind kind) {
        return grown.homes().packing().awaiting(group, kind);
    }

    /** When the pool's nodes that are on their way were launched, or ordered where that has not been done yet; the first is the earliest. */
    private List<Instant> since(PoolConfig config) {
        var since = new ArrayList<Instant>();
        for (var instance : world.pool(config).map(world::alive).orElse(List.of())) {
            if (world.isComing(config, instance)) since.add(instance.launchedAt());
        }
        var ordered = grown.shortSince().get(config.name());
        boolean comes = grown.homes().shelf(config.name()).filter(shelf -> shelf.comes).isPresent();
        if (ordered != null && comes) since.add(ordered);
        if (since.isEmpty()) since.add(world.now);
        since.sort(Comparator.naturalOrder());
        return since;
    }
}
