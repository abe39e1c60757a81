package executorscaler.redis;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.observe.PodNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;

/**
 * Says when a queue has changed: a thread that counts the same jobs as the reader, on a connection of its own, every
 * {@code control.queuePollMillis}, and at once where Redis pushes a word of each first write to a key that was read (CLIENT TRACKING in its default
 * mode). The push is only ever a shorter wait: with a proxy, a server or an ACL without it, and for a delayed job that becomes due, the poll finds
 * every change. While Redis is out of reach it tries again at least every second.
 */
public final class QueueWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueWatch.class);

    /** Shortest time between two counts, so that a busy queue cannot make us ask (and wake the loop) at the pace of its writes. */
    private static final int GAP_MILLIS = 10;

    private static final int FIRST_BACK_OFF_MILLIS = 50;
    private static final int LAST_BACK_OFF_MILLIS = 1000;

    private final Runnable changed;
    private final Thread thread;
    private volatile @Nullable Target target;
    private volatile PodNames pods = PodNames.UNKNOWN;
    private volatile boolean closed;

    private record Target(RedisConfig redis, List<ExecutorConfig> executors, int pollMillis) {}

    /** @param changed called on the watch's thread; must return quickly */
    public QueueWatch(Runnable changed) {
        this.changed = changed;
        thread = Thread.ofVirtual().name("queue-watch").unstarted(this::run);
    }

    /** Watches the queues of this config from now on, and of these pods; starts the thread the first time. */
    public void follow(Config config, PodNames names) {
        pods = names;
        var wanted = new Target(config.redis(), config.executors(), config.control().queuePollMillis());
        if (wanted.equals(target)) return;
        boolean first = target == null;
        target = wanted;
        if (first) thread.start();
        else
            LockSupport.unpark(thread);
    }

    private void run() {
        int backOff = FIRST_BACK_OFF_MILLIS;
        Object last = "nothing seen yet";
        while (!closed) {
            var now = target;
            if (now == null) return; // started by follow(), which sets it first
            try (var link = RedisLink.open(now.redis())) {
                boolean pushes = link.track();
                LOG.debug("watching the queues by {}", pushes ? "push and poll" : "poll");
                while (!closed && now.equals(target)) {
                    long began = System.nanoTime();
                    var counts = counts(link, now.executors(), pods);
                    if (!counts.equals(last)) changed.run();
                    last = counts;
                    backOff = FIRST_BACK_OFF_MILLIS;
                    if (!pushes) pause(now.pollMillis());
                    else if (link.awaitPush(now.pollMillis())) pauseUntil(began + TimeUnit.MILLISECONDS.toNanos(GAP_MILLIS));
                }
            } catch (RedisTrouble trouble) {
                if (closed) return;
                // That Redis is gone is a change too: the page and the metrics should say so now. Why is for the reader to report.
                if (!last.equals(trouble.step())) changed.run();
                last = trouble.step();
                pause(backOff);
                backOff = Math.min(LAST_BACK_OFF_MILLIS, backOff * 2);
            } catch (RuntimeException bug) {
                LOG.error("the watch on the queues failed; it goes on in a second", bug);
                pause(LAST_BACK_OFF_MILLIS);
            }
        }
    }

    private static List<Object> counts(RedisLink link, List<ExecutorConfig> executors, PodNames pods) throws RedisTrouble {
        var now = Instant.now();
        var commands = new ArrayList<CommandArguments>();
        for (var executor : executors) commands.addAll(new QueueKeys(executor, lists(executor, pods), now, List.of()).commands());
        var counts = link.ask(commands);
        counts.replaceAll(reply -> reply instanceof Exception error ? String.valueOf(error.getMessage()) : reply);
        return counts;
    }

    /** Lists of running jobs are watched. Leases are not: they are renewed all the time, and a job that begins or ends shows in the queue. */
    private static Optional<List<String>> lists(ExecutorConfig executor, PodNames pods) {
        return executor.worker().busy() == WorkerConfig.BusySource.QUEUE ? pods.of(executor) : Optional.empty();
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void pauseUntil(long nanoTime) {
        LockSupport.parkNanos(nanoTime - System.nanoTime());
    }

    /** Ends the thread; it may still call {@code changed} once. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
