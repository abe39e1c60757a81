package executorscaler.cli.simulate;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** How long jobs take: all the same, or drawn. */
public sealed interface JobLength {

    Pattern RANGE = Pattern.compile("([0-9.]+)\\.\\.([0-9.]+)");

    /** All the same. */
    record Fixed(double seconds) implements JobLength {}

    /** Evenly from one to the other. */
    record Uniform(double least, double most) implements JobLength {}

    /** Many short ones and a few long ones, of this mean. */
    record Exponential(double mean) implements JobLength {}

    /** Half of them shorter than the median; {@code sigma} of the logarithm says how far the long ones go: at 1, one in twenty takes five times the median. */
    record LogNormal(double median, double sigma) implements JobLength {}

    /** Reads {@code 60}, {@code 30..90}, {@code exp:60} or {@code lognormal:60,1}: seconds. */
    static JobLength parse(String text) {
        var range = RANGE.matcher(text);
        try {
            if (range.matches()) {
                var uniform = new Uniform(seconds(range.group(1)), seconds(range.group(2)));
                if (uniform.most < uniform.least) throw new NumberFormatException();
                return uniform;
            }
            if (text.startsWith("exp:")) return new Exponential(seconds(text.substring("exp:".length())));
            if (text.startsWith("lognormal:")) {
                var parts = text.substring("lognormal:".length()).split(",", -1);
                if (parts.length != 2) throw new NumberFormatException();
                return new LogNormal(seconds(parts[0]), seconds(parts[1]));
            }
            return new Fixed(seconds(text));
        } catch (NumberFormatException wrong) {
            throw new Wrong("--job-seconds must be SECONDS, LEAST..MOST, exp:MEAN or lognormal:MEDIAN,SIGMA, was " + text);
        }
    }

    /** The length of one job, to the millisecond. */
    default Duration draw(RandomGenerator random) {
        double seconds = switch (this) {
            case Fixed fixed -> fixed.seconds;
            case Uniform uniform -> uniform.least + (uniform.most - uniform.least) * random.nextDouble();
            case Exponential exponential -> exponential.mean * random.nextExponential();
            case LogNormal normal -> normal.median * Math.exp(normal.sigma * random.nextGaussian());
        };
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static double seconds(String text) {
        double seconds = Double.parseDouble(text.strip());
        if (!(seconds >= 0 && seconds <= 7 * 24 * 3600)) throw new NumberFormatException();
        return seconds;
    }
}
