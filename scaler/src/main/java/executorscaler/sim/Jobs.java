package executorscaler.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where the jobs lie: in memory for tests, in a real Redis for the demo. Called with the world's lock held; expected trouble is an empty answer. */
public interface Jobs {

    /** Adds jobs that may be taken at once, all at the same moment: nobody sees a part of them. */
    void push(String executor, List<Job> jobs);

    /** Adds a job that may be taken from {@code due} on. */
    void pushLater(String executor, Job job, Instant due);

    /** Moves one job from waiting to running, the oldest first; empty: nothing to do. */
    Optional<Job> take(String executor, Instant now);

    /** Removes a job that was taken: it is done. */
    void finish(String executor, Job job);

    Counts counts(String executor, Instant now);

    /** When the delayed job that has been due for longest came due; empty: none is, or nobody can say. */
    default Optional<Instant> oldestDue(String executor, Instant now) {
        return Optional.empty();
    }

    /** Loses everything, as a restart without persistence does. */
    void clear();

    /** How many jobs are where: fields as in {@link executorscaler.snapshot.Queue}. */
    record Counts(long waiting, long due, long running) {}

    /**
     * One piece of work.
     *
     * @param text what lies in the list; names the job
     * @param work how long a slot of a pod is busy with it
     * @param since when it could first be taken, for waiting times
     */
    record Job(String text, Duration work, Instant since) {

        /** A job whose text says all: {@code id|work in ms|since in epoch ms}. */
        public static Job of(String id, Duration work, Instant since) {
            return new Job(id + "|" + work.toMillis() + "|" + since.toEpochMilli(), work, since);
        }

        /** Reads a text that {@link #of} made; any other text is a job of {@code otherwise} that came {@code now}. */
        public static Job parse(String text, Duration otherwise, Instant now) {
            var parts = text.split("\\|", -1);
            if (parts.length == 3) {
                try {
                    return new Job(text, Duration.ofMillis(Long.parseLong(parts[1])), Instant.ofEpochMilli(Long.parseLong(parts[2])));
                } catch (NumberFormatException notOurs) {
                    return new Job(text, otherwise, now);
                }
            }
            return new Job(text, otherwise, now);
        }
    }
}
