package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names by Prometheus' conventions (prometheus.io/docs/practices/naming), and few enough to know them. */
@Tag("unit")
class MetricNamesTest {

    private static final int MOST = 45;
    /** Ends that belong to the series that Prometheus makes of one metric. */
    private static final List<String> TAKEN = List.of("_count", "_sum", "_bucket", "_created");
    /** Units that are not base units, and names of types. */
    private static final Pattern NOT_A_NAME = Pattern
            .compile("_(ms|millis|milliseconds|minutes|hours|days|kb|mb|percent|gauge|counter|histogram)(_|$)");
    /** Labels of targets: whoever scrapes sets them. */
    private static final List<String> OF_TARGETS = List.of("job", "instance", "namespace", "pod", "container", "service", "endpoint", "le",
            "quantile");

    private final TickMetrics metrics = new TickMetrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void theNameSaysWhatItIs(Metric metric) {
        var name = metric.fullName();
        assertThat(name).startsWith(Metric.PREFIX).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*").doesNotContainPattern(NOT_A_NAME);
        assertThat(TAKEN).noneMatch(name::endsWith);
        assertThat(metric.labels()).doesNotHaveDuplicates().allMatch(label -> label.matches("[a-z]+")).doesNotContainAnyElementsOf(OF_TARGETS);
        assertThat(metric.help()).isNotBlank().doesNotEndWith(".");
    }

    @Test
    void countersEndInTotalAndNothingElseDoes() {
        var turning = new Turning(metrics);
        turning.seconds(3);
        metrics.awsCall("DescribeAutoScalingGroups", "ok");
        metrics.kubernetesCall("PATCH", "ok");
        var types = Pattern.compile("^# TYPE (" + Metric.PREFIX + "\\S+) (\\S+)$", Pattern.MULTILINE).matcher(metrics.scrape()).results().toList();
        assertThat(types).isNotEmpty().allSatisfy(type -> {
            assertThat(type.group(1).endsWith("_total")).as(type.group()).isEqualTo(type.group(2).equals("counter"));
            if (type.group(2).equals("histogram")) assertThat(type.group(1)).endsWith("_seconds");
        });
    }

    @Test
    void thereAreFewEnoughToKnowThem() {
        assertThat(Arrays.asList(Metric.values())).hasSizeLessThanOrEqualTo(MOST);
    }

    @Test
    void anExecutorHasAtMostFortySeriesAndAPoolSixty() {
        var turning = new Turning(metrics);
        turning.world.pushLater(Turning.EXECUTOR, 1, java.time.Duration.ofSeconds(9), turning.world.clock().now());
        turning.seconds(3);
        assertThat(seriesWith("executor=\"executor\"")).isBetween(20L, 40L);
        assertThat(seriesWith("pool=\"compute-optimized\"")).isBetween(15L, 60L);
    }

    private long seriesWith(String label) {
        return metrics.scrape().lines().filter(line -> !line.startsWith("#") && line.contains(label)).count();
    }
}
