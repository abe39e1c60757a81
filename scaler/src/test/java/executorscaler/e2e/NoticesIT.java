package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S21 on a real API server and an SQS queue: three executor pods on one node, one of them busy, and AWS takes the node. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class NoticesIT {

    private static final String ANNOUNCED = "executor-scaler/announced";
    private static final String GROUP = "executors-c5";

    private SqsClient sqs;
    private String url;
    private String config;

    @BeforeEach
    void aQueueAndThreePods(TestBed bed) {
        sqs = SqsClient.builder().endpointOverride(bed.moto().endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build();
        var made = sqs.createQueue(request -> request.queueName("notices-" + System.nanoTime())).queueUrl();
        url = made.replace(URI.create(made).getAuthority(), bed.awsEndpoint().getAuthority());
        config = Platform.configWith("jobsPerPod: 2", "jobsPerPod: 2\n  busy: lease", "minReplicas: 0", "minReplicas: 3")
                + "notices: {queueUrl: \"" + url + "\"}\n";
        Platform.deployExecutor(bed, "example/executor:1");
    }

    @AfterEach
    void close() {
        sqs.close();
    }

    @Test
    void anInterruptedNodeIsClosedReplacedAndLeftByWhoRunsNoJob(TestBed bed) throws Exception {
        try (var scaler = ScalerProcess.ready(bed, config)) {
            var busy = oneBusyOfThree(bed);
            send("no JSON");
            send(interruption("i-0123456789abcdef0", "123456789012"));
            send(interruption(instance(bed), "999999999999"));
            Platform.soon("strangers and junk are deleted", () -> left() == 0);
            assertThat(Platform.cordoned(bed)).isEmpty();
            assertThat(scaler.get("/metrics")).contains("executor_scaler_notices_total{result=\"unreadable\"} 1.0",
                    "executor_scaler_notices_total{result=\"unknown_instance\"} 1.0", "executor_scaler_notices_total{result=\"foreign\"} 1.0");

            var node = nodeOf(bed, instance(bed));
            send(interruption(instance(bed), "123456789012"));
            send(interruption(instance(bed), "123456789012"));
            Platform.soon("the node is closed, and says why", () -> announced(bed, node).startsWith("interruption at "));
            Platform.soon("the idle pods are elsewhere", () -> Platform.runningPods(bed) == 3 && executorsOn(bed, node).equals(List.of(busy)));
            Platform.soon("both messages are deleted", () -> left() == 0);
            assertThat(Platform.cordoned(bed)).singleElement().satisfies(each -> assertThat(each.getMetadata().getName()).isEqualTo(node));
            assertThat(Platform.orders(bed)).containsExactly("1", "2");
            assertThat(oneTickDid(scaler, "Announce", "RaiseCapacity")).as("closed and replaced in the same tick").isTrue();
            Platform.stays(Duration.ofSeconds(4), () -> {
                assertThat(executorsOn(bed, node)).containsExactly(busy);
                assertThat(Platform.orders(bed)).hasSize(2);
                assertThat(Platform.terminations(bed)).isZero();
            });
            assertThat(scaler.held("node/" + node, "JobsUntil")).isPresent();
        }
    }

    /** It dies when the message is received and nothing is done, and again when the node is closed and the message is not deleted. */
    @Test
    void whoDiesInTheMiddleIsFollowedByOneThatFinishes(TestBed bed) throws Exception {
        try (var scaler = ScalerProcess.ready(bed, config)) {
            oneBusyOfThree(bed);
            bed.aws().fail("DescribeAutoScalingGroups", 500, "InternalFailure", Integer.MAX_VALUE);
            Platform.soon("AWS is missing", () -> !scaler.source("AWS").path("ok").asBoolean());
            send(interruption(instance(bed), "123456789012"));
            Platform.soon("the message is received", () -> notices(scaler) == 1);
            scaler.signal("KILL");
        }
        var node = nodeOf(bed, instance(bed));
        assertThat(announced(bed, node)).isEmpty();
        bed.aws().clear();
        bed.aws().fail("DeleteMessage", 500, "InternalError", Integer.MAX_VALUE);
        String note;
        try (var scaler = ScalerProcess.ready(bed, config)) {
            Platform.soon("the message comes again, and the node is closed", () -> !announced(bed, node).isEmpty());
            note = announced(bed, node);
            Platform.soon("the replacement is ordered", () -> Platform.orders(bed).size() == 2);
            Platform.soon("the deletion fails", () -> !scaler.lines("Acknowledge", "Failed").isEmpty());
            scaler.signal("KILL");
        }
        assertThat(left()).isEqualTo(1);
        bed.aws().clear();
        try (var scaler = ScalerProcess.ready(bed, config)) {
            Platform.soon("the message comes once more and is deleted", () -> left() == 0);
            Platform.soon("three pods run", () -> Platform.runningPods(bed) == 3);
            assertThat(announced(bed, node)).isEqualTo(note);
            assertThat(Platform.orders(bed)).as("bought once").containsExactly("1", "2");
            assertThat(scaler.lines("Announce", "Done")).isEmpty();
            assertThat(Platform.terminations(bed)).isZero();
        }
    }

    /** The group takes one node less and its hook waits: heartbeats while the job runs, CONTINUE when the node is empty, and not before. */
    @Test
    void aLifecycleHookWaitsForTheJob(TestBed bed) throws Exception {
        try (var scaler = ScalerProcess.ready(bed, config)) {
            var busy = oneBusyOfThree(bed);
            var instance = instance(bed);
            var node = nodeOf(bed, instance);
            bed.aws().endsWithHook(GROUP, instance, "drain");
            send(hook(instance, "drain"));
            Platform.soon("the idle pods are elsewhere", () -> Platform.runningPods(bed) == 3 && executorsOn(bed, node).equals(List.of(busy)));
            Platform.soon("the hook is kept waiting",
                    () -> bed.aws().answered("RecordLifecycleActionHeartbeat").stream().anyMatch(one -> one.status() == 200));
            Platform.stays(Duration.ofSeconds(4), () -> {
                assertThat(executorsOn(bed, node)).containsExactly(busy);
                assertThat(bed.aws().calls("CompleteLifecycleAction")).isEmpty();
            });

            bed.redis("DEL", "busy:executor:" + busy);
            bed.redis("DEL", "jobs:running");
            Platform.soon("the hook goes on", () -> bed.aws().answered("CompleteLifecycleAction").stream().anyMatch(one -> one.status() == 200));
            assertThat(bed.aws().calls("CompleteLifecycleAction").getFirst().params()).containsEntry("LifecycleActionResult", "CONTINUE");
            assertThat(scaler.lines("ExtendHook", "Done")).isNotEmpty();
            assertThat(executorsOn(bed, node)).isEmpty();
            Platform.soon("the instance is gone", () -> !bed.moto().instanceIds(GROUP).contains(instance));
            Platform.soon("three pods run", () -> Platform.runningPods(bed) == 3);
            Platform.soon("the message is deleted", () -> left() == 0);
            assertThat(Platform.terminations(bed)).isZero();
        }
    }

    @Test
    void aQueueThatMayNotBeReadHoldsNothingBack(TestBed bed) throws Exception {
        bed.aws().fail("ReceiveMessage", 403, "AccessDenied", Integer.MAX_VALUE);
        try (var scaler = ScalerProcess.ready(bed, config)) {
            Platform.soon("three pods run", () -> Platform.runningPods(bed) == 3);
            Platform.soon("it is said", () -> scaler.source("The queue of notices").path("error").asText().contains("AccessDenied"));
            assertThat(scaler.get("/metrics")).containsPattern("executor_scaler_source_missing_seconds\\{source=\"notices\"} [1-9]");
        }
    }

    /** The name of the pod that runs a job. */
    private static String oneBusyOfThree(TestBed bed) {
        Platform.soon("three pods run", () -> Platform.runningPods(bed) == 3);
        assertThat(Platform.nodes(bed)).isEqualTo(1);
        var busy = bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().getFirst().getMetadata().getName();
        bed.redis("SET", "busy:executor:" + busy, "1", "EX", "600");
        Platform.inFlight(bed, 1);
        return busy;
    }

    private static String instance(TestBed bed) {
        return bed.moto().instanceIds(GROUP).getFirst();
    }

    private static String nodeOf(TestBed bed, String instance) {
        return bed.kubernetes().nodes().list().getItems().stream().filter(node -> node.getSpec().getProviderID().endsWith(instance)).findFirst()
                .orElseThrow().getMetadata().getName();
    }

    private static String announced(TestBed bed, String name) {
        Node node = Objects.requireNonNull(bed.kubernetes().nodes().withName(name).get());
        return Objects.requireNonNullElse(node.getMetadata().getAnnotations(), Map.<String, String>of()).getOrDefault(ANNOUNCED, "");
    }

    private static List<String> executorsOn(TestBed bed, String node) {
        return Platform.podsOn(bed, node).stream().filter(pod -> pod.getMetadata().getNamespace().equals(Platform.NAMESPACE))
                .map((Pod pod) -> pod.getMetadata().getName()).toList();
    }

    private static long notices(ScalerProcess scaler) {
        return StreamSupport.stream(scaler.state().path("held").spliterator(), false)
                .filter(one -> one.path("kind").asText().equals("NoticeNotDurable")).count();
    }

    private static boolean oneTickDid(ScalerProcess scaler, String... kinds) {
        return StreamSupport.stream(scaler.state().path("decisions").spliterator(), false).anyMatch(tick -> {
            var done = StreamSupport.stream(tick.path("lines").spliterator(), false).map(line -> line.path("kind").asText()).toList();
            return done.containsAll(List.of(kinds));
        });
    }

    private void send(String body) {
        sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
    }

    /** Messages in the queue, those that are hidden among them. */
    private int left() {
        var attributes = sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.ALL)).attributes();
        return Integer.parseInt(attributes.getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0"))
                + Integer.parseInt(attributes.getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0"));
    }

    private static String hook(String instance, String name) {
        return """
                {"version": "0", "id": "1", "detail-type": "EC2 Instance-terminate Lifecycle Action", "source": "aws.autoscaling", "account": "123456789012",
                 "time": "%s", "region": "us-east-1", "resources": [], "detail": {"EC2InstanceId": "%s", "LifecycleHookName": "%s",
                 "AutoScalingGroupName": "%s", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}}"""
                .formatted(Instant.now(), instance, name, GROUP);
    }

    private static String interruption(String instance, String account) {
        return """
                {"version": "0", "id": "1", "detail-type": "EC2 Spot Instance Interruption Warning", "source": "aws.ec2", "account": "%s",
                 "time": "%s", "region": "us-east-1", "resources": [], "detail": {"instance-id": "%s", "instance-action": "terminate"}}"""
                .formatted(account, Instant.now(), instance);
    }
}
