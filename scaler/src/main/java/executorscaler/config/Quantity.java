package executorscaler.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Kubernetes quantities, as far as CPU and memory need them: {@code 200m}, {@code 1.5}, {@code 700Mi}, {@code 2G}.
 * <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Their grammar</a> knows exponents too; nobody writes
 * memory so.
 */
public final class Quantity {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(\\.[0-9]{1,9})?([A-Za-z]{0,2})");

    private static final Map<String, BigDecimal> CPU = Map.of("", BigDecimal.valueOf(1000), "m", BigDecimal.ONE);

    private static final Map<String, BigDecimal> MEMORY = Map.of("", BigDecimal.ONE, "k", BigDecimal.valueOf(1000), "M", BigDecimal.TEN.pow(6),
            "G", BigDecimal.TEN.pow(9), "T", BigDecimal.TEN.pow(12), "Ki", BigDecimal.valueOf(1L << 10), "Mi", BigDecimal.valueOf(1L << 20),
            "Gi", BigDecimal.valueOf(1L << 30), "Ti", BigDecimal.valueOf(1L << 40));

    private Quantity() {}

    /** Thousandths of a CPU; empty: no quantity of CPU. */
    public static OptionalLong cpuMillis(String text) {
        return in(CPU, text);
    }

    /** Bytes; empty: no quantity of memory. */
    public static OptionalLong memoryBytes(String text) {
        return in(MEMORY, text);
    }

    /** A whole number, as extended resources and pods are counted, also with a unit: {@code 4}, {@code 20k}; empty: no such number. */
    public static OptionalLong count(String text) {
        return text.indexOf('.') < 0 ? in(MEMORY, text) : OptionalLong.empty();
    }

    /** Rounded up, as the API server does: what is reserved is never less than what was asked for. */
    private static OptionalLong in(Map<String, BigDecimal> units, String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) return OptionalLong.empty();
        var unit = units.get(parts.group(3));
        if (unit == null) return OptionalLong.empty();
        var fraction = parts.group(2) == null ? "" : parts.group(2);
        var value = new BigDecimal(parts.group(1) + fraction).multiply(unit).setScale(0, RoundingMode.CEILING);
        return value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? OptionalLong.empty() : OptionalLong.of(value.longValueExact());
    }
}
