package executorscaler.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value in the config and where it lies. Read as something that it is not, it notes a problem and gives nothing. */
final class YamlValue {

    private static final int LONGEST_SHOWN = 80;
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h",
            Duration.ofHours(1), "d", Duration.ofDays(1));

    private final Node node;
    private final String path;
    private final String shape;
    private final Problems problems;

    /**
     * @param path with indexes, for people: {@code executors[0].queue}
     * @param shape without them, for {@link Keys}: {@code executors[].queue}
     */
    YamlValue(Node node, String path, String shape, Problems problems) {
        this.node = node;
        this.path = path;
        this.shape = shape;
        this.problems = problems;
    }

    /** A key without a value, which counts as left out, as it does in every Kubernetes manifest. */
    boolean isNull() {
        return node.getTag().equals(Tag.NULL);
    }

    boolean isText() { return node.getTag().equals(Tag.STR); }

    boolean isEmptyText() { return isText() && node instanceof ScalarNode scalar && scalar.getValue().isEmpty(); }

    boolean isEmptyList() { return node instanceof SequenceNode list && list.getValue().isEmpty(); }

    int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    void problem(String message) {
        problems.add(path, line(), message);
    }

    /** The value of a key, if this is a mapping with it; says nothing of what else is wrong. */
    Optional<YamlValue> peek(String key) {
        if (!(node instanceof MappingNode mapping)) return Optional.empty();
        return mapping.getValue().stream().filter(entry -> entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)).findFirst()
                .map(entry -> new YamlValue(entry.getValueNode(), Keys.join(path, key), Keys.join(shape, key), problems));
    }

    /** The text, if this is one; says nothing otherwise. */
    Optional<String> peekText() {
        return node instanceof ScalarNode scalar && isText() ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    Optional<String> text() {
        if (node instanceof ScalarNode scalar) {
            if (isText()) return Optional.of(scalar.getValue());
            if (!isNull()) {
                // YAML reads an unquoted true, no or 42 as something else than what was written; guessing back would make 1.10 a 1.1.
                problem("must be text, was " + scalar.getValue() + " without quotes: write \"" + printable(scalar.getValue()) + "\"");
                return Optional.empty();
            }
        }
        problem("must be text, was " + described());
        return Optional.empty();
    }

    /** Text or number as it was written: for quantities, where {@code 2} and {@code 500m} both are usual. */
    Optional<String> written() {
        if (node instanceof ScalarNode scalar && !isNull() && !node.getTag().equals(Tag.BOOL)) return Optional.of(scalar.getValue());
        problem("must be a quantity, was " + described());
        return Optional.empty();
    }

    /** {@code true} or {@code false}; {@code yes} and {@code on} are texts in YAML 1.2. */
    Optional<Boolean> flag() {
        if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) return Optional.of(Boolean.valueOf(scalar.getValue()));
        problem("must be true or false, was " + described());
        return Optional.empty();
    }

    OptionalInt whole(int least, int most) {
        if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.INT) || !scalar.getValue().matches("[-+]?[0-9]+")) {
            problem("must be a whole number" + asMeant());
            return OptionalInt.empty();
        }
        var digits = scalar.getValue();
        if (digits.length() <= 11) {
            long value = Long.parseLong(digits);
            if (value >= least && value <= most) return OptionalInt.of((int) value);
        }
        problem("must be from " + least + " to " + most + ", was " + printable(digits));
        return OptionalInt.empty();
    }

    /** What was written instead of a whole number, and how to write what was most likely meant: {@code 5m} and {@code "20"} are what other files take. */
    private String asMeant() {
        var written = node instanceof ScalarNode scalar && isText() ? scalar.getValue() : "";
        if (written.matches("[0-9]{1,10}")) return " without quotes, was \"" + written + "\"";
        var millis = path.endsWith("Millis");
        if (!millis && !path.endsWith("Seconds")) return ", was " + described();
        var time = TIME.matcher(written);
        var unit = millis ? " of milliseconds, was " : " of seconds, was ";
        if (!time.matches() || (!millis && time.group(2).equals("ms"))) return unit + described();
        var meant = UNITS.getOrDefault(time.group(2), Duration.ZERO).multipliedBy(Long.parseLong(time.group(1)));
        return unit + described() + ": write " + (millis ? meant.toMillis() : meant.toSeconds());
    }

    OptionalDouble number(double least, double most) {
        if (!(node instanceof ScalarNode scalar) || !(node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT))) {
            problem("must be a number, was " + described());
            return OptionalDouble.empty();
        }
        try {
            double value = Double.parseDouble(scalar.getValue());
            if (value >= least && value <= most) return OptionalDouble.of(value);
        } catch (NumberFormatException e) {
            // YAML's .inf, .nan and 0x1F are numbers, but none that any key may have: said below.
        }
        problem("must be from " + plain(least) + " to " + plain(most) + ", was " + printable(scalar.getValue()));
        return OptionalDouble.empty();
    }

    List<YamlValue> items() {
        if (!(node instanceof SequenceNode list)) {
            problem("must be a list, was " + described());
            return List.of();
        }
        var items = new ArrayList<YamlValue>();
        for (var item : list.getValue()) {
            items.add(new YamlValue(item, path + "[" + items.size() + "]", shape + "[]", problems));
        }
        return items;
    }

    /** A mapping with keys of the operator's choice: {@code labels}. */
    SequencedMap<String, YamlValue> entries() {
        return mapping(key -> path + "[" + key + "]");
    }

    /** A mapping with keys of ours; any other key is a problem. */
    YamlSection section() {
        var known = Keys.of(shape);
        boolean broken = !(node instanceof MappingNode);
        var values = mapping(key -> Keys.join(path, key));
        values.forEach((key, value) -> {
            if (known.contains(key)) return;
            var nearest = Nearest.of(key, known);
            problems.add(Keys.join(path, printable(key)), value.line(), "unknown key"
                    + (nearest.isEmpty() ? "; known are " + String.join(", ", known) : "; did you mean " + nearest + "?"));
        });
        return new YamlSection(values, broken, path, shape, line(), problems);
    }

    private SequencedMap<String, YamlValue> mapping(UnaryOperator<String> pathOf) {
        var values = new LinkedHashMap<String, YamlValue>();
        if (!(node instanceof MappingNode mapping)) {
            problem("must be a mapping of keys to values, was " + described());
            return values;
        }
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                new YamlValue(entry.getKeyNode(), path, shape, problems).problem("a key must be plain text");
                continue;
            }
            var name = key.getValue();
            var value = new YamlValue(entry.getValueNode(), pathOf.apply(name), Keys.join(shape, name), problems);
            var first = values.putIfAbsent(name, value);
            if (first != null) value.problem("is given twice, first in line " + first.line());
        }
        return values;
    }

    private String described() {
        return switch (node) {
            case ScalarNode scalar -> isNull() ? "nothing" : "'" + printable(scalar.getValue()) + "'";
            case SequenceNode _ -> "a list";
            case MappingNode _ -> "a mapping";
            default -> "something else";
        };
    }

    /** Fit for one line of a log: control characters replaced, and cut where it grows long. */
    static String printable(String text) {
        var cut = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
