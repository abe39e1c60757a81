package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Pool;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What may be taken from one pool in this plan, counted down as its nodes are closed. */
final class PoolTurn {

    final PoolConfig config;
    final Pool pool;
    final PoolOptions options;
    final List<Host> hosts; // nodes that have not been ended, in name order
    final boolean may; // take away what somebody could use
    final boolean mayReplace; // take away what nobody can use: while it counts against the maximum nothing can take its place
    final int min; // units of capacity, as size
    private final TreeMap<String, Double> prices = new TreeMap<>(); // dollars an hour, by type of machine and weight
    private final Optional<Memory.Door> unseen; // a door of its nodes that we moved, and that no snapshot shows yet
    private int size;

    /** @param certain whether every source was read whole, else nothing may be taken */
    PoolTurn(World world, PoolGrowth.Grown grown, PoolConfig config, Pool pool, boolean certain) {
        this.config = config;
        this.pool = pool;
        options = PoolOptions.of(world.config.scaleDown(), config, Optional.of(pool));
        boolean raised = grown.raised().contains(config.name());
        // While we hold the group, what is desired follows what is there: nothing else may change it.
        boolean held = pool.setup().heldSince().isPresent();
        may = certain && !raised && !held && grown.homeless() == 0;
        mayReplace = certain && !raised && !held;
        min = world.min(config, pool);
        hosts = world.hosts(pool).stream().filter(host -> world.isAlive(instance(host))).toList();
        size = world.desired(pool);
        var doors = world.memory.doors();
        unseen = doors.isEmpty() ? Optional.empty() : hosts.stream().map(host -> doors.get(host.node().uid())).filter(Objects::nonNull).findFirst();
    }

    /** What we did to a node of the pool and have not seen yet: until then nobody can say how many of its nodes are open. */
    Optional<Reason> unseen() {
        return unseen.map(door -> new Reason.NotSeenYet(door.closed(), door.at()));
    }

    /** Whether the pool has its minimum without so many units of capacity. */
    boolean canSpare(int units) {
        return size - units >= min;
    }

    void take(int units) {
        size -= units;
    }

    void giveBack(int units) {
        size += units;
    }

    Pool.Instance instance(Host host) {
        return host.place().orElseThrow().instance();
    }

    /** Units of capacity that the node fills. */
    int weight(Host host) {
        return instance(host).weight();
    }

    /** Dollars an hour that go with the node. */
    double price(Host host) {
        var instance = instance(host);
        return prices.computeIfAbsent(instance.type() + "/" + instance.weight(), _ -> Price.of(config, pool, instance).hourly());
    }
}
