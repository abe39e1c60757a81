package executorscaler.cli.simulate;

import java.time.Duration;

/**
 * Jobs that arrive together.
 *
 * @param at after the beginning
 * @param executor name of the executor whose queue they arrive in
 * @param work how long a slot of a pod is busy with each
 */
public record Arrival(Duration at, String executor, int jobs, Duration work) {

    public Arrival {
        if (at.isNegative()) throw new IllegalArgumentException("an arrival is not before the beginning, was " + at);
        if (jobs < 1) throw new IllegalArgumentException("at least one job arrives, was " + jobs);
        if (work.isNegative()) throw new IllegalArgumentException("work must not be negative, was " + work);
    }
}
