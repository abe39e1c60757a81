package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import executorscaler.plan.scheduling.Surroundings;
import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Gives every pod a home: on free room, on nodes that we were closing, on nodes on their way, and only then on nodes that have to be bought. */
final class PoolGrowth {

    /**
     * What growth leaves for shrinking to know.
     *
     * @param homes who got a home where
     * @param bins all room, as filled
     * @param homeless pods that a pool could take if it were allowed more nodes
     * @param raised pools whose capacity the plan raises
     * @param notComing pools that cannot launch what they were ordered
     * @param bases by executor, what became of its floor of on-demand
     */
    record Grown(Homes homes, List<Bin> bins, int homeless, SortedSet<String> raised, SortedSet<String> uncordoned,
            SortedMap<String, Instant> shortSince,
            SortedSet<String> notComing, SortedMap<String, OnDemandBase.Settled> bases) {}

    /** Pods with rules about others: of more of them one way is tried, unless it leaves pods over. The others would save a small part, and take as long again. */
    private static final int MOST_IN_SEVERAL_WAYS = 5000;

    private static final String LAUNCH = "Launch";
    private static final String LAUNCH_SUSPENDED = "the group's process Launch is suspended: nothing that is ordered comes";

    private final World world;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final List<Shelf> shelves = new ArrayList<>();
    private final SortedMap<String, Instant> shortSince = new TreeMap<>();
    private final SortedSet<String> notComing = new TreeSet<>();
    private final List<Surroundings.Place> places = new ArrayList<>();

    PoolGrowth(World world, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.steps = steps;
        this.held = held;
    }

    Grown grow(Demand demand) {
        var groups = demand.groups();
        var bins = new ArrayList<Bin>();
        for (Host host : world.hosts()) addHost(host, bins);
        for (var config : world.config.nodePools()) {
            world.pool(config).ifPresentOrElse(pool -> addPool(config, pool, bins), () -> hold("pool/" + config.name(), poolMissing(config)));
        }
        var best = best(groups, bins);
        var packing = best.packing();
        rehearse(demand, best);
        var uncordoned = uncordon(packing.bins());
        int homeless = 0;
        var noHome = new NoHome(world, best, held);
        for (var left : best.homeless()) homeless += noHome.explain(left);
        var filled = best.filled();
        if (world.config.balanceSimilarPools()) filled = new Levelling(best, groups).level();
        var raised = new TreeSet<String>();
        var fallbacks = new Fallbacks(world, groups, best);
        for (Shelf shelf : best.shelves()) raise(shelf, packing, fallbacks, filled.getOrDefault(shelf.config.name(), Packing.Filled.NOTHING), raised);
        return new Grown(best, packing.bins(), homeless, raised, uncordoned, shortSince, notComing, OnDemandBase.settled(world, groups, best));
    }

    /** With the floors of on-demand that can be had, unless that leaves more pods waiting: what floors take may be all that others can use. */
    private Homes best(List<Group> groups, List<Bin> bins) {
        if (groups.stream().allMatch(group -> group.onDemand() == 0)) return best(groups, List.of(), bins);
        var with = best(groups, groups, bins);
        if (with.homelessPods() == 0) return with;
        var without = best(groups, List.of(), bins);
        return without.homelessPods() < with.homelessPods() ? without : with;
    }

    /** Pods that are told their nodes wait for none of the others, as long as there is room for all. */
    private void rehearse(Demand demand, Homes best) {
        var rehearsals = new Rehearsals(best, demand.groups(), () -> Surroundings.of(demand.groups(), places));
        var mayWait = rehearsals.mend();
        boolean told = world.config.nominatePods() && !rehearsals.gaveBack();
        if (told) new Nominations(demand, best, steps).add();
        mayWait.forEach((group, pods) -> {
            if (!told || !Nominations.told(group) || !best.homeless().isEmpty()) hold(group.example(), new Reason.MayHaveToWait(pods));
        });
    }

