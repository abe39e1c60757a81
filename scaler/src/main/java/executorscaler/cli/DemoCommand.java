package executorscaler.cli;

import executorscaler.Wiring;
import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.config.ConfigSource;
import executorscaler.config.QueueConfig;
import executorscaler.loop.Clock;
import executorscaler.redis.DemoJobs;
import executorscaler.report.DemoTimeline;
import executorscaler.sim.Delays;
import executorscaler.sim.DemoStory;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job without a cluster: the real service on a real Redis, with a simulated cluster and cloud in fast motion. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Runs the main job on a real Redis and a simulated cluster and AWS, in fast motion.", "", "Examples:", "  executor-scaler demo",
        "  executor-scaler demo --speed 60 --for 1200 --http 127.0.0.1:0", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:ended by Ctrl-C or --for", "1:its Redis is gone, or the page's port is taken",
                "2:wrong usage"}, //
        footer = {"", "Starts a Redis of its own unless REDIS_URL names one. Ctrl-C leaves nothing behind."})
public final class DemoCommand implements Callable<Integer> {

    /** Short against real time, so that the world runs smoothly at any speed. */
    private static final Duration STEP = Duration.ofMillis(5);

    private static final String BOOT_WORDS = "instances boot as slowly here as in the platform's own timeline: 174 s from launch to ready";

    @Option(names = "--http", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:8080", description = "where the page is served (default: ${DEFAULT-VALUE})")
    private String http = "";

    @Option(names = "--speed", paramLabel = "N", defaultValue = "20", description = "how many times faster than a clock (default: ${DEFAULT-VALUE})")
    private int speed = 20;

    @Option(names = "--for", paramLabel = "SECONDS", description = "end by itself after so many seconds of the simulated world")
    private Optional<Long> seconds = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (speed < 1) throw new ParameterException(spec.commandLine(), "--speed must be at least 1, was " + speed);
        // The console tells the story; the log would tell it a second time. Before the first logger is made, because logback looks only then.
        if (System.getenv(LogSetup.LEVEL) == null && System.getProperty(LogSetup.LEVEL) == null) System.setProperty(LogSetup.LEVEL, "WARN");
        try (var end = DemoEnd.onSignal(); var redis = DemoRedis.start(Optional.ofNullable(System.getenv(ConfigReader.REDIS_URL)))) {
            var config = config(redis.url());
            var executor = config.executors().getFirst();
            var keys = (QueueConfig.Lists) executor.queue();
            try (var jobs = new DemoJobs(redis.url(), keys)) {
                run(config, executor.name(), jobs, end);
            }
            end.trouble().ifPresent(trouble -> spec.commandLine().getErr().println("executor-scaler: the demo ends: " + trouble));
            return end.trouble().isPresent() ? 1 : 0;
        }
    }

    private void run(Config config, String executor, DemoJobs jobs, DemoEnd end) throws InterruptedException {
        var clock = SimClock.scaled(Instant.now(), speed, Clock.system());
        var queue = new DemoQueue(jobs, why -> end.because("its Redis is gone (" + why + ")"));
        var world = SimWorld.of(config).clock(clock).delays(Delays.PLATFORM).jobs(queue).platform().build();
        DemoStory.standard(executor).happenIn(world);
        var state = new ConfigSource.State(config, 1, List.of(), clock.now());
        var timeline = new DemoTimeline(line -> spec.commandLine().getOut().println(line));
        try (var service = Wiring.demo(() -> state, world, RunCommand.httpSettings(spec, http), List.of(timeline))) {
            spec.commandLine().getOut()
                    .println("page at http://" + service.address() + "/   (" + speed + " times as fast as a clock; Ctrl-C ends it)");
            timeline.head(BOOT_WORDS);
            var moving = Thread.ofPlatform().daemon().name("world").start(() -> move(world, clock));
            seconds.ifPresent(limit -> Thread.ofPlatform().daemon().name("end").start(() -> endAfter(end, limit)));
            end.ends(service);
            service.run();
            Thread.interrupted(); // that is how the service was ended
            moving.interrupt();
            moving.join(); // before the queue that it works on is closed
        }
    }

    private void endAfter(DemoEnd end, long limit) {
        try {
            Thread.sleep(Duration.ofMillis(limit * 1000 / speed));
            end.now();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void move(SimWorld world, SimClock clock) {
        var lag = new DemoLag(Clock.system(), speed, STEP, line -> spec.commandLine().getOut().println(line));
        try {
            while (!Thread.currentThread().isInterrupted()) {
                lag.stepped();
                world.advanceTo(clock.now());
                Thread.sleep(STEP);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private Config config(String redisUrl) throws IOException {
        try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream("/executorscaler/demo.yaml"), "demo.yaml is in the jar")) {
            var yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return switch (ConfigReader.read(yaml, Map.of(ConfigReader.REDIS_URL, redisUrl))) {
                case ConfigReader.Valid valid -> valid.config();
                // The file in the jar is good, so it is what came with the environment.
                case ConfigReader.Invalid invalid ->
                    throw new ParameterException(spec.commandLine(), ConfigReader.REDIS_URL + ": " + invalid.problems());
            };
        }
    }
}
