package executorscaler.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart's values are said in four places: values.yaml, its schema, the templates that use them, and the list by which NOTES knows strangers. */
@Tag("unit")
class ChartValuesTest {

    private static final Path CHART = Rendered.CHART;
    /** Of the file, of an anchor or in a dictionary of a template: {@code .Values.image.tag}, {@code $.Values.config}. */
    private static final Pattern USE = Pattern.compile("\\.Values\\.([A-Za-z]+)(?:\\.([A-Za-z]+))?");

    @Test
    void everyValueIsDeclaredCheckedUsedAndKnown() throws IOException {
        var declared = load("values.yaml");
        var schema = child(load("values.schema.json"), "properties");
        assertThat(names(schema)).as("values.schema.json").isEqualTo(names(declared));
        assertThat(uses(use -> use.group(1))).as("templates").isEqualTo(names(declared));
        var known = names(declared);
        known.add("global");
        assertThat(knownToNotes()).as("executor-scaler.knownValues").isEqualTo(known);
    }

    @Test
    void everyValueOfOurOwnObjectsIsDeclaredCheckedAndUsed() throws IOException {
        var declared = load("values.yaml");
        var schema = child(load("values.schema.json"), "properties");
        for (var name : names(declared)) {
            // What Kubernetes owns is open, and the config has a test of its own.
            if (!Boolean.FALSE.equals(child(schema, name).get("additionalProperties")) || name.equals("config")) continue;
            var keys = names(child(declared, name));
            assertThat(names(child(child(schema, name), "properties"))).as("values.schema.json: " + name).isEqualTo(keys);
            assertThat(uses(use -> use.group(1).equals(name) && use.group(2) != null ? use.group(2) : "")).as("templates: " + name).isEqualTo(keys);
        }
    }

    @Test
    void theSmallestValuesAreTwelveLinesAndTheChartAsksForNoMoreThanNinety() throws IOException {
        try (var lines = Files.lines(CHART.resolve("ci").resolve("minimal-values.yaml"))) {
            assertThat(lines).hasSizeLessThanOrEqualTo(12);
        }
        assertThat(leaves(load("values.yaml"))).isLessThanOrEqualTo(90);
    }

    private static int leaves(Object value) {
        if (value instanceof Map<?, ?> map) return map.isEmpty() ? 1 : map.values().stream().mapToInt(one -> leaves(one == null ? "" : one)).sum();
        if (value instanceof Iterable<?> list) {
            int sum = 0;
            for (var one : list) sum += leaves(one);
            return Math.max(1, sum);
        }
        return 1;
    }

    private interface Part {
        String of(MatchResult use);
    }

    private static Set<String> uses(Part part) throws IOException {
        try (var files = Files.list(CHART.resolve("templates"))) {
            var used = new TreeSet<String>();
            for (var file : files.toList()) {
                USE.matcher(Files.readString(file)).results().map(part::of).filter(name -> !name.isEmpty()).forEach(used::add);
            }
            return used;
        }
    }

    private static Set<String> knownToNotes() throws IOException {
        var text = Files.readString(CHART.resolve("templates").resolve("_helpers.tpl"));
        var list = text.substring(text.indexOf("executor-scaler.knownValues"));
        return Pattern.compile("\"([A-Za-z]+)\"").matcher(list.substring(list.indexOf("(list"), list.indexOf("end -"))).results()
                .map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Map<?, ?> map) {
        return map.keySet().stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<?, ?> load(String file) throws IOException {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(CHART.resolve(file)));
    }

    private static Map<?, ?> child(Map<?, ?> parent, String key) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(key), key);
    }
}
