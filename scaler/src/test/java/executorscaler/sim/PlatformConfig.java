package executorscaler.sim;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.PoolConfig.Effect;
import executorscaler.config.PoolConfig.Reserved;
import executorscaler.config.PoolConfig.TaintConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The platform document's three pools and its executor, as a config. */
public final class PlatformConfig {
    private PlatformConfig() {}

    public static Config config() {
        return config(WorkerConfig.SILENT);
    }

    /** The same with workers that tell and do this. */
    public static Config config(WorkerConfig worker) {
        var queue = new QueueConfig.Lists("jobs:waiting", "jobs:running", "jobs:delayed", QueueConfig.TimeUnit.SECONDS);
        var executor = new ExecutorConfig("executor", "production-platform", "executor", queue, 2, 0, 50, worker);
        var general = pool("general-purpose", "t3.large", 2, 10, Map.of("workload-type", "general"), List.of());
        var compute = pool("compute-optimized", "c5.2xlarge", 0, 20, Map.of("workload-type", "executor"),
                List.of(new TaintConfig("workload-type", "executor", Effect.NO_SCHEDULE)));
        var gpu = pool("gpu-nodes", "g4dn.xlarge", 0, 5, Map.of(), List.of(new TaintConfig("nvidia.com/gpu", "true", Effect.NO_SCHEDULE)));
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), List.of(executor), List.of(general, compute, gpu),
                ScaleDownConfig.DEFAULT, ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private static PoolConfig pool(String name, String type, int min, int max, Map<String, String> labels, List<TaintConfig> taints) {
        return new PoolConfig(name, name + "-asg", type, CapacityType.ON_DEMAND, min, max, new TreeMap<>(labels), taints, 0, Reserved.BY_FORMULA,
                600);
    }
}
