package executorscaler.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import executorscaler.aws.IamPolicy;
import executorscaler.config.ConfigReader;
import executorscaler.e2e.Platform;
import executorscaler.e2e.ScalerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.BootOptions;
import testbed.CommandFailed;
import testbed.Keys;
import testbed.RequiresTool;
import testbed.TestBed;
import testbed.Workers;

/** The chart, installed by the real helm on a real API server; the service runs on the chart's config and under the chart's rights. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
class ChartIT {

    private static final Path CHART = Rendered.CHART;
    private static final String RELEASE = "executor-scaler";
    private static final String EXECUTORS = Platform.NAMESPACE;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LATER = Duration.ofSeconds(90);

    private static final String VALUES = """
            config:
              redis: {url: "REDIS_URL"}
              executors:
              - name: executor
                deployment: production-platform/executor
                queue: {kind: list, waiting: jobs, running: "jobs:running"}
                jobsPerPod: 2
                maxReplicas: 50
              nodePools:
              - name: general-purpose
                autoScalingGroup: general-t3
                instanceType: t3.large
                maxSize: 10
                labels: {workload-type: general}
              - name: compute-optimized
                autoScalingGroup: executors-c5
                instanceType: c5.2xlarge
                maxSize: MAX_SIZE
                labels: {workload-type: executor}
                taints: [{key: workload-type, value: executor, effect: NoSchedule}]
              scaleDown: {stabilizationWindowSeconds: 3, idleSeconds: 3, cordonSettleSeconds: 1, trustSeconds: 2, minNodeLifetimeSeconds: 0}
              control: {intervalMillis: 500, cloudPollSeconds: 2}
            aws: {region: us-east-1}
            nodeSelector: {role: system}
            """;

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().everything().pools(Platform.POOLS).boot(new BootOptions(Duration.ofSeconds(2), Duration.ZERO, false, false)).start();
        Platform.addSystemNode(bed);
        Platform.deployExecutor(bed, "example/executor:1");
    }

    @AfterAll
    static void stop() {
        if (bed != null) bed.close();
    }

    @Test
    void aMistakeIsRefusedBeforeAnythingIsMade() {
        assertThatThrownBy(() -> bed.helm("install", "refused", CHART.toString(), "--namespace", "refused", "--create-namespace", "--values",
                file("refused", "config: {nodePools: [{name: p, maxSize: 5}]}").toString()))
                .isInstanceOf(CommandFailed.class).hasMessageContaining("values don't meet the specifications")
                .hasMessageContaining("autoScalingGroup");
        assertThat(bed.kubernetes().namespaces().withName("refused").get()).isNull();
    }

    @Test
    void installUpgradeRollbackAndNothingIsLeft() {
        var namespace = "lifecycle";
        helm("install", namespace, values("lifecycle", 20), "--create-namespace");
        var deployment = Objects.requireNonNull(bed.kubernetes().apps().deployments().inNamespace(namespace).withName(RELEASE).get());
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment.getSpec().getTemplate().getSpec().getServiceAccountName()).isEqualTo(RELEASE);
        var service = Objects.requireNonNull(bed.kubernetes().services().inNamespace(namespace).withName(RELEASE).get());
        var podLabels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(podLabels).as("the service finds the pod").containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(config(namespace)).contains("maxSize: 20").contains("stabilizationWindowSeconds: 3");
        assertThat(ours()).contains("clusterrole.rbac.authorization.k8s.io/lifecycle-executor-scaler",
                "role.rbac.authorization.k8s.io/lifecycle-executor-scaler",
                "configmap/executor-scaler", "serviceaccount/executor-scaler", "service/executor-scaler",
                "lease.coordination.k8s.io/executor-scaler", "role.rbac.authorization.k8s.io/executor-scaler-lease",
                "deployment.apps/executor-scaler", "poddisruptionbudget.policy/executor-scaler", "networkpolicy.networking.k8s.io/executor-scaler",
                "validatingadmissionpolicy.admissionregistration.k8s.io/lifecycle-executor-scaler-nodes");

        helm("upgrade", namespace, values("lifecycle-15", 15));
        assertThat(config(namespace)).contains("maxSize: 15");
        bed.helm("rollback", RELEASE, "1", "--namespace", namespace);
        assertThat(config(namespace)).contains("maxSize: 20");
        assertThat(bed.kubectl("get", "replicasets", "--namespace", namespace, "-o", "name").lines()).as("a change of the config restarts nothing")
                .hasSize(1);

        bed.helm("uninstall", RELEASE, "--namespace", namespace);
        await("nothing of ours is left").atMost(SOON).untilAsserted(() -> assertThat(ours()).isEmpty());
        assertThat(bed.kubectl("get", "clusterroles,clusterrolebindings", "-o", "name")).doesNotContain("lifecycle");
        assertThat(bed.kubectl("get", "secrets", "--namespace", namespace, "-o", "name")).as("helm's own record of the release").isEmpty();
    }

    @Test
    void theServiceLivesOnTheChartsConfigUnderTheChartsRights() throws Exception {
        var namespace = "service";
        // The strictest of the Pod Security Standards: what is not allowed there is not created.
        bed.kubectlApply(
                "{apiVersion: v1, kind: Namespace, metadata: {name: service, labels: {pod-security.kubernetes.io/enforce: restricted}}}");
        bed.aws().clearCalls();
        bed.redis("DEL", "done");
        bed.kubectl("delete", "--raw", "/apis/events.k8s.io/v1/namespaces/default/events");
        helm("install", namespace, values("service", 20), "--create-namespace");
        // Both on the one node that there is: the spread is only preferred.
        bed.kubectl("rollout", "status", "deployment/" + RELEASE, "--namespace", namespace, "--timeout=30s");

        var config = file("mounted", config(namespace));
        try (var workers = Workers.start(bed, EXECUTORS, "app=executor", Keys.DEFAULT);
                var scaler = process(namespace, config, pod(namespace))) {
            assertThat(role(scaler)).as("the chart's Lease is held by nobody").isEqualTo("leader");
            push(1, 10);
            await("5 pods run").atMost(LATER).until(() -> Platform.runningPods(bed) == 5);
            assertThat(bed.aws().calls("SetDesiredCapacity")).extracting(call -> call.params().get("DesiredCapacity")).containsExactly("2");
            await("all jobs done").atMost(LATER).until(() -> Platform.length(bed, "done") == 10);
            await("back to nothing").atMost(LATER).until(() -> Platform.runningPods(bed) == 0 && Platform.replicas(bed) == 0 && nodes() == 0);
            assertThat(workers.running()).isEmpty();
            assertThat(bed.aws().calls("TerminateInstanceInAutoScalingGroup")).hasSize(2);
            assertThat(scaler.log()).as("no right is missing").doesNotContain("ERROR", "missing right", "forbidden", "denied",
                    "status is not written");
            everyCallToAwsIsInThePolicy(config);
            var status = Objects.requireNonNull(bed.kubernetes().configMaps().inNamespace(namespace).withName(RELEASE + "-status").get());
            assertThat(status.getData()).as("the status is written under the chart's right").containsKeys("summary", "executor.executor");

            await("what was done to the nodes is told of them").atMost(SOON).untilAsserted(() -> {
                assertThat(eventsOfNodes("NodeClosed")).hasSize(2).allMatch(note -> note.contains("nothing has run on the node since"));
                assertThat(bed.kubectl("get", "events", "-A", "--field-selector", "reportingComponent=executor-scaler")).contains("NodeClosed")
                        .doesNotContain("Scheduled");
                assertThat(eventsOfNodes("InstanceEnded")).hasSize(2).allMatch(note -> note.contains("found empty afterwards"));
            });

            aRightIsMissedOnceAndLivedWithout(scaler, namespace);
            anUpgradeIsTakenUpWithoutARestart(scaler, namespace, config);
            aBadEditIsSeenEverywhereAndChangesNothing(scaler, namespace, config);
        }
        bed.helm("uninstall", RELEASE, "--namespace", namespace);
        await("nothing is left of what it made while it ran").atMost(SOON).untilAsserted(() -> assertThat(left(namespace)).isEmpty());
    }

    @Test
    void ofTwoProcessesOneLeadsAndTheOtherTakesOver() throws Exception {
        var namespace = "pair";
        bed.redis("DEL", "done");
        helm("install", namespace, values("pair", 20), "--create-namespace");
        bed.kubectl("rollout", "status", "deployment/" + RELEASE, "--namespace", namespace, "--timeout=30s");
        await("the budget lets one of the two go").atMost(SOON)
                .until(() -> bed.kubectl("get", "poddisruptionbudget", RELEASE, "--namespace", namespace,
                        "-o", "jsonpath={.status.disruptionsAllowed}").equals("1"));
        var config = file("pair", config(namespace));
        try (var workers = Workers.start(bed, EXECUTORS, "app=executor", Keys.DEFAULT); var first = process(namespace, config, "scaler-a")) {
            assertThat(role(first)).isEqualTo("leader");
            try (var second = process(namespace, config, "scaler-b")) {
                assertThat(role(second)).isEqualTo("follower");
                assertThat(second.state().path("headline").asText()).as("who looks at the wrong one is told who leads")
                        .contains("This process follows scaler-a_").contains("writes nothing");
                assertThat(second.get("/ready")).contains("this process follows scaler-a_");
                push(1, 6);
                await("3 pods run").atMost(LATER).until(() -> Platform.runningPods(bed) == 3);
                ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
                await("the other leads").atMost(SOON).until(() -> role(second).equals("leader"));
                push(7, 4);
                await("all jobs done").atMost(LATER).until(() -> Platform.length(bed, "done") == 10);
                await("back to nothing").atMost(LATER).until(() -> Platform.runningPods(bed) == 0 && Platform.replicas(bed) == 0 && nodes() == 0);
                assertThat(workers.running()).isEmpty();
                assertThat(second.log()).doesNotContain("ERROR", "missing right", "forbidden", "denied");
            }
        }
        bed.helm("uninstall", RELEASE, "--namespace", namespace);
    }

    @Test
    void thePlainManifestsAreAppliedAndGone() {
        var folder = Rendered.ROOT.resolve("k8s/replica-guard").toString();
        bed.kubectl("apply", "-k", folder);
        bed.kubectl("rollout", "status", "deployment/" + RELEASE, "--namespace", RELEASE, "--timeout=30s");
        assertThat(config(RELEASE)).contains("compute-optimized");
        assertThat(bed.kubectl("auth", "can-i", "patch", "deployments.apps/executor", "--subresource=scale", "--namespace", EXECUTORS,
                "--as=system:serviceaccount:executor-scaler:executor-scaler")).contains("yes");
        bed.kubectl("delete", "-k", folder);
        assertThat(bed.kubectl("get", "clusterroles,clusterrolebindings,validatingadmissionpolicies,mutatingadmissionpolicies", "-o", "name"))
                .doesNotContain("executor-scaler-executor-scaler");
    }

    /** The service as the chart's Deployment would start it in a pod of this name, with a token of the chart's service account. */
    private static ScalerProcess process(String namespace, Path config, String pod) throws IOException {
        var environment = new HashMap<>(bed.env());
        environment.remove("REDIS_URL"); // the chart's config says it
        environment.put("KUBECONFIG", bed.kubeconfigFor(namespace, RELEASE).toString());
        environment.put("POD_NAMESPACE", namespace);
        environment.put("POD_NAME", pod);
        var scaler = ScalerProcess.run(config, environment, bed.directory());
        await("every source read").atMost(SOON).until(() -> scaler.status("/ready") == 200);
        return scaler;
    }

    private static String role(ScalerProcess scaler) {
        return scaler.state().path("role").path("name").asText();
    }

    private static void everyCallToAwsIsInThePolicy(Path config) throws IOException {
        var read = (ConfigReader.Valid) ConfigReader.read(Files.readString(config));
        var policy = IamPolicy.json(read.config(), new IamPolicy.Place("aws", "*", "*"));
        assertThat(bed.aws().calls()).isNotEmpty().allSatisfy(call -> assertThat(policy).contains(":" + call.action() + "\""));
    }

    @Test
    void aDeployKeepsTheReplicasThatTheJobsNeed() {
        var namespace = "guard";
        helm("install", namespace, values("guard", 20), "--create-namespace");
        deploy("other", 3, "1", "apply", "-f");
        await("the guard is in force").atMost(SOON).until(() -> {
            int before = Platform.replicas(bed);
            bed.kubectl("patch", "deployment", "executor", "--namespace", EXECUTORS, "--patch", "{\"spec\": {\"replicas\": " + (before + 1) + "}}");
            return Platform.replicas(bed) == before;
        });
        bed.kubectl("scale", "deployment/executor", "--namespace", EXECUTORS, "--replicas=4");
        deploy("executor", 0, "2", "apply", "-f");
        assertThat(Platform.replicas(bed)).as("kubectl apply").isEqualTo(4);
        assertThat(image()).isEqualTo("example/executor:2");
        deploy("executor", 0, "3", "apply", "--server-side", "--force-conflicts", "-f");
        assertThat(Platform.replicas(bed)).as("server-side apply").isEqualTo(4);
        bed.kubectl("rollout", "undo", "deployment/executor", "--namespace", EXECUTORS);
        assertThat(Platform.replicas(bed)).as("rollout undo").isEqualTo(4);
        assertThat(image()).isEqualTo("example/executor:2");
        bed.kubectl("scale", "deployment/executor", "--namespace", EXECUTORS, "--replicas=0");
        assertThat(Platform.replicas(bed)).as("the scale subresource").isZero();
        deploy("other", 1, "2", "apply", "-f");
        assertThat(bed.kubernetes().apps().deployments().inNamespace(EXECUTORS).withName("other").get().getSpec().getReplicas())
                .as("somebody else's").isEqualTo(1);

        helm("upgrade", namespace, values("guard", 20), "--set", "replicaGuard.enabled=false");
        assertThat(bed.kubectl("get", "mutatingadmissionpolicies", "-o", "name")).isEmpty();
        bed.kubectl("delete", "deployment", "other", "--namespace", EXECUTORS);
        bed.helm("uninstall", RELEASE, "--namespace", namespace);
    }

    private static void deploy(String name, int replicas, String tag, String... how) {
        var manifest = file("deploy", Platform.deployment(EXECUTORS, name, "example/executor:" + tag, replicas, "2", "4Gi", "executor"));
        var arguments = new ArrayList<>(Arrays.asList(how));
        arguments.add(manifest.toString());
        bed.kubectl(arguments.toArray(String[]::new));
    }

    private static String image() {
        return bed.kubernetes().apps().deployments().inNamespace(EXECUTORS).withName("executor").get().getSpec().getTemplate().getSpec()
                .getContainers().getFirst().getImage();
    }

    private static void aRightIsMissedOnceAndLivedWithout(ScalerProcess scaler, String namespace) throws IOException, InterruptedException {
        var role = namespace + "-" + RELEASE;
        var rules = bed.kubectl("get", "role", role, "--namespace", EXECUTORS, "-o", "json");
        var right = bed.kubernetes().rbac().roles().inNamespace(EXECUTORS).withName(role).get().getRules().stream()
                .map(rule -> rule.getResources().getFirst()).toList().indexOf("deployments/scale");
        bed.kubectl("patch", "role", role, "--namespace", EXECUTORS, "--type=json", "-p",
                "[{\"op\": \"remove\", \"path\": \"/rules/" + right + "\"}]");
        push(11, 4);
        await("it says so").atMost(SOON).until(() -> scaler.state().path("headline").asText().contains("missing right to patch deployments/scale"));
        long tick = scaler.state().path("tick").asLong();
        await("it goes on").atMost(SOON).until(() -> scaler.state().path("tick").asLong() > tick + 15);
        assertThat(scaler.status("/live")).isEqualTo(200);
        assertThat(Platform.replicas(bed)).isZero();
        assertThat(scaler.log().lines().filter(line -> line.contains("missing right to patch deployments/scale")))
                .as("one line for as long as it lasts").singleElement().asString()
                .contains("WARN").contains("production-platform/executor");
        assertThat(decisions(scaler, "Refused")).as("on the page one entry for as long as nothing else changes; here nodes come")
                .isLessThanOrEqualTo(5);

        bed.kubectl("delete", "role", role, "--namespace", EXECUTORS);
        bed.kubectlApply(rules.replaceAll("(?m)^ *\"(resourceVersion|uid|creationTimestamp)\":.*\\R", ""));
        await("the jobs are done after all").atMost(LATER).until(() -> Platform.length(bed, "done") == 14);
        await("back to nothing").atMost(LATER).until(() -> Platform.replicas(bed) == 0 && nodes() == 0);
        assertThat(scaler.log()).contains("works again after");
    }

    private static void anUpgradeIsTakenUpWithoutARestart(ScalerProcess scaler, String namespace, Path config) throws IOException {
        helm("upgrade", namespace, values("service-7", 7));
        Files.writeString(config, config(namespace)); // as the kubelet does
        await("the new config").atMost(SOON).until(() -> scaler.state().path("config").path("generation").asInt() == 2);
        await("the pool's new maximum").atMost(SOON).until(() -> scaler.get("/api/state").contains("\"max\":7"));
        bed.helm("rollback", RELEASE, "1", "--namespace", namespace);
        Files.writeString(config, config(namespace));
        await("the old config again").atMost(SOON).until(() -> scaler.state().path("config").path("generation").asInt() == 3);
        assertThat(scaler.alive()).isTrue();
        await("what differed is told").atMost(SOON)
                .untilAsserted(() -> assertThat(bed.kubectl("describe", "pod", pod(namespace), "--namespace", namespace))
                        .contains("config 2 allows less: nodePools[compute-optimized].maxSize: 20 to 7")
                        .contains("config 3 is in force: nodePools[compute-optimized].maxSize: 7 to 20"));
        assertThat(bed.kubectl("get", "replicasets", "--namespace", namespace, "-o", "name").lines()).as("no pod was made anew").hasSize(1);
    }

    /** Under the chart's own rights, and on the pod that the chart made. */
    private static void aBadEditIsSeenEverywhereAndChangesNothing(ScalerProcess scaler, String namespace, Path config) throws IOException {
        var good = Files.readString(config);
        Files.writeString(config, good.replace("maxReplicas: 50", "maxReplicas: -1"));
        await("an event of the leader's pod").atMost(SOON).until(() -> bed.kubectl("describe", "pod", pod(namespace), "--namespace", namespace)
                .contains("ConfigRejected"));
        assertThat(bed.kubectl("describe", "pod", pod(namespace), "--namespace", namespace)).contains("the last good one stays", "maxReplicas",
                "(line ");
        await("the page's sentence, where nothing is worse").atMost(SOON).untilAsserted(() -> assertThat(scaler.state().path("headline").asText())
                .contains("The newest config is rejected", "maxReplicas", "(line "));
        assertThat(scaler.get("/ready")).contains("ready", "rejected config: ", "maxReplicas");
        assertThat(scaler.get("/metrics")).contains("executor_scaler_config_rejected 1.0");
        assertThat(scaler.state().path("config").path("generation").asInt()).as("the last good one").isEqualTo(3);
        await("the status says it").atMost(SOON).until(() -> bed.kubectl("get", "configmap", RELEASE + "-status", "--namespace", namespace, "-o",
                "jsonpath={.data.config}").contains("the newest is rejected"));
        Files.writeString(config, good);
        await("it is mended").atMost(SOON).until(() -> scaler.get("/metrics").contains("executor_scaler_config_rejected 0.0"));
        assertThat(scaler.log()).doesNotContain("events are not written");
    }

    private static List<String> eventsOfNodes(String reason) {
        return bed.kubectl("get", "events.events.k8s.io", "--namespace", "default", "--field-selector", "reason=" + reason + ",regarding.kind=Node",
                "-o", "jsonpath={range .items[*]}{.note}{'\\n'}{end}").lines().toList();
    }

    /** The first of the pods that the chart's Deployment has made. */
    private static String pod(String namespace) {
        return bed.kubectl("get", "pods", "--namespace", namespace, "-o", "jsonpath={.items[0].metadata.name}");
    }

    /** Whatever is in a namespace that Kubernetes does not put into each; events end by themselves. */
    private static List<String> left(String namespace) {
        var kinds = bed.kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name").lines().filter(kind -> !kind.startsWith("events"))
                .toList();
        return bed.kubectl("get", String.join(",", kinds), "--namespace", namespace, "-o", "name", "--ignore-not-found").lines()
                .filter(name -> !name.equals("configmap/kube-root-ca.crt") && !name.equals("serviceaccount/default")).toList();
    }

    private static long decisions(ScalerProcess scaler, String outcome) {
        return scaler.state().path("decisions").valueStream()
                .filter(entry -> entry.path("lines").valueStream().anyMatch(line -> line.path("outcome").asText().equals(outcome))).count();
    }

    private static void helm(String verb, String namespace, Path values, String... more) {
        var arguments = new ArrayList<>(List.of(verb, RELEASE, CHART.toString(), "--namespace", namespace, "--values", values.toString()));
        arguments.addAll(Arrays.asList(more));
        bed.helm(arguments.toArray(String[]::new));
    }

    /** Everything in the cluster that carries the release's label, whatever its kind. */
    private static List<String> ours() {
        var kinds = bed.kubectl("api-resources", "--verbs=list", "-o", "name").lines().filter(kind -> !kind.startsWith("events")).toList();
        var namespaced = bed.kubectl("get", String.join(",", kinds), "-n", "lifecycle", "-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name",
                "--ignore-not-found");
        var executors = bed.kubectl("get", "roles,rolebindings", "-n", EXECUTORS, "-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name");
        return Stream.concat(namespaced.lines(), executors.lines()).filter(name -> !name.matches(".*/(service|pair|guard)-executor-scaler.*"))
                .toList();
    }

    private static String config(String namespace) {
        return bed.kubectl("get", "configmap", RELEASE, "--namespace", namespace, "-o", "jsonpath={.data.config\\.yaml}");
    }

    private static Path values(String name, int maxSize) {
        return file(name, VALUES.replace("REDIS_URL", bed.redisUrl()).replace("MAX_SIZE", String.valueOf(maxSize)));
    }

    private static Path file(String name, String text) {
        try {
            return Files.writeString(Files.createTempFile(bed.directory(), name, ".yaml"), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void push(int first, int count) {
        var command = new ArrayList<>(List.of("LPUSH", "jobs"));
        for (int i = first; i < first + count; i++) command.add("job-" + i + ":1500");
        bed.redis(command.toArray(String[]::new));
    }

    private static int nodes() {
        return bed.kubernetes().nodes().withLabelNotIn("role", "system").list().getItems().size();
    }
}
