package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import executorscaler.report.MonitoringFiles.Alert;
import executorscaler.report.MonitoringFiles.Query;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts and dashboards ask for nothing that a scrape of the simulated platform does not have. */
@Tag("simulation")
class MonitoringFilesTest {

    private static final Pattern SELECTOR = Pattern.compile("\\b((?:executor_scaler|jvm|process)_\\w+)(?:\\{([^}]*)\\})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)");
    private static final Pattern SERIES = Pattern.compile("^(\\w+)(?:\\{(.*)\\})? \\S+$");
    /** Labels that Prometheus gives to whatever it scrapes. */
    private static final Set<String> OF_TARGETS = Set.of("namespace", "job", "instance");

    private static final Map<String, List<Map<String, String>>> SCRAPED = new TreeMap<>();
    private static final TickMetrics METRICS = new TickMetrics();

    @BeforeAll
    static void scrape() {
        var turning = new Turning(METRICS);
        turning.world.push(Turning.EXECUTOR, 10, Duration.ofMinutes(1));
        turning.seconds(200);
        METRICS.awsCall("DescribeAutoScalingGroups", "ok");
        METRICS.kubernetesCall("PATCH", "ok");
        // Java makes this one with its first collection, which need not have come.
        SCRAPED.put("jvm_gc_pause_seconds_sum", new ArrayList<>());
        METRICS.scrape().lines().map(SERIES::matcher).filter(line -> line.matches()).forEach(line -> {
            var labels = new TreeMap<String, String>();
            if (line.group(2) != null) MATCHER.matcher(line.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(3)));
            SCRAPED.computeIfAbsent(line.group(1), _ -> new ArrayList<>()).add(labels);
        });
    }

    @AfterAll
    static void close() {
        METRICS.close();
    }

    static Stream<Query> queries() {
        return Stream.concat(MonitoringFiles.queries().stream(),
                MonitoringFiles.alerts().stream().map(alert -> new Query(alert.name(), alert.expr())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("queries")
    void everyMetricLabelAndValueOfAQueryIsInAScrape(Query query) {
        var selectors = SELECTOR.matcher(query.expr()).results().toList();
        assertThat(selectors).isNotEmpty();
        var labels = new HashSet<>(OF_TARGETS);
        for (var selector : selectors) {
            assertThat(SCRAPED).containsKey(selector.group(1));
            var series = SCRAPED.getOrDefault(selector.group(1), List.of());
            series.forEach(one -> labels.addAll(one.keySet()));
            if (selector.group(2) == null) continue;
            MATCHER.matcher(selector.group(2)).results().filter(matcher -> !matcher.group(1).equals("job"))
                    .forEach(matcher -> matched(selector.group(), series, matcher.group(1), matcher.group(3)));
        }
        GROUPING.matcher(query.expr()).results().flatMap(by -> Stream.of(by.group(1).split(",\\s*", -1)))
                .forEach(label -> assertThat(labels).as("labels of " + query.expr()).contains(label));
    }

    /** Each alternative by itself: one that is misspelt would be hidden by the others. */
    private static void matched(String selector, List<Map<String, String>> series, String label, String value) {
        for (var alternative : value.split("\\|", -1))
            assertThat(series).as(selector).anySatisfy(one -> assertThat(one).containsEntry(label, alternative));
    }

    static Stream<Alert> alerts() {
        return MonitoringFiles.alerts().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("alerts")
    void everyAlertSaysWhatTheValueIsAndWhereToReadOn(Alert alert) {
        assertThat(alert.severity()).isIn("critical", "warning", "info");
        assertThat(alert.annotation("summary")).isNotBlank().endsWith(".");
        if (!alert.name().equals("ExecutorScalerJobsStandStill")) assertThat(alert.annotation("description")).contains("$value");
        assertThat(alert.annotation("runbook_url")).isEqualTo("docs/alerts.md#" + alert.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void theManualHasASectionForEachAlertAndEachIsTried() {
        var names = MonitoringFiles.alerts().stream().map(Alert::name).toList();
        var sections = Pattern.compile("^## (\\S+)$", Pattern.MULTILINE)
                .matcher(MonitoringFiles.read(Path.of("..", "docs", "alerts.md"))).results().map(section -> section.group(1)).toList();
        assertThat(sections).containsExactlyElementsOf(names);
        var tried = new TreeMap<String, Set<Boolean>>();
        Pattern.compile("alertname: (\\S+)\\s+eval_time: \\S+\\s+exp_alerts: *(\\[\\])?")
                .matcher(MonitoringFiles.read(Path.of("src/test/prometheus/alerts-test.yaml")))
                .results().forEach(one -> tried.computeIfAbsent(one.group(1), _ -> new TreeSet<>()).add(one.group(2) == null));
        assertThat(tried.keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(tried.values()).as("a firing and a quiet case each").allMatch(Set.of(true, false)::equals);
    }

    @Test
    void everyPanelIsExplainedAndAsksTheDataSourceThatWasChosen() {
        assertThat(MonitoringFiles.dashboards()).hasSize(2);
        for (var dashboard : MonitoringFiles.dashboards()) {
            var ids = new ArrayList<Integer>();
            for (var panel : dashboard.path("panels")) {
                ids.add(panel.path("id").asInt());
                if (panel.path("type").asText().equals("row")) continue;
                assertThat(panel.path("description").asText()).as(panel.path("title").asText()).endsWith(".");
                assertThat(panel.path("targets")).isNotEmpty().allSatisfy(MonitoringFilesTest::asksTheChosenSource);
            }
            assertThat(ids).doesNotHaveDuplicates();
        }
    }

    private static void asksTheChosenSource(JsonNode target) {
        assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
        assertThat(target.path("expr").asText()).contains("job=~\"$job\"");
    }
}
