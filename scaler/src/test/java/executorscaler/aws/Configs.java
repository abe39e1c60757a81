package executorscaler.aws;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import java.util.Collections;
import java.util.List;

/** Configs with nothing in them but pools. */
final class Configs {

    private Configs() {}

    /** A pool of this name, whose group has the same name. */
    static PoolConfig pool(String name, String instanceType) {
        return pool(name, name, instanceType);
    }

    static PoolConfig pool(String name, String group, String instanceType) {
        return new PoolConfig(name, group, instanceType, PoolConfig.CapacityType.ON_DEMAND, 0, 10, Collections.emptySortedMap(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 300);
    }

    static Config of(PoolConfig... pools) {
        return new Config(new RedisConfig("redis://localhost", "", "", "", 1000), List.of(), List.of(pools), ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT,
                "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }

    /** The same, and groups that have a tag of this key. */
    static Config discovering(String tag, PoolConfig... pools) {
        var named = of(pools);
        return new Config(named.redis(), named.executors(), named.nodePools(), named.scaleDown(), named.control(), named.placeholderImage(),
                named.priorityCutoff(), named.strategy(), new AutoDiscovery(List.of(new AutoDiscovery.Tag(tag, ""))));
    }
}
