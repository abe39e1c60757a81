package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SimWorldBuilder;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What happens to a platform from the outside, always the same; with the loop's steps it is a story. */
enum CrashStory {

    /** From zero, and back. */
    COLD_START {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 20, 120);
        }
    },

    /** More comes while some work, of two kinds, and what AWS tells is old. */
    GROW {
        @Override
        void happens(Stage stage) {
            stage.world().lagCloud(Duration.ofSeconds(10));
            stage.push(5, "executor", 6, 500);
            stage.push(200, "executor", 30, 120);
            stage.push(205, "second", 6, 120);
        }
    },

    /** Some pods are idle long before the others: they are marked and go. */
    SHRINK_IDLE {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 10, 30);
            stage.push(5, "executor", 10, 900);
        }
    },

    /** Somebody makes a pool larger than it needs to be, and the pods on it may not all go at once. */
    SHRINK_WITH_BUDGET {
        @Override
        void prepare(SimWorldBuilder builder) {
            builder.platform();
        }

        @Override
        void happens(Stage stage) {
            stage.at(5, () -> stage.world().setDesired("general", 5));
            stage.at(250, () -> stage.world().setReplicas(NAMESPACE, "frontend", 12));
            stage.at(400, () -> stage.world().setReplicas(NAMESPACE, "frontend", 2));
        }
    },

    /** Jobs come when nodes have been closed that are of use for them. */
    DEMAND_RETURNS {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 12, 60);
            stage.push(230, "executor", 10, 20); // more than the other node holds
        }
    },

    /** EC2 takes a node with its jobs, without a word. */
    RECLAIMED {
        @Override
        void happens(Stage stage) {
            stage.push(5, "second", 16, 400);
            stage.at(300, () -> stage.world().live("spot").instances().stream().findFirst().ifPresent(one -> stage.world().interrupt(one.id())));
        }
    },

    /** EC2 takes a spot node in two minutes, recommends to do without another, and says so twice. */
    INTERRUPTED {
        @Override
        void happens(Stage stage) {
            stage.push(5, "second", 12, 400);
            stage.at(300, () -> stage.first("spot").ifPresent(id -> stage.world().interrupt(id, 2, Duration.ofSeconds(5))));
            stage.at(330, () -> stage.first("spot").ifPresent(id -> stage.world().recommendRebalance(id, 1, Duration.ZERO)));
        }
    },

    /** A group ends a node of its own choice, and its lifecycle hook waits for the jobs. */
    HOOKED {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 8, 300);
            stage.at(260, () -> stage.first("spot").ifPresent(id -> stage.world().endWithHook(id, 1, Duration.ZERO)));
        }
    },

    /** There is no spot; what was ordered there is bought elsewhere and taken back. */
    NO_CAPACITY {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 8, 2000);
            stage.at(290, () -> stage.world().refuseCapacity("spot", true));
            stage.push(300, "executor", 12, 600);
            stage.at(1500, () -> stage.world().refuseCapacity("spot", false));
        }
    },

    /** Instances run that never become nodes. */
    NEVER_JOINS {
        @Override
        void happens(Stage stage) {
            stage.at(1, () -> stage.world().neverJoins("spot", true));
            stage.push(5, "executor", 8, 120);
            stage.at(900, () -> stage.world().neverJoins("spot", false));
        }
    },

    /** A new template is rolled out in the middle of the work. */
    ROLLOUT {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 12, 200);
            stage.at(260, () -> stage.world().deploy(NAMESPACE, "executor", "registry.example/executor:2", false));
        }
    },

    /** The largest sizes are cut down to less than is there, and made larger than before. */
    CONFIG_CHANGE {
        @Override
        void happens(Stage stage) {
            stage.push(5, "executor", 20, 300);
            stage.at(150, () -> stage.reload(config(3)));
            stage.push(160, "executor", 20, 60);
            stage.at(700, () -> stage.reload(config(12)));
        }
    };

    /** The story as it is told to a world. */
    interface Stage {
        SimWorld world();

        void at(int second, Runnable what);

        void reload(Config config);

        /** Id of an instance in service. */
        default Optional<String> first(String pool) {
            return world().live(pool).instances().stream().filter(one -> one.lifecycle() == Pool.Lifecycle.IN_SERVICE).map(Pool.Instance::id)
                    .findFirst();
        }

        default void push(int second, String executor, int count, int seconds) {
            at(second, () -> world().push(executor, count, Duration.ofSeconds(seconds)));
        }
    }

    static final String NAMESPACE = "production-platform";

    abstract void happens(Stage stage);

    /** What the world has at the start besides executors and pools. */
    void prepare(SimWorldBuilder builder) {}

    /** Whether nobody but the service removes the Node of an instance that is gone. */
    boolean leavesNodes() {
        return this == RECLAIMED;
    }

    SimWorld world() {
        var config = config(8);
        var pool = config.nodePools().getLast();
        var small = SimWorldBuilder.executorShape(pool);
        var builder = SimWorld.of(config).seed(1).leavesNodes(leavesNodes()).shape("second",
                SimWorldBuilder.shape(700, 1L << 30, small.nodeSelector(), small.tolerations()));
        prepare(builder);
        var world = builder.build();
        world.givesJobsBack();
        return world;
    }

    static Config config(int maxSize) {
        var queue = new QueueConfig.Lists("jobs", "jobs:running", "jobs:later", QueueConfig.TimeUnit.SECONDS);
        var lease = new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0);
        var executors = List.of(new ExecutorConfig("executor", NAMESPACE, "executor", queue, 2, 0, 20, lease),
                new ExecutorConfig("second", NAMESPACE, "second", queue, 2, 0, 10, new WorkerConfig(WorkerConfig.BusySource.QUEUE, false, 0)));
        var taint = List.of(new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE));
        var pools = List.of(pool("general", PoolConfig.CapacityType.ON_DEMAND, 2, 8, 0.1, Map.of("workload-type", "general"), List.of()),
                pool("compute", PoolConfig.CapacityType.ON_DEMAND, 0, maxSize, 0.4, Map.of("workload-type", "executor"), taint),
                pool("spot", PoolConfig.CapacityType.SPOT, 0, maxSize, 0.2, Map.of("workload-type", "executor"), taint));
        return new Config(new RedisConfig("redis://redis:6379/0", "", "", "", 500), executors, pools,
                new ScaleDownConfig(20, 40, 10, 200, 0.5, 5, 30, 120), ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF)
                .with(true, false);
    }

    private static PoolConfig pool(String name, PoolConfig.CapacityType type, int min, int max, double price, Map<String, String> labels,
            List<PoolConfig.TaintConfig> taints) {
        return new PoolConfig(name, name + "-asg", name.equals("general") ? "t3.large" : "c5.2xlarge", type, min, max, new TreeMap<>(labels), taints,
                0,
                PoolConfig.Reserved.BY_FORMULA, 240, OptionalDouble.of(price), 0);
    }
}
