package testbed;

import java.time.Instant;
import java.util.Map;

/** A call as it arrived at the proxy; nanoTime is of {@link System#nanoTime} in this JVM. */
public record AwsCall(String action, Map<String, String> params, Instant at, long nanoTime) {
}
