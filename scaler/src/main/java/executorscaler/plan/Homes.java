package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.plan.purchase.Filling;
import executorscaler.plan.purchase.NodeKind;
import executorscaler.plan.purchase.PodKind;
import executorscaler.plan.purchase.Purchase;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import executorscaler.plan.scheduling.Surroundings;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One way to give all pods a home: in the room that there is, and on nodes that are bought for the rest. Groups that ask something of the pods around them are
 * placed pod by pod and buy node by node; all others are bought for together, see {@link Purchase}.
 */
final class Homes {

    /** A group, and how many of its pods found no home. */
    record Homeless(Group group, int pods) {}

    /** Which nodes pods may have. */
    private enum Reach { ANYWHERE, ON_DEMAND }

    /** Nodes that are there and empty; beyond that they are filled one after the other. */
    private static final int MOST_SHARED = 20;

    /** By which equal costs are told apart, as a part of the least. */
    private static final double HAIR = 1e-6;

    private final Config.Strategy strategy;
    private final List<Shelf> shelves;
    private final List<Shelf> withFallback;
    private final SortedSet<String> onDemand = new TreeSet<>(); // pools whose nodes AWS cannot take back
    private final Surroundings around;
    private final Packing packing;
    private final List<Homeless> homeless = new ArrayList<>();
    private final IdentityHashMap<Group, List<Shelf>> candidates = new IdentityHashMap<>();
    private final IdentityHashMap<Group, Integer> ofBases = new IdentityHashMap<>(); // pods that have a home for the floor of on-demand
    private SortedMap<String, Packing.Filled> filledForBases = Collections.emptySortedMap(); // by pool
    private boolean sharesOpen;

    /** Not shared: {@code bins} and {@code shelves} are filled and bought from. */
    Homes(Config.Strategy strategy, List<Shelf> shelves, List<Bin> bins, Surroundings around) {
        this.strategy = strategy;
        this.shelves = shelves;
        this.around = around;
        withFallback = shelves.stream().filter(shelf -> !shelf.config.fallbackPool().isEmpty()).toList();
        for (Shelf shelf : shelves) {
            if (shelf.config.onDemand()) onDemand.add(shelf.config.name());
        }
        packing = new Packing(bins, around);
    }

    List<Shelf> shelves() {
        return shelves;
    }

    /** The pool of that name; empty: it was not read. */
    Optional<Shelf> shelf(String pool) {
        return shelves.stream().filter(shelf -> shelf.config.name().equals(pool)).findFirst();
    }

    Surroundings around() {
        return around;
    }

    Packing packing() {
        return packing;
    }

    List<Homeless> homeless() {
        return homeless;
    }

    int homelessPods() {
        return homeless.stream().mapToInt(Homeless::pods).sum();
    }

    int bought() {
        return shelves.stream().mapToInt(shelf -> shelf.bought).sum();
    }

    /** Of all nodes that are bought, in whatever the strategy counts. */
    double cost() {
        return shelves.stream().mapToDouble(shelf -> shelf.bought * cost(shelf)).sum();
    }

    /** Of the group's pods, how many have a home that AWS cannot take back because their executor's floor asks for it. */
    int ofBase(Group group) {
        return ofBases.getOrDefault(group, 0);
    }

    /** Whether new nodes of the pool were bought for floors of on-demand. */
    boolean boughtForBase(String pool) {
        return filledForBases.containsKey(pool);
    }

    /** By pool, what its new nodes took. */
    SortedMap<String, Packing.Filled> filled() {
        var filled = new TreeMap<>(packing.filled());
        filledForBases.forEach((pool, ofBase) -> filled.computeIfPresent(pool,
                (_, all) -> new Packing.Filled(all.pending(), all.coming(), ofBase.pods())));
        return filled;
    }

    /** Whether the group has to be placed pod by pod. */
    static boolean particular(Group group, Surroundings around) {
        return around.concerns(group) || !group.shape().rules().hostPorts().isEmpty();
    }

    /** Whether there is no node, here or bought, that is for pods of the group. */
    boolean takesNowhere(Group group) {
        return packing.bins().stream().noneMatch(bin -> bin.isFor(group.shape()));
    }

    /** See {@link #particular(Group, Surroundings)}. */
    boolean particular(Group group) {
        return particular(group, around);
    }

    /** Before all others what floors of on-demand ask for. Pods for which it cannot be had are settled with the others. */
    void settleBases(List<Group> groups) {
        for (Group group : groups) {
            if (group.onDemand() > 0) ofBases.put(group, group.onDemand() - settle(group, group.onDemand(), Reach.ON_DEMAND));
        }
        filledForBases = new TreeMap<>(packing.filled());
    }

