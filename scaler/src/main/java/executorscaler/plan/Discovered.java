package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolScaleDown;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Pools that the config does not name: groups that were found by their tags. What their tags say of their nodes is in the pool's setup. */
public final class Discovered {

    private Discovered() {}

    /** The config with an entry for each pool that was found. A group that the config names, and a name that the config uses, are the config's. */
    public static Config complete(Config config, Snapshot snapshot) {
        if (!config.autoDiscovery().on()) return config;
        var pools = new ArrayList<>(config.nodePools());
        var names = new TreeSet<>(pools.stream().map(PoolConfig::name).toList());
        var groups = new TreeSet<>(pools.stream().map(PoolConfig::autoScalingGroup).toList());
        for (Pool pool : snapshot.pools()) {
            if (names.contains(pool.name()) || groups.contains(pool.group())) continue;
            names.add(pool.name());
            groups.add(pool.group());
            pools.add(pool(pool.name(), pool.group(), pool.min(), pool.max()));
        }
        return config.withPools(pools);
    }

    /** The entry that stands for such a group: its own bounds, and defaults for everything else. */
    public static PoolConfig pool(String name, String group, int min, int max) {
        return new PoolConfig(name, group, "", PoolConfig.CapacityType.ON_DEMAND, min, max, Collections.emptySortedMap(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, OptionalInt.empty(), OptionalDouble.empty(), 0, PoolScaleDown.NONE, "");
    }
}
