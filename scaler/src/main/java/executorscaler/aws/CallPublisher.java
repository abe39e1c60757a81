package executorscaler.aws;

import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;

/** Counts attempts, not calls: what the SDK tries again after a throttled answer has been a call for the account's rate limit all the same. */
final class CallPublisher implements MetricPublisher {

    private static final String ATTEMPT = "ApiCallAttempt";
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private final AwsCalls calls;

    CallPublisher(AwsCalls calls) {
        this.calls = calls;
    }

    @Override
    public void publish(MetricCollection call) {
        var operation = call.metricValues(CoreMetric.OPERATION_NAME).stream().findFirst().orElse("unknown");
        var attempts = call.childrenWithName(ATTEMPT).toList();
        if (attempts.isEmpty()) calls.called(operation, "unanswered"); // no credentials, no endpoint
        for (var attempt : attempts) calls.called(operation, result(attempt));
    }

    private static String result(MetricCollection attempt) {
        var error = attempt.metricValues(CoreMetric.ERROR_TYPE).stream().findFirst().orElse("");
        int status = attempt.metricValues(HttpMetric.HTTP_STATUS_CODE).stream().findFirst().orElse(0);
        if (error.isEmpty()) return "ok";
        // The SDK's ServerError is any error that a server answers, 4xx among them; EC2 throttles with 503.
        if (error.equals("Throttling")) return "throttled";
        if (status >= SERVER_ERROR) return "failed";
        return status >= CLIENT_ERROR ? "refused" : "unanswered";
    }

    @Override
    public void close() {
        // Nothing is held back.
    }
}