    /** Those that ask something of the pods around them, in this order. */
    void settleParticular(List<Group> groups) {
        for (Group group : groups) {
            int left = settle(group, unsettled(group), Reach.ANYWHERE);
            if (left > 0) homeless.add(new Homeless(group, left));
        }
    }

    private int unsettled(Group group) {
        return group.pods() - ofBase(group);
    }

    private boolean within(Reach reach, String pool) {
        return switch (reach) {
            case ANYWHERE -> true;
            case ON_DEMAND -> onDemand.contains(pool);
        };
    }

    /** Gives that many pods of one group room, and buys nodes for the rest; says how many are left. */
    private int settle(Group group, int pods, Reach reach) {
        int left = placeInRoom(group, pods, reach);
        while (left > 0) {
            var bought = buyFor(group, left, reach);
            if (bought.isEmpty()) break;
            packing.add(bought);
            int before = left;
            left = around.reopens(group) ? placeInRoom(group, left, reach) : packing.place(group, left, bought);
            if (left == before) break; // the nodes that were bought on the way changed what is allowed
        }
        return left;
    }

    /** All others, in this order as far as there is room. */
    void settleOthers(List<Group> groups) {
        sharesOpen = packing.bins().stream().filter(bin -> bin.vacant() && !isToCome(bin)).limit(MOST_SHARED + 1).count() <= MOST_SHARED;
        var left = new LinkedHashMap<Group, Integer>();
        for (Group group : groups) {
            int still = packing.place(group, unsettled(group), bin -> !shared(bin) && (hasDevices(group) || !bin.devices()));
            if (still > 0) left.put(group, still);
        }
        if (left.isEmpty()) return;
        boolean enough = wouldFit(left);
        // One group alone fills nodes in one way only; several may need another one than one after the other, see next.
        if (enough || left.size() == 1) left.replaceAll((group, pods) -> placeInRoom(group, pods, Reach.ANYWHERE));
        left.values().removeIf(pods -> pods == 0);
        if (left.isEmpty()) return;
        boolean withVacant = left.size() > 1;
        boolean again;
        do {
            int before = left.values().stream().mapToInt(Integer::intValue).sum();
            for (int priority : priorities()) {
                buyTogether(left, priority, withVacant);
                left.values().removeIf(pods -> pods == 0);
                withVacant = false; // it has been shared out
            }
            // A pool that is at its maximum now lets its fallback have the rest.
            again = !withFallback.isEmpty() && left.values().stream().mapToInt(Integer::intValue).sum() < before;
        } while (again && !left.isEmpty());
        left.forEach((group, pods) -> homeless.add(new Homeless(group, placeInRoom(group, pods, Reach.ANYWHERE))));
        homeless.removeIf(each -> each.pods() == 0);
    }

    /** Does without that many of the nodes that it bought, by pool. */
    void giveBack(Map<String, Integer> nodes) {
        for (Shelf shelf : shelves) shelf.bought -= nodes.getOrDefault(shelf.config.name(), 0);
        packing.removeLast(nodes);
    }

    /** Whether the node is shared out together with those that are bought: each that is there has a name of its own, and so is a kind by itself. */
    private boolean shared(Bin bin) {
        boolean begun = bin.placed() > 0 && !ofBases.isEmpty(); // what a floor of on-demand left of it is room like any other
        return bin.vacant() && !begun && (sharesOpen || isToCome(bin));
    }

    private static boolean isToCome(Bin bin) {
        return bin.kind() == Bin.Kind.ON_THE_WAY || bin.kind() == Bin.Kind.NEW;
    }

    /** Devices are for those that ask for them: others get what is left on such nodes last, and nothing on those that are yet to come. */
    private int placeInRoom(Group group, int pods, Reach reach) {
        if (hasDevices(group)) return packing.place(group, pods, bin -> within(reach, bin.pool()));
        int left = packing.place(group, pods, bin -> !bin.devices() && within(reach, bin.pool()));
        if (left == 0) return 0;
        boolean elsewhere = onlyDevicesTake(group);
        return packing.place(group, left, bin -> bin.devices() && (elsewhere || !isToCome(bin)) && within(reach, bin.pool()));
    }

    private static boolean hasDevices(Group group) {
        return !group.shape().requests().extended().isEmpty();
    }

