package executorscaler.bench.cost;

import executorscaler.bench.cost.Ec2.Machine;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Pods that need a home and pools that can be bought from: a question with a cheapest answer.
 *
 * @param seed that it was drawn from
 * @param resident what every node keeps for the daemonset that runs on all of them
 */
public record Mix(long seed, Amount resident, List<Pool> pools, List<Group> groups) {

    /** Prices are counted in hundredths of a cent, so that sums of them are exact. */
    public static final long PRICE_UNITS = 10_000;

    public Mix {
        pools = List.copyOf(pools);
        groups = List.copyOf(groups);
    }

    /**
     * A pool without a node.
     *
     * @param price of one node an hour, in {@link #PRICE_UNITS}
     * @param allocatable of one node
     * @param max nodes that it may have
     * @param guarded whether its nodes have a taint of their own
     */
    public record Pool(String name, Machine machine, long price, Amount allocatable, int max, boolean guarded) {}

    /**
     * Equal pods.
     *
     * @param pools numbers of the pools whose nodes they may run on
     */
    public record Group(String name, int pods, Amount requests, SortedSet<Integer> pools) {
        public Group {
            pools = new TreeSet<>(pools);
        }
    }

    /** What a node of the pool has for pods that wait. */
    Amount room(int pool) {
        return pools.get(pool).allocatable().minus(resident);
    }

    /** How many pods of the group a node of the pool takes; 0 where it may not run there. */
    int perNode(int pool, int group) {
        var pods = groups.get(group);
        return pods.pools().contains(pool) ? pods.requests().timesInto(room(pool)) : 0;
    }

    /** What so many nodes of each pool cost an hour, in {@link #PRICE_UNITS}. */
    long cost(List<Integer> nodes) {
        long cost = 0;
        for (int pool = 0; pool < pools.size(); pool++) cost += nodes.get(pool) * pools.get(pool).price();
        return cost;
    }

    int pods() {
        return groups.stream().mapToInt(Group::pods).sum();
    }
}