    /**
     * Groups that ask something of the pods around them first, as others can fill the nodes that stand half empty by these rules; the other way round; and with those
     * first that have the fewest pools to choose from. The way with the fewest pods left over counts, then the cheapest.
     *
     * @param bases groups whose floors of on-demand come before everything
     */
    private Homes best(List<Group> groups, List<Group> bases, List<Bin> bins) {
        var around = Surroundings.of(groups, places);
        var particular = groups.stream().filter(group -> Homes.particular(group, around)).sorted(Packing.LARGEST_FIRST).toList();
        var others = groups.stream().filter(group -> !Homes.particular(group, around)).sorted(Packing.LARGEST_FIRST).toList();
        if (particular.isEmpty()) {
            // The last way that is tried may fill what there is.
            var only = bases.isEmpty() ? new Homes(world.config.strategy(), shelves, bins, around) : onCopies(bins, around);
            only.settleBases(bases);
            only.settleOthers(others);
            return only;
        }
        var first = onCopies(bins, around);
        first.settleBases(bases);
        first.settleParticular(particular);
        first.settleOthers(others);
        if (first.bought() == 0 || groups.size() == 1) return first;
        int pods = particular.stream().mapToInt(Group::pods).sum();
        if (pods > MOST_IN_SEVERAL_WAYS && first.homelessPods() == 0) return first;
        var choices = new IdentityHashMap<Group, Integer>();
        for (Group group : particular) choices.put(group, choices(group));
        var byChoices = Comparator.comparingInt((Group group) -> choices.getOrDefault(group, 0)).thenComparing(Packing.LARGEST_FIRST);
        var fewestPoolsFirst = onCopies(bins, Surroundings.of(groups, places));
        fewestPoolsFirst.settleBases(bases);
        fewestPoolsFirst.settleParticular(particular.stream().sorted(byChoices).toList());
        fewestPoolsFirst.settleOthers(others);
        var othersFirst = onCopies(bins, Surroundings.of(groups, places));
        othersFirst.settleBases(bases);
        othersFirst.settleOthers(others);
        othersFirst.settleParticular(particular);
        return Stream.of(first, fewestPoolsFirst, othersFirst).min(Comparator.comparingInt(Homes::homelessPods).thenComparingDouble(Homes::cost))
                .orElseThrow();
    }

    private int choices(Group group) {
        return (int) shelves.stream().filter(shelf -> shelf.perNode(group) > 0).count();
    }

    /** Leaves bins and shelves as they are, so that another way can be tried. */
    private Homes onCopies(List<Bin> bins, Surroundings around) {
        return new Homes(world.config.strategy(), shelves.stream().map(Shelf::copy).toList(), bins.stream().map(Bin::copy).toList(), around);
    }

    private Reason poolMissing(PoolConfig config) {
        return world.missing(Missing.Source.AWS, config.name())
                .<Reason>map(m -> new Reason.SourceMissing(m.source(), m.subject(), m.since(), m.error()))
                .orElseGet(() -> new Reason.SourceMissing(Missing.Source.AWS, config.name(), world.now, "the group was not read"));
    }

    private void addHost(Host host, List<Bin> bins) {
        var node = host.node();
        var place = host.place();
        if (place.isPresent() && place.get().instance().counts() && !host.complete(world)) return; // still on its way, see addPool
        var staying = staying(host);
        places.add(new Surroundings.Place(node.name(), node.labels(), node.taints(), staying));
        if (!node.ready()) return;
        if (place.isPresent() && !world.isAlive(place.get().instance())) return;
        if (node.cordon() instanceof Node.Cordon.ByOthers) return; // theirs to open: no room for us
        if (world.departures.takesNothing(host)) return;
        var ports = new ArrayList<HostPort>(0);
        var taken = new Resources.Sum();
        boolean vacant = true;
        for (Pod pod : staying) {
            taken.add(pod.shape().requests());
            ports.addAll(pod.shape().rules().hostPorts());
            vacant &= pod.resident();
        }
        var pool = place.isPresent() ? place.get().pool().name() : "";
        boolean closed = node.cordon() instanceof Node.Cordon.ByUs;
        if (closed && place.isEmpty()) return; // its pool was not read: whether the node is still ours to open nobody knows (rule S6)
        var bin = new Bin(closed ? Bin.Kind.CLOSED_BY_US : Bin.Kind.OPEN, pool, node.name(), node.labels(), Collections.emptySortedMap(),
                closed ? withoutCordon(node) : node.taints(), ports, node.allocatable().minus(taken.total()), node.allocatable());
        if (host.expendables()) bin.withHeadroom(preemptible(host));
        bins.add(vacant ? bin.asVacant() : bin);
    }

    private Resources preemptible(Host host) {
        Resources sum = Resources.NONE;
        for (Pod pod : host.pods()) {
            if (world.expendable(pod.shape())) sum = sum.plus(pod.shape().requests());
        }
        return sum;
    }

    /** Whose room is taken: not that of pods which the scheduler would preempt, but that of pods for which it does. */
    private List<Pod> staying(Host host) {
        var there = host.pods();
        if (!host.expendables() && host.nominated().isEmpty()) return there;
        return Stream.concat(there.stream().filter(pod -> !world.expendable(pod.shape())), host.nominated().stream()).toList();
    }

    private static List<Taint> withoutCordon(Node node) {
        return node.taints().stream().filter(taint -> !taint.key().equals(World.CORDON_TAINT)).toList();
    }

