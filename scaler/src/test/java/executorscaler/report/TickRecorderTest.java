package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import executorscaler.Main;
import executorscaler.cli.simulate.Arrival;
import executorscaler.cli.simulate.Setup;
import executorscaler.cli.simulate.Simulation;
import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.loop.Tick;
import executorscaler.plan.Memory;
import executorscaler.sim.PlatformConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is recorded is all that a plan is made of, and no more than was allowed. */
@Tag("simulation")
class TickRecorderTest {

    private static final Config CONFIG = PlatformConfig.config();

    @TempDir
    private Path temp = Path.of("");

    @Test
    void ticksAreReadAsTheyWereAndPlannedAsTheyWere() throws InterruptedException {
        var ticks = ticks(CONFIG);
        assertThat(ticks).hasSizeGreaterThan(50);
        var before = Memory.EMPTY;
        for (var tick : ticks) {
            var read = RecordedTick.parse(RecordedTick.of(tick, before, 0).line());
            assertThat(read.snapshot()).isEqualTo(tick.snapshot());
            assertThat(read.memory()).isEqualTo(before);
            assertThat(read.config().executors()).isEqualTo(CONFIG.executors());
            assertThat(read.config().nodePools()).isEqualTo(CONFIG.nodePools());
            before = tick.memory();
        }
    }

    @Test
    void everyKeyOfAConfigIsReadAsItWas() {
        var config = valid(
                """
                        redis: {url: "redis://someone@redis:6379/0", passwordFile: /secret/password}
                        executors:
                        - {name: a, deployment: p/a, queue: {kind: list, waiting: a, running: "a:{pod}", delayed: d, delayedUnit: milliseconds}, maxReplicas: 9, busy: queue,
                           onDemandBase: 2, scaleDown: {maxPodsPerMinute: 3}, schedules: [{days: [Mon-Fri], from: "08:00", to: "18:00", timeZone: Europe/Berlin, minReplicas: 4}]}
                        nodePools:
                        - {name: p, autoScalingGroup: g, maxSize: 4, labels: {a: b}, taints: ["a=b:NoSchedule"], reserved: {cpu: 100m}, hourlyPrice: 0.5, priority: 2,
                           scaleDown: {idleSeconds: 7}, maxProvisionSeconds: 99}
                        autoDiscovery: {tags: ["k=v"]}
                        strategy: priority
                        """);
        assertThat(RecordJson.read(RecordJson.write(config), Config.class)).isEqualTo(config);
    }

    @Test
    void noSecretIsRecorded() throws InterruptedException {
        var tick = ticks(CONFIG).getFirst();
        var secret = valid(
                "{redis: {url: 'redis://someone@redis:6379/0', passwordFile: /secret/password}, nodePools: [{name: p, autoScalingGroup: g, maxSize: 1}]}");
        var told = new Tick(1, tick.causes(), tick.role(), tick.config().with(secret), tick.snapshot(), tick.plan(), List.of(), List.of(),
                tick.memory(),
                tick.durations(), false);
        assertThat(RecordedTick.of(told, Memory.EMPTY, 0).line()).contains("redis://redis:6379/0").doesNotContain("someone", "/secret/password");
    }

    @Test
    void replayShowsWhatAnotherConfigWouldPlan() throws Exception {
        try (var recorder = new TickRecorder(temp, TickRecorder.Limits.DEFAULT)) {
            ticks(CONFIG).stream().limit(4).forEach(recorder::ticked); // as many as wait without loss
        }
        var same = run("replay", temp.toString());
        assertThat(same).startsWith("0 ").contains(" ticks: all planned as they were, 0 differently");
        var smaller = Files.writeString(temp.resolve("smaller.yaml"), Files.readString(Path.of("../docs/examples/platform.yaml"))
                .replace("waiting: jobs", "waiting: \"jobs:waiting\"").replace("maxReplicas: 50", "maxReplicas: 3"));
        assertThat(run("replay", temp.toString(), "--config", smaller.toString())).startsWith("3 ")
                .contains("- ScaleExecutor executor/executor 0 -> 50")
                .contains("+ ScaleExecutor executor/executor 0 -> 3");
        assertThat(run("replay", temp.toString(), "--config", smaller.toString(), "-o", "json")).contains("\"different\"", "\"gone\"");
    }

    @Test
    void onlyTheNewestFilesStayWhoeverWroteThem() throws Exception {
        var earlier = Files.writeString(temp.resolve("ticks-0000000000001-000000001.jsonl"), "");
        var others = Files.writeString(temp.resolve("theirs.txt"), "");
        var ticks = ticks(CONFIG).stream().filter(tick -> !tick.stood()).limit(12).toList();
        try (var recorder = new TickRecorder(temp, new TickRecorder.Limits(8, 1 << 20))) {
            for (var tick : ticks) {
                recorder.ticked(tick);
                await().until(() -> names().stream().anyMatch(name -> name.endsWith("%09d.jsonl.gz".formatted(tick.number()))));
            }
        }
        assertThat(names()).hasSize(9).contains("theirs.txt").doesNotContain(earlier.getFileName().toString());
        assertThat(names()).filteredOn(name -> name.startsWith("ticks-")).last().asString()
                .endsWith("%09d.jsonl.gz".formatted(ticks.getLast().number()));
        assertThat(others).exists();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"nonsense | is no JSON", "{} | is no tick that was recorded by a version like this one",
            "{\"version\": 1} | cannot be read by this version: Config is missing",
            "{\"version\": 1, \"config\": {\"redis\": {\"url\": 7}}} | cannot be read by this version: Config.redis"})
    void whatIsNoRecordingIsSaid(String line, String message) throws IOException {
        var file = Files.writeString(temp.resolve("ticks.jsonl"), line + "\n");
        assertThat(run("replay", file.toString())).startsWith("1 ").contains(message);
    }

    @Test
    void whereNothingCanBeWrittenNothingBegins() throws IOException {
        var file = Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> new TickRecorder(file, TickRecorder.Limits.DEFAULT)).isInstanceOf(UncheckedIOException.class);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(temp)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** A burst that comes and goes. */
    private static List<Tick> ticks(Config config) throws InterruptedException {
        var ticks = new ArrayList<Tick>();
        var jobs = List.of(new Arrival(Duration.ZERO, "executor", 100, Duration.ofSeconds(40)));
        new Simulation(config, Setup.read(1, List.of(), List.of(), List.of(), Duration.ofMinutes(10)), List.of(ticks::add)).run("one", jobs,
                Duration.ofMinutes(20), _ -> {});
        return ticks;
    }

    private static Config valid(String yaml) {
        return switch (ConfigReader.read(yaml)) {
            case ConfigReader.Valid valid -> valid.config();
            case ConfigReader.Invalid invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private static String run(String... arguments) {
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        int exitCode = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        return exitCode + " " + out;
    }
}
