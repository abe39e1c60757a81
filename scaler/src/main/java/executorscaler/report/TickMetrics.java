package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool.LaunchFailure;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The ticks as Prometheus metrics. Every label value is from a closed set or a name from the config, so that their number is bounded. */
public final class TickMetrics implements TickListener, AutoCloseable {
    private static final int HASH_BYTES = 6;

    private final Meters meters = new Meters();
    // Below: the loop's thread only.
    private final StartTimes starts = new StartTimes();
    private final Interruptions interruptions = new Interruptions();
    private final FailedLaunches launches = new FailedLaunches();
    private final Spending spending = new Spending();
    private Optional<Config> hashed = Optional.empty();
    private String hash = "";

    /** Metrics of the ticks and of the JVM. Everything with a closed set of labels is there from the start, at 0. */
    public TickMetrics() {
        for (var kind : Action.class.getPermittedSubclasses()) {
            for (var outcome : Outcome.class.getPermittedSubclasses()) decisions(kind, outcome);
        }
        for (var reason : Reason.class.getPermittedSubclasses()) reasons(reason);
        findings();
        for (var settled : Reason.Settled.values()) notices(settled);
        for (var part : List.of("observe", "decide", "act")) meters.timer(Metric.TICK_DURATION, part);
        for (var stage : StartTimes.Stage.values()) meters.timer(Metric.START_STAGE, lower(stage));
        sources(List.of(), 0);
        held(List.of());
        for (var mode : Role.class.getPermittedSubclasses()) meters.set(Metric.MODE, 0, lower(mode));
        meters.set(Metric.LEADER, 0);
        meters.set(Metric.LAST_TICK, 0);
        meters.info(Metric.BUILD, version(), Runtime.version().toString());
        meters.set(Metric.CONFIG_GENERATION, 0);
        meters.set(Metric.CONFIG_REJECTED, 0);
    }

    @Override
    public void ticked(Tick tick) {
        spending.until(tick.snapshot().takenAt()).forEach(paid -> {
            meters.counter(Metric.COST, paid.pool()).increment(paid.dollars());
            meters.counter(Metric.ALWAYS_ON, paid.pool()).increment(paid.alwaysOn());
        });
        if (!tick.stood()) numbers(tick);
        tick.snapshot().queues().forEach(queue -> queue.oldestDue().ifPresent(due -> meters.set(Metric.QUEUE_OLDEST,
                Math.max(0, Duration.between(due, tick.snapshot().takenAt()).toMillis()) / 1000.0, queue.executor())));
        for (var done : tick.performed()) {
            var action = done.step().action();
            decisions(action.getClass(), done.outcome().getClass()).increment();
            if (done.outcome() instanceof Outcome.Done) reasons(done.step().why().getClass()).increment();
            if (done.step().why() instanceof Reason.NoticeSettled settled && done.outcome() instanceof Outcome.Done)
                notices(settled.settled()).increment();
        }
        findings().increment(tick.findings().size());
        sources(tick.snapshot().missing(), tick.snapshot().takenAt().getEpochSecond());
        meters.timer(Metric.TICK_DURATION, "observe").record(tick.durations().observe());
        meters.timer(Metric.TICK_DURATION, "decide").record(tick.durations().decide());
        meters.timer(Metric.TICK_DURATION, "act").record(tick.durations().act());
        process(tick);
        meters.forgetOthers();
    }

    /** What this process is, and what it goes by. */
    private void process(Tick tick) {
        meters.set(Metric.LAST_TICK, tick.snapshot().takenAt().toEpochMilli() / 1000.0);
        for (var mode : Role.class.getPermittedSubclasses()) meters.set(Metric.MODE, mode.isInstance(tick.role()) ? 1 : 0, lower(mode));
        meters.set(Metric.LEADER, tick.role().writes() ? 1 : 0);
        meters.info(Metric.CONFIG_INFO, hash(tick.config().config()));
        meters.set(Metric.CONFIG_GENERATION, tick.config().generation());
        meters.set(Metric.CONFIG_REJECTED, tick.config().rejected().isEmpty() ? 0 : 1);
    }

    /** What is there and what was decided: it stays while nothing changes. */
    private void numbers(Tick tick) {
        meters.anew();
        var executors = TickView.executors(tick);
        var pools = TickView.pools(tick);
        executors.forEach(this::executor);
        pools.forEach(pool -> pool(tick, pool));
        for (var reached : starts.ticked(tick, executors, pools)) {
            meters.timer(Metric.START_STAGE, lower(reached.stage())).record(reached.after());
            if (reached.stage() == StartTimes.Stage.READY) meters.timer(Metric.START, reached.executor()).record(reached.after());
        }
        for (var one : interruptions.ticked(tick, executors)) interrupted(one.executor(), one.cause()).increment((double) one.jobs());
        for (var rate : spending.rates(pools)) {
            meters.set(Metric.POOL_NODE_PRICE, rate.node().hourly(), rate.pool(), lower(rate.node().source()));
            meters.set(Metric.POOL_COST, rate.perHour(), rate.pool());
            meters.counter(Metric.COST, rate.pool());
            meters.counter(Metric.ALWAYS_ON, rate.pool());
        }
        held(tick.plan().held());
    }

