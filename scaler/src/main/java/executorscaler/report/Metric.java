package executorscaler.report;

import java.util.List;

/** Every metric of this service: its name and labels as Prometheus sees them. docs/metrics.md lists the same; a test compares. */
public enum Metric {
    /** Jobs by state. */
    QUEUE_JOBS("queue_jobs", "Jobs in the executor's queue", "executor", "state"),
    /** Age of the oldest job whose age is known. */
    QUEUE_OLDEST("queue_oldest_age_seconds", "For how long the oldest delayed job has been due, absent where nobody can say", "executor"),
    /** Time from the work to the pods that are for it. */
    START("start_seconds", "From the look that found the work until a pod for it was ready", "executor"),
    /** The same by stage. */
    START_STAGE("start_stage_seconds", "From the look that found the work until the stage was reached", "stage"),
    /** Jobs that did not come to their end. */
    JOBS_INTERRUPTED("jobs_interrupted_total", "Jobs of pods that went while they ran them, as far as workers say who is busy", "executor", "cause"),
    /** Replicas by state. */
    EXECUTOR_REPLICAS("executor_replicas", "Replicas of the executor's Deployment", "executor", "state"),
    /** Pods that are busy. */
    EXECUTOR_BUSY_PODS("executor_busy_pods", "Pods that run jobs, or of which nobody knows, where workers say who is busy", "executor"),
    /** Nodes by state. */
    POOL_NODES("pool_nodes", "Nodes of the pool", "pool", "state"),
    /** Nodes by bound. */
    POOL_LIMIT_NODES("pool_limit_nodes", "Fewest and most nodes that the config allows", "pool", "bound"),
    /** Seconds until a pool is asked again. */
    POOL_BACKOFF("pool_backoff_seconds", "For how long the pool is still left alone because AWS could not launch; 0: it is not", "pool", "cause"),
    /** Launches that AWS could not make. */
    LAUNCH_FAILURES("pool_launch_failures_total", "Launches that AWS could not make", "pool", "cause"),
    /** Price of a node. */
    POOL_NODE_PRICE("pool_node_price_dollars", "Dollars that one node of the pool costs an hour", "pool", "source"),
    /** Price of all nodes that there are. */
    POOL_COST("pool_cost_dollars_per_hour", "Dollars that the pool's instances cost an hour", "pool"),
    /** What has been paid. */
    COST("cost_dollars_total", "Dollars that the pool's instances have cost since the start", "pool"),
    /** What would have been paid without scaling. */
    ALWAYS_ON("always_on_dollars_total", "Dollars that the pool would have cost since the start with its maxSize nodes all the time", "pool"),
    /** Actions by kind and outcome. */
    DECISIONS("decisions_total", "Actions performed", "kind", "outcome"),
    /** Actions that were done, by the reason that was told for them. */
    DECISION_REASONS("decision_reasons_total", "Actions done, by reason", "reason"),
    /** Held subjects by reason. */
    HELD("held", "Subjects held back", "reason"),
    /** Seconds a source has been missing. */
    SOURCE_MISSING("source_missing_seconds", "For how long the source, or a part of it, could not be read; 0 while it can", "source"),
    /** Attempts to call AWS by operation and result. */
    AWS_CALLS("aws_calls_total", "Attempts to call AWS", "operation", "result"),
    /** Calls to the API server by method and result. */
    KUBERNETES_CALLS("kubernetes_calls_total", "Calls to the API server", "method", "result"),
    /** Notices by what became of them. */
    NOTICES("notices_total", "Messages of the queue of notices that were deleted, by what became of them", "result"),
    /** What this process is. */
    MODE("mode", "1 for what this process is: alone, leader or follower", "mode"),
    /** Whether this process writes. */
    LEADER("leader", "1 while this process may write: it holds the Lease, or there is no election; 0 while it follows"),
    /** Steps that the safety check removed. */
    FINDINGS("safety_findings_total", "Steps that the independent safety check removed"),
    /** Seconds a part of a tick took. */
    TICK_DURATION("tick_duration_seconds", "How long the parts of a tick took", "part"),
    /** Time of the last tick. */
    LAST_TICK("last_tick_timestamp_seconds", "When the last tick ended its look at the world, in seconds since the epoch"),
    /** What runs. */
    BUILD("build_info", "Always 1; the version of the service and of the Java that it runs on", "version", "java"),
    /** Which config is in force. */
    CONFIG_INFO("config_info", "Always 1; hash is that of the config in force, the same in every process that has the same", "hash"),
    /** Config generation. */
    CONFIG_GENERATION("config_generation", "Configs accepted since the start"),
    /** Whether the newest config was rejected. */
    CONFIG_REJECTED("config_rejected", "1 while the newest config is rejected and the last good one is in force");

    /** What all names begin with. */
    public static final String PREFIX = "executor_scaler_";

    private final String name;
    private final String help;
    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, its type does not say so
    private final List<String> labels;

    Metric(String name, String help, String... labels) {
        this.name = name;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The full name. */
    public String fullName() {
        return PREFIX + name;
    }

    /** The name as Micrometer and its Prometheus client want it: they add the unit of a timer and the end of a counter or an info themselves. */
    String meterName() {
        return switch (this) {
            case TICK_DURATION, START, START_STAGE -> fullName().replaceFirst("_seconds$", "");
            case BUILD, CONFIG_INFO -> fullName().replaceFirst("_info$", "");
            default -> fullName().replaceFirst("_total$", "");
        };
    }

    public String help() {
        return help;
    }

    public List<String> labels() {
        return labels;
    }
}
