package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The config of one seed's hours, drawn. */
final class SimConfig {

    private static final String NAMESPACE = "production-platform";

    private final RandomGenerator random;
    private final RandomGenerator workers;
    private final int longestJobSeconds;

    private SimConfig(RandomGenerator random, RandomGenerator workers, Duration longestJob) {
        this.random = random;
        this.workers = workers;
        longestJobSeconds = (int) longestJob.toSeconds();
    }

    /**
     * One or two executors, and two or three pools.
     *
     * @param workers draws how pods say what they are at
     * @param redisForgets whether Redis may lose all it has
     */
    static Config drawn(RandomGenerator random, RandomGenerator workers, Duration longestJob, boolean redisForgets) {
        return new SimConfig(random, workers, longestJob).config(redisForgets);
    }

    private Config config(boolean redisForgets) {
        var queue = new QueueConfig.Lists("jobs", "jobs:running", "jobs:later", QueueConfig.TimeUnit.SECONDS);
        var executors = new ArrayList<ExecutorConfig>();
        executors.add(new ExecutorConfig("executor", NAMESPACE, "executor", queue, random.nextInt(1, 5), random.nextInt(4) == 0 ? 2 : 0,
                random.nextInt(5, 51), worker(), ExecutorScaleDown.NONE, List.of(), 5));
        if (random.nextInt(3) == 0)
            executors.add(new ExecutorConfig("second", NAMESPACE, "second", queue, 1, 0, random.nextInt(1, 20), worker()));
        var taint = List.of(new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE));
        int join = random.nextInt(400, 900);
        var pools = new ArrayList<PoolConfig>();
        pools.add(pool("general", "t3.large", 2, 10, Map.of("workload-type", "general"), List.of(), join));
        int min = random.nextInt(4) == 0 ? random.nextInt(1, 3) : 0;
        pools.add(pool("compute", "c5.2xlarge", min, min + random.nextInt(3, 21), Map.of("workload-type", "executor"), taint, join));
        if (random.nextInt(3) == 0) pools.add(pool("spot", "c5.2xlarge", 0, random.nextInt(3, 10), Map.of("workload-type", "executor"), taint, join));
        // What a Redis has forgotten cannot be read: readings of a new data set must stand for as long as a job may run.
        int trust = redisForgets ? longestJobSeconds + 20 : random.nextInt(0, 100);
        var down = new ScaleDownConfig(random.nextInt(0, 200), random.nextInt(0, 600), random.nextInt(0, 10), random.nextInt(60, 900),
                random.nextInt(3) == 0 ? 0 : random.nextDouble(),
                trust, random.nextInt(3) == 0 ? 0 : random.nextInt(0, 900), random.nextInt(0, 1200));
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), executors, pools, down, ControlConfig.DEFAULT, "TO_BE_DEPLOYED",
                Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private WorkerConfig worker() {
        return switch (workers.nextInt(5)) {
            case 0, 1 -> new WorkerConfig(BusySource.LEASE, false, 0);
            case 2 -> new WorkerConfig(BusySource.QUEUE, false, 0);
            case 3 -> new WorkerConfig(BusySource.NONE, true, longestJobSeconds + 1);
            default -> WorkerConfig.SILENT;
        };
    }

    private static PoolConfig pool(String name, String type, int min, int max, Map<String, String> labels, List<PoolConfig.TaintConfig> taints,
            int join) {
        return new PoolConfig(name, name + "-asg", type, name.equals("spot") ? PoolConfig.CapacityType.SPOT : PoolConfig.CapacityType.ON_DEMAND, min,
                max, new TreeMap<>(labels), taints, 0,
                PoolConfig.Reserved.BY_FORMULA, join);
    }
}