    private boolean onlyDevicesTake(Group group) {
        return shelves.stream().noneMatch(shelf -> !shelf.devices() && shelf.perNode(group) > 0);
    }

    /** Whether the vacant nodes take all of it one group after the other. */
    private boolean wouldFit(Map<Group, Integer> left) {
        var vacant = new ArrayList<Bin>();
        for (Bin bin : packing.bins()) {
            if (shared(bin)) vacant.add(bin.copy());
        }
        for (var each : left.entrySet()) {
            int pods = each.getValue();
            for (Bin bin : vacant) {
                if (pods == 0) break;
                if (hasDevices(each.getKey()) || !bin.devices()) pods -= bin.place(each.getKey().shape(), pods);
            }
            if (pods > 0) return false;
        }
        return true;
    }

    /** Without a strategy that asks for them, all pools at once. */
    private List<Integer> priorities() {
        if (strategy != Config.Strategy.PRIORITY) return List.of(0);
        return shelves.stream().map(shelf -> shelf.config.priority()).distinct().sorted(Comparator.reverseOrder()).toList();
    }

    /** Vacant nodes that are alike. */
    private record Alike(Bin.Kind kind, String pool, SortedMap<String, String> labels, List<Taint> taints, Resources free) {}

    /** Buys for what is left of the groups, and lowers what is left. */
    private void buyTogether(Map<Group, Integer> left, int priority, boolean withVacant) {
        var offer = new Offer(left.keySet(), withVacant, priority);
        for (Filling filling : offer.cheapest(left)) {
            offer.lower(left, filling);
            for (Bin bin : offer.take(filling)) {
                for (int i = 0; i < offer.groups.size(); i++) {
                    if (filling.pods().get(i) > 0) packing.place(offer.groups.get(i), filling.pods().get(i), bin);
                }
            }
        }
    }

    /** What a purchase may choose from. */
    private final class Offer {
        private final List<Group> groups;
        private final List<NodeKind> kinds = new ArrayList<>();
        private final List<Source> sources = new ArrayList<>();

        Offer(Collection<Group> groups, boolean withVacant, int priority) {
            this.groups = List.copyOf(groups);
            if (withVacant) addVacant(kinds, sources);
            for (Shelf shelf : shelves) {
                boolean turn = strategy != Config.Strategy.PRIORITY || shelf.config.priority() == priority;
                if (!turn || !shelf.comes || shelf.room() <= 0) continue;
                int warm = shelf.warm();
                if (warm > 0) add(shelf, cost(shelf) - hair(), warm);
                if (shelf.room() > warm) add(shelf, cost(shelf), shelf.room() - warm);
            }
        }

        private void add(Shelf shelf, double cost, int nodes) {
            kinds.add(new NodeKind(shelf.template.free(), cost, nodes));
            sources.add(new Source(shelf.sample(), shelf, new ArrayDeque<>()));
        }

        List<Filling> cheapest(Map<Group, Integer> left) {
            var pods = new ArrayList<PodKind>();
            for (Group group : groups) pods.add(new PodKind(group.shape().requests(), left.getOrDefault(group, 0), takers(group)));
            return Purchase.cheapest(pods, kinds);
        }

        private List<Integer> takers(Group group) {
            boolean onlyDevices = !hasDevices(group) && onlyDevicesTake(group);
            var takers = new ArrayList<Integer>();
            for (int n = 0; n < sources.size(); n++) {
                var sample = sources.get(n).sample;
                if (sample.devices() && !hasDevices(group) && !onlyDevices) continue;
                var shelf = sources.get(n).shelf;
                if (shelf != null && isFallback(shelf, other -> other.room() > 0 && takes(other, group))) continue;
                if (sample.fits(group.shape(), 1) == 1) takers.add(n);
            }
            return takers;
        }

        void lower(Map<Group, Integer> left, Filling filling) {
            for (int i = 0; i < groups.size(); i++) {
                int pods = filling.pods().get(i);
                if (pods > 0) left.merge(groups.get(i), -pods * filling.times(), Integer::sum);
            }
        }

        List<Bin> take(Filling filling) {
            return sources.get(filling.node()).take(filling.times());
        }
    }

