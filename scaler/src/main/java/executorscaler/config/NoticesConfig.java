package executorscaler.config;

import java.util.regex.Pattern;

/**
 * Where AWS tells what it is about to do with instances.
 *
 * @param queueUrl of the SQS queue; empty: nothing is read
 * @param rebalanceSeconds for how long a rebalance recommendation is followed; 0: not at all
 */
public record NoticesConfig(String queueUrl, int rebalanceSeconds) {

    /** Default of {@link #rebalanceSeconds()}: a recommendation that no interruption has followed by then was none. */
    public static final int DEFAULT_REBALANCE_SECONDS = 1800;

    /** Nothing is read. */
    public static final NoticesConfig NONE = new NoticesConfig("", DEFAULT_REBALANCE_SECONDS);

    /** As SQS writes them: the account that owns the queue, and its name, are the last two parts (SQS documentation, "Queue and message identifiers"). */
    private static final Pattern QUEUE = Pattern.compile("https?://[^/\\s]+/(?:queue/)?([0-9]{12})/([A-Za-z0-9_-]{1,80})");

    /** What an address of a queue must look like. */
    static final Rule QUEUE_URL = text -> {
        if (text.isEmpty() || QUEUE.matcher(text).matches()) return "";
        return text.endsWith(".fifo")
                ? "must be a standard queue, not a FIFO one"
                : "must be the URL of an SQS queue such as https://sqs.eu-central-1.amazonaws.com/123456789012/notices, was '"
                        + YamlValue.printable(text) + "'";
    };

    public NoticesConfig {
        if (rebalanceSeconds < 0) throw new IllegalArgumentException("notices.rebalanceSeconds must not be negative, was " + rebalanceSeconds);
    }

    /** Whether there is a queue to read. */
    public boolean on() {
        return !queueUrl.isEmpty();
    }

    /** The account that owns the queue: notices of others are not ours. Empty: the address does not say. */
    public String account() {
        var matcher = QUEUE.matcher(queueUrl);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
