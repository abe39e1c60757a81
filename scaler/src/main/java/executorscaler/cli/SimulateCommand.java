package executorscaler.cli;

import executorscaler.cli.simulate.Arrivals;
import executorscaler.cli.simulate.JobLength;
import executorscaler.cli.simulate.Setup;
import executorscaler.cli.simulate.Simulation;
import executorscaler.cli.simulate.Trial;
import executorscaler.cli.simulate.TrialJson;
import executorscaler.cli.simulate.TrialPage;
import executorscaler.cli.simulate.TrialText;
import executorscaler.cli.simulate.Wrong;
import executorscaler.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries a config, or two against each other, on jobs of which it is known when they come. */
@Command(name = "simulate", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Runs the real control loop on a simulated cluster and AWS, days in seconds, and says what jobs wait and what it costs.", "", "Examples:",
        "  executor-scaler simulate -c docs/examples/platform.yaml -a bursts:100/30min --hours 2",
        "  executor-scaler simulate -c docs/examples/platform.yaml -a docs/examples/trace.csv --hours 1 -o json",
        "  executor-scaler simulate -c old.yaml --against new.yaml -a poisson:300/h -a bursts:100/2h --html report.html", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:simulated", "1:a config or a trace is wrong or cannot be read", "2:wrong usage",
                "3:simulated, and jobs were killed or the safety check found a plan wrong: please report it"})
public final class SimulateCommand implements Callable<Integer> {

    @Option(names = {"-c", "-f", "--config"}, required = true, paramLabel = "FILE", description = "the config")
    private Path config = Path.of("");

    @Option(names = "--against", paramLabel = "FILE", description = "another config for the same jobs, shown beside the first")
    private Optional<Path> against = Optional.empty();

    @Option(names = {"-a",
            "--arrivals"}, required = true, paramLabel = "JOBS", description = "poisson:[EXECUTOR=]JOBS/(s|min|h), bursts:[EXECUTOR=]JOBS/EVERY(s|min|h)"
                    + " or a file with lines time,queue,jobs,duration; several add up")
    private List<String> arrivals = new ArrayList<>();

    @Option(names = "--hours", paramLabel = "N", defaultValue = "24", description = "of the simulated world (default: ${DEFAULT-VALUE})")
    private double hours = 24;

    @Option(names = "--job-seconds", paramLabel = "LENGTH", defaultValue = "60", description = "how long a job takes: SECONDS, LEAST..MOST, exp:MEAN or lognormal:MEDIAN,SIGMA (default: ${DEFAULT-VALUE})")
    private String jobSeconds = "60";

    @Option(names = "--boot-seconds", paramLabel = "[POOL=]N", description = "from an instance's launch to its node (default: 80 to 88)")
    private List<String> boots = new ArrayList<>();

    @Option(names = "--pod", paramLabel = "EXECUTOR=CPU,MEMORY[,POOL]", description = "what its pods ask for, and the pool they are for (default: 2,4Gi)")
    private List<String> pods = new ArrayList<>();

    @Option(names = "--machine", paramLabel = "TYPE=CPU,MEMORY[,GPUS]", description = "what an instance type is like whose name does not say it")
    private List<String> machines = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "decides all chance (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--flap-minutes", paramLabel = "N", defaultValue = "10", description = "a pool or executor that goes up within so long after it went down is a flap (default: ${DEFAULT-VALUE})")
    private int flapMinutes = 10;

    @Option(names = "--html", paramLabel = "FILE", description = "also write one HTML file with charts")
    private Optional<Path> html = Optional.empty();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (!(hours > 0 && hours <= 24 * 366))
            throw new ParameterException(spec.commandLine(), "--hours must be above 0 and at most a year, was " + hours);
        if (flapMinutes < 0) throw new ParameterException(spec.commandLine(), "--flap-minutes must not be negative, was " + flapMinutes);
        try {
            var setup = Setup.read(seed, boots, pods, machines, Duration.ofMinutes(flapMinutes));
            var first = GivenConfig.withoutRedis(config);
            var second = against.isPresent() ? Optional.of(GivenConfig.withoutRedis(against.get())) : Optional.<Config>empty();
            var time = Duration.ofSeconds(Math.max(1, Math.round(hours * 3600)));
            var trials = new ArrayList<Trial>();
            var all = Stream.concat(Stream.of(first), second.stream()).toList();
            trials.add(trial(setup, config, first, all, time));
            if (second.isPresent()) trials.add(trial(setup, against.get(), second.get(), all, time));
            output.print(() -> TrialText.of(trials), () -> TrialJson.of(trials));
            if (html.isPresent()) {
                Files.writeString(html.get(), TrialPage.of(trials));
                spec.commandLine().getErr().println("written: " + html.get());
            }
            return trials.stream().anyMatch(trial -> trial.killed() > 0 || trial.findings() > 0) ? 3 : 0;
        } catch (Wrong wrong) {
            return output.fail(1, wrong.problems());
        } catch (GivenConfig.Rejected rejected) {
            return output.fail(1, rejected.problems());
        } catch (IOException unwritable) {
            return output.fail(1, List.of("cannot be written: " + unwritable));
        }
    }

    private Trial trial(Setup setup, Path file, Config config, List<Config> all, Duration time) throws InterruptedException {
        var problems = setup.problems(config, all);
        if (!problems.isEmpty()) throw new Wrong(problems.stream().map(problem -> file + ": " + problem).toList());
        var jobs = new Arrivals(config, JobLength.parse(jobSeconds), seed).within(time, arrivals);
        try (var progress = new Progress(spec.commandLine().getErr(), "simulating " + file, Colours.onTerminal())) {
            return new Simulation(config, setup).run(file.toString(), jobs, time, progress);
        }
    }
}
