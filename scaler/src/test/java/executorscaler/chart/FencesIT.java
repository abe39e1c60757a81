package executorscaler.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import testbed.RequiresTool;
import testbed.TestBed;

/**
 * What the chart's service account may do to nodes and pods, tried with its own token on a real API server: each edit that the service makes passes, and every
 * other one is refused in the words of the policy, or comes to nothing.
 */
@Tag("control-plane")
@RequiresTool({"go"})
class FencesIT {

    private static final String NAMESPACE = "fences";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String VALUES = """
            config:
              redis: {url: "redis://redis"}
              executors:
              - {name: e, deployment: jobs/e, queue: {kind: list, waiting: w, running: r}, maxReplicas: 5, busy: lease}
              nodePools:
              - {name: p, autoScalingGroup: g, maxSize: 5, labels: {pool: p, kind: fast}}
              - {name: q, autoScalingGroup: h, maxSize: 5, labels: {pool: q}}
              deleteNodes: true
            """;

    private static TestBed bed;
    private static KubernetesClient us;
    private boolean changed;

    @BeforeAll
    static void start() throws IOException {
        bed = TestBed.plan().controlPlane().start();
        bed.kubectl("create", "namespace", "jobs");
        install(VALUES);
        us = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(bed.kubeconfigFor(NAMESPACE, "executor-scaler").toFile())).build();
        await("the policies are in force").atMost(SOON).until(() -> {
            make(); // until then the edits happen
            var other = "\"v" + System.nanoTime() + "\""; // what is so already passes every policy
            return Stream.of("node/ours", "pod/one").allMatch(one -> attempt(one, "{\"metadata\": {\"labels\": {\"a\": " + other + "}}}").isPresent())
                    && attempt("status/one", "{\"status\": {\"reason\": " + other + "}}").isPresent() && attempt("delete/unmarked", "").isPresent();
        });
        makeAnew();
    }

    @AfterAll
    static void stop() {
        if (us != null) us.close();
        if (bed != null) bed.close();
    }

    @AfterEach
    void asTheyWere() {
        if (changed) makeAnew();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvFileSource(files = "src/test/golden/chart/edits.csv", delimiter = '|', quoteCharacter = '`', maxCharsPerColumn = 4096)
    void whatTheServiceDoesPassesAndNothingElse(String object, String said, String edit, String patch) {
        if (object.equals("delete/ready")) ready(); // the node controller does not believe it for long, as no kubelet says it again
        var before = look(object);
        var refusal = attempt(object, patch == null ? "" : patch);
        changed = !look(object).equals(before);
        switch (said) {
            case "passes" -> {
                assertThat(refusal).as(edit).isEmpty();
                assertThat(changed).as(edit).isTrue();
            }
            // The API server keeps the field as it is for everybody; then there is nothing to refuse.
            case "nothing" -> assertThat(changed).as(edit).isFalse();
            default -> {
                assertThat(refusal).as(edit).get().asString().contains(said);
                assertThat(changed).as(edit).isFalse();
            }
        }
    }

    /** Fields come with new versions of Kubernetes: whatever the API server knows is either named by the policy or the one that may differ. */
    @ParameterizedTest
    @CsvSource({"pod-status, PodStatus, status, nominatedNodeName", "nodes, NodeSpec, spec, unschedulable"})
    void everyFieldThatTheApiServerKnowsIsHeld(String fence, String type, String part, String mayDiffer) throws IOException {
        var policy = bed.kubectl("get", "validatingadmissionpolicy", NAMESPACE + "-executor-scaler-" + fence, "-o", "json");
        var schemas = JSON.readTree(bed.kubectl("get", "--raw", "/openapi/v3/api/v1")).path("components").path("schemas");
        var fields = schemas.path("io.k8s.api.core.v1." + type).path("properties");
        assertThat(fields.size()).isGreaterThan(5);
        var open = new TreeSet<String>();
        fields.fieldNames().forEachRemaining(field -> {
            var held = "object." + part + ".?" + field + " == oldObject." + part + ".?" + field;
            if (!Pattern.compile("[ \"]" + Pattern.quote(held) + "(?![A-Za-z])").matcher(policy).find()) open.add(field);
        });
        assertThat(open).containsExactly(mayDiffer);
    }

    @Test
    void othersMayDoWhatTheyMay() {
        changed = true;
        bed.kubectl("label", "node", "ours", "a=b");
        bed.kubectl("cordon", "ours");
        bed.kubectl("label", "pod", "one", "--namespace", "jobs", "a=b");
        bed.kubectl("delete", "node", "unmarked");
    }

    @Test
    void whereAPoolSaysNothingOfLabelsOnlyTheControlPlaneIsOutOfReach() throws IOException {
        changed = true;
        install(VALUES.replace(", labels: {pool: q}", ""));
        try {
            var cordon = "{\"metadata\": {\"annotations\": {\"executor-scaler/cordoned-at\": \"now\"}}, \"spec\": {\"unschedulable\": true}}";
            await("the policy is in force").atMost(SOON).until(() -> attempt("node/strange", cordon).isEmpty());
            assertThat(attempt("node/master", cordon)).get().asString().contains("a node of the control plane");
        } finally {
            install(VALUES);
            await("the policy is in force again").atMost(SOON)
                    .until(() -> attempt("node/strange", "{\"metadata\": {\"annotations\": {\"executor-scaler/a\": \"" + System.nanoTime() + "\"}}}")
                            .isPresent());
        }
    }

    /** Rights and policies that a config does not need are not there. */
    @Test
    void withoutPoolsNothingIsDoneToNodes() throws IOException {
        var executorsOnly = bed.directory().resolve("executors.yaml");
        Files.writeString(executorsOnly,
                VALUES.replaceFirst("(?s)  nodePools:.*?  deleteNodes: true", "  nodePools: []").replace(", busy: lease", ""));
        var rendered = Rendered.of(bed, "--values", executorsOnly.toString());
        assertThat(rendered.documents().keySet()).noneMatch(name -> name.startsWith("ValidatingAdmissionPolicy"));
        assertThat(Objects.requireNonNull(rendered.documents().get("ClusterRole/executor-scaler-executor-scaler")).lines()
                .filter(line -> line.contains("verbs:"))).isNotEmpty().allMatch(line -> line.matches(" *verbs: \\[(get, )?list, watch]"));
    }

    @Test
    void tokensMayBeReviewedOnlyWhereThePageAsksForThem() throws IOException {
        var questions = Map.of("authentication.k8s.io/v1/tokenreviews", Map.of("token", "x"), "authorization.k8s.io/v1/subjectaccessreviews",
                Map.of("user", "somebody", "nonResourceAttributes", Map.of("path", "/executor-scaler", "verb", "get")));
        assertThat(questions).allSatisfy((path, spec) -> assertThat(mayAsk(path, spec)).as(path).isFalse());
        install(VALUES + "page: {tokenReview: true}\n");
        try {
            await("the right").atMost(SOON)
                    .untilAsserted(() -> assertThat(questions).allSatisfy((path, spec) -> assertThat(mayAsk(path, spec)).as(path).isTrue()));
        } finally {
            install(VALUES);
        }
    }

    private static boolean mayAsk(String path, Map<String, ?> spec) {
        var group = path.substring(0, path.lastIndexOf('/'));
        var kind = path.endsWith("tokenreviews") ? "TokenReview" : "SubjectAccessReview";
        try {
            us.raw("/apis/" + path, "POST", Map.of("apiVersion", group, "kind", kind, "spec", spec));
            return true;
        } catch (KubernetesClientException refused) {
            assertThat(refused.getCode()).isEqualTo(403);
            return false;
        }
    }

    /** Why the edit was refused; empty: it was not. */
    private static Optional<String> attempt(String object, String patch) {
        var name = object.substring(object.indexOf('/') + 1);
        var merge = PatchContext.of(PatchType.JSON_MERGE);
        try {
            switch (object.substring(0, object.indexOf('/'))) {
                case "node" -> us.nodes().withName(name).patch(merge, patch);
                case "pod" -> us.pods().inNamespace("jobs").withName(name).patch(merge, patch);
                case "status" -> us.pods().inNamespace("jobs").withName(name).subresource("status").patch(merge, patch);
                case "delete" -> us.nodes().withName(name).delete();
                default -> throw new IllegalArgumentException(object);
            }
            return Optional.empty();
        } catch (KubernetesClientException refused) {
            return Optional.of(Objects.requireNonNullElse(refused.getMessage(), "refused"));
        }
    }

    /** What an edit could have changed; without what the scheduler and the node controller write at times of their own. */
    private static String look(String object) {
        var name = object.substring(object.indexOf('/') + 1);
        if (object.startsWith("node/") || object.startsWith("delete/")) {
            var node = bed.kubernetes().nodes().withName(name).get();
            if (node == null || node.getMetadata().getDeletionTimestamp() != null) return "gone";
            node.getSpec().getTaints().removeIf(taint -> taint.getKey().startsWith("node.kubernetes.io/"));
            return written(node.getMetadata()) + JSON.valueToTree(node.getSpec());
        }
        var pod = bed.kubernetes().pods().inNamespace("jobs").withName(name).get();
        if (pod == null) return "gone";
        pod.getStatus().setConditions(List.of());
        return written(pod.getMetadata()) + JSON.valueToTree(pod.getSpec()) + JSON.valueToTree(pod.getStatus());
    }

    private static String written(ObjectMeta metadata) {
        metadata.setManagedFields(List.of());
        metadata.setResourceVersion("");
        return JSON.valueToTree(metadata).toString();
    }

    private static void install(String values) throws IOException {
        Path file = Files.writeString(bed.directory().resolve("fences.yaml"), values);
        bed.helm("upgrade", "--install", "executor-scaler", Rendered.CHART.toString(), "--namespace", NAMESPACE, "--create-namespace", "--values",
                file.toString());
    }

    private static void makeAnew() {
        bed.kubectl("delete", "nodes", "--all");
        bed.kubectl("delete", "pods", "--all", "--namespace", "jobs", "--force", "--grace-period=0");
        make();
    }

    private static void make() {
        bed.kubectlApply("""
                {apiVersion: v1, kind: Node, metadata: {name: ours, labels: {pool: p, kind: fast}, annotations: {theirs: a}},
                 spec: {taints: [{key: own, value: a, effect: NoSchedule}]}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: closed-by-us, labels: {pool: q}, annotations: {executor-scaler/cordoned-at: now}},
                 spec: {unschedulable: true}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: closed-by-others, labels: {pool: q}}, spec: {unschedulable: true}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: strange, labels: {pool: p}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: master, labels: {pool: q, node-role.kubernetes.io/control-plane: ""},
                 annotations: {executor-scaler/instance: i-1}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: unmarked, labels: {pool: q}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: marked, labels: {pool: q}, annotations: {executor-scaler/instance: i-2}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: ready, labels: {pool: q}, annotations: {executor-scaler/instance: i-3}}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: one, namespace: jobs, labels: {app: e}, annotations: {theirs: a}},
                 spec: {nodeSelector: {no: where}, containers: [{name: main, image: "example/executor:1"}]}}
                """);
        ready();
    }

    private static void ready() {
        bed.kubectl("patch", "node", "ready", "--subresource=status", "--patch",
                "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"True\"}]}}");
    }
}
