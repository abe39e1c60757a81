package executorscaler.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What AWS or the way to it said, in one plain sentence: throttled, refused, failing, or no answer at all. */
final class AwsWords {

    private static final int CLIENT_ERROR = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int SERVER_ERROR = 500;

    private AwsWords() {}

    static String of(SdkException trouble) {
        return switch (trouble) {
            case AwsServiceException answer when answer.isThrottlingException() -> "throttled by AWS: " + detail(answer);
            case AwsServiceException answer when answer.statusCode() >= SERVER_ERROR -> "AWS fails: " + detail(answer);
            case AwsServiceException answer -> "AWS refuses: " + detail(answer);
            case ApiCallTimeoutException _ -> "no answer from AWS in time";
            default -> "no answer from AWS: " + innermost(trouble);
        };
    }

    /**
     * Whether AWS surely did nothing: it answered, and the answer was no. An answer of 500 and above, or none, leaves that open. Throttling is a no,
     * whatever its status: EC2 says it with 503.
     */
    static boolean refused(SdkException trouble) {
        return trouble instanceof AwsServiceException answer && (answer.isThrottlingException()
                || (answer.statusCode() >= CLIENT_ERROR && answer.statusCode() < SERVER_ERROR && answer.statusCode() != REQUEST_TIMEOUT));
    }

    /** AWS's error code, or empty where nothing like that came. */
    static String code(SdkException trouble) {
        if (!(trouble instanceof AwsServiceException answer) || answer.awsErrorDetails() == null) return "";
        var code = answer.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static String detail(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        var code = code(answer);
        var message = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        return (code.isEmpty() ? "status " + answer.statusCode() : code) + (message.isEmpty() ? "" : " (" + message + ")");
    }

    private static String innermost(Throwable trouble) {
        Throwable inner = trouble;
        for (int depth = 0; depth < 10 && inner.getCause() != null; depth++) inner = inner.getCause();
        var message = inner.getMessage();
        if (message != null && message.startsWith("Unable to load region")) return "no region is configured, e.g. by AWS_REGION";
        if (message != null && message.startsWith("Unable to load credentials")) return "no credentials are to be found by the SDK's default chain";
        return message == null || message.isBlank() ? inner.getClass().getSimpleName() : message;
    }
}
