package executorscaler.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every right is named: no verb, no kind and no group is granted by a star. The files are the chart's, which {@link ChartTemplatesIT} holds. */
@Tag("unit")
class RightsTest {

    private static final Path GOLDEN = Path.of("src/test/golden/chart");

    @ParameterizedTest
    @ValueSource(strings = {"../k8s/scaler/executor-scaler.yaml", "everything.yaml", "minimal.yaml"})
    void noRightIsAStar(String file) throws IOException {
        var path = file.startsWith("..") ? Path.of(file) : GOLDEN.resolve(file);
        var rules = new ArrayList<Map<?, ?>>();
        for (var object : new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(path))) {
            if (!(object instanceof Map<?, ?> one) || !List.of("Role", "ClusterRole").contains(one.get("kind"))) continue;
            for (var rule : (List<?>) Objects.requireNonNull(one.get("rules"))) rules.add((Map<?, ?>) rule);
        }
        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            for (var key : List.of("verbs", "resources", "apiGroups"))
                assertThat((List<?>) Objects.requireNonNull(rule.get(key), key)).as(key).isNotEmpty()
                        .noneMatch(each -> String.valueOf(each).contains("*"));
        });
    }
}
