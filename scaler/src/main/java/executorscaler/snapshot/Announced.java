package executorscaler.snapshot;

import java.time.Instant;

/**
 * What AWS has announced about a node's instance, as our annotation on the node keeps it.
 *
 * @param at when AWS said it
 * @param until when AWS takes the instance, or for how long a recommendation is followed; {@link Instant#MAX}: until the hook is done
 * @param hook the lifecycle hook that waits; empty: none
 */
public record Announced(Notice.Kind kind, Instant at, Instant until, String hook) {

    /** Whether AWS takes the instance at {@code until}, whatever runs on it. */
    public boolean forced() {
        return kind == Notice.Kind.INTERRUPTION || kind == Notice.Kind.MAINTENANCE;
    }
}
