package executorscaler.snapshot;

import java.util.List;
import java.util.SortedMap;

/** One line of a node selector term or label selector: a key, an operator, values. */
public record Requirement(String key, Operator operator, List<String> values) {

    /** The API's operators; {@code GT} and {@code LT} compare as whole numbers and exist for nodes only. */
    public enum Operator {
        IN, NOT_IN, EXISTS, DOES_NOT_EXIST, GT, LT
    }

    public Requirement {
        values = List.copyOf(values);
    }

    public boolean matches(SortedMap<String, String> labels) {
        var value = labels.get(key);
        return switch (operator) {
            case IN -> value != null && values.contains(value);
            case NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
            case GT -> value != null && compares(value, 1);
            case LT -> value != null && compares(value, -1);
        };
    }

    private boolean compares(String value, int sign) {
        if (values.size() != 1) return false;
        try {
            return Integer.signum(Long.compare(Long.parseLong(value), Long.parseLong(values.get(0)))) == sign;
        } catch (NumberFormatException notANumber) {
            return false; // the scheduler does not match what it cannot read as a number
        }
    }
}
