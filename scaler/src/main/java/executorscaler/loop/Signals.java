package executorscaler.loop;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What wakes the loop. A signal only says "look now": signals that come while a tick runs become one, and the next tick reads everything. */
public final class Signals {

    /** Who saw a change. */
    public enum Cause { TIMER, QUEUE, CLUSTER, CLOUD, NOTICE, CONFIG, LEADERSHIP, START }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private EnumSet<Cause> pending = EnumSet.noneOf(Cause.class); // guarded by lock

    /** Says that there is something to look at. May be called from any thread; never blocks for long. */
    public void raise(Cause cause) {
        lock.lock();
        try {
            pending.add(cause);
            raised.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a signal, at most {@code atMost}; then the answer is TIMER alone. Takes all signals that are there. */
    public Set<Cause> await(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long nanos = atMost.toNanos();
            while (pending.isEmpty() && nanos > 0) {
                nanos = raised.awaitNanos(nanos);
            }
            if (pending.isEmpty()) return EnumSet.of(Cause.TIMER);
            var taken = pending;
            pending = EnumSet.noneOf(Cause.class);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a signal for a number of milliseconds, see {@link #await(Duration)}. */
    public Set<Cause> awaitMillis(long millis) throws InterruptedException {
        return await(Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(millis)));
    }
}
