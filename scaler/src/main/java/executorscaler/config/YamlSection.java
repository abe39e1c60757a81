package executorscaler.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * One section of the config: hands out its values by key. A value that is missing or wrong leaves a problem behind, and its reader goes on with a
 * stand-in, so that one pass finds everything; a config made of stand-ins is never handed out.
 */
final class YamlSection {

    private final SequencedMap<String, YamlValue> values;
    private final boolean broken;
    private final String path;
    private final String shape;
    private final int line;
    private final Problems problems;

    /** @param broken this should have been a mapping and is not: one problem is noted, and that its keys are missing would be noise */
    YamlSection(SequencedMap<String, YamlValue> values, boolean broken, String path, String shape, int line, Problems problems) {
        this.values = values;
        this.broken = broken;
        this.path = path;
        this.shape = shape;
        this.line = line;
        this.problems = problems;
    }

    /** The value of a key; empty where the key is left out or has no value. */
    Optional<YamlValue> get(String key) {
        if (!Keys.of(shape).contains(key)) throw new IllegalArgumentException("the reader asks for " + key + ", which Keys does not know");
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
    }

    boolean has(String key) {
        return get(key).isPresent();
    }

    /** Notes a problem with a key, whether it is written or not. */
    void problem(String key, String message) {
        problems.add(Keys.join(path, key), get(key).map(YamlValue::line).orElse(line), message);
    }

    void missing(String key, String hint) {
        if (!broken) problem(key, "is required" + hint);
    }

    Optional<String> text(String key, Rule rule) {
        return get(key).flatMap(value -> checked(value, rule));
    }

    Optional<String> requiredText(String key, Rule rule) {
        if (!has(key)) missing(key, "");
        return text(key, rule);
    }

    static Optional<String> checked(YamlValue value, Rule rule) {
        var text = value.text();
        var complaint = text.map(rule::complaint).orElse("");
        if (complaint.isEmpty()) return text;
        value.problem(complaint);
        return Optional.empty();
    }

    /** One of a few words, each with its meaning. */
    <T> Optional<T> choice(String key, NavigableMap<String, T> meanings) {
        var words = String.join(" or ", meanings.keySet());
        return text(key, word -> meanings.containsKey(word) ? "" : "must be " + words + ", was '" + YamlValue.printable(word) + "'")
                .flatMap(word -> Optional.ofNullable(meanings.get(word)));
    }

    Optional<Boolean> flag(String key) {
        return get(key).flatMap(YamlValue::flag);
    }

    OptionalInt whole(String key, int least, int most) {
        var value = get(key);
        return value.isPresent() ? value.get().whole(least, most) : OptionalInt.empty();
    }

    OptionalInt requiredWhole(String key, int least, int most) {
        if (!has(key)) missing(key, "");
        return whole(key, least, most);
    }

    OptionalDouble number(String key, double least, double most) {
        var value = get(key);
        return value.isPresent() ? value.get().number(least, most) : OptionalDouble.empty();
    }

    List<YamlValue> items(String key) {
        return get(key).map(YamlValue::items).orElse(List.of());
    }

    /** The sections of a list. */
    List<YamlSection> sections(String key) {
        return items(key).stream().map(YamlValue::section).toList();
    }

    /** The section at a key; one without keys where it is left out, so that its reader finds the defaults and misses what is required. */
    YamlSection section(String key) {
        var value = get(key);
        if (value.isPresent()) return value.get().section();
        return new YamlSection(new LinkedHashMap<>(), broken, Keys.join(path, key), Keys.join(shape, key), line, problems);
    }
}
