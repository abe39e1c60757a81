package executorscaler.cli.simulate;

import executorscaler.config.Config;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A trace of arrivals: lines {@code time,queue,jobs,duration} by time. {@code time} is in seconds from the beginning, or an instant such as
 * {@code 2026-11-21T12:00:00Z}, where the first one is the beginning. {@code queue} is an executor's name or its list of waiting jobs. {@code duration} of each job
 * is in seconds and may be left out. A line of headings, empty lines and lines that begin with {@code #} are passed over.
 */
final class Trace {

    private static final int SHOWN = 20;
    private static final String TIME = "time must be seconds or an instant such as 2026-11-21T12:00:00Z, was ";

    private final String file;
    private final Config config;
    private final JobLength length;
    private final RandomGenerator random;
    private final List<String> problems = new ArrayList<>();
    private Optional<Instant> first = Optional.empty();

    private Trace(String file, Config config, JobLength length, RandomGenerator random) {
        this.file = file;
        this.config = config;
        this.length = length;
        this.random = random;
    }

    /** The arrivals of all lines; throws {@link Wrong} with what is wrong in each line. */
    static List<Arrival> read(String file, List<String> lines, Config config, JobLength length, RandomGenerator random) {
        var trace = new Trace(file, config, length, random);
        var arrivals = new ArrayList<Arrival>();
        boolean heading = true;
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) continue;
            boolean isHeading = heading && line.toLowerCase(Locale.ROOT).startsWith("time,");
            heading = false;
            if (!isHeading) trace.line(line, i + 1, arrivals);
        }
        if (trace.problems.size() > SHOWN) {
            var shown = new ArrayList<>(trace.problems.subList(0, SHOWN));
            shown.add("and " + (trace.problems.size() - SHOWN) + " further problems");
            throw new Wrong(shown);
        }
        if (!trace.problems.isEmpty()) throw new Wrong(trace.problems);
        if (arrivals.isEmpty()) throw new Wrong(file + ": no jobs arrive");
        return arrivals;
    }

    private void line(String line, int number, List<Arrival> arrivals) {
        var parts = line.split(",", -1);
        int before = problems.size();
        if (parts.length < 3 || parts.length > 4) {
            problem(number, "must be time,queue,jobs or time,queue,jobs,duration, was " + line);
            return;
        }
        var at = time(parts[0].strip(), number);
        var executor = Arrivals.executor(config, parts[1].strip());
        if (executor.isEmpty()) problem(number, Arrivals.unknown(config, parts[1].strip()));
        long jobs = jobs(parts[2].strip(), number);
        var given = parts.length == 4 && !parts[3].isBlank() ? work(parts[3].strip(), number) : Optional.<Duration>empty();
        if (problems.size() > before) return;
        if (given.isPresent()) {
            arrivals.add(new Arrival(at, executor.orElseThrow(), (int) jobs, given.get()));
        } else {
            for (int i = 0; i < jobs; i++) arrivals.add(new Arrival(at, executor.orElseThrow(), 1, length.draw(random)));
        }
    }

    private Duration time(String text, int line) {
        if (text.contains("T")) return instant(text, line);
        double seconds = number(text);
        if (seconds >= 0 && seconds < 1e9) return duration(seconds);
        problem(line, Double.isNaN(seconds) ? TIME + text : "time must be seconds of 0 or more, was " + text);
        return Duration.ZERO;
    }

    private Duration instant(String text, int line) {
        try {
            var time = Instant.parse(text);
            if (first.isEmpty()) first = Optional.of(time);
            var after = Duration.between(first.get(), time);
            if (!after.isNegative()) return after;
            problem(line, "is before the first line, " + first.get() + ": " + text);
        } catch (DateTimeParseException wrong) {
            problem(line, TIME + text);
        }
        return Duration.ZERO;
    }

    private long jobs(String text, int line) {
        long jobs = whole(text);
        if (jobs >= 1 && jobs <= 1_000_000) return jobs;
        problem(line, "jobs must be a whole number from 1 to 1000000, was " + text);
        return 1;
    }

    private Optional<Duration> work(String text, int line) {
        double seconds = number(text);
        if (seconds >= 0 && seconds <= 7 * 24 * 3600) return Optional.of(duration(seconds));
        problem(line, "duration must be seconds from 0 to a week, was " + text);
        return Optional.empty();
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** The whole number that a text is; -1: it is none. */
    private static long whole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    /** The number that a text is; NaN: it is none. */
    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }

    private void problem(int line, String what) {
        problems.add(file + ":" + line + ": " + what);
    }
}
