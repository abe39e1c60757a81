package testbed;

/** What came of a call: HTTP status, and {@link System#nanoTime} of this JVM when the answer was there. */
public record AwsAnswered(AwsCall call, int status, long nanoTime) {
}