    private void executor(ExecutorView executor) {
        var name = executor.name();
        meters.timer(Metric.START, name);
        if (executor.config().worker().tells()) {
            for (var cause : Interruptions.Cause.values()) interrupted(name, cause);
        }
        executor.queue().ifPresent(queue -> {
            meters.set(Metric.QUEUE_JOBS, queue.waiting(), name, "waiting");
            meters.set(Metric.QUEUE_JOBS, queue.due(), name, "due");
            meters.set(Metric.QUEUE_JOBS, queue.running(), name, "running");
            if (executor.config().worker().tells()) meters.set(Metric.EXECUTOR_BUSY_PODS, executor.busyPods(queue), name);
        });
        executor.deployment().ifPresent(deployment -> {
            meters.set(Metric.EXECUTOR_REPLICAS, executor.wanted(), name, "wanted");
            meters.set(Metric.EXECUTOR_REPLICAS, deployment.replicas(), name, "actual");
            meters.set(Metric.EXECUTOR_REPLICAS, deployment.ready(), name, "ready");
        });
    }

    private void pool(Tick tick, PoolView pool) {
        var name = pool.name();
        meters.set(Metric.POOL_LIMIT_NODES, pool.config().minSize(), name, "min");
        meters.set(Metric.POOL_LIMIT_NODES, pool.config().maxSize(), name, "max");
        for (var cause : LaunchFailure.Cause.values()) meters.counter(Metric.LAUNCH_FAILURES, name, lower(cause));
        launches.newOf(pool).forEach(failure -> meters.counter(Metric.LAUNCH_FAILURES, name, lower(failure.cause())).increment());
        if (pool.group().isEmpty()) return;
        for (var cause : LaunchFailure.Cause.values())
            meters.set(Metric.POOL_BACKOFF, FailedLaunches.backoffSeconds(tick, pool, cause), name, lower(cause));
        meters.set(Metric.POOL_NODES, pool.desired(), name, "desired");
        meters.set(Metric.POOL_NODES, pool.nodes().size(), name, "joined");
        meters.set(Metric.POOL_NODES, pool.onTheWay(), name, "on_the_way");
        meters.set(Metric.POOL_NODES, pool.ready(), name, "ready");
        meters.set(Metric.POOL_NODES, pool.draining(), name, "draining");
        meters.set(Metric.POOL_NODES, pool.shielded(), name, "protected");
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return meters.scrape();
    }

    /** Counts an attempt to call AWS; on any thread. */
    public void awsCall(String operation, String result) {
        meters.counter(Metric.AWS_CALLS, operation, result).increment();
    }

    /** Counts a call to the API server; on any thread. */
    public void kubernetesCall(String method, String result) {
        meters.counter(Metric.KUBERNETES_CALLS, method, result).increment();
    }

    @Override
    public void close() {
        meters.close();
    }

    private Counter decisions(Class<?> kind, Class<?> outcome) {
        return meters.counter(Metric.DECISIONS, kind.getSimpleName(), outcome.getSimpleName());
    }

    private Counter reasons(Class<?> reason) {
        return meters.counter(Metric.DECISION_REASONS, reason.getSimpleName());
    }

    private Counter notices(Reason.Settled settled) {
        return meters.counter(Metric.NOTICES, lower(settled));
    }

    private Counter interrupted(String executor, Interruptions.Cause cause) {
        return meters.counter(Metric.JOBS_INTERRUPTED, executor, lower(cause));
    }

    private Counter findings() {
        return meters.counter(Metric.FINDINGS);
    }

    private void held(List<Plan.Held> held) {
        for (var reason : Reason.class.getPermittedSubclasses()) {
            meters.set(Metric.HELD, held.stream().filter(one -> reason.isInstance(one.why())).count(), reason.getSimpleName());
        }
    }

    private void sources(List<Missing> missing, long now) {
        for (var source : Missing.Source.values()) {
            var seconds = missing.stream().filter(one -> one.source() == source).mapToLong(one -> Math.max(1, now - one.since().getEpochSecond()))
                    .max();
            meters.set(Metric.SOURCE_MISSING, seconds.orElse(0), lower(source));
        }
    }

    /** Of the config as it is in force, pools that were discovered among it; the password of Redis is no part of its text. */
    private String hash(Config config) {
        if (hashed.isPresent() && hashed.get().equals(config)) return hash;
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(config.toString().getBytes(StandardCharsets.UTF_8));
            hash = HexFormat.of().formatHex(digest, 0, HASH_BYTES);
            hashed = Optional.of(config);
            return hash;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** As the jar's manifest says it; classes that are not in a jar are under development. */
    private static String version() {
        return Objects.requireNonNullElse(TickMetrics.class.getPackage().getImplementationVersion(), "development");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String lower(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
