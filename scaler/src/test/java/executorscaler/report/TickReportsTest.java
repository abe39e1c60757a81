package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.WorkerConfig;
import executorscaler.sim.DemoStory;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the reports say while a simulated platform lives through a burst of jobs. */
@Tag("simulation")
class TickReportsTest {
    private final Config config = PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0));
    private final SimWorld world = SimWorld.of(config).platform().build();
    private final TickHistory history = new TickHistory();
    private final TickMetrics metrics = new TickMetrics();
    private final List<String> story = new ArrayList<>();
    private final DemoTimeline timeline = new DemoTimeline(story::add);
    private final NaiveLoop loop = new NaiveLoop(world, config, "compute-optimized", tick -> {
        history.ticked(tick);
        metrics.ticked(tick);
        timeline.ticked(tick);
    });

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void theHeadlineFollowsTheWork() {
        run(1);
        assertThat(headline()).isEqualTo("No jobs, no executors, 2 nodes up.");
        DemoStory.of("executor", 100, Duration.ofMinutes(1)).happenIn(world);
        run(60);
        assertThat(headline()).isEqualTo("Waiting for 17 nodes in compute-optimized; 100 jobs waiting.");
        run(60);
        assertThat(headline()).isEqualTo("100 jobs running on 50 executors.");
        run(200);
        assertThat(headline()).startsWith("No jobs. 17 idle nodes go back from ");
        run(330);
        assertThat(headline()).isEqualTo("No jobs, no executors, 2 nodes up.");
        assertThat(world.killedJobs()).isZero();
        assertThat(world.stats().finished()).isEqualTo(100);
    }

    @Test
    void theDemoTellsOursBesideTheirs() {
        DemoStory.of("executor", 100, Duration.ofMinutes(1)).happenIn(world);
        run(900);
        var told = String.join("\n", story);
        assertThat(told).contains("100 jobs arrive").contains("50 replicas written").contains("17 nodes ordered").contains("all jobs done")
                .contains("17 empty nodes given back").contains("back to 2 nodes").contains("| T+0 s  user submits evaluation")
                .contains("| T+180 s  instance joins cluster");
        assertThat(story.stream().filter(line -> line.contains("executors ready on 17 nodes"))).hasSize(1);
        assertThat(story.stream().filter(line -> line.contains("first new node ready"))).hasSize(1);
    }

    @Test
    void aMissingSourceIsTheHeadlineAndItsNumbersAreGone() {
        run(2);
        assertThat(metrics.scrape()).contains("executor_scaler_queue_jobs{executor=\"executor\",state=\"waiting\"} 0.0");
        world.fail(Source.REDIS, "connection refused");
        run(10);
        assertThat(headline()).startsWith("Redis cannot be read since 09:00:02Z: connection refused");
        assertThat(metrics.scrape()).doesNotContain("executor_scaler_queue_jobs{")
                .contains("executor_scaler_source_missing_seconds{source=\"redis\"} 9.0");
        assertThat(state()).contains("\"name\":\"Redis\",\"key\":\"redis\",\"ok\":false");
        world.heal(Source.REDIS);
        run(1);
        assertThat(metrics.scrape()).contains("executor_scaler_queue_jobs{executor=\"executor\",state=\"waiting\"} 0.0");
    }

    @Test
    void whatHoldsSomethingBackIsWholeInTheStateThoughItsSentenceIsShort() {
        var error = "no route to host ".repeat(12).strip();
        world.fail(Source.REDIS, error);
        run(1);
        assertThat(state()).contains("…").contains("\"reason\":{\"kind\":\"SourceMissing\",\"source\":\"REDIS\"")
                .contains("\"error\":\"" + error + "\"}");
    }

    @Test
    void equalTicksAreFolded() {
        run(50);
        assertThat(history.newest(10)).singleElement().matches(entry -> entry.ticks() == 50 && entry.number() == 1);
        world.push("executor", 4, Duration.ofMinutes(1));
        run(1);
        assertThat(history.newestEventful(10)).singleElement().matches(entry -> entry.lines().size() == 2);
    }

    @Test
    void theDocumentationNamesExactlyTheMetricsThatThereAre() throws IOException {
        world.pushLater("executor", 1, Duration.ofMinutes(1), world.clock().now());
        run(3);
        metrics.awsCall("DescribeAutoScalingGroups", "ok");
        metrics.kubernetesCall("PATCH", "ok");
        var documented = Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream().filter(line -> line.startsWith("| `" + Metric.PREFIX))
                .map(line -> line.split("`", -1)[1]).collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).containsExactlyElementsOf(Arrays.stream(Metric.values())
                .map(metric -> metric.fullName() + (metric.labels().isEmpty() ? "" : "{" + String.join(",", metric.labels()) + "}"))
                .collect(Collectors.toCollection(TreeSet::new)));
        var scraped = Pattern.compile("^# TYPE (" + Metric.PREFIX + "\\S+)", Pattern.MULTILINE).matcher(metrics.scrape()).results()
                .map(found -> found.group(1)).filter(name -> !name.endsWith("_max")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(scraped).containsExactlyElementsOf(
                Arrays.stream(Metric.values()).map(Metric::fullName).collect(Collectors.toCollection(TreeSet::new)));
    }

    private void run(int seconds) {
        for (int second = 0; second < seconds; second++) {
            loop.tick();
            world.advance(Duration.ofSeconds(1));
        }
    }

    private String state() {
        return String.join("\n", TickJson.made(history.latest().orElseThrow(), history, new Boots()).lines());
    }

    private String headline() {
        return Headline.of(history.latest().orElseThrow()).sentence();
    }
}
