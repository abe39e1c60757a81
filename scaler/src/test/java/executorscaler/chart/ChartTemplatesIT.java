package executorscaler.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import testbed.CommandFailed;
import testbed.RequiresTool;
import testbed.TestBed;

/** What the real helm makes of values: manifests that are kept in the repository, or a refusal that names the mistake. */
@Tag("control-plane")
@RequiresTool({"go"})
class ChartTemplatesIT {

    private static final Path GOLDEN = Rendered.ROOT.resolve("scaler/src/test/golden/chart");
    private static final Path PLAIN = Rendered.ROOT.resolve("k8s/scaler");
    private static final Path GUARD = Rendered.ROOT.resolve("k8s/replica-guard");
    private static final boolean WRITE = Boolean.getBoolean("golden.write");

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().controlPlane().start();
    }

    @AfterAll
    static void stop() {
        if (bed != null) bed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "minimal", "ha", "single-node", "everything"})
    void lintFindsNothing(String values) {
        assertThat(bed.helm("lint", "--strict", Rendered.CHART.toString(), "--values", ci(values).toString())).contains("0 chart(s) failed")
                .doesNotContain("[WARNING]", "[ERROR]");
    }

    /** -Dgolden.write=true writes the files anew, to be read before they are committed. */
    @ParameterizedTest
    @ValueSource(strings = {"minimal", "ha", "single-node", "everything"})
    void whatDiffersFromTheDefaultsIsKeptAndRead(String values) throws IOException {
        var defaults = Rendered.ofValues(bed, "default").documents();
        var here = Rendered.ofValues(bed, values).documents();
        var differs = new TreeMap<>(here);
        differs.entrySet().removeIf(document -> document.getValue().equals(defaults.get(document.getKey())));
        var gone = defaults.keySet().stream().filter(name -> !here.containsKey(name)).map(name -> "# Not there: " + name + "\n")
                .collect(Collectors.joining());
        compare(GOLDEN.resolve(values + ".yaml"), gone + String.join("---\n", differs.values()));
    }

    @Test
    void thePlainManifestsAreTheChart() throws IOException {
        var chart = Rendered.ofValues(bed, "default").documents();
        var guard = new TreeMap<>(chart);
        guard.keySet().removeIf(name -> !name.startsWith("MutatingAdmissionPolicy"));
        var rest = new TreeMap<>(chart);
        rest.keySet().removeAll(guard.keySet());
        rest.remove("ConfigMap/executor-scaler");
        compare(PLAIN.resolve("executor-scaler.yaml"), String.join("---\n", rest.values()));
        compare(GUARD.resolve("replica-guard.yaml"), String.join("---\n", guard.values()));

        var plain = Rendered.objects(bed.kubectl("kustomize", GUARD.toString()));
        assertThat(plain.remove("Namespace/executor-scaler")).isNotNull();
        var expected = Rendered.objects(String.join("---\n", chart.values()));
        assertThat(config(plain)).as("the config, in whatever order and with whatever comments").isEqualTo(config(expected));
        assertThat(plain).isEqualTo(expected);
    }

    /** Takes the config out of the ConfigMap and returns it as a tree. */
    private static Object config(Map<String, Object> objects) {
        var map = (Map<?, ?>) Objects.requireNonNull(objects.get("ConfigMap/executor-scaler"));
        var data = (Map<?, ?>) Objects.requireNonNull(map.get("data"));
        return Rendered.yaml(String.valueOf(data.remove("config.yaml")));
    }

    @Test
    void nothingOfThePodIsMadeFromTheConfig() {
        assertThat(Rendered.ofValues(bed, "minimal").documents().get("Deployment/executor-scaler"))
                .isEqualTo(Rendered.ofValues(bed, "default").documents().get("Deployment/executor-scaler"));
    }

    @ParameterizedTest
    @CsvSource({"redis://cache, 6379", "redis://cache/3, 6379", "redis://cache:7000, 7000", "rediss://user@cache.example.com:6390/2, 6390",
            "redis://[2001:db8::1]:6400/0, 6400", "redis://[2001:db8::1], 6379", "'', 6379"})
    void theNetworkPolicyLetsThePortOfRedisThrough(String url, int port) {
        var policy = Rendered.of(bed, "--set-string", "config.redis.url=" + url).documents().get("NetworkPolicy/executor-scaler");
        assertThat(policy).contains("# Redis, as config.redis.url has it.\n  - ports:\n    - {protocol: TCP, port: " + port + "}\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(files = "src/test/golden/chart/mistakes.csv", delimiter = '|', quoteCharacter = '`', maxCharsPerColumn = 8192)
    void aMistakeIsRefusedBeforeAnythingIsMadeAndNamed(String mistake, String yaml, String named, String by) throws IOException {
        var values = Files.writeString(bed.directory().resolve("mistake.yaml"), yaml);
        if (by.contains("chart")) {
            assertThatThrownBy(() -> Rendered.of(bed, "--values", values.toString())).as(mistake).isInstanceOf(CommandFailed.class)
                    .hasMessageContaining(named).hasMessageNotContaining("topsecret");
        }
        if (by.contains("validate")) {
            var config = Files.writeString(bed.directory().resolve("config.yaml"), yaml.replaceFirst("^config: ", ""));
            var said = new StringWriter();
            int code = Main.commandLine().setOut(new PrintWriter(said)).setErr(new PrintWriter(said)).execute("validate", "--config",
                    config.toString());
            assertThat(code).as(mistake).isEqualTo(1);
            assertThat(said.toString()).contains(named).contains("line 1").doesNotContain("topsecret");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"values of a parent chart | global: {imageRegistry: registry.example.com}",
            "what sops leaves behind | sops: {kms: [], lastmodified: '2026-01-01'}", "annotations of any kind | podAnnotations: {example.com/a: b}",
            "resources of any kind | resources: {limits: {nvidia.com/gpu: 1}}",
            "all of affinity | affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}"})
    void whatKubernetesOrOthersOwnIsAccepted(String extra, String yaml) throws IOException {
        var values = Files.writeString(bed.directory().resolve("extra.yaml"), yaml);
        assertThat(Rendered.of(bed, "--values", values.toString()).documents()).as(extra).containsKey("Deployment/executor-scaler");
    }

    @Test
    void theNotesWarnOfWhatDoesNothing() throws IOException {
        assertThat(notes()).contains("production-platform/executor, up to 50 replicas", "rollout status").doesNotContain("WARNING");
        assertThat(notes("--set", "replicaCount=3", "--set", "global.a=1").lines().filter(line -> line.contains("WARNING"))).singleElement()
                .asString()
                .contains("\"replicaCount\"");
        assertThat(notes()).as("every pool has labels").doesNotContain("may close any node");
        var unlabelled = Files.writeString(bed.directory().resolve("unlabelled.yaml"),
                Files.readString(ci("minimal")).replace("    labels: {pool: render}\n", ""));
        assertThat(notes("--values", unlabelled.toString())).as("one pool has none").contains("may close any node");
    }

    @Test
    void theNotesSayHowToAskWhyAndWhatPrometheusLooksFor() throws IOException {
        assertThat(notes()).contains("executor-scaler.jar why executor/executor\n", "executor-scaler.jar why pool/general-purpose\n")
                .doesNotContain("kubectl get prometheus", "this chart was tried on");
        assertThat(notes("--set", "page.tokenReview=true")).as("nobody in the pod has a token").doesNotContain("Ask it why");
        assertThat(notes("--set", "monitoring.enabled=true")).contains("(monitoring.labels; here none)", "serviceMonitorSelector");
        assertThat(notes("--set", "monitoring.enabled=true,monitoring.labels.release=kps")).contains("here {\"release\":\"kps\"})");
        var asTemplate = notesAsTemplate();
        var older = bed.helm("template", "x", asTemplate.toString(), "--kube-version", "v1.33.1-eks-1234567", "--show-only", "templates/notes.yaml");
        assertThat(older).contains("NOTE: this chart was tried on Kubernetes 1.36; this is v1.33.1-eks-1234567.");
    }

    /** Of the notes helm tells only those of the version that it is made for; as a template they are made for any. */
    private static Path notesAsTemplate() throws IOException {
        var copy = Files.createTempDirectory(bed.directory(), "notes").resolve("executor-scaler");
        try (var files = Files.walk(Rendered.CHART)) {
            for (var file : files.toList()) Files.copy(file, copy.resolve(Rendered.CHART.relativize(file).toString()));
        }
        var templates = copy.resolve("templates");
        Files.writeString(templates.resolve("_notes.tpl"), "{{ define \"notes\" }}" + Files.readString(templates.resolve("NOTES.txt")) + "{{ end }}");
        Files.delete(templates.resolve("NOTES.txt"));
        Files.writeString(templates.resolve("notes.yaml"), "apiVersion: v1\nkind: Notes\ntext: {{ include \"notes\" . | toJson }}\n");
        return copy;
    }

    private static String notes(String... arguments) {
        var command = new ArrayList<>(List.of("install", "executor-scaler", Rendered.CHART.toString(), "--dry-run=client"));
        command.addAll(List.of(arguments));
        var text = bed.helm(command.toArray(String[]::new));
        return text.substring(text.indexOf("NOTES:"));
    }

    private static Path ci(String values) {
        return Rendered.CHART.resolve("ci").resolve(values + "-values.yaml");
    }

    private static void compare(Path kept, String rendered) throws IOException {
        if (WRITE) Files.writeString(kept, rendered);
        assertThat(rendered).as(kept.toString()).isEqualTo(Files.readString(kept));
    }
}
