package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** The pools that nodes may be bought from, which of them are for whom, and what a node costs as the strategy counts. */
final class Market {

    /** By which equal costs are told apart, as a part of the least. */
    private static final double HAIR = 1e-6;

    private final Config.Strategy strategy;
    private final List<Shelf> shelves;
    private final List<Shelf> withFallback;

    Market(Config.Strategy strategy, List<Shelf> shelves) {
        this.strategy = strategy;
        this.shelves = shelves;
        withFallback = shelves.stream().filter(shelf -> !shelf.config.fallbackPool().isEmpty()).toList();
    }

    List<Shelf> shelves() {
        return shelves;
    }

    boolean hasFallbacks() {
        return !withFallback.isEmpty();
    }

    /** The highest first; without a strategy that asks for them, all pools at once. */
    List<Integer> priorities() {
        if (strategy != Config.Strategy.PRIORITY) return List.of(0);
        return shelves.stream().map(this::priority).distinct().sorted(Comparator.reverseOrder()).toList();
    }

    /** 0 without a strategy that asks for it. */
    int priority(Shelf shelf) {
        return strategy == Config.Strategy.PRIORITY ? shelf.config.priority() : 0;
    }

    /** Of one node, in whatever the strategy counts; a little of its price settles ties. */
    double cost(Shelf shelf) {
        double price = shelf.price.hourly();
        return switch (strategy) {
            case LEAST_COST, PRIORITY -> price;
            case LEAST_NODES -> 1 + price * 1e-4;
            case LEAST_WASTE -> Packing.size(shelf.template.free()) + price * 1e-4;
        };
    }

    double hair() {
        return shelves.stream().mapToDouble(this::cost).filter(cost -> cost > 0).min().orElse(1) * HAIR;
    }

    /** Whether the pool is the fallback of one that could give instead. */
    boolean isFallback(Shelf shelf, Predicate<Shelf> gives) {
        for (Shelf other : withFallback) {
            if (other.config.fallbackPool().equals(shelf.config.name()) && gives.test(other)) return true;
        }
        return false;
    }

    /** Whether nodes of the pool may be bought for the group, as far as there is room. */
    boolean takes(Shelf shelf, Group group) {
        return shelf.comes && suits(shelf, group);
    }

    /** Whether nodes of the pool would be bought for the group, if it could give any. */
    boolean suits(Shelf shelf, Group group) {
        return shelf.perNode(group) > 0 && (!shelf.devices() || hasDevices(group) || onlyDevicesTake(group));
    }

    boolean onlyDevicesTake(Group group) {
        return shelves.stream().noneMatch(shelf -> !shelf.devices() && shelf.perNode(group) > 0);
    }

    static boolean hasDevices(Group group) {
        return !group.shape().requests().extended().isEmpty();
    }
}
