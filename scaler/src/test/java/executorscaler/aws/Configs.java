package executorscaler.aws;

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
        return new PoolConfig(name, name, instanceType, PoolConfig.CapacityType.ON_DEMAND, 0, 10, Collections.emptySortedMap(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 300);
    }

    static Config of(PoolConfig... pools) {
        return new Config(new RedisConfig("redis://localhost", "", "", "", 1000), List.of(), List.of(pools), ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT,
                "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }
}
