package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Actuator;
import executorscaler.config.ConfigSource;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.observe.Observer;
import executorscaler.report.MonitoringFiles;
import executorscaler.report.MonitoringFiles.Alert;
import executorscaler.report.TickMetrics;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import testbed.RequiresTool;

/** A simulated week of work in which nothing is wrong, scraped once a minute and judged by Prometheus: no alert fires, at no minute of it. */
@Tag("prometheus")
@RequiresTool("prometheus")
class HealthyWeekIT {

    private static final Duration STEP = Duration.ofSeconds(10);
    private static final int STEPS_A_MINUTE = 6;
    private static final int MINUTES = 7 * 24 * 60;
    private static final Pattern SERIES = Pattern.compile("^(\\w+)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern NAME = Pattern.compile("executor_scaler_\\w+");

    /** A value a minute, as promtool writes them. */
    private static final class Values {
        private final StringBuilder text = new StringBuilder();
        private int minutes;

        void add(int minute, String value) {
            text.append("_ ".repeat(minute - minutes)).append(value).append(' ');
            minutes = minute + 1;
        }
    }

    @TempDir
    private Path folder = Path.of("");
    private final TreeMap<String, Values> series = new TreeMap<>(); // by name and labels
    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void noAlertFires() throws Exception {
        var config = PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0));
        var world = SimWorld.of(config).platform().build();
        var state = new ConfigSource.State(config, 1, List.of(), world.clock().start());
        var observer = new Observer(world.queues(), world.cluster(), world.cloud(), world.notices(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed);
        try (var metrics = new TickMetrics()) {
            var loop = new ControlLoop(() -> state, observer, actuator, world.clock(), Leadership.alone("a test"), List.of(metrics));
            var asked = MonitoringFiles.alerts().stream().map(Alert::expr).flatMap(expr -> NAME.matcher(expr).results()).map(name -> name.group())
                    .collect(Collectors.toSet());
            for (int minute = 0; minute < MINUTES; minute++) {
                if (random.nextInt(isDay(minute) ? 15 : 180) == 0)
                    world.push("executor", random.nextInt(1, 60), Duration.ofSeconds(random.nextInt(20, 600)));
                for (int step = 0; step < STEPS_A_MINUTE; step++) {
                    loop.tick(EnumSet.of(Signals.Cause.TIMER));
                    if (step == 0) scrape(metrics.scrape(), asked, minute, world.clock().start());
                    world.advance(STEP);
                }
            }
            System.out.printf("a week: %d jobs, %d series of %d metrics%n", world.stats().finished(), series.size(), asked.size());
            assertThat(world.stats().finished()).as("jobs").isGreaterThan(3000);
            assertThat(world.killedJobs()).isZero();
        }
        var said = Promtool.run(folder, "", "test", "rules", Files.writeString(folder.resolve("week.yaml"), test()).toString());
        assertThat(said.exitCode()).as(said.words()).isZero();
        assertThat(said.words()).contains("SUCCESS");
    }

    /** On work days from eight to eight. */
    private static boolean isDay(int minute) {
        int hour = minute / 60 % 24;
        return minute / 60 / 24 < 5 && hour >= 8 && hour < 20;
    }

    private void scrape(String text, Set<String> asked, int minute, Instant start) {
        text.lines().map(SERIES::matcher).filter(line -> line.matches() && asked.contains(line.group(1))).forEach(line -> {
            var labels = "job=\"scaler\",namespace=\"platform\"" + (line.group(2) == null ? "" : "," + line.group(2));
            series.computeIfAbsent(line.group(1) + "{" + labels + "}", _ -> new Values()).add(minute, value(line.group(1), line.group(3), start));
        });
    }

    /** Time begins with the epoch for promtool. */
    private static String value(String name, String value, Instant start) {
        return name.endsWith("_timestamp_seconds") ? String.valueOf(Double.parseDouble(value) - start.getEpochSecond()) : value;
    }

    private String test() {
        var yaml = new StringBuilder("rule_files: [" + MonitoringFiles.FOLDER.resolve("alerts.yaml").toAbsolutePath() + "]\n"
                + "evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n");
        series.forEach((name, values) -> yaml.append("  - {series: '").append(name).append("', values: '").append(values.text)
                .append("'}\n"));
        return yaml.append("""
                  promql_expr_test:
                  - expr: sum(count_over_time(executor_scaler_leader[2d])) > bool 2800
                    eval_time: 10079m
                    exp_samples: [{labels: "{}", value: 1}]
                  - expr: count_over_time(ALERTS{alertstate="firing"}[8d])
                    eval_time: 10079m
                    exp_samples: []
                """).toString();
    }
}
