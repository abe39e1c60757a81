package executorscaler.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo tells the whole story, and leaves nothing behind however it ends. */
@Tag("redis")
class DemoIT {

    private static final Pattern OURS = Pattern.compile("T\\+ *([0-9.]+) s +(.*?)(?: *\\|.*)?");
    private static final Duration SIGTERM_LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path directory = Path.of("");

    private record Told(double second, String what) {}

    @Test
    void tellsTheWholeStoryBesideThePlatformsOwn() throws Exception {
        try (var demo = DemoProcess.start(directory, Map.of(), "--for", "700", "--speed", "100")) {
            demo.page();
            var children = demo.children();
            assertThat(children).as("its Redis").hasSize(1);
            assertThat(demo.awaitEnd(Duration.ofSeconds(60))).as(demo.said()).isZero();

            var told = told(demo.said());
            double orders = second(told, "100 jobs arrive");
            assertThat(second(told, "executor: 50 replicas written")).as("all in one tick").isEqualTo(orders);
            assertThat(second(told, "compute-optimized: 17 nodes ordered")).as("all in one tick").isEqualTo(orders);
            assertThat(told).extracting(Told::what).containsSubsequence("100 jobs arrive", "first new node ready", "50 executors ready, jobs start",
                    "all jobs done",
                    "executor: 0 replicas written", "17 idle nodes closed", "back to 2 nodes");
            assertThat(told).extracting(Told::what).as("one order each: nothing is bought twice").filteredOn(what -> what.contains("ordered"))
                    .hasSize(1);
            for (String theirs : List.of("T+0 s  user submits evaluation", "T+5 s  autoscaler sees pending pod", "T+180 s  instance joins cluster",
                    "T+190 s  executor starts job")) {
                assertThat(demo.said()).contains("| " + theirs);
            }
            assertThat(demo.said()).as("the story and no log").doesNotContain("INFO", "WARN", "Exception", "\tat ");
            nothingIsLeft(children);
        }
    }

    @Test
    void aSignalEndsItAndItsRedis() throws Exception {
        try (var demo = DemoProcess.start(directory, Map.of(), "--speed", "20")) {
            demo.awaitSaid("50 replicas written");
            var children = demo.children();
            assertThat(children).as("its Redis").hasSize(1);
            demo.terminate();
            demo.awaitEnd(SIGTERM_LIMIT);
            assertThat(demo.said()).as("no trouble is told of").doesNotContain("ends:", "WARN", "Exception");
            nothingIsLeft(children);
        }
    }

    @Test
    void aRedisThatIsGoneEndsItWithASentence() throws Exception {
        try (var demo = DemoProcess.start(directory, Map.of(), "--speed", "100")) {
            demo.awaitSaid("50 replicas written");
            var children = demo.children();
            assertThat(children).as("its Redis").hasSize(1);
            children.forEach(ProcessHandle::destroyForcibly);
            assertThat(demo.awaitEnd(Duration.ofSeconds(30))).as(demo.said()).isEqualTo(1);
            assertThat(demo.said()).contains("executor-scaler: the demo ends: its Redis is gone (").doesNotContain("Exception", "\tat ");
            nothingIsLeft(children);
        }
    }

    @Test
    void theLogIsThereForWhoeverAsksForIt() throws Exception {
        try (var demo = DemoProcess.start(directory, Map.of("LOG_LEVEL", "INFO"), "--speed", "100")) {
            demo.awaitSaid("INFO  scale production-platform/executor from 0 to 50: done");
        }
    }

    private void nothingIsLeft(List<ProcessHandle> children) throws IOException {
        await("its Redis ends").atMost(SIGTERM_LIMIT).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".log"))
                    .filter(name -> !name.startsWith("hsperfdata"))).as("temporary files").isEmpty();
        }
    }

    private static List<Told> told(String said) {
        return said.lines().map(OURS::matcher).filter(line -> line.matches()).map(line -> new Told(Double.parseDouble(line.group(1)), line.group(2)))
                .toList();
    }

    private static double second(List<Told> told, String what) {
        return told.stream().filter(one -> one.what().equals(what)).findFirst()
                .orElseThrow(() -> new AssertionError("not told: " + what + " in " + told)).second();
    }
}
