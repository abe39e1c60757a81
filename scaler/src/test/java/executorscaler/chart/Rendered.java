package executorscaler.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import testbed.TestBed;

/**
 * What helm made of the chart and some values, as an API server of Kubernetes 1.36 would get it. What only Helm cares for is left out: where a document came
 * from, the chart's version, and that Helm manages it.
 *
 * @param documents by kind and name, in the order of helm
 */
record Rendered(Map<String, String> documents) {

    static final Path ROOT = Path.of(System.getProperty("project.root", "..")).toAbsolutePath().normalize();
    static final Path CHART = ROOT.resolve("charts").resolve("executor-scaler");
    private static final Pattern DOCUMENTS = Pattern.compile("(?m)^---\\R");
    private static final List<String> HELMS_OWN = List.of("helm.sh/chart:", "app.kubernetes.io/managed-by: Helm", "# Source: ");

    /** Renders the release executor-scaler in the namespace of the same name. */
    static Rendered of(TestBed bed, String... arguments) {
        var command = new ArrayList<>(List.of("template", "executor-scaler", CHART.toString(), "--namespace", "executor-scaler", "--api-versions",
                "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy"));
        command.addAll(Arrays.asList(arguments));
        return of(bed.helm(command.toArray(String[]::new)));
    }

    /** With a file of charts/executor-scaler/ci. */
    static Rendered ofValues(TestBed bed, String name) {
        return of(bed, "--values", CHART.resolve("ci").resolve(name + "-values.yaml").toString());
    }

    private static Rendered of(String text) {
        var documents = new TreeMap<String, String>();
        for (var document : DOCUMENTS.splitAsStream(text).toList()) {
            var kept = document.lines().filter(line -> HELMS_OWN.stream().noneMatch(own -> line.strip().startsWith(own)))
                    .collect(Collectors.joining("\n")).strip() + "\n";
            if (!kept.isBlank()) documents.put(identity(yaml(kept).getFirst()), kept);
        }
        return new Rendered(documents);
    }

    String text() {
        return String.join("---\n", documents.values());
    }

    /** Every object as a tree, by kind and name. */
    Map<String, Object> objects() {
        return objects(text());
    }

    static Map<String, Object> objects(String text) {
        var objects = new TreeMap<String, Object>();
        for (var object : yaml(text)) objects.put(identity(object), object);
        return objects;
    }

    /** Kind and name, and the namespace where it is not the release's: Roles of one name are in several. */
    static String identity(Map<?, ?> object) {
        var metadata = (Map<?, ?>) Objects.requireNonNull(object.get("metadata"));
        var namespace = metadata.get("namespace");
        return object.get("kind") + "/" + metadata.get("name") + (namespace == null || namespace.equals("executor-scaler") ? "" : " in " + namespace);
    }

    static List<Map<?, ?>> yaml(String text) {
        var all = new ArrayList<Map<?, ?>>();
        for (var one : new Load(LoadSettings.builder().build()).loadAllFromString(text)) if (one instanceof Map<?, ?> object) all.add(object);
        return all;
    }
}
