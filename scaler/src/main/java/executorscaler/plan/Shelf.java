package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Surroundings;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A pool that may be bought from in this tick, and what was bought. Not shared between packings. */
final class Shelf {

    final PoolConfig config;
    final Pool pool;
    final NodeTemplate template;
    final int desired; // units of capacity, as max
    final int max;
    final Price price;
    private final IdentityHashMap<PodShape, Integer> perNode; // of whom it was asked; the same for all copies
    private final Bin any; // a node wherever it comes up, not to be filled
    final SortedMap<String, Integer> zones = new TreeMap<>(); // instances in each, those to come among them
    boolean comes = true;
    String closed = ""; // why not, in words
    int bought;
    private int numbered;

    Shelf(PoolConfig config, Pool pool, NodeTemplate template, int desired, int max) {
        this.config = config;
        this.pool = pool;
        this.template = template;
        this.desired = desired;
        this.max = max;
        price = Price.of(config, pool);
        any = template.bin(Bin.Kind.NEW, 0, "");
        perNode = new IdentityHashMap<>();
        pool.zones().forEach(zone -> zones.put(zone, 0));
    }

    private Shelf(Shelf other) {
        config = other.config;
        pool = other.pool;
        template = other.template;
        desired = other.desired;
        max = other.max;
        price = other.price;
        any = other.any;
        perNode = other.perNode;
        zones.putAll(other.zones);
        comes = other.comes;
        closed = other.closed;
        bought = other.bought;
        numbered = other.numbered;
    }

    /** The same shelf, to be bought from by itself. */
    Shelf copy() {
        return new Shelf(this);
    }

    /** How many more nodes the pool may have. */
    int room() {
        return (max - desired) / template.weight() - bought;
    }

    /** How many of the next nodes wait in the group's warm pool: those that are ordered already come from there first. */
    int warm() {
        return Math.max(0, Math.min(room(), pool.setup().warm() - coming() - bought));
    }

    /** How many of those that were bought wait there. */
    int warmBought() {
        return Math.clamp(pool.setup().warm() - coming(), 0, bought);
    }

    private int coming() {
        return Math.max(0, desired - pool.filled()) / template.weight();
    }

    /** Whether its nodes bring devices, such as GPUs. */
    boolean devices() {
        return !template.free().extended().isEmpty();
    }

    /** Desired capacity with what was bought, in units. */
    int wanted() {
        return desired + bought * template.weight();
    }

    /** How many pods of the group a new node takes, as far as other pods let them. */
    int perNode(Group group) {
        return perNode.computeIfAbsent(group.shape(), shape -> any.fits(shape, Integer.MAX_VALUE)); // which looks at no label that is only expected
    }

    /** Why no node of it can be had now for a group that it takes, in words. */
    String refusal(Group group, Surroundings around) {
        if (comes && room() > 0) {
            var refusal = around.refusal(group, sample());
            return refusal.isEmpty() ? "not beside the other pods of this plan; seen again when they are placed" : refusal;
        }
        if (comes) return "at its maximum of " + max;
        return closed.isEmpty() ? "capacity that was ordered does not come" : closed;
    }

    /** A node as the next one would be, not to be filled. */
    Bin sample() {
        return template.bin(Bin.Kind.NEW, 0, nextZone());
    }

    /** A node of an instance that is there and not complete yet, by its node where that has registered. */
    Bin launched(Pool.Instance instance, Optional<Host> host) {
        return template.launched(instance, ++numbered, host);
    }

    /** A node of an instance that is not there yet: AWS launches it in the zone that has the fewest, all else being equal. */
    Bin next(Bin.Kind kind) {
        var zone = nextZone();
        if (!zone.isEmpty()) zones.merge(zone, 1, Integer::sum);
        return template.bin(kind, ++numbered, zone);
    }

    /** That many new nodes. */
    List<Bin> buy(int nodes) {
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < nodes; i++) bins.add(next(Bin.Kind.NEW));
        bought += nodes;
        return bins;
    }

    /** How many nodes it takes until one comes up where the rules between pods allow it: zones take turns. 0 if no zone would do. */
    int turnsUntilAllowed(Group group, Surroundings around) {
        // Pods that must be together would leave every node in the other zones empty.
        int turns = group.shape().rules().near().isEmpty() ? Math.max(1, zones.size()) : 1;
        var ahead = copy();
        for (int turn = 1; turn <= Math.min(room(), turns); turn++) {
            if (around.allows(group, ahead.next(Bin.Kind.NEW))) return turn;
        }
        return 0;
    }

    private String nextZone() {
        return zones.entrySet().stream().min(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
    }
}
