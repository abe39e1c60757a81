package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is written about the config outside the code: the manual, the example, the chart. */
@Tag("unit")
class ConfigDocumentsTest {

    private static final String MANUAL = RepoFiles.read("docs/configuration.md");

    private static final Path SCHEMA = Path.of("../docs/config.schema.json");

    /** A row of a table: key, type, default. */
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| ([^|]*) \\| ([^|]*) \\|", Pattern.MULTILINE);

    @Test
    void everyKeyHasItsRowInTheManualAndEveryRowIsAKey() {
        var rows = rows().stream().map(row -> row.group(1)).toList();
        assertThat(rows).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ConfigReader.keyPaths());
    }

    @Test
    void theManualsDefaultsAreTheReaders() {
        var bySection = new LinkedHashMap<String, String>();
        for (var row : rows()) {
            var standard = row.group(3);
            if (!standard.startsWith("`")) continue;
            int dot = row.group(1).lastIndexOf('.');
            var entry = row.group(1).substring(dot + 1) + ": " + standard.replace("`", "");
            bySection.merge(dot < 0 ? "" : row.group(1).substring(0, dot), entry, (a, b) -> a + ", " + b);
        }
        assertThat(bySection.keySet()).contains("redis", "executors[]", "executors[].queue", "nodePools[]", "scaleDown", "control", "");
        assertThat(read(withDefaults(bySection))).isEqualTo(read(withDefaults(Map.of())));
    }

    @Test
    void theManualsSmallestExampleIsValid() {
        int start = MANUAL.indexOf("```yaml\n") + 8;
        read(MANUAL.substring(start, MANUAL.indexOf("```", start)));
    }

    @Test
    void theChartInstallsThePlatformExample() {
        var config = child(load(RepoFiles.read("charts/executor-scaler/values.yaml")), "config");
        var text = new Dump(DumpSettings.builder().build()).dumpToString(config);
        assertThat(read(text)).isEqualTo(read(RepoFiles.read("docs/examples/platform.yaml")));
    }

    @Test
    void theChartsSchemaKnowsTheReadersKeysAndNoOthers() {
        var schema = load(RepoFiles.read("charts/executor-scaler/values.schema.json"));
        var keys = new TreeSet<String>();
        collect("", child(child(schema, "properties"), "config"), keys);
        assertThat(keys).containsExactlyElementsOf(new TreeSet<>(ConfigReader.keyPaths()));
    }

    /** {@code -Dschema.write=true} writes it anew. Editors read it; the chart's is what helm reads, and is held against the reader above and by helm itself. */
    @Test
    void theEditorsSchemaIsTheChartsOfTheConfig() throws IOException {
        var json = new ObjectMapper();
        var chart = json.readTree(RepoFiles.read("charts/executor-scaler/values.schema.json"));
        var schema = json.createObjectNode().put("$schema", chart.path("$schema").asText()).put("title", "The config of Executor Scaler");
        schema.setAll((ObjectNode) chart.path("properties").path("config"));
        if (Boolean.getBoolean("schema.write")) Files.writeString(SCHEMA, json.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n");
        assertThat(json.readTree(Files.readString(SCHEMA))).isEqualTo(schema);
        assertThat(MANUAL).contains("yaml-language-server: $schema=", "config.schema.json");
    }

    /** Walks a JSON schema; an object of ours is strict, one without properties is the operator's own mapping. */
    private static void collect(String path, Map<?, ?> schema, SortedSet<String> keys) {
        if (schema.get("anyOf") instanceof List<?> alternatives) {
            // An alternative without a type is a condition on the object around it.
            alternatives.stream().filter(one -> mapping(one).containsKey("type")).forEach(one -> collect(path, mapping(one), keys));
        }
        if (schema.get("items") instanceof Map<?, ?> items) collect(path + "[]", items, keys);
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            assertThat(schema.get("additionalProperties")).as(path + " is strict").isEqualTo(false);
            properties.forEach((key, value) -> {
                var name = path.isEmpty() ? key.toString() : path + "." + key;
                keys.add(name);
                collect(name, mapping(value), keys);
            });
        }
    }

    private static String withDefaults(Map<String, String> defaults) {
        return """
                redis: {url: redis://cache, %s}
                executors: [{name: a, deployment: n/a, queue: {kind: list, waiting: w, running: r, %s}, maxReplicas: 4, %s}]
                nodePools: [{name: p, autoScalingGroup: g, maxSize: 3, taints: [{key: k, effect: NoExecute, %s}], %s}]
                scaleDown: {%s}
                notices: {%s}
                control: {%s}
                %s
                """.formatted(List
                .of("redis", "executors[].queue", "executors[]", "nodePools[].taints[]", "nodePools[]", "scaleDown", "notices", "control", "")
                .stream().map(section -> section.isEmpty() ? defaults.getOrDefault("", "").replace(", ", "\n") : defaults.getOrDefault(section, ""))
                .toArray());
    }

    private static Config read(String yaml) {
        return switch (ConfigReader.read(yaml)) {
            case ConfigReader.Valid valid -> valid.config();
            case ConfigReader.Invalid invalid ->
                throw new AssertionError(invalid.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")) + "\n" + yaml);
        };
    }

    private static List<MatchResult> rows() {
        return ROW.matcher(MANUAL).results().toList();
    }

    private static Map<?, ?> load(String yaml) {
        return mapping(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    private static Map<?, ?> child(Map<?, ?> parent, String key) {
        return mapping(Objects.requireNonNull(parent.get(key), key));
    }

    private static Map<?, ?> mapping(Object value) {
        return (Map<?, ?>) value;
    }
}
