package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;

/** Reads every executor's queue. Never throws for expected trouble: what cannot be read is Missing, or a part of a Queue that says so. */
public interface QueueReader {

    /**
     * Counts every executor's jobs.
     *
     * @param pods of executors whose workers say which of them are busy
     */
    Queues read(Config config, PodNames pods, Instant now);

    /** Sorted by executor; an executor is in one of the two lists. */
    record Queues(List<Queue> queues, List<Missing> missing) {
        public Queues {
            queues = List.copyOf(queues);
            missing = List.copyOf(missing);
        }
    }
}
