package executorscaler.chart;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every right is named: no verb, no kind and no group is granted by a star, and docs/rights.md has what may be written. The files are the chart's, which {@link ChartTemplatesIT} holds. */
@Tag("unit")
class RightsTest {

    private static final Path GOLDEN = Path.of("src/test/golden/chart");

    private static final List<String> FILES = List.of("../k8s/scaler/executor-scaler.yaml", "everything.yaml", "minimal.yaml");

    /** What docs/rights.md calls what is written, in the first column of its table. */
    private static final Map<String, String> WORDS = Map.ofEntries(entry("nodes", "VERB nodes "), entry("pods", "VERB pods "),
            entry("pods/eviction", "evictions"),
            entry("pods/status", "the status of pods"), entry("deployments/scale", "its scale"), entry("leases", "Lease"),
            entry("configmaps", "the status ConfigMap"), entry("events", "events"), entry("tokenreviews", "TokenReviews"),
            entry("subjectaccessreviews", "SubjectAccessReviews"));

    @ParameterizedTest
    @FieldSource("FILES")
    void noRightIsAStar(String file) throws IOException {
        assertThat(rules(file)).isNotEmpty().allSatisfy(rule -> {
            for (var key : List.of("verbs", "resources", "apiGroups"))
                assertThat((List<?>) Objects.requireNonNull(rule.get(key), key)).as(key).isNotEmpty()
                        .noneMatch(each -> String.valueOf(each).contains("*"));
        });
    }

    @Test
    void everyRightToWriteIsInTheDocument() throws IOException {
        var rows = Files.readAllLines(Path.of("../docs/rights.md")).stream().filter(line -> line.startsWith("| "))
                .map(line -> line.split("\\|", -1)[1]).toList();
        var seen = new TreeSet<String>();
        for (var file : FILES) {
            for (var rule : rules(file)) {
                for (var verb : list(rule, "verbs")) {
                    if (List.of("get", "list", "watch").contains(verb)) continue;
                    for (var resource : list(rule, "resources")) {
                        seen.add(resource);
                        assertThat(WORDS).as("what the document calls it").containsKey(resource);
                        assertThat(rows).as(verb + " " + resource)
                                .anyMatch(right -> right.contains(verb) && right.contains(WORDS.getOrDefault(resource, "?").replace("VERB", verb)));
                    }
                }
            }
        }
        assertThat(seen).as("nothing is called by a name that is not granted").isEqualTo(WORDS.keySet());
    }

    private static List<Map<?, ?>> rules(String file) throws IOException {
        var path = file.startsWith("..") ? Path.of(file) : GOLDEN.resolve(file);
        var rules = new ArrayList<Map<?, ?>>();
        for (var object : new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(path))) {
            if (!(object instanceof Map<?, ?> one) || !List.of("Role", "ClusterRole").contains(one.get("kind"))) continue;
            for (var rule : (List<?>) Objects.requireNonNull(one.get("rules"))) rules.add((Map<?, ?>) rule);
        }
        return rules;
    }

    private static List<String> list(Map<?, ?> rule, String key) {
        return ((List<?>) Objects.requireNonNull(rule.get(key), key)).stream().map(String::valueOf).toList();
    }
}
