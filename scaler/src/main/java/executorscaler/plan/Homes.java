package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import executorscaler.plan.scheduling.Surroundings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * One way to give all pods a home: in the room that there is, and on nodes that are bought for the rest. Groups that ask something of the pods around them are
 * placed pod by pod and buy node by node; all others are bought for together, see {@link Offer}.
 */
final class Homes {

    /** A group, and how many of its pods found no home. */
    record Homeless(Group group, int pods) {}

    /** Which nodes pods may have. */
    private enum Reach { ANYWHERE, ON_DEMAND }

    /** Nodes that are there and empty; beyond that they are filled one after the other. */
    private static final int MOST_SHARED = 20;

    private final Market market;
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
        market = new Market(strategy, shelves);
        this.around = around;
        for (Shelf shelf : shelves) {
            if (shelf.config.onDemand()) onDemand.add(shelf.config.name());
        }
        packing = new Packing(bins, around);
    }

    List<Shelf> shelves() {
        return market.shelves();
    }

    /** The pool of that name; empty: it was not read. */
    Optional<Shelf> shelf(String pool) {
        return market.shelves().stream().filter(shelf -> shelf.config.name().equals(pool)).findFirst();
    }

    /** Whether nodes of the pool would be bought for the group, if it could give any. */
    boolean suits(Shelf shelf, Group group) {
        return market.suits(shelf, group);
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
        return shelves().stream().mapToInt(shelf -> shelf.bought).sum();
    }

    /** Of all nodes that are bought, in whatever the strategy counts. */
    double cost() {
        return shelves().stream().mapToDouble(shelf -> shelf.bought * market.cost(shelf)).sum();
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
            int still = packing.place(group, unsettled(group), bin -> !shared(bin) && (Market.hasDevices(group) || !bin.devices()));
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
            for (int priority : market.priorities()) {
                buyTogether(left, priority, withVacant);
                left.values().removeIf(pods -> pods == 0);
                withVacant = false; // it has been shared out
            }
            // A pool that is at its maximum now lets its fallback have the rest.
            again = market.hasFallbacks() && left.values().stream().mapToInt(Integer::intValue).sum() < before;
        } while (again && !left.isEmpty());
        left.forEach((group, pods) -> homeless.add(new Homeless(group, placeInRoom(group, pods, Reach.ANYWHERE))));
        homeless.removeIf(each -> each.pods() == 0);
    }

    /** Does without that many of the nodes that it bought, by pool. */
    void giveBack(Map<String, Integer> nodes) {
        for (Shelf shelf : shelves()) shelf.bought -= nodes.getOrDefault(shelf.config.name(), 0);
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
        if (Market.hasDevices(group)) return packing.place(group, pods, bin -> within(reach, bin.pool()));
        int left = packing.place(group, pods, bin -> !bin.devices() && within(reach, bin.pool()));
        if (left == 0) return 0;
        boolean elsewhere = market.onlyDevicesTake(group);
        return packing.place(group, left, bin -> bin.devices() && (elsewhere || !isToCome(bin)) && within(reach, bin.pool()));
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
                if (Market.hasDevices(each.getKey()) || !bin.devices()) pods -= bin.place(each.getKey().shape(), pods);
            }
            if (pods > 0) return false;
        }
        return true;
    }

    /** Buys for what is left of the groups, and lowers what is left. */
    private void buyTogether(Map<Group, Integer> left, int priority, boolean withVacant) {
        var offer = new Offer(market, packing, left.keySet());
        if (withVacant) offer.addVacant(this::shared);
        offer.addPools(priority);
        offer.take(left);
    }

    /** For one group: without devices first where it asks for none, then by priority, then for the least a pod. */
    private List<Bin> buyFor(Group group, int pods, Reach reach) {
        var open = candidates.computeIfAbsent(group, this::candidates).stream()
                .filter(shelf -> shelf.room() > 0 && within(reach, shelf.config.name()))
                .toList();
        ToIntFunction<Shelf> priority = shelf -> -market.priority(shelf);
        var order = Comparator.comparingInt(priority).thenComparingDouble(shelf -> market.cost(shelf) / Math.min(pods, shelf.perNode(group)))
                .thenComparing(Comparator.comparingInt(Shelf::warm).reversed());
        ToIntFunction<Shelf> most = shelf -> market.isFallback(shelf, other -> open.contains(other) && nodesFor(other, group, pods) > 0)
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
        return shelves().stream().filter(shelf -> market.takes(shelf, group)).toList();
    }

    private int nodesFor(Shelf shelf, Group group, int pods) {
        if (around.concerns(group)) return shelf.turnsUntilAllowed(group, around);
        // Full ones: for what is left over a smaller one may do.
        return Math.min(shelf.warm() > 0 ? shelf.warm() : shelf.room(), Math.max(1, pods / shelf.perNode(group)));
    }
}
