package executorscaler.aws;

import executorscaler.observe.NoAccess;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The clients of the AWS SDK: reads may be tried again by the SDK, writes never are. A second TerminateInstanceInAutoScalingGroup behind our back
 * could lower desired capacity twice.
 */
public final class AwsClients implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(12);
    private static final Duration WRITE = Duration.ofSeconds(4); // less than the 5 s between the end of a leader's term and the beginning of the next
    private static final Duration LONG_POLL = Duration.ofSeconds(15); // a poll of 10 s, and time to answer it
    private static final int READ_ATTEMPTS = 3;

    private final SdkHttpClient http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE).build();
    private final AutoScalingClient groups;
    private final AutoScalingClient groupWrites;
    private final Ec2Client machines;
    private final CallPublisher counted;
    private final Place place;
    private @Nullable NoticeClients notices; // guarded by this; from the first notice that is asked for

    private AwsClients(AwsCalls calls, Place place) {
        this.counted = new CallPublisher(calls);
        this.place = place;
        var retry = AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(READ_ATTEMPTS).build();
        groups = prepare(AutoScalingClient.builder(), place, retry, READ, counted).build();
        machines = prepare(Ec2Client.builder(), place, retry, READ, counted).build();
        groupWrites = prepare(AutoScalingClient.builder(), place, AwsRetryStrategy.doNotRetry(), WRITE, counted).build();
    }

    /** The clients of SQS, which only a config with a queue needs. */
    private final class NoticeClients {
        final SdkHttpClient patient = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(LONG_POLL).build();
        final SqsClient polls = prepare(SqsClient.builder(), place, AwsRetryStrategy.doNotRetry(), LONG_POLL, counted).httpClient(patient).build();
        final SqsClient writes = prepare(SqsClient.builder(), place, AwsRetryStrategy.doNotRetry(), WRITE, counted).build();
    }

    private synchronized NoticeClients notices() {
        if (notices == null) notices = new NoticeClients();
        return notices;
    }

    /** Where AWS is, and who we are to it. */
    private interface Place {
        void apply(AwsClientBuilder<?, ?> builder);
    }

    /**
     * As the SDK's default chains find them: region and credentials from environment, profile, web identity or instance metadata, the endpoint from
     * {@code AWS_ENDPOINT_URL} or {@code AWS_ENDPOINT_URL_AUTO_SCALING}, {@code AWS_ENDPOINT_URL_EC2} and {@code AWS_ENDPOINT_URL_SQS}.
     *
     * @param calls told of every call
     * @throws NoAccess where no region is to be found
     */
    public static AwsClients standard(AwsCalls calls) {
        try {
            return new AwsClients(calls, builder -> {});
        } catch (SdkClientException unknown) {
            throw new NoAccess("AWS: " + AwsWords.of(unknown), unknown);
        }
    }

    /** Of an emulator at this address, which takes any credentials. */
    public static AwsClients emulator(URI endpoint, String region, AwsCalls calls) {
        var anybody = StaticCredentialsProvider.create(AwsBasicCredentials.create("emulator", "emulator"));
        return new AwsClients(calls, builder -> builder.endpointOverride(endpoint).region(Region.of(region)).credentialsProvider(anybody));
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B prepare(B builder, Place place,
            RetryStrategy retry, Duration atMost, MetricPublisher counted) {
        place.apply(builder);
        return builder.httpClient(http)
                .overrideConfiguration(override -> override.retryStrategy(retry).apiCallTimeout(atMost).addMetricPublisher(counted));
    }

    /** Auto Scaling, for reads. */
    AutoScalingClient groups() {
        return groups;
    }

    /** Auto Scaling with one attempt a call, for writes. */
    AutoScalingClient groupWrites() {
        return groupWrites;
    }

    /** EC2, for reads. */
    Ec2Client machines() {
        return machines;
    }

    /** SQS, for long polls: their answers are waited for longer than any other. */
    SqsClient queue() {
        return notices().polls;
    }

    /** SQS with one attempt a call, for writes. */
    SqsClient queueWrites() {
        return notices().writes;
    }

    /** The region's name, e.g. {@code eu-central-1}. */
    String region() {
        return groups.serviceClientConfiguration().region().id();
    }

    @Override
    public void close() {
        groups.close();
        groupWrites.close();
        machines.close();
        synchronized (this) {
            if (notices != null) {
                notices.polls.close();
                notices.writes.close();
                notices.patient.close();
            }
        }
        http.close();
    }
}