    /** What is there costs nothing: what is open least of all, what is still to come the most. */
    private void addVacant(List<NodeKind> kinds, List<Source> sources) {
        var alike = new LinkedHashMap<Alike, Deque<Bin>>();
        for (Bin bin : packing.bins()) {
            if (shared(bin) && bin.placed() == 0)
                alike.computeIfAbsent(new Alike(bin.kind(), bin.pool(), bin.labels(), bin.taints(), bin.free()), _ -> new ArrayDeque<>()).add(bin);
        }
        double hair = hair();
        alike.forEach((like, bins) -> {
            kinds.add(new NodeKind(like.free(), hairs(like.kind()) * hair, bins.size()));
            sources.add(new Source(bins.getFirst(), null, bins));
        });
    }

    private static int hairs(Bin.Kind kind) {
        return switch (kind) {
            case OPEN -> 0;
            case CLOSED_BY_US -> 1;
            case ON_THE_WAY -> 2;
            case NEW -> 3;
        };
    }

    /** Where nodes of a kind come from: a shelf, or those that are there. */
    private final class Source {
        private final Bin sample;
        private final @Nullable Shelf shelf;
        private final Deque<Bin> bins;

        Source(Bin sample, @Nullable Shelf shelf, Deque<Bin> bins) {
            this.sample = sample;
            this.shelf = shelf;
            this.bins = bins;
        }

        List<Bin> take(int nodes) {
            if (shelf != null) {
                var bought = shelf.buy(nodes);
                packing.add(bought);
                return bought;
            }
            var taken = new ArrayList<Bin>();
            for (int i = 0; i < nodes; i++) taken.add(bins.removeFirst());
            return taken;
        }
    }

    private double hair() {
        return shelves.stream().mapToDouble(this::cost).filter(cost -> cost > 0).min().orElse(1) * HAIR;
    }

    /** Whether the pool is the fallback of one that could give instead. */
    private boolean isFallback(Shelf shelf, Predicate<Shelf> gives) {
        for (Shelf other : withFallback) {
            if (other.config.fallbackPool().equals(shelf.config.name()) && gives.test(other)) return true;
        }
        return false;
    }

    /** Whether nodes of the pool may be bought for the group, as far as there is room. */
    private boolean takes(Shelf shelf, Group group) {
        return shelf.comes && suits(shelf, group);
    }

    /** Whether nodes of the pool would be bought for the group, if it could give any. */
    boolean suits(Shelf shelf, Group group) {
        return shelf.perNode(group) > 0 && (!shelf.devices() || hasDevices(group) || onlyDevicesTake(group));
    }

    /** For one group: without devices first where it asks for none, then by priority, then for the least a pod. */
    private List<Bin> buyFor(Group group, int pods, Reach reach) {
        var open = candidates.computeIfAbsent(group, this::candidates).stream()
                .filter(shelf -> shelf.room() > 0 && within(reach, shelf.config.name()))
                .toList();
        ToIntFunction<Shelf> priority = shelf -> strategy == Config.Strategy.PRIORITY ? -shelf.config.priority() : 0;
        var order = Comparator.comparingInt(priority).thenComparingDouble(shelf -> cost(shelf) / Math.min(pods, shelf.perNode(group)))
                .thenComparing(Comparator.comparingInt(Shelf::warm).reversed());
        ToIntFunction<Shelf> most = shelf -> isFallback(shelf, other -> open.contains(other) && nodesFor(other, group, pods) > 0)
                ? 0
                : nodesFor(shelf, group, pods);
        var best = open.stream().min(order); // of equal ones the first, and mostly that will do
        if (best.isEmpty()) return List.of();
        int fromBest = most.applyAsInt(best.get());
        if (fromBest > 0) return best.get().buy(fromBest);
        for (Shelf shelf : open.stream().sorted(order).skip(1).toList()) {
            int nodes = most.applyAsInt(shelf);
            if (nodes > 0) return shelf.buy(nodes);
        }
        return List.of();
    }

    private List<Shelf> candidates(Group group) {
        return shelves.stream().filter(shelf -> takes(shelf, group)).toList();
    }

    private int nodesFor(Shelf shelf, Group group, int pods) {
        if (around.concerns(group)) return shelf.turnsUntilAllowed(group, around);
        // Full ones: for what is left over a smaller one may do.
        return Math.min(shelf.warm() > 0 ? shelf.warm() : shelf.room(), Math.max(1, pods / shelf.perNode(group)));
    }

    /** Of one node, in whatever the strategy counts; a little of its price settles ties. */
    private double cost(Shelf shelf) {
        double price = shelf.price.hourly();
        return switch (strategy) {
            case LEAST_COST, PRIORITY -> price;
            case LEAST_NODES -> 1 + price * 1e-4;
            case LEAST_WASTE -> Packing.size(shelf.template.free()) + price * 1e-4;
        };
    }
}
