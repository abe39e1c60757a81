package executorscaler.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart's alerts and dashboards, as tests read them. */
public final class MonitoringFiles {

    /** The chart's files. */
    public static final Path FOLDER = Path.of(System.getProperty("project.root", ".."), "charts", "executor-scaler", "files");
    private static final ObjectMapper JSON = new ObjectMapper();

    private MonitoringFiles() {}

    /** An alert of {@code alerts.yaml}. */
    public record Alert(String name, String expr, String severity, Map<?, ?> annotations) {
        String annotation(String key) {
            return Objects.toString(annotations.get(key), "");
        }
    }

    /** A query of a panel; {@code panel} is its dashboard and title. */
    public record Query(String panel, String expr) {}

    /** All alerts in the order of the file. */
    public static List<Alert> alerts() {
        var file = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(read(FOLDER.resolve("alerts.yaml")));
        var alerts = new ArrayList<Alert>();
        for (var group : list(file, "groups")) {
            for (var rule : list((Map<?, ?>) group, "rules")) {
                var one = (Map<?, ?>) rule;
                var labels = (Map<?, ?>) Objects.requireNonNull(one.get("labels"));
                alerts.add(new Alert(Objects.toString(one.get("alert")), Objects.toString(one.get("expr")), Objects.toString(labels.get("severity")),
                        (Map<?, ?>) Objects.requireNonNull(one.get("annotations"))));
            }
        }
        return alerts;
    }

    /** The dashboards by file name. */
    public static List<JsonNode> dashboards() {
        try (var files = Files.list(FOLDER.resolve("dashboards"))) {
            var dashboards = new ArrayList<JsonNode>();
            for (var file : files.sorted().toList()) dashboards.add(JSON.readTree(file.toFile()));
            return dashboards;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Every query of every panel. */
    public static List<Query> queries() {
        var queries = new ArrayList<Query>();
        for (var dashboard : dashboards()) {
            for (var panel : dashboard.path("panels")) {
                for (var target : panel.path("targets"))
                    queries.add(new Query(dashboard.path("title").asText() + " / " + panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        return queries;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<?> list(Map<?, ?> parent, String key) {
        return (List<?>) Objects.requireNonNull(parent.get(key), key);
    }
}
