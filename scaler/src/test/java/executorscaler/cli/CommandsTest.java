package executorscaler.cli;

import static executorscaler.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as people type them, on the examples of the docs. */
@Tag("unit")
class CommandsTest {

    private static final Path EXAMPLES = Path.of("../docs/examples");
    private static final String CONFIG = EXAMPLES.resolve("platform.yaml").toString();
    private static final String FROM = EXAMPLES.resolve("plan-from").toString();

    @TempDir
    private Path temp = Path.of("");

    @Test
    void planFromADirectorySaysWhatWouldBeDoneAndWhy() {
        var ended = run("plan", "--config", CONFIG, "--from", FROM);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().stripTrailing()).isEqualTo(
                """
                        + scale production-platform/executor from 1 to 50
                            because 100 jobs (97 waiting, 1 due, 2 running) at 2 a pod need 50 pods
                        + raise pool compute-optimized from 1 to 17 nodes
                            because 47 pods (47 coming, 0 pending) do not fit on what there is and need 16 more nodes at $0.34 an hour (estimated)

                        Held back:
                        = pod/production-platform/report-6d5d-x1y2z
                            no pool fits 1 pod such as pod/production-platform/report-6d5d-x1y2z:
                              general-purpose: the pod requests 6000m CPU, a new node offers 1930m
                              compute-optimized: the pod's nodeSelector wants workload-type=general, the node has executor; does not tolerate workload-type=executor
                              gpu-nodes: the pod's nodeSelector wants workload-type=general, the node has gpu; does not tolerate nvidia.com/gpu=true; requests 6000m CPU, a new node offers 3920m
                        = node/ip-10-0-1-21.ec2.internal
                            the pool is at its minimum of 2 nodes

                        Plan: +49 executors, +16 nodes, 2 held back. Nothing was changed.""");
    }

    @Test
    void theExampleOfSpotBuysOnDemandOnlyWhileSpotCannotGive() throws IOException {
        var spot = EXAMPLES.resolve("spot.yaml").toString();
        assertThat(run("validate", "--config", spot, "--strict").exitCode()).isZero();
        assertThat(run("plan", "--config", spot, "--from", FROM).out()).contains("+ raise pool compute-spot from 0 to 16 nodes")
                .doesNotContain("raise pool compute-optimized");
        var dear = Files.readString(Path.of(spot)).replace("fallbackPool: compute-optimized\n",
                "fallbackPool: compute-optimized\n  hourlyPrice: 1\n");
        assertThat(dear).contains("hourlyPrice: 1");
        var dearer = Files.writeString(temp.resolve("dear.yaml"), dear).toString();
        assertThat(run("plan", "--config", dearer, "--from", FROM).out()).as("not by price alone")
                .contains("+ raise pool compute-spot from 0 to 16 nodes");
        var from = copyOfExample();
        var groups = Files.readString(from.resolve("asgs.json"));
        var named = "\"AutoScalingGroupName\": \"compute-spot\"";
        assertThat(groups).contains(named);
        Files.writeString(from.resolve("asgs.json"), groups.replace(named, named + ", \"SuspendedProcesses\": [{\"ProcessName\": \"Launch\"}]"));
        assertThat(run("plan", "--config", spot, "--from", from.toString()).out()).contains("+ raise pool compute-optimized from 1 to 17 nodes")
                .doesNotContain("raise pool compute-spot");
    }

    @Test
    void aGroupThatIsNotOfTheConfigsTypeIsTold() throws IOException {
        var from = copyOfExample();
        var groups = Files.readString(from.resolve("asgs.json"));
        Files.writeString(from.resolve("asgs.json"), groups.replace("\"InstanceType\": \"c5.2xlarge\"", "\"InstanceType\": \"t3.large\""));
        assertThat(run("plan", "--config", CONFIG, "--from", from.toString()).out()).contains("= pool/compute-optimized\n",
                "the config says c5.2xlarge, the group's instances are t3.large: planned as c5.2xlarge\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"plan, ''", "why, executor/executor"})
    void fromAndSnapshotAreOneOption(String command, String subject) {
        var from = subject.isEmpty() ? run(command, "-c", CONFIG, "--from", FROM) : run(command, subject, "-c", CONFIG, "--from", FROM);
        var snapshot = subject.isEmpty() ? run(command, "-c", CONFIG, "--snapshot", FROM) : run(command, subject, "-c", CONFIG, "--snapshot", FROM);
        assertThat(from.exitCode()).isZero();
        assertThat(snapshot).isEqualTo(from);
        assertThat(run(command, "--help").out()).contains("--from=DIR").doesNotContain("--snapshot");
    }

    @Test
    void asJsonTheSamePlanIsForPrograms() throws IOException {
        var ended = run("plan", "--config", CONFIG, "--from", FROM, "-o", "json");
        var plan = new ObjectMapper().readTree(ended.out());
        var kinds = new ArrayList<String>();
        for (JsonNode action : plan.path("actions"))
            kinds.add(action.path("kind").asText() + " " + action.path("subject").asText() + " " + action.path("from") + "->" + action.path("to"));
        assertThat(kinds).containsExactly("ScaleExecutor executor/executor 1->50", "RaiseCapacity pool/compute-optimized 1->17");
        assertThat(plan.path("actions").get(0).path("reason").path("kind").asText()).isEqualTo("QueueNeeds");
        assertThat(plan.path("actions").get(0).path("why").asText()).isNotEmpty();
        assertThat(plan.path("held").get(0).path("reason").path("kind").asText()).isEqualTo("NoPoolFits");
        var price = plan.path("actions").get(1).path("reason").path("price");
        assertThat(price.path("hourly").asDouble()).isEqualTo(0.34);
        assertThat(price.path("source").asText()).isEqualTo("ESTIMATE");
    }

    @Test
    void aDirectoryIsTakenAsHavingStoodForLongUnlessTold() throws IOException {
        var from = copyOfExample();
        Files.writeString(from.resolve("queues.yaml"), "executor: {waiting: 0, due: 0, running: 0}\n");
        assertThat(run("plan", "--config", CONFIG, "--from", from.toString()).out()).contains("- scale production-platform/executor from 1 to 0");
        assertThat(run("plan", "--config", CONFIG, "--from", from.toString(), "--stood-for", "5").out()).contains("Plan: nothing to do")
                .contains("= executor/executor");
    }

    @Test
    void whatIsNotInQueuesYamlIsUnknownAndNotZero() throws IOException {
        var from = copyOfExample();
        Files.writeString(from.resolve("queues.yaml"), "executor: {waiting: 0}\n");
        assertThat(run("plan", "--config", CONFIG, "--from", from.toString()).out()).contains("running is not in queues.yaml")
                .doesNotContain("from 1 to 0");
        Files.writeString(from.resolve("queues.yaml"), "{}\n");
        assertThat(run("plan", "--config", CONFIG, "--from", from.toString()).out()).contains("not in queues.yaml").doesNotContain("from 1 to 0");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', value = {"queues.yaml | executor: {waiting: many} | executor.waiting must be a whole number of 0 or more, was many",
            "queues.yaml | executor: {wating: 1} | executor.wating: unknown",
            "queues.yaml | other: {waiting: 1} | the config has no executor of this name",
            "queues.yaml | [1, 2 | is not YAML", "now | yesterday | must be an instant such as", "asgs.json | {oops | asgs.json",
            "cluster.yaml | : | cluster.yaml"})
    void aFileThatIsWrongIsNamedWithWhatIsWrong(String file, String text, String message) throws IOException {
        var from = copyOfExample();
        Files.writeString(from.resolve(file), text);
        var ended = run("plan", "--config", CONFIG, "--from", from.toString());
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains(file).contains(message);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"cluster.yaml", "asgs.json", "queues.yaml"})
    void aFileThatIsNotThereIsNamed(String file) throws IOException {
        var from = copyOfExample();
        Files.delete(from.resolve(file));
        var ended = run("plan", "--config", CONFIG, "--from", from.toString());
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains(file);
    }

    @Test
    void twoConfigsAreComparedInOneFileThatNeedsNothingElse() throws IOException {
        var fewer = Files.writeString(temp.resolve("fewer.yaml"), Files.readString(Path.of(CONFIG)).replace("maxReplicas: 50", "maxReplicas: 4"));
        var html = temp.resolve("report.html");
        var ended = run("simulate", "-c", CONFIG, "--against", fewer.toString(), "-a", "bursts:40/30min", "--hours", "1", "--html", html.toString());
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("written: " + html);
        for (var report : List.of(ended.out(), Files.readString(html)))
            assertThat(report).contains(CONFIG, fewer.toString()).contains("p95").containsIgnoringCase("flaps").containsIgnoringCase("killed");
        assertThat(Files.readString(html)).contains("<svg").doesNotContain("http://", "https://", "<script");
        assertThat(run("simulate", "-c", CONFIG, "-a", "poisson:1/h", "--hours", "1", "--html", temp.resolve("no/where.html").toString()).exitCode())
                .isEqualTo(1);
    }

    @Test
    void detailedExitCodesTellWhetherThereIsSomethingToDo() {
        assertThat(run("plan", "--config", CONFIG, "--from", FROM, "--detailed-exitcode").exitCode()).isEqualTo(2);
        assertThat(run("plan", "--config", CONFIG, "--from", FROM, "--detailed-exitcode", "--mistyped").exitCode())
                .as("a script must not take a mistake for something to do").isEqualTo(1);
        assertThat(run("plan", "--config", CONFIG, "--from", FROM, "-o", "xml").exitCode()).isEqualTo(1);
    }

    @Test
    void validateEndsWithZeroOneOrTwo() throws IOException {
        assertThat(run("validate", "--config", CONFIG).exitCode()).isZero();
        assertThat(run("validate", "--config", CONFIG).out()).endsWith("platform.yaml: valid, 1 executor, 3 node pools\n");
        var bad = Files.writeString(temp.resolve("bad.yaml"), "executors:\n- name: a\n  jobsPerPood: 2\nnodePools: 7\n");
        var ended = run("validate", "--config", bad.toString());
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("executors[0].jobsPerPood").contains("did you mean").contains("nodePools");
        assertThat(ended.err()).matches("[2-9] problems\n");
        Files.writeString(bad, Files.readString(Path.of(CONFIG)).replace("maxSize: 20", "maxSize: -1"));
        assertThat(run("validate", "--config", bad.toString()).err()).isEqualTo("1 problem\n");
        assertThat(run("validate", "--config", temp.resolve("absent.yaml").toString()).exitCode()).isEqualTo(2);
        assertThat(run("validate", "--config", temp.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void whyOnADirectoryTellsTheChainAndTheOneReason() {
        assertThat(run("why", "executor/executor", "--config", CONFIG, "--from", FROM).out()).isEqualTo("""
                executor/executor: 98 jobs wait.

                  jobs      97 waiting + 1 due + 2 running = 100   read at 12:00:00Z
                  replicas  100 jobs / 2 a pod = 50, from 0 to 50; asked for 1, now 50
                  pods      1 ready, 0 starting, 0 without a node, 0 leaving
                  nodes     compute-optimized: 1 ready + 0 on the way, 0 draining, 0 leaving; from 0 to 20
                  does      scale production-platform/executor from 1 to 50, because 100 jobs (97 waiting, 1 due, 2
                            running) at 2 a pod need 50 pods
                  does      raise pool compute-optimized from 1 to 17 nodes, because 47 pods (47 coming, 0 pending)
                            do not fit on what there is and need 16 more nodes at $0.34 an hour (estimated)
                  held up   by nothing
                  next      when the nodes are ready

                Do nothing: it goes on by itself.
                """);
        assertThat(run("why", "pod/report-6d5d-x1y2z", "--config", CONFIG, "--from", FROM).out()).isEqualTo("""
                pod/production-platform/report-6d5d-x1y2z: waits for a node, held up by NoPoolFits of
                pod/production-platform/report-6d5d-x1y2z.

                  pod       waits for a node   made at 11:58:00Z; the scheduler says: 0/3 nodes are available: 3
                            Insufficient cpu.
                  held up   NoPoolFits of pod/production-platform/report-6d5d-x1y2z: no pool fits 1 pod such as
                            pod/production-platform/report-6d5d-x1y2z:
                              general-purpose: the pod requests 6000m CPU, a new node offers 1930m
                              compute-optimized: the pod's nodeSelector wants workload-type=general, the node has
                                executor; does not tolerate workload-type=executor
                              gpu-nodes: the pod's nodeSelector wants workload-type=general, the node has gpu; does
                                not tolerate nvidia.com/gpu=true; requests 6000m CPU, a new node offers 3920m
                  next      when the pod or a pool is changed

                To do: change what the pod asks for, or add a pool that it fits.
                """);
        assertThat(run("why", "node/ip-10-0-1-21.ec2.internal", "--config", CONFIG, "--from", FROM).out())
                .contains("AtMinSize of node/ip-10-0-1-21.ec2.internal: the pool is at its minimum of 2 nodes").contains("next      never by itself");
        assertThat(run("why", "pool/gpu-nodes", "--config", CONFIG, "--from", FROM).out()).startsWith("pool/gpu-nodes: no nodes.");
    }

    /** The pod selects nodes by a label that two pools have otherwise; of the third nobody knows anything without its group. */
    @Test
    void whatIsNotInTheFilesIsAskedForThereAndNotAtAws() throws IOException {
        var from = copyOfExample();
        var groups = new ObjectMapper().readTree(Files.readString(from.resolve("asgs.json")));
        groups.path("AutoScalingGroups").forEach(group -> {
            if (group.path("AutoScalingGroupName").asText().equals("general-purpose")) ((ObjectNode) group).put("AutoScalingGroupName", "other");
        });
        Files.writeString(from.resolve("asgs.json"), groups.toString());
        assertThat(run("why", "pod/report-6d5d-x1y2z", "--config", CONFIG, "--from", from.toString()).out())
                .contains("held up by FitUnknown of").contains("To do: put what is named into its file; plan --help has the commands.");
        assertThat(run("why", "pool/general-purpose", "--config", CONFIG, "--from", from.toString()).out())
                .contains("held up by SourceMissing of pool/general-purpose.")
                .endsWith("To do: put it into the file that is named; plan --help has the commands.\n");
        Files.writeString(from.resolve("queues.yaml"), "{}\n");
        assertThat(run("why", "executor/executor", "--config", CONFIG, "--from", from.toString()).out())
                .endsWith("To do: write into queues.yaml how many jobs executor executor has.\n");
        Files.writeString(from.resolve("queues.yaml"), "executor: {waiting: 0}\n");
        assertThat(run("why", "executor/executor", "--config", CONFIG, "--from", from.toString()).out())
                .endsWith("To do: put what is named into queues.yaml.\n");
    }

    /** By its taint the pool that is missing takes no such pod, whatever else is true of it. */
    @Test
    void aPoolThatIsNotInTheFilesAndIsNotForThePodDoesNotChangeTheAnswer() throws IOException {
        var from = copyOfExample();
        Files.writeString(from.resolve("instance-types.json"),
                Files.readString(from.resolve("instance-types.json")).replace("g4dn.xlarge", "g4dn.other"));
        assertThat(run("why", "pod/report-6d5d-x1y2z", "--config", CONFIG, "--from", from.toString()).out()).contains("held up by NoPoolFits of")
                .contains("gpu-nodes: the pod's nodeSelector wants workload-type=general, the node has gpu");
    }

    @Test
    void whySaysTheSameAsPlanInJson() throws IOException {
        var why = new ObjectMapper().readTree(run("why", "pod/report-6d5d-x1y2z", "--config", CONFIG, "--from", FROM, "-o", "json").out());
        var plan = new ObjectMapper().readTree(run("plan", "--config", CONFIG, "--from", FROM, "-o", "json").out());
        var held = plan.path("held").get(0);
        assertThat(why.path("blocker").path("subject")).isEqualTo(held.path("subject"));
        assertThat(why.path("blocker").path("reason")).isEqualTo(held.path("reason"));
        assertThat(why.path("blocker").path("why")).isEqualTo(held.path("why"));
        assertThat(why.path("apiVersion").asText()).isEqualTo("executor-scaler/v1");
    }

    @Test
    void whyOfNothingAndOfNobodyIsAnError() {
        var unknown = run("why", "executor/executr", "--config", CONFIG, "--from", FROM);
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("did you mean executor/executor?");
        assertThat(run("why", "executor", "--config", CONFIG, "--from", FROM).exitCode()).isEqualTo(2);
        assertThat(run("why", "executor/executor", "--from", FROM).exitCode()).isEqualTo(2);
        var nobody = run("why", "executor/executor", "--url", "http://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).contains("no service answers at http://127.0.0.1:1");
    }

    @ParameterizedTest
    @CsvSource({"plan -c BAD --from .", "why executor/e -c BAD --snapshot .", "replay . -c BAD", "simulate -c BAD -a poisson:1/h",
            "simulate -c GOOD --against BAD -a poisson:1/h", "iam -c BAD", "acl -c BAD", "run -c BAD"})
    void aConfigThatIsWrongIsNamedWithItsProblems(String line) throws IOException {
        var bad = Files.writeString(temp.resolve("bad.yaml"), "nodePools: 7\n").toString();
        var ended = run(line.replace("BAD", bad).replace("GOOD", CONFIG).split(" ", -1));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err().lines()).isNotEmpty().allMatch(problem -> problem.startsWith(bad + ": "))
                .anyMatch(problem -> problem.contains("nodePools"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"plan -f CONFIG --kubeconfig nofile | --kubeconfig: nofile cannot be read: is there such a file?",
            "plan -f CONFIG --kubeconfig ../README.md | --kubeconfig: ../README.md is no kubeconfig",
            "plan -f nofile --from . | nofile cannot be read: there is no such file",
            "replay EMPTY | there is no recorded tick in EMPTY", "simulate -f CONFIG -a 100/h | --arrivals must be poisson:"})
    void whatTheOperatorHasToMendIsOneLineAndNoStackTrace(String line, String message) {
        var ended = run(line.replace("CONFIG", CONFIG).replace("EMPTY", temp.toString()).split(" ", -1));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err().lines()).singleElement().asString().startsWith(message.replace("EMPTY", temp.toString()));
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void anotherAutoscalersNameIsSaidInTheWordsOfTheHelp() {
        assertThat(run("import", "--from", "ca", "x").err())
                .startsWith("Invalid value for option '--from': must be keda or cluster-autoscaler, was ca");
    }

    @Test
    void aPlanWithoutAWholeSourceIsNotWhole() {
        var silent = new Missing(Missing.Source.NOTICES, "", Instant.EPOCH, "no answer");
        var all = List.of(new Missing(Missing.Source.AWS, "", Instant.EPOCH, "no answer"),
                new Missing(Missing.Source.REDIS, "etl", Instant.EPOCH, "WRONGTYPE"), silent);
        assertThat(PlanCommand.unread(seen(all))).containsExactly("source/aws", "source/redis for etl");
        assertThat(PlanCommand.unread(seen(List.of(silent)))).isEmpty();
    }

    private static Snapshot seen(List<Missing> missing) {
        return new Snapshot(Instant.EPOCH, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), missing);
    }

    @Test
    void theBareCommandAndHelpSayWhatThereIs() {
        assertThat(run().out()).contains("run", "plan", "validate", "demo");
        assertThat(run("plan", "--help").out()).contains("cluster.yaml", "queues.yaml", "Exit codes");
        assertThat(run("plann").exitCode()).isEqualTo(2);
    }

    private Path copyOfExample() throws IOException {
        var copy = Files.createTempDirectory(temp, "from");
        try (var files = Files.list(Path.of(FROM))) {
            for (var file : files.toList()) Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }
}
