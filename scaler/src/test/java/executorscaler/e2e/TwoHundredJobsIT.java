package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import testbed.AwsCall;
import testbed.Keys;
import testbed.RequiresTool;
import testbed.TestBed;
import testbed.Workers;

/**
 * 200 jobs of half a second to 7.5 seconds, run by real worker processes that end their jobs on SIGTERM, while AWS takes a node, a new version is rolled out, a deploy resets
 * the replicas to 0, and the leader is killed. Only what AWS cuts off is given back and run again; everything else runs once, to its end.
 */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class TwoHundredJobsIT {

    private static final int JOBS = 200;
    private static final String GROUP = "executors-c5";

    @Test
    void allFinishNoneTwiceAndOnlyAwsCutsAnyOff(TestBed bed) throws Exception {
        try (var workers = Workers.draining(bed, Platform.NAMESPACE, "app=executor", Keys.DEFAULT, "executor");
                var sqs = SqsClient.builder().endpointOverride(bed.moto().endpoint()).region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build()) {
            var made = sqs.createQueue(request -> request.queueName("two-hundred-jobs")).queueUrl();
            var config = Platform.configWith("jobsPerPod: 2", "jobsPerPod: 2\n  busy: lease", "maxReplicas: 50", "maxReplicas: 12")
                    + "notices: {queueUrl: \"" + made.replace(URI.create(made).getAuthority(), bed.awsEndpoint().getAuthority()) + "\"}\n";
            deploy(bed, "example/executor:1");
            Platform.freeLease(bed);
            try (var first = ScalerProcess.candidate(bed, "scaler-a", config, bed.env())) {
                Platform.soon("one leads", () -> first.role().equals("leader"));
                try (var second = ScalerProcess.candidate(bed, "scaler-b", config, bed.env())) {
                    Platform.soon("the other follows", () -> second.status("/ready") == 200 && second.role().equals("follower"));
                    push(bed);
                    Platform.soon("from zero to the most", () -> workers.running().size() == 12);

                    var cutOff = awsTakesANode(bed, sqs, made);
                    giveBack(bed, cutOff);

                    done(bed, 50);
                    deploy(bed, "example/executor:2");
                    Platform.soon("new pods run beside those that end their jobs", () -> images(bed).contains("example/executor:2"));
                    Platform.soon("what the deploy reset is put back", () -> Platform.replicas(bed) == 12);

                    done(bed, 60);
                    first.signal("KILL");
                    Platform.soon("the other leads", () -> second.role().equals("leader"));
                    assertThat(Platform.length(bed, "done")).as("jobs were left for the new leader").isLessThan(JOBS);

                    done(bed, JOBS);
                    Platform.soon("no pods and no nodes", () -> pods(bed).isEmpty() && Platform.nodes(bed) == 0 && Platform.desired(bed, GROUP) == 0);
                    allRanOnce(bed, cutOff);
                    nothingIsWrittenAnyMore(bed);
                    assertThat(second.lines("Terminate", "Done")).isNotEmpty();
                }
            }
        }
    }

    /** Sooner than after two minutes: as soon as it has been replaced. The jobs that this cuts off, as the queue has them. */
    private static List<String> awsTakesANode(TestBed bed, SqsClient sqs, String queue) {
        var node = bed.kubernetes().nodes().list().getItems().getFirst();
        var name = node.getMetadata().getName();
        var instance = bed.moto().instanceIds(GROUP).stream().filter(id -> node.getSpec().getProviderID().endsWith(id)).findFirst().orElseThrow();
        var there = Platform.podsOn(bed, name).stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
        int nodes = Platform.desired(bed, GROUP);
        sqs.sendMessage(request -> request.queueUrl(queue).messageBody("""
                {"version": "0", "id": "1", "detail-type": "EC2 Spot Instance Interruption Warning", "source": "aws.ec2", "account": "123456789012",
                 "time": "%s", "region": "us-east-1", "resources": [], "detail": {"instance-id": "%s", "instance-action": "terminate"}}"""
                .formatted(Instant.now().minusSeconds(100), instance)));
        Platform.soon("closed", () -> Platform.cordoned(bed).stream().anyMatch(each -> each.getMetadata().getName().equals(name)));
        Platform.soon("replaced", () -> Platform.desired(bed, GROUP) > nodes);
        bed.moto().terminate(instance);
        Platform.soon("the node is gone", () -> bed.kubernetes().nodes().withName(name).get() == null);
        // A living worker may have taken a job and not yet said so: it has by the time that some more are done.
        var cut = orphans(bed, there);
        done(bed, Platform.length(bed, "done") + 5);
        cut.retainAll(orphans(bed, there));
        return cut;
    }

    /** Jobs in the running list that no worker of another node has begun. */
    private static List<String> orphans(TestBed bed, Set<String> lost) {
        var owned = Platform.list(bed, "started").stream().map(line -> line.split(" ", -1)).filter(line -> !lost.contains(line[0]))
                .map(line -> line[1]).collect(Collectors.toSet());
        return Platform.list(bed, "jobs:running").stream().filter(job -> !owned.contains(name(job))).collect(Collectors.toCollection(ArrayList::new));
    }

    /** As the platform's queue does. */
    private static void giveBack(TestBed bed, List<String> jobs) {
        for (var job : jobs) {
            assertThat(bed.redis("LREM", "jobs:running", "1", job)).isEqualTo(1L);
            bed.redis("LPUSH", "jobs", job);
        }
    }

    /** A job that was cut off before its worker had said so counts as begun once. */
    private static void allRanOnce(TestBed bed, List<String> cutOff) {
        var wanted = IntStream.rangeClosed(1, JOBS).mapToObj(i -> "job-" + i).toList();
        var again = new ArrayList<>(names(Platform.list(bed, "started"), 1));
        wanted.forEach(again::remove);
        assertThat(Platform.length(bed, "jobs")).isZero();
        assertThat(Platform.length(bed, "jobs:running")).as("jobs that were cut off and not given back").isZero();
        assertThat(names(Platform.list(bed, "done"), 0)).as("finished").containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(names(Platform.list(bed, "started"), 1)).as("begun").containsAll(wanted);
        assertThat(again).as("begun twice: those alone that AWS cut off").doesNotHaveDuplicates()
                .isSubsetOf(cutOff.stream().map(TwoHundredJobsIT::name).toList());
        assertThat(cutOff).as("jobs on three pods with two each").hasSizeLessThanOrEqualTo(6);
    }

    private static void nothingIsWrittenAnyMore(TestBed bed) {
        int calls = writes(bed).size();
        var version = deployment(bed).getMetadata().getResourceVersion();
        Platform.stays(Duration.ofSeconds(4), () -> {
            assertThat(writes(bed)).hasSize(calls);
            assertThat(deployment(bed).getMetadata().getResourceVersion()).isEqualTo(version);
            assertThat(Platform.nodes(bed)).isZero();
        });
    }

    private static List<String> writes(TestBed bed) {
        return bed.aws().calls().stream().map(AwsCall::action).filter(action -> !action.startsWith("Describe") && !action.equals("ReceiveMessage"))
                .toList();
    }

    private static Deployment deployment(TestBed bed) {
        return Objects.requireNonNull(bed.kubernetes().apps().deployments().inNamespace(Platform.NAMESPACE).withName("executor").get());
    }

    private static void deploy(TestBed bed, String image) {
        bed.kubectlApply(Platform.deployment(Platform.NAMESPACE, "executor", image, 0, "2", "4Gi", "executor")
                .replace("metadata: {labels: {app: executor}}", "metadata: {labels: {app: executor}, finalizers: [" + Workers.FINALIZER + "]}")
                .replace("      nodeSelector:", "      terminationGracePeriodSeconds: 10\n      nodeSelector:"));
    }

    /** Short and long ones mixed, the same each time. */
    private static void push(TestBed bed) {
        var jobs = new ArrayList<>(IntStream.rangeClosed(1, JOBS).mapToObj(i -> "job-" + i + ":" + (500 + i % 8 * 1000)).toList());
        Collections.shuffle(jobs, new Random(5));
        var command = new ArrayList<>(List.of("LPUSH", "jobs"));
        command.addAll(jobs);
        bed.redis(command.toArray(String[]::new));
    }

    private static void done(TestBed bed, long jobs) {
        await(jobs + " jobs are done").atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100))
                .until(() -> Platform.length(bed, "done") >= jobs);
    }

    private static List<Pod> pods(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems();
    }

    private static Set<String> images(TestBed bed) {
        return new HashSet<>(pods(bed).stream().filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .map(pod -> pod.getSpec().getContainers().getFirst().getImage()).toList());
    }

    /** Of {@code job-1:2000}. */
    private static String name(String job) {
        return job.substring(0, job.indexOf(':'));
    }

    private static List<String> names(List<String> lines, int word) {
        return lines.stream().map(line -> line.split(" ", -1)[word]).toList();
    }
}
