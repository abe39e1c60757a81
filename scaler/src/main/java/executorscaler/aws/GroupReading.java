package executorscaler.aws;

import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One complete look at the groups.
 *
 * @param startedAt before the first call: nothing that was written later can be in it for sure
 * @param asked what was looked for
 * @param pools by pool name, discovered ones among them
 * @param troubles of the pools that could not be mapped, by pool name
 */
record GroupReading(Instant startedAt, GroupLook.Asked asked, Map<String, Pool> pools, Map<String, String> troubles) {

    /** Whether another look saw the same, whenever it did. */
    boolean same(GroupReading other) {
        return troubles.equals(other.troubles) && timeless(pools).equals(timeless(other.pools));
    }

    private static Map<String, Pool> timeless(Map<String, Pool> pools) {
        var copy = new TreeMap<>(pools);
        copy.replaceAll((_, pool) -> pool.readAt(Instant.EPOCH));
        return copy;
    }

    /** Whether any group is not what it wants to be: something is being launched or ended. Weighted instances may fill more than is desired. */
    boolean moving() {
        return pools.values().stream().anyMatch(pool -> inService(pool) < pool.desired()
                || pool.instances().stream().anyMatch(one -> one.lifecycle() == Pool.Lifecycle.LEAVING || one.lifecycle() == Pool.Lifecycle.PENDING));
    }

    private static int inService(Pool pool) {
        return pool.instances().stream().filter(instance -> instance.lifecycle() == Pool.Lifecycle.IN_SERVICE).mapToInt(Pool.Instance::weight).sum();
    }
}
