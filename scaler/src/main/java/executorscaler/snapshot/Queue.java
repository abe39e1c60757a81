package executorscaler.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One executor's queue as read in one round trip.
 *
 * @param executor name of the executor in the config
 * @param waiting jobs that a worker may take now
 * @param due delayed jobs whose time has come
 * @param running jobs taken and not finished
 * @param epoch identity of the data set (Redis {@code run_id} and replication id): another epoch means that jobs may have been lost
 * @param coming delayed jobs whose time will have come within so many seconds, by that number; those that are due are not among them
 * @param busy which pods run them, as far as that was asked
 * @param oldestDue when the delayed job that has been due for longest came due, empty: none is, or nobody can say
 * @param unread what could not be read, empty when the reading is whole; a reading with a part missing is a lower bound
 */
public record Queue(String executor, long waiting, long due, long running, SortedMap<Integer, Long> coming, Busy busy,
        Optional<Instant> oldestDue, String epoch, String unread, Instant readAt) {

    public Queue {
        coming = Collections.unmodifiableSortedMap(new TreeMap<>(coming));
    }

    /** A queue of which nobody knows how old its jobs are. */
    public Queue(String executor, long waiting, long due, long running, SortedMap<Integer, Long> coming, Busy busy, String epoch, String unread,
            Instant readAt) {
        this(executor, waiting, due, running, coming, busy, Optional.empty(), epoch, unread, readAt);
    }

    /** A queue of which nobody has asked which pods run its jobs. */
    public Queue(String executor, long waiting, long due, long running, SortedMap<Integer, Long> coming, String epoch, String unread,
            Instant readAt) {
        this(executor, waiting, due, running, coming, Busy.UNKNOWN, epoch, unread, readAt);
    }

    /** A queue of which nobody has looked ahead. */
    public Queue(String executor, long waiting, long due, long running, String epoch, String unread, Instant readAt) {
        this(executor, waiting, due, running, Collections.emptySortedMap(), epoch, unread, readAt);
    }

    /** The same with the age of its oldest delayed job. */
    public Queue dueSince(Optional<Instant> oldest) {
        return new Queue(executor, waiting, due, running, coming, busy, oldest, epoch, unread, readAt);
    }

    /** All work there is: what waits and what runs. */
    public long jobs() {
        return waiting + due + running;
    }

    public boolean whole() {
        return unread.isEmpty();
    }

    /** Whether the other says the same, whenever it was read. */
    boolean alike(Queue other) {
        return equals(
                new Queue(other.executor, other.waiting, other.due, other.running, other.coming, other.busy, other.oldestDue, other.epoch,
                        other.unread, readAt));
    }
}
