package executorscaler.report;

import java.util.List;

/** Every metric of this service: its name and labels as Prometheus sees them. docs/metrics.md lists the same; a test compares. */
public enum Metric {
    /** Jobs by state. */
    QUEUE_JOBS("queue_jobs", "Jobs in the executor's queue", "executor", "state"),
    /** Replicas by state. */
    EXECUTOR_REPLICAS("executor_replicas", "Replicas of the executor's Deployment", "executor", "state"),
    /** Pods that are busy. */
    EXECUTOR_BUSY_PODS("executor_busy_pods", "Pods that run jobs, or of which nobody knows, where workers say who is busy", "executor"),
    /** Nodes by state. */
    POOL_NODES("pool_nodes", "Nodes of the pool", "pool", "state"),
    /** Nodes by bound. */
    POOL_LIMIT_NODES("pool_limit_nodes", "Fewest and most nodes that the config allows", "pool", "bound"),
    /** Actions by kind and outcome. */
    DECISIONS("decisions_total", "Actions performed", "kind", "outcome"),
    /** Held subjects by reason. */
    HELD("held", "Subjects held back", "reason"),
    /** Seconds a source has been missing. */
    SOURCE_MISSING("source_missing_seconds", "For how long the source, or a part of it, could not be read; 0 while it can", "source"),
    /** Attempts to call AWS by operation and result. */
    AWS_CALLS("aws_calls_total", "Attempts to call AWS", "operation", "result"),
    /** Notices by what became of them. */
    NOTICES("notices_total", "Messages of the queue of notices that were deleted, by what became of them", "result"),
    /** Whether this process writes. */
    LEADER("leader", "1 while this process may write: it holds the Lease, or there is no election; 0 while it follows"),
    /** Steps that the safety check removed. */
    FINDINGS("safety_findings_total", "Steps that the independent safety check removed"),
    /** Seconds a part of a tick took. */
    TICK_DURATION("tick_duration_seconds", "How long the parts of a tick took", "part"),
    /** Time of the last tick. */
    LAST_TICK("last_tick_timestamp_seconds", "When the last tick ended its look at the world, in seconds since the epoch"),
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

    /** The name as Micrometer wants it: it adds the unit of a timer and the end of a counter itself. */
    String meterName() {
        return fullName().replaceFirst("_total$", "").replaceFirst("tick_duration_seconds$", "tick_duration");
    }

    public String help() {
        return help;
    }

    public List<String> labels() {
        return labels;
    }
}
