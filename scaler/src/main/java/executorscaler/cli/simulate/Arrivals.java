package executorscaler.cli.simulate;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.Nearest;
import executorscaler.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which jobs arrive when: drawn by {@code poisson:} or {@code bursts:}, or as a trace has it. Equal seeds draw equal arrivals, whatever the config. */
public final class Arrivals {

    private static final Pattern POISSON = Pattern.compile("poisson:(?:([^=]+)=)?([0-9.]+)/(s|min|h)");
    private static final Pattern BURSTS = Pattern.compile("bursts:(?:([^=]+)=)?([0-9]{1,7})/([0-9.]+)(s|min|h)");
    private static final int MOST = 5_000_000;

    private final Config config;
    private final JobLength length;
    private final long seed;

    /** For the executors of a config. */
    public Arrivals(Config config, JobLength length, long seed) {
        this.config = config;
        this.length = length;
        this.seed = seed;
    }

    /**
     * All arrivals within this time, by time.
     *
     * @param written each {@code poisson:[EXECUTOR=]JOBS/(s|min|h)}, {@code bursts:[EXECUTOR=]JOBS/EVERY(s|min|h)} or the path of a trace
     */
    public List<Arrival> within(Duration time, List<String> written) {
        var all = new ArrayList<Arrival>();
        for (int i = 0; i < written.size(); i++) add(written.get(i), seed * 31 + i, time, all);
        all.sort(Comparator.comparing(Arrival::at));
        return List.copyOf(all);
    }

    /** The executor that a name means: its own, or that of the list of its waiting jobs. */
    static Optional<String> executor(Config config, String name) {
        return config.executors().stream().filter(one -> one.name().equals(name) || waiting(one).equals(name)).map(ExecutorConfig::name).findFirst();
    }

    private void add(String written, long seed, Duration time, List<Arrival> all) {
        var poisson = POISSON.matcher(written);
        var bursts = BURSTS.matcher(written);
        if (poisson.matches()) {
            double mean = unit(poisson.group(3)) / number(written, poisson.group(2));
            for (var executor : named(poisson)) draw(random(seed, executor), mean, 1, executor, time, all);
        } else if (bursts.matches()) {
            double mean = number(written, bursts.group(3)) * unit(bursts.group(4));
            int jobs = Math.max(1, Integer.parseInt(bursts.group(2)));
            for (var executor : named(bursts)) draw(random(seed, executor), mean, jobs, executor, time, all);
        } else if (written.startsWith("poisson:") || written.startsWith("bursts:")) {
            throw new Wrong("--arrivals must be poisson:[EXECUTOR=]JOBS/(s|min|h), bursts:[EXECUTOR=]JOBS/EVERY(s|min|h) or a file, was " + written);
        } else {
            try {
                all.addAll(Trace.read(written, Files.readAllLines(Path.of(written)), config, length, new SplittableRandom(seed)).stream()
                        .filter(arrival -> arrival.at().compareTo(time) < 0).toList());
            } catch (NoSuchFileException missing) {
                throw new Wrong(
                        "--arrivals must be poisson:[EXECUTOR=]JOBS/(s|min|h), bursts:[EXECUTOR=]JOBS/EVERY(s|min|h) or a file, and there is no file "
                                + written);
            } catch (IOException unreadable) {
                throw new Wrong(written + ": cannot be read: " + unreadable);
            }
        }
    }

    /** Independent arrivals: the gaps between them are exponential. */
    private void draw(RandomGenerator random, double meanSeconds, int jobs, String executor, Duration time, List<Arrival> all) {
        for (double at = meanSeconds * random.nextExponential(); at < time.toSeconds(); at += meanSeconds * random.nextExponential()) {
            if (all.size() > MOST) throw new Wrong("more than " + MOST + " arrivals: fewer hours, or a lower rate");
            var when = Duration.ofMillis(Math.round(at * 1000));
            if (length instanceof JobLength.Fixed) {
                all.add(new Arrival(when, executor, jobs, length.draw(random)));
            } else {
                for (int i = 0; i < jobs; i++) all.add(new Arrival(when, executor, 1, length.draw(random)));
            }
        }
    }

    private List<String> named(Matcher written) {
        var name = written.group(1);
        if (name == null) return config.executors().stream().map(ExecutorConfig::name).toList();
        return List.of(executor(config, name).orElseThrow(() -> new Wrong(unknown(config, name))));
    }

    static String unknown(Config config, String name) {
        var nearest = Nearest.of(name, config.executors().stream().map(ExecutorConfig::name).toList());
        return "the config has no executor or queue " + name + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?");
    }

    private static RandomGenerator random(long seed, String executor) {
        return new SplittableRandom(seed * 1_000_003 + executor.hashCode());
    }

    private static String waiting(ExecutorConfig executor) {
        return switch (executor.queue()) {
            case QueueConfig.Lists lists -> lists.waiting();
        };
    }

    private static double number(String written, String text) {
        try {
            double number = Double.parseDouble(text);
            if (number > 0) return number;
        } catch (NumberFormatException wrong) {
            throw new Wrong("--arrivals: " + text + " is no number, in " + written);
        }
        throw new Wrong("--arrivals: " + text + " must be above 0, in " + written);
    }

    private static double unit(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "min" -> 60;
            default -> 3600;
        };
    }
}
