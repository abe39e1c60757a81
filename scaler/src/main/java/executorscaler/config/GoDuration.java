package executorscaler.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Times as Go's {@code time.ParseDuration} reads them, which is how Cluster Autoscaler's options are written: {@code 10m0s}, {@code 1.5h}, {@code 90s}. */
public final class GoDuration {

    private static final Pattern PART = Pattern.compile("([0-9]{1,9}\\.?[0-9]{0,9}|\\.[0-9]{1,9})(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern WHOLE = Pattern.compile("\\+?(?:" + PART.pattern() + ")+");

    private static final Map<String, BigDecimal> SECONDS = Map.of("ns", BigDecimal.valueOf(1, 9), "us", BigDecimal.valueOf(1, 6), "µs",
            BigDecimal.valueOf(1, 6), "μs", BigDecimal.valueOf(1, 6), "ms", BigDecimal.valueOf(1, 3), "s", BigDecimal.ONE, "m",
            BigDecimal.valueOf(60), "h", BigDecimal.valueOf(3600));

    private GoDuration() {}

    /** Seconds, rounded up; empty: no such time, a negative one, or one that no whole number holds. */
    public static OptionalInt seconds(String text) {
        if (text.equals("0")) return OptionalInt.of(0);
        if (!WHOLE.matcher(text).matches()) return OptionalInt.empty();
        var sum = BigDecimal.ZERO;
        var parts = PART.matcher(text);
        while (parts.find()) {
            var unit = SECONDS.get(parts.group(2));
            if (unit != null) sum = sum.add(new BigDecimal(parts.group(1)).multiply(unit));
        }
        var seconds = sum.setScale(0, RoundingMode.CEILING);
        return seconds.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0 ? OptionalInt.empty() : OptionalInt.of(seconds.intValueExact());
    }
}