    private void addPool(PoolConfig config, Pool pool, List<Bin> bins) {
        var evidence = world.hosts(pool).stream().filter(host -> host.complete(world)).map(Host::node).toList();
        var template = NodeTemplate.of(config, pool, evidence, world.snapshot.daemons());
        var alive = world.alive(pool);
        int desired = world.desired(pool);
        var shelf = new Shelf(config, pool, template, desired, world.max(config, pool));
        for (var instance : alive) {
            shelf.zones.merge(instance.zone(), 1, Integer::sum);
            var host = world.hostOf(instance);
            if (world.isComing(config, instance)) bins.add(coming(shelf.launched(instance, host), host));
        }
        troubles(config, pool);
        var closed = Supply.closed(pool, world.memory, world.now);
        int unlaunched = Math.max(0, desired - alive.stream().mapToInt(Pool.Instance::weight).sum()) / template.weight();
        if (closed.isPresent()) {
            var failure = closed.get().failure();
            shelf.comes = false;
            if (unlaunched > 0) notComing.add(config.name());
            shelf.closed = "AWS could not launch: " + failure.message();
            hold("pool/" + config.name(), new Reason.LaunchFailed(failure.cause(), unlaunched, failure.zone(), failure.type(), failure.message(),
                    closed.get().until()));
        } else if (pool.setup().suspended().contains(LAUNCH)) {
            shelf.comes = false;
            shelf.closed = LAUNCH_SUSPENDED;
        } else if (unlaunched > 0) {
            var order = world.memory.capacityOrders().get(config.name());
            var since = world.memory.shortSince().getOrDefault(config.name(), world.now);
            if (order != null && order.at().isAfter(since)) since = order.at();
            shortSince.put(config.name(), since);
            shelf.comes = !world.pastDeadline(config, since);
            for (int i = 0; shelf.comes && i < unlaunched; i++) bins.add(shelf.next(Bin.Kind.ON_THE_WAY));
            if (!shelf.comes) {
                notComing.add(config.name());
                hold("pool/" + config.name(), new Reason.CapacityNotComing(unlaunched, since));
            }
        }
        shelves.add(shelf);
    }

    /** Who has room kept on a node that is coming up counts as there already, for the rules between pods. */
    private Bin coming(Bin bin, Optional<Host> host) {
        var kept = host.map(Host::nominated).orElse(List.of());
        if (!kept.isEmpty()) places.add(new Surroundings.Place(bin.joining(), bin.allLabels(), bin.taints(), kept));
        return bin;
    }

    private void troubles(PoolConfig config, Pool pool) {
        var subject = "pool/" + config.name();
        for (var trouble : pool.setup().troubles()) hold(subject, new Reason.GroupTrouble(trouble));
        if (pool.setup().suspended().contains(LAUNCH)) hold(subject, new Reason.GroupTrouble(LAUNCH_SUSPENDED));
        if (pool.max() < config.maxSize()) {
            hold(subject, new Reason.GroupTrouble("the group's own maximum of " + pool.max() + " holds, as it is below maxSize " + config.maxSize()));
        }
        if (pool.min() > config.minSize()) {
            hold(subject, new Reason.GroupTrouble("the group's own minimum of " + pool.min() + " holds, as it is above minSize " + config.minSize()));
        }
    }

    private SortedSet<String> uncordon(List<Bin> bins) {
        var returned = new TreeMap<String, Integer>();
        for (Bin bin : bins) {
            if (bin.kind() == Bin.Kind.CLOSED_BY_US && bin.placed() > 0) returned.put(bin.node(), bin.placed());
        }
        if (returned.isEmpty()) return Collections.emptySortedSet();
        for (Node node : world.snapshot.nodes()) {
            var pods = returned.get(node.name());
            if (pods != null) steps.add(new Plan.Step(new Action.Uncordon(node.name(), node.uid()), new Reason.DemandReturned(pods)));
        }
        return new TreeSet<>(returned.keySet());
    }

    private void raise(Shelf shelf, Packing packing, Fallbacks fallbacks, Packing.Filled filled, SortedSet<String> raised) {
        int min = world.min(shelf.config, shelf.pool);
        int came = Cancellations.came(shelf.pool, shelf.max);
        int there = Math.max(came, Protection.keeps(world, shelf.pool, shelf.max));
        int wanted = Math.max(Math.max(shelf.wanted(), min), there);
        if (wanted <= shelf.desired) return;
        Reason why = there == wanted
                ? came == wanted ? new Reason.CameAfterAll(came, shelf.desired) : new Reason.LoweredByOthers(there, shelf.desired)
                : shelf.bought > 0 ? bought(shelf, packing, filled, fallbacks.inPlaceOf(shelf)) : new Reason.BelowMinSize(min);
        raised.add(shelf.config.name());
        steps.add(new Plan.Step(new Action.RaiseCapacity(shelf.config.name(), shelf.pool.group(), shelf.desired, wanted), why));
    }

    private static Reason bought(Shelf shelf, Packing packing, Packing.Filled filled, Optional<Fallbacks.CannotGive> other) {
        int turns = Math.min(shelf.bought, packing.leftEmpty(shelf.config.name())); // a levelled pool may have bought fewer than were packed
        return new Reason.PodsDoNotFit(filled.pods(), filled.coming(), filled.pending(), shelf.bought, shelf.price, shelf.warmBought(),
                filled.onDemand(), turns, other.map(Fallbacks.CannotGive::pool).orElse(""), other.map(Fallbacks.CannotGive::because).orElse(""));
    }

    private void hold(String subject, Reason why) {
        held.add(new Plan.Held(subject, why));
    }
}
