package executorscaler.config;

/** How a queue lies in Redis. */
public sealed interface QueueConfig {

    /**
     * Plain lists: workers move a job from {@code waiting} to {@code running} (BLMOVE) and remove it when done (LREM).
     *
     * @param waiting list of jobs to take
     * @param running list of jobs in flight
     * @param delayed sorted set of jobs for later, scored by their due time; empty: none
     * @param delayedUnit of the scores
     */
    record Lists(String waiting, String running, String delayed, TimeUnit delayedUnit) implements QueueConfig {}

    /** Unit of a due time since the epoch. */
    enum TimeUnit { SECONDS, MILLISECONDS }
}
