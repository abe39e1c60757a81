package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Missing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The ticks as Prometheus metrics. Every label value is from a closed set or a name from the config, so that their number is bounded. */
public final class TickMetrics implements TickListener, AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Map<Meter.Id, Shown> gauges = new HashMap<>(); // written on the loop's thread only; scrapes read the values
    private final Set<Meter.Id> shownNow = new HashSet<>(); // the loop's thread only

    /** A gauge and the value that scrapes read. Micrometer keeps values weakly, this keeps them. */
    private record Shown(Gauge gauge, AtomicLong thousandths) {}

    /** Metrics of the ticks and of the JVM. Everything with a closed set of labels is there from the start, at 0. */
    public TickMetrics() {
        garbage.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        for (var kind : Action.class.getPermittedSubclasses()) {
            for (var outcome : Outcome.class.getPermittedSubclasses()) decisions(kind, outcome);
        }
        findings();
        for (var settled : Reason.Settled.values()) notices(settled);
        for (var part : List.of("observe", "decide", "act")) timer(part);
        sources(List.of(), 0);
        held(List.of());
        set(Metric.LEADER, 0);
        set(Metric.LAST_TICK, 0);
        set(Metric.CONFIG_GENERATION, 0);
        set(Metric.CONFIG_REJECTED, 0);
    }

    @Override
    public void ticked(Tick tick) {
        if (!tick.stood()) numbers(tick);
        for (var done : tick.performed()) {
            var action = done.step().action();
            decisions(action.getClass(), done.outcome().getClass()).increment();
            if (done.step().why() instanceof Reason.NoticeSettled settled && done.outcome() instanceof Outcome.Done)
                notices(settled.settled()).increment();
        }
        findings().increment(tick.findings().size());
        sources(tick.snapshot().missing(), tick.snapshot().takenAt().getEpochSecond());
        timer("observe").record(tick.durations().observe());
        timer("decide").record(tick.durations().decide());
        timer("act").record(tick.durations().act());
        setExactly(Metric.LAST_TICK, tick.snapshot().takenAt().toEpochMilli());
        set(Metric.LEADER, tick.role().writes() ? 1 : 0);
        set(Metric.CONFIG_GENERATION, tick.config().generation());
        set(Metric.CONFIG_REJECTED, tick.config().rejected().isEmpty() ? 0 : 1);
        forgetOthers();
    }

    /** What is there and what was decided: it stays while nothing changes. */
    private void numbers(Tick tick) {
        shownNow.clear();
        var executors = TickView.executors(tick);
        for (var executor : executors) {
            executor.queue().ifPresent(queue -> {
                set(Metric.QUEUE_JOBS, queue.waiting(), executor.name(), "waiting");
                set(Metric.QUEUE_JOBS, queue.due(), executor.name(), "due");
                set(Metric.QUEUE_JOBS, queue.running(), executor.name(), "running");
                if (executor.config().worker().tells()) set(Metric.EXECUTOR_BUSY_PODS, executor.busyPods(queue), executor.name());
            });
            executor.deployment().ifPresent(deployment -> {
                set(Metric.EXECUTOR_REPLICAS, executor.wanted(), executor.name(), "wanted");
                set(Metric.EXECUTOR_REPLICAS, deployment.replicas(), executor.name(), "actual");
                set(Metric.EXECUTOR_REPLICAS, deployment.ready(), executor.name(), "ready");
            });
        }
        for (var pool : TickView.pools(tick)) {
            set(Metric.POOL_LIMIT_NODES, pool.config().minSize(), pool.name(), "min");
            set(Metric.POOL_LIMIT_NODES, pool.config().maxSize(), pool.name(), "max");
            if (pool.group().isEmpty()) continue;
            set(Metric.POOL_NODES, pool.desired(), pool.name(), "desired");
            set(Metric.POOL_NODES, pool.nodes().size(), pool.name(), "joined");
            set(Metric.POOL_NODES, pool.onTheWay(), pool.name(), "on_the_way");
            set(Metric.POOL_NODES, pool.ready(), pool.name(), "ready");
            set(Metric.POOL_NODES, pool.draining(), pool.name(), "draining");
            set(Metric.POOL_NODES, pool.shielded(), pool.name(), "protected");
        }
        held(tick.plan().held());
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    /** Counts an attempt to call AWS; on any thread. */
    public void awsCall(String operation, String result) {
        Counter.builder(Metric.AWS_CALLS.meterName()).description(Metric.AWS_CALLS.help()).tags("operation", operation, "result", result)
                .register(registry).increment();
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }

    private Counter decisions(Class<?> kind, Class<?> outcome) {
        return Counter.builder(Metric.DECISIONS.meterName()).description(Metric.DECISIONS.help())
                .tags("kind", kind.getSimpleName(), "outcome", outcome.getSimpleName()).register(registry);
    }

    private Counter notices(Reason.Settled settled) {
        return Counter.builder(Metric.NOTICES.meterName()).description(Metric.NOTICES.help())
                .tags("result", settled.name().toLowerCase(java.util.Locale.ROOT)).register(registry);
    }

    private Counter findings() {
        return Counter.builder(Metric.FINDINGS.meterName()).description(Metric.FINDINGS.help()).register(registry);
    }

    private Timer timer(String part) {
        return Timer.builder(Metric.TICK_DURATION.meterName()).description(Metric.TICK_DURATION.help()).tag("part", part)
                .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(25), Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2500))
                .register(registry);
    }

    private void held(List<Plan.Held> held) {
        for (var reason : Reason.class.getPermittedSubclasses()) {
            set(Metric.HELD, held.stream().filter(one -> reason.isInstance(one.why())).count(), reason.getSimpleName());
        }
    }

    private void sources(List<Missing> missing, long now) {
        for (var source : Missing.Source.values()) {
            var seconds = missing.stream().filter(one -> one.source() == source).mapToLong(one -> Math.max(1, now - one.since().getEpochSecond()))
                    .max();
            set(Metric.SOURCE_MISSING, seconds.orElse(0), source.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    private void set(Metric metric, long value, String... labelValues) {
        setExactly(metric, value * 1000, labelValues);
    }

    private void setExactly(Metric metric, long thousandths, String... labelValues) {
        var tags = tags(metric, labelValues);
        var id = new Meter.Id(metric.meterName(), tags, null, metric.help(), Meter.Type.GAUGE);
        shownNow.add(id);
        gauges.computeIfAbsent(id, _ -> {
            var value = new AtomicLong();
            var gauge = Gauge.builder(metric.meterName(), value, now -> now.get() / 1000.0).description(metric.help())
                    .tags(tags).register(registry);
            return new Shown(gauge, value);
        }).thousandths().set(thousandths);
    }

    private static Tags tags(Metric metric, String... labelValues) {
        var tags = Tags.empty();
        for (int i = 0; i < labelValues.length; i++) tags = tags.and(metric.labels().get(i), labelValues[i]);
        return tags;
    }

    /** A queue that cannot be read, or an executor that left the config, has no number any more: unknown is not zero. */
    private void forgetOthers() {
        gauges.entrySet().removeIf(entry -> {
            if (shownNow.contains(entry.getKey())) return false;
            registry.remove(entry.getValue().gauge());
            return true;
        });
    }
}
