package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.config.NoticesConfig;
import executorscaler.loop.Clock;
import executorscaler.observe.NoticeReader;
import executorscaler.plan.Action;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Notice.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import testbed.RequiresTool;
import testbed.TestBed;

/** The queue of notices on Moto's SQS. */
@Tag("aws")
@RequiresTool("python")
class NoticeQueueIT {

    private static TestBed bed;
    private static SqsClient sqs;

    private final Semaphore news = new Semaphore(0);
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private AwsClients clients;
    private NoticeQueue queue;
    private String url;
    private Config config;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().aws().start();
        sqs = SqsClient.builder().endpointOverride(bed.moto().endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build();
    }

    @AfterAll
    static void stop() {
        sqs.close();
        bed.close();
    }

    @BeforeEach
    void open(TestInfo test) {
        var made = sqs.createQueue(request -> request.queueName("notices-" + test.getTestMethod().orElseThrow().getName().hashCode())).queueUrl();
        url = made.replace(URI.create(made).getAuthority(), bed.awsEndpoint().getAuthority());
        clients = AwsClients.emulator(bed.awsEndpoint(), "us-east-1", (_, _) -> {});
        queue = new NoticeQueue(clients, () -> leads.get() ? Optional.empty() : Optional.of("it follows"), Clock.system(), news::release);
        config = Configs.of().withNotices(new NoticesConfig(url, 1800));
        bed.aws().clear();
        bed.aws().clearCalls();
    }

    @AfterEach
    void close() {
        queue.close();
        clients.close();
    }

    @Test
    void whatLiesInTheQueueIsReadAndStaysThereUntilItIsAcknowledged() {
        send(interruption("i-0123456789abcdef0"));
        var notice = soon(1).notices().getFirst();
        assertThat(notice.kind()).isEqualTo(Kind.INTERRUPTION);
        assertThat(notice.instances()).containsExactly("i-0123456789abcdef0");
        assertThat(notice.trouble()).isEmpty();
        assertThat(left()).isEqualTo(1);

        assertThat(queue.acknowledge(new Action.Acknowledge(notice.message()))).isEqualTo(new Outcome.Done(0));
        assertThat(left()).isZero();
        assertThat(read().notices()).isEmpty();
        assertThat(queue.acknowledge(new Action.Acknowledge(notice.message()))).isInstanceOf(Outcome.Stale.class);
    }

    @Test
    void fiftyAndAPoisonedOneAreThereAtTheFirstSignal() throws InterruptedException {
        send("{{{");
        for (int i = 0; i < 50; i++) send(interruption("i-0123456789abcde%02d".formatted(i)));
        send("x".repeat(200_000));
        read();
        assertThat(news.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        assertThat(read().notices()).hasSize(52);
        assertThat(read().notices().stream().filter(notice -> notice.kind() == Kind.INTERRUPTION)).hasSize(50);
        assertThat(read().notices().stream().filter(notice -> !notice.trouble().isEmpty())).hasSize(2);
    }

    /** The first delivery's receipt is of no use by then. */
    @Test
    void whatComesAgainIsOneNoticeAndCanBeDeleted() {
        send(interruption("i-0123456789abcdef0"));
        var first = soon(1).notices().getFirst();
        await().atMost(Duration.ofSeconds(60)).until(() -> bed.aws().answered("ReceiveMessage").size() >= 4);
        assertThat(read().notices()).containsExactly(first);
        assertThat(queue.acknowledge(new Action.Acknowledge(first.message()))).isEqualTo(new Outcome.Done(0));
        assertThat(left()).isZero();
    }

    @Test
    void aDeletionThatFailsLeavesTheMessage() {
        send(interruption("i-0123456789abcdef0"));
        var notice = soon(1).notices().getFirst();
        bed.aws().fail("DeleteMessage", 500, "InternalError", 1);
        assertThat(queue.acknowledge(new Action.Acknowledge(notice.message()))).isInstanceOf(Outcome.Failed.class);
        assertThat(read().notices()).containsExactly(notice);
        assertThat(queue.acknowledge(new Action.Acknowledge(notice.message()))).isEqualTo(new Outcome.Done(0));
    }

    @Test
    void aQueueThatCannotBeReadIsMissingAndRecovers() {
        bed.aws().fail("ReceiveMessage", 403, "AccessDenied", 2);
        read();
        await().atMost(Duration.ofSeconds(10)).until(() -> !read().missing().isEmpty());
        assertThat(read().missing()).singleElement().satisfies(missing -> {
            assertThat(missing.source()).isEqualTo(Missing.Source.NOTICES);
            assertThat(missing.error()).contains("AccessDenied");
        });
        send(interruption("i-0123456789abcdef0"));
        assertThat(soon(1).missing()).isEmpty();
    }

    /** Whoever asks meanwhile is answered at once. */
    @Test
    void aQueueThatHangsIsMissingAndRecovers() {
        bed.aws().delay("ReceiveMessage", Duration.ofSeconds(40), 1);
        read();
        await().atMost(Duration.ofSeconds(30)).until(() -> !read().missing().isEmpty());
        send(interruption("i-0123456789abcdef0"));
        assertThat(soon(1).missing()).isEmpty();
    }

    @Test
    void aQueueThatIsGoneIsMissing() {
        sqs.deleteQueue(request -> request.queueUrl(url));
        read();
        await().atMost(Duration.ofSeconds(10)).until(() -> !read().missing().isEmpty());
        assertThat(read().missing().getFirst().error()).contains("QueueDoesNotExist");
    }

    @Test
    void whoFollowsReceivesNothingAndKeepsNothing() {
        leads.set(false);
        send(interruption("i-0123456789abcdef0"));
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> read().notices().isEmpty());
        assertThat(bed.aws().calls("ReceiveMessage")).isEmpty();
        leads.set(true);
        var notice = soon(1).notices().getFirst();
        leads.set(false);
        assertThat(read().notices()).isEmpty();
        assertThat(queue.acknowledge(new Action.Acknowledge(notice.message()))).isEqualTo(new Outcome.Refused("it follows"));
        assertThat(left()).isEqualTo(1);
    }

    private NoticeReader.Notices read() {
        return queue.read(config, Instant.now());
    }

    private NoticeReader.Notices soon(int notices) {
        await().atMost(Duration.ofSeconds(30)).until(() -> read().notices().size() == notices);
        return read();
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

    private static String interruption(String instance) {
        return """
                {"version": "0", "id": "1", "detail-type": "EC2 Spot Instance Interruption Warning", "source": "aws.ec2", "account": "123456789012",
                 "time": "%s", "region": "us-east-1", "resources": [], "detail": {"instance-id": "%s", "instance-action": "terminate"}}"""
                .formatted(Instant.now(), instance);
    }
}
