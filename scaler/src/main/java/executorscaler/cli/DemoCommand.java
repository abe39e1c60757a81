package executorscaler.cli;

import executorscaler.Service;
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
import executorscaler.sim.Jobs;
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
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Runs the main job on a real Redis and a simulated cluster and AWS, in fast motion.", //
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
        try (var redis = DemoRedis.start(Optional.ofNullable(System.getenv(ConfigReader.REDIS_URL)))) {
            var config = config(redis.url());
            var executor = config.executors().getFirst();
            var keys = (QueueConfig.Lists) executor.queue();
            try (var jobs = new DemoJobs(redis.url(), keys)) {
                return run(config, executor.name(), jobs);
            }
        }
    }

    private int run(Config config, String executor, DemoJobs jobs) throws InterruptedException {
        var clock = SimClock.scaled(Instant.now(), speed, Clock.system());
        var world = SimWorld.of(config).clock(clock).delays(Delays.PLATFORM).jobs(new RedisJobs(jobs)).platform().build();
        DemoStory.standard(executor).happenIn(world);
        var state = new ConfigSource.State(config, 1, List.of(), clock.now());
        var timeline = new DemoTimeline(line -> spec.commandLine().getOut().println(line));
        var service = Wiring.demo(() -> state, world, RunCommand.httpSettings(spec, http), List.of(timeline));
        Runtime.getRuntime().addShutdownHook(new Thread(service::close, "stop"));
        var moving = Thread.ofPlatform().daemon().name("world").start(() -> move(world, clock));
        seconds.ifPresent(limit -> Thread.ofPlatform().daemon().name("end").start(() -> endAfter(service, limit)));
        spec.commandLine().getOut().println("page at http://" + service.address() + "/   (" + speed + " times as fast as a clock; Ctrl-C ends it)");
        timeline.head(BOOT_WORDS);
        service.run();
        moving.interrupt();
        service.close();
        return 0;
    }

    private void endAfter(Service service, long limit) {
        try {
            Thread.sleep(Duration.ofMillis(limit * 1000 / speed));
            service.close();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void move(SimWorld world, SimClock clock) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                world.advanceTo(clock.now());
                Thread.sleep(STEP);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static Config config(String redisUrl) throws IOException {
        try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream("/executorscaler/demo.yaml"), "demo.yaml is in the jar")) {
            var yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return switch (ConfigReader.read(yaml, Map.of(ConfigReader.REDIS_URL, redisUrl))) {
                case ConfigReader.Valid valid -> valid.config();
                case ConfigReader.Invalid invalid -> throw new IllegalStateException("demo.yaml: " + invalid.problems());
            };
        }
    }

    /** The simulated workers' end of the real queue. The demo has one executor, so the name says nothing more. */
    private record RedisJobs(DemoJobs redis) implements Jobs {

        private static final Duration ANY_OTHER_JOB = Duration.ofSeconds(30);

        @Override
        public void push(String executor, Job job) {
            redis.push(List.of(job.text()));
        }

        @Override
        public void pushLater(String executor, Job job, Instant due) {
            redis.pushDelayed(job.text(), due);
        }

        @Override
        public Optional<Job> take(String executor, Instant now) {
            return redis.take().map(text -> Job.parse(text, ANY_OTHER_JOB, now));
        }

        @Override
        public void finish(String executor, Job job) {
            redis.finish(job.text());
        }

        @Override
        public Counts counts(String executor, Instant now) {
            throw new UnsupportedOperationException("the demo's service reads the real Redis itself");
        }

        @Override
        public void clear() {
            throw new UnsupportedOperationException("the demo's Redis is real: restart it by hand to see what happens");
        }
    }
}
