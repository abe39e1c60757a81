package executorscaler.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other autoscalers are told, as a config that is valid, and what it cannot say. */
@Tag("unit")
class ImportTest {

    private static final String SCALED = """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: render-scaler, namespace: prod}
            spec:
              scaleTargetRef: {name: render}
              triggers:
              - type: redis
                metadata: {address: "redis:6379", listName: jobs}
            """;
    private static final String HPA = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: render, namespace: prod}
            spec:
              scaleTargetRef: {kind: Deployment, name: render}
              minReplicas: 2
              maxReplicas: 9
              metrics:
              - {type: External, external: {metric: {name: redis_list_length, selector: {matchLabels: {key: jobs}}}, target: {type: AverageValue, averageValue: "3"}}}
            """;

    @Test
    void aScaledObjectIsAnExecutor() {
        var executor = config(keda(SCALED)).executors().getFirst();
        assertThat(executor).isEqualTo(new ExecutorConfig("render", "prod", "render",
                new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS), 5, 0, 100));
        assertThat(config(keda(SCALED)).redis().url()).isEqualTo("redis://redis:6379/0");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', value = {"listName: jobs | listName: jobs, listLength: \"3\" | jobsPerPod: 3",
            "triggers: | maxReplicaCount: 7@  triggers: | maxReplicas: 7", "triggers: | minReplicaCount: 2@  triggers: | minReplicas: 2",
            "address: \"redis:6379\" | host: r, port: \"6380\" | url: redis://r:6380/0",
            "listName: jobs | listName: jobs, enableTLS: \"true\", databaseIndex: \"3\" | url: rediss://redis:6379/3",
            "listName: jobs | listName: \"{jobs}\" | waiting: '{jobs}'",
            "name: render} | name: Render_Farm.v2} | name: render-farm-v2"})
    void whatItSaysIsSaidInTheWordsOfTheConfig(String what, String by, String said) {
        var imported = keda(SCALED.replace(what, by.replace("@", "\n")));
        assertThat(imported.yaml()).contains(said);
        if (!by.contains("Render_Farm")) assertThat(imported.problems()).isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', value = {
            "- type: redis | - {type: cpu, metadata: {value: \"60\"}}@  - type: redis | trigger cpu: replicas follow the queue alone",
            "- type: redis | - {type: redis-streams, metadata: {stream: s}}@  - type: redis | trigger redis-streams: queues are lists; streams are not read",
            "- type: redis | - {type: redis-cluster-streams, metadata: {stream: s}}@  - type: redis | trigger redis-cluster-streams: queues are lists",
            "triggers: | fallback: {failureThreshold: 3, replicas: 6}@  triggers: | fallback: while Redis cannot be read replicas stay as they are",
            "triggers: | cooldownPeriod: 60@  triggers: | cooldownPeriod: replicas go to the minimum like to any other number",
            "triggers: | idleReplicaCount: 0@  triggers: | idleReplicaCount: minReplicas is for idle times, too",
            "listName: jobs | listName: jobs, activationListLength: \"9\" | activationListLength: one job is enough for a pod",
            "namespace: prod} | namespace: prod, annotations: {autoscaling.keda.sh/paused: \"true\"}} | annotation autoscaling.keda.sh/paused: on the Deployment it is",
            "listName: jobs | listName: jobs, passwordFromEnv: P | its password comes from the pod's environment",
            "listName: jobs | listName: jobs, usernameFromEnv: U | its user comes from the pod's environment",
            "- type: redis | - authenticationRef: {name: login}@    type: redis | it logs in by TriggerAuthentication login: mount its Secret as files",
            "listName: jobs | listName: jobs, unsafeSsl: \"true\" | unsafeSsl: certificates are always checked",
            "triggers: | advanced: {scalingModifiers: {formula: a + b}}@  triggers: | scalingModifiers: replicas follow the queue alone",
            "triggers: | advanced: {restoreToOriginalReplicaCount: true}@  triggers: | restoreToOriginalReplicaCount: replicas stay as they are",
            "triggers: | initialCooldownPeriod: 60@  triggers: | initialCooldownPeriod: replicas follow the queue from the first look on",
            "listName: jobs | listName: \"rq:queue:mail\" | by its name a list of RQ",
            "listName: jobs | listName: \"queue:mail\" | by its name a list of Sidekiq",
            "listName: jobs | listName: \"resque:queue:mail\" | by its name a list of Sidekiq or Resque",
            "listName: jobs | listName: celery | workers have to keep the list celery:running",
            "listName: jobs | listName: jobs, addressFromEnv: A | its address comes from the pod's environment",
            "- type: redis | - {type: cron, metadata: {timezone: UTC, start: \"*/5 * * * *\", end: \"0 9 * * *\", desiredReplicas: \"3\"}}@  - type: redis | trigger cron: schedules are times of the day"})
    void whatCannotBeCarriedOverIsSaidWithTheReason(String what, String by, String comment) {
        var imported = keda(
                SCALED.replaceFirst(java.util.regex.Pattern.quote(what), java.util.regex.Matcher.quoteReplacement(by.replace("@", "\n"))));
        assertThat(imported.problems()).isEmpty();
        assertThat(imported.yaml()).containsPattern("(?m)^# - ScaledObject render-scaler.*" + java.util.regex.Pattern.quote(comment));
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource(delimiter = '|', value = {"0 8 * * 1-5 | 30 18 * * 1-5 | [Mon-Fri] 08:00 18:30", "0 8 * * * | 0 9 * * * | [] 08:00 09:00",
            "5 22 * * Sat,Sun | 0 6 * * Sat,Sun | [Sat, Sun] 22:05 06:00", "0 8 * * 0 | 0 9 * * 0 | [Sun] 08:00 09:00",
            "0 8 * * 1-5 | 0 9 * * 2-6 | none", "0 8 1 * * | 0 9 1 * * | none", "0 25 * * * | 0 9 * * * | none", "0 8 * * 8 | 0 9 * * 8 | none"})
    void aCronTriggerOfTheDayIsASchedule(String start, String end, String expected) {
        var cron = "  - {type: cron, metadata: {timezone: Europe/Berlin, start: \"%s\", end: \"%s\", desiredReplicas: \"4\"}}\n".formatted(start,
                end);
        var schedules = config(keda(SCALED + cron)).executors().getFirst().schedules();
        if (expected.equals("none")) {
            assertThat(schedules).isEmpty();
            return;
        }
        assertThat(schedules).hasSize(1);
        var yaml = keda(SCALED + cron).yaml().replaceAll("[\\s'\"-]+", " ");
        for (var part : expected.replaceAll("[\\[\\],]", "").split("[ -]", -1)) assertThat(yaml).contains(part);
        assertThat(yaml).contains("timeZone: Europe/Berlin", "minReplicas: 4");
    }

    @Test
    void anAutoscalerThatCountsAQueueIsAnExecutor() {
        var imported = keda(HPA);
        assertThat(config(imported).executors()).containsExactly(new ExecutorConfig("render", "prod", "render",
                new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS), 3, 2, 9));
        assertThat(imported.yaml()).contains("# - redis.url: nothing says where Redis is");
    }

    /** On the one Redis its key would be missing, which reads as no jobs: its replicas would fall while jobs wait elsewhere. */
    @Test
    void aListOnAnotherRedisIsLeftOut() {
        var other = SCALED.replace("name: render", "name: mail").replace("redis:6379", "other:6379").replace("listName: jobs", "listName: letters");
        var imported = keda(SCALED + "---\n" + other);
        assertThat(config(imported).executors()).extracting(ExecutorConfig::name).containsExactly("render");
        assertThat(imported.lost()).containsExactly(
                "ScaledObject mail-scaler: its list is on redis://other:6379/0, and one config reads one Redis, here redis://redis:6379/0");
    }

    /** {@code kubectl get scaledobjects,hpa} lists both, and a Deployment has one executor. */
    @Test
    void theAutoscalerThatKedaMadeIsNotASecondExecutor() {
        var own = HPA.replace("metadata: {name: render,",
                "metadata: {name: keda-hpa-render, ownerReferences: [{kind: ScaledObject, name: render-scaler}],");
        assertThat(config(keda(SCALED + "---\n" + own)).executors()).hasSize(1);
        assertThat(keda(own).lost()).containsExactly(
                "HorizontalPodAutoscaler keda-hpa-render: KEDA made it of ScaledObject render-scaler, and that is what is imported");
    }

    @Test
    void ofBullmqTheListOfRunningJobsIsKnown() {
        var lists = SCALED.replace("listName: jobs", "listName: \"bull:mail:wait\"")
                + "  - {type: redis, metadata: {listName: \"bull:mail:active\"}}\n";
        var imported = keda(lists);
        assertThat(config(imported).executors().getFirst().queue())
                .isEqualTo(new QueueConfig.Lists("bull:mail:wait", "bull:mail:active", "", QueueConfig.TimeUnit.SECONDS));
        assertThat(imported.lost()).isEmpty();
        assertThat(imported.yaml()).contains("by its name a list of BullMQ or Bull").doesNotContain("have to keep the list");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', value = {"External | Resource | no metric of it counts a queue",
            "kind: Deployment | kind: StatefulSet | its target is no Deployment"})
    void anAutoscalerThatCountsNoQueueIsNone(String what, String by, String why) {
        var imported = keda(HPA.replace(what, by));
        assertThat(imported.yaml()).isEmpty();
        assertThat(imported.lost()).anyMatch(line -> line.contains(why));
        assertThat(imported.problems()).containsExactly("nothing in these files can be imported");
    }

    @Test
    void listsOfManifestsAndSeveralFilesBecomeOneConfigWithNamesOfTheirOwn() {
        var list = "{\"kind\": \"List\", \"items\": [{\"kind\": \"ScaledObject\", \"metadata\": {\"name\": \"a\", \"namespace\": \"other\"}, \"spec\": {\"scaleTargetRef\":"
                + " {\"name\": \"render\"}, \"triggers\": [{\"type\": \"redis\", \"metadata\": {\"address\": \"redis:6379\", \"listName\": \"more\"}}]}}]}";
        var imported = Import.read(Import.From.KEDA, new java.util.TreeMap<>(Map.of("a.yaml", SCALED, "b.json", list)));
        assertThat(config(imported).executors()).extracting(ExecutorConfig::name).containsExactly("render", "render-2");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"--scale-down-unneeded-time=10m | idleSeconds: 600",
            "--scale-down-unready-time=20m0s | unreadySeconds: 1200",
            "--scale-down-delay-after-add=5m | minNodeLifetimeSeconds: 300", "--scan-interval=10s | intervalMillis: 10000",
            "--scale-down-utilization-threshold=0.5 | utilizationThreshold: 0.5", "--expendable-pods-priority-cutoff=-5 | priorityCutoff: -5",
            "--balance-similar-node-groups | balanceSimilarPools: true", "--expander=priority | strategy: priority",
            "--expander=price | strategy: least-cost",
            "--expander least-nodes | strategy: least-nodes", "--nodes=1:4:My_Group.2 | name: my-group-2",
            "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/prod=owned | - k8s.io/cluster-autoscaler/prod=owned",
            "--max-node-provision-time=15m | # - --max-node-provision-time=15m: say maxProvisionSeconds: 900",
            "--scale-down-gpu-utilization-threshold=0.4 | # - --scale-down-gpu-utilization-threshold=0.4: say scaleDown.utilizationThreshold of each",
            "--max-graceful-termination-sec=600 | # - --max-graceful-termination-sec=600: pods have their own grace period",
            "--scale-down-delay-after-delete=9s | # - --scale-down-delay-after-delete=9s: nothing here is like it",
            "--expander=random | # - --expander=random: strategy stays least-cost",
            "--max-nodes-total=50 | # - --max-nodes-total=50: each pool has its own maxSize",
            "--scale-down-enabled=false | # - --scale-down-enabled=false: idle nodes are always given back",
            "--cloud-provider=gce | # - --cloud-provider=gce: pools are",
            "--scale-down-unneeded-time=soon | # - --scale-down-unneeded-time=soon: it is no time such as 10m0s",
            "--scale-down-utilization-threshold=2 | # - --scale-down-utilization-threshold=2: it is not from 0 to 1",
            "--nodes=1-4-x | # - --nodes=1-4-x: it is not MIN:MAX:GROUP", "--unheard-of=1 | # - --unheard-of=1: nothing here is like it"})
    void flagsAreSaidInTheWordsOfTheConfigOrWhyNot(String flag, String said) {
        var imported = Import.read(Import.From.CLUSTER_AUTOSCALER, Map.of("flags.txt", "--nodes=0:5:group \\\n  " + flag + "\n"));
        assertThat(imported.problems()).isEmpty();
        assertThat(imported.yaml()).contains(said);
        assertThat(config(imported).nodePools().getFirst()).extracting(PoolConfig::autoScalingGroup, PoolConfig::minSize, PoolConfig::maxSize)
                .containsExactly("group", 0, 5);
    }

    @Test
    void groupsThatClusterAutoscalerLooksAfterArePools() {
        var groups = """
                {"AutoScalingGroups": [
                  {"AutoScalingGroupName": "ours", "MinSize": 1, "MaxSize": 6, "Tags": [{"Key": "k8s.io/cluster-autoscaler/enabled", "Value": "true"}]},
                  {"AutoScalingGroupName": "others", "MinSize": 1, "MaxSize": 6, "Tags": []}]}
                """;
        var imported = Import.read(Import.From.CLUSTER_AUTOSCALER, Map.of("asgs.json", groups));
        assertThat(config(imported).nodePools()).extracting(PoolConfig::autoScalingGroup, PoolConfig::maxSize).containsExactly(
                org.assertj.core.groups.Tuple.tuple("ours", 6));
        assertThat(imported.yaml()).contains("# - group others: it has no tag k8s.io/cluster-autoscaler/enabled");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"scaledobject.yaml, KEDA", "cluster-autoscaler.yaml, CLUSTER_AUTOSCALER"})
    void theExamplesOfTheDocsAreImportedWhole(String file, Import.From from) throws IOException {
        var imported = Import.read(from, Map.of(file, Files.readString(Path.of("../docs/examples/import", file))));
        assertThat(imported.problems()).isEmpty();
        assertThat(imported.lost()).hasSize(1);
        assertThat(config(imported)).isNotNull();
    }

    @Test
    void whatIsNoYamlAndWhatIsNothingIsSaid() {
        assertThat(keda("kind: [").problems()).singleElement().asString().startsWith("file.yaml: is not YAML");
        assertThat(keda("kind: Service\n").problems()).containsExactly("nothing in these files can be imported");
    }

    private static Import.Imported keda(String yaml) {
        return Import.read(Import.From.KEDA, Map.of("file.yaml", yaml));
    }

    private static Config config(Import.Imported imported) {
        assertThat(imported.problems()).isEqualTo(List.of());
        return switch (ConfigReader.read(imported.yaml())) {
            case ConfigReader.Valid valid -> valid.config();
            case ConfigReader.Invalid invalid -> throw new AssertionError(invalid.problems() + "\n" + imported.yaml());
        };
    }
}
