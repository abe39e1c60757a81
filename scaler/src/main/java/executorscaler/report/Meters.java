package executorscaler.report;

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
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The registry behind the metrics: what Micrometer wants for each kind of {@link Metric}, and the JVM's own. */
final class Meters implements AutoCloseable {
    private static final double[] TICK_BUCKETS = {0.001, 0.005, 0.025, 0.1, 0.5, 2.5};
    /** Seconds: from a pod on a node that is there to a machine that boots for minutes, and more than anybody should wait. */
    private static final double[] START_BUCKETS = {0.1, 0.5, 2, 5, 15, 30, 60, 120, 240, 600, 1800};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Map<Meter.Id, Shown> gauges = new HashMap<>(); // written on the loop's thread only; scrapes read the values
    private final Map<Metric, Info> infos = new EnumMap<>(Metric.class); // the loop's thread only
    private final Set<Meter.Id> shownNow = new HashSet<>(); // the loop's thread only

    /** A gauge and the bits of the number that scrapes read. Micrometer keeps values weakly, this keeps them. */
    private record Shown(Gauge gauge, AtomicLong bits) {}

    Meters() {
        garbage.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Everything in Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    /** The counter of these labels, there from now on. Any thread may ask. */
    Counter counter(Metric metric, String... labelValues) {
        return Counter.builder(metric.meterName()).description(metric.help()).tags(tags(metric, labelValues)).register(registry);
    }

    /** The histogram of these labels, there from now on. */
    Timer timer(Metric metric, String... labelValues) {
        var buckets = Arrays.stream(metric == Metric.TICK_DURATION ? TICK_BUCKETS : START_BUCKETS)
                .mapToObj(seconds -> Duration.ofMillis(Math.round(seconds * 1000))).toArray(Duration[]::new);
        return Timer.builder(metric.meterName()).description(metric.help()).tags(tags(metric, labelValues)).serviceLevelObjectives(buckets)
                .register(registry);
    }

    /** Sets a gauge. It is shown until {@link #forgetOthers}, and after it if it was set again since {@link #anew}. */
    void set(Metric metric, double value, String... labelValues) {
        var tags = tags(metric, labelValues);
        var id = new Meter.Id(metric.meterName(), tags, null, metric.help(), Meter.Type.GAUGE);
        shownNow.add(id);
        gauges.computeIfAbsent(id, _ -> {
            var bits = new AtomicLong();
            var gauge = Gauge.builder(metric.meterName(), bits, now -> Double.longBitsToDouble(now.get())).description(metric.help()).tags(tags)
                    .register(registry);
            return new Shown(gauge, bits);
        }).bits().set(Double.doubleToRawLongBits(value));
    }

    /** Sets a gauge to a whole number. */
    void set(Metric metric, long value, String... labelValues) {
        set(metric, (double) value, labelValues);
    }

    /** Says what is so by its labels alone: another one of these takes the place of the last. Micrometer has no such meter, and takes the end off a gauge of this name. */
    void info(Metric metric, String... labelValues) {
        infos.computeIfAbsent(metric, _ -> {
            var info = Info.builder().name(metric.meterName()).help(metric.help()).labelNames(metric.labels().toArray(String[]::new)).build();
            registry.getPrometheusRegistry().register(info);
            return info;
        }).setLabelValues(labelValues);
    }

    /** From here on gauges have to be set again to be shown. */
    void anew() {
        shownNow.clear();
    }

    /** A queue that cannot be read, or an executor that left the config, has no number any more: unknown is not zero. */
    void forgetOthers() {
        gauges.entrySet().removeIf(entry -> {
            if (shownNow.contains(entry.getKey())) return false;
            registry.remove(entry.getValue().gauge());
            return true;
        });
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }

    private static Tags tags(Metric metric, String... labelValues) {
        var tags = Tags.empty();
        for (int i = 0; i < labelValues.length; i++) tags = tags.and(metric.labels().get(i), labelValues[i]);
        return tags;
    }
}
