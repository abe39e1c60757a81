package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.report.MonitoringFiles;
import executorscaler.report.MonitoringFiles.Alert;
import executorscaler.report.MonitoringFiles.Query;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import testbed.Keys;
import testbed.RequiresTool;
import testbed.TestBed;
import testbed.Workers;

/** A real Prometheus scrapes the service while it goes up and down, evaluates the chart's alerts, and answers every query of both dashboards. */
@Tag("prometheus")
@RequiresTool({"go", "python", "prometheus"})
@ExtendWith(SharedBed.class)
class MonitoringIT {

    private static final int JOBS = 10;
    private static final String LEASES = Platform.configWith("jobsPerPod: 2", "jobsPerPod: 2\n  busy: lease");

    @Test
    void noPanelIsEmptyAndNoAlertIsBroken(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        var start = Instant.now();
        try (var workers = Workers.start(bed, Platform.NAMESPACE, "app=executor", Keys.DEFAULT);
                var scaler = ScalerProcess.ready(bed, LEASES);
                var prometheus = PrometheusProcess.start(bed.directory(), scaler.hostAndPort(), MonitoringFiles.FOLDER.resolve("alerts.yaml"))) {
            Platform.soon("the first scrape", () -> prometheus.values("executor_scaler_leader", start).contains(1.0));
            Platform.push(bed, JOBS, 1500);
            Platform.soon("5 pods run", () -> Platform.runningPods(bed) == 5);
            Platform.soon("all jobs done", () -> Platform.length(bed, "done") == JOBS);
            Platform.soon("back to nothing", () -> Platform.replicas(bed) == 0 && Platform.nodes(bed) == 0);
            Platform.soon("the end is scraped", () -> prometheus.values("executor_scaler_cost_dollars_total > 0", start).size() > 2);
            assertThat(workers.running()).isEmpty();

            var empty = new ArrayList<Query>();
            for (var query : MonitoringFiles.queries()) if (prometheus.values(filledIn(query.expr()), start).isEmpty()) empty.add(query);
            assertThat(empty).as("queries of panels without a number").isEmpty();

            assertThat(prometheus.rules()).extracting(PrometheusProcess.Rule::name)
                    .containsExactlyElementsOf(MonitoringFiles.alerts().stream().map(Alert::name).toList());
            assertThat(prometheus.rules()).as("every expression evaluates").allMatch(rule -> rule.health().equals("ok"));
            assertThat(prometheus.rules()).as("nothing was wrong").noneMatch(rule -> rule.state().equals("firing"));
            assertThat(prometheus.values("executor_scaler_jobs_interrupted_total", start)).isNotEmpty().containsOnly(0.0);
            assertThat(prometheus.values("executor_scaler_start_seconds_count", start)).as("the pods of the order").contains(5.0);
            assertThat(prometheus.values("executor_scaler_start_stage_seconds_count{stage=\"booted\"}", start)).contains(5.0);
            assertThat(Promtool.run(bed.directory(), ours(scaler.get("/metrics")), "check", "metrics")).as("names by Prometheus' own rules")
                    .isEqualTo(new Promtool.Said(0, ""));
        }
    }

    @Test
    void theChartMakesThemAsTheyAreInItsFiles(TestBed bed) throws Exception {
        var chart = MonitoringFiles.FOLDER.resolve("..").normalize().toString();
        assertThat(bed.helm("template", "x", chart)).doesNotContain("monitoring.coreos.com", "grafana_dashboard");

        var objects = new ArrayList<Map<?, ?>>();
        var rendered = bed.helm("template", "x", chart, "--set",
                "monitoring.enabled=true,monitoring.labels.release=kps,monitoring.runbooks=https://wiki/alerts");
        for (var object : new Load(LoadSettings.builder().build()).loadAllFromString(rendered)) if (object instanceof Map<?, ?> one) objects.add(one);
        var made = objects.stream().filter(one -> labels(one).containsKey("release")).toList();
        assertThat(made).extracting(one -> String.valueOf(one.get("kind"))).containsExactlyInAnyOrder("ServiceMonitor", "PrometheusRule", "ConfigMap",
                "ConfigMap");

        var rule = (Map<?, ?>) of(made, "PrometheusRule").get("spec");
        var file = Files.readString(MonitoringFiles.FOLDER.resolve("alerts.yaml")).replace("docs/alerts.md#", "https://wiki/alerts#");
        assertThat(rule).isEqualTo(new Load(LoadSettings.builder().build()).loadFromString(file));
        assertThat(of(made, "ServiceMonitor").toString()).contains("honorLabels=true").contains("port=http").contains("path=/metrics");
        var dashboards = made.stream().filter(one -> "ConfigMap".equals(one.get("kind"))).toList();
        assertThat(dashboards).allMatch(one -> "1".equals(labels(one).get("grafana_dashboard")));
        assertThat(dashboards).extracting(one -> ((Map<?, ?>) Objects.requireNonNull(one.get("data"))).values().iterator().next().toString().strip())
                .containsExactlyInAnyOrder(Files.readString(MonitoringFiles.FOLDER.resolve("dashboards/overview.json")).strip(),
                        Files.readString(MonitoringFiles.FOLDER.resolve("dashboards/internals.json")).strip());
    }

    private static Map<?, ?> of(List<Map<?, ?>> objects, String kind) {
        return objects.stream().filter(one -> kind.equals(one.get("kind"))).findFirst().orElseThrow();
    }

    private static Map<?, ?> labels(Map<?, ?> object) {
        var metadata = (Map<?, ?>) Objects.requireNonNull(object.get("metadata"));
        return metadata.get("labels") instanceof Map<?, ?> labels ? labels : Map.of();
    }

    /** As Grafana does it, for a dashboard that shows a minute of all installations. */
    private static String filledIn(String expr) {
        return expr.replace("$job", ".+").replace("$__rate_interval", "10s").replace("$__range", Duration.ofSeconds(60).toSeconds() + "s");
    }

    private static String ours(String scrape) {
        var lines = new StringBuilder();
        scrape.lines().filter(line -> line.contains("executor_scaler_")).forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }
}
