package executorscaler.aws;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.Config;
import executorscaler.loop.Clock;
import executorscaler.observe.CloudReader;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Keeps a fresh description of the configured groups on a thread of its own, so that a tick never waits for AWS. Looks every
 * {@code control.cloudPollSeconds}, every second while instances come or go or soon after a write of ours, and at once after such a write.
 */
public final class AsgReader implements CloudReader, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AsgReader.class);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AFTER_WRITE = Duration.ofMinutes(2);
    private static final Duration OLDEST = Duration.ofSeconds(30);
    private static final int POLLS_TO_BE_OLD = 3;

    private final Clock clock;
    private final Runnable changed;
    private final Thread thread;
    private final GroupLook groups; // guarded by looking
    private final ReentrantLock looking = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Map<String, Instant> missingSince = new HashMap<>(); // guarded by lock
    private GroupLook.Asked wanted = new GroupLook.Asked(List.of(), AutoDiscovery.NONE); // guarded by lock
    private Duration interval = SOON; // guarded by lock
    private boolean due; // guarded by lock
    private boolean started; // guarded by lock
    private boolean closed; // guarded by lock
    private @Nullable Duration wroteAt; // guarded by lock; monotonic
    private @Nullable GroupReading last; // guarded by lock
    private String error = ""; // guarded by lock; of the newest look, empty when it succeeded
    private int failures; // guarded by lock; in a row

    /** @param changed called on the reader's thread when a look saw something else than the one before; must return quickly */
    public AsgReader(AwsClients aws, Clock clock, Runnable changed) {
        this.clock = clock;
        this.changed = changed;
        groups = new GroupLook(aws, clock);
        thread = Thread.ofVirtual().name("asg-reader").unstarted(this::run);
    }

    /** The last description; starts the thread the first time. A description that has become too old is missing altogether, with the last error. */
    @Override
    public Cloud read(Config config, Instant now) {
        follow(config, true);
        return lastAsOf(config, now);
    }

    /** Looks in the caller's thread, which waits for AWS: for commands that look once. */
    public Cloud lookNow(Config config) {
        follow(config, false);
        look();
        return lastAsOf(config, clock.now());
    }

    private void follow(Config config, boolean start) {
        lock.lock();
        try {
            interval = Duration.ofSeconds(config.control().cloudPollSeconds());
            var asked = new GroupLook.Asked(config.nodePools(), config.autoDiscovery());
            if (!wanted.equals(asked)) {
                wanted = asked;
                due = true;
                wake.signalAll();
            }
            if (start && !started) {
                started = true;
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be called after every write, whatever came of it, and by whoever saw that a reading is old: looks at once, and often for a while. */
    public void wrote() {
        lock.lock();
        try {
            wroteAt = clock.elapsed();
            due = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Cloud lastAsOf(Config config, Instant now) {
        var pools = new ArrayList<Pool>();
        var missing = new ArrayList<Missing>();
        lock.lock();
        try {
            var reading = last;
            if (config.nodePools().isEmpty() && !config.autoDiscovery().on()) return new Cloud(List.of(), List.of());
            if (reading == null) {
                missing.add(missing("", now, error.isEmpty() ? "the Auto Scaling Groups have not been read yet" : error));
            } else if (tooOld(reading, now)) {
                var age = Duration.between(reading.startedAt(), now).toSeconds();
                missing.add(missing("", now, "last read " + age + " s ago" + (error.isEmpty() ? ", and no answer since" : ": " + error)));
            } else {
                configured(config, reading, now, pools, missing);
                discovered(config, reading, now, pools, missing);
            }
            var subjects = new HashSet<String>();
            for (var one : missing) subjects.add(one.subject());
            missingSince.keySet().retainAll(subjects);
        } finally {
            lock.unlock();
        }
        pools.sort(Comparator.comparing(Pool::name));
        missing.sort(Comparator.comparing(Missing::subject));
        return new Cloud(pools, missing);
    }

    private void configured(Config config, GroupReading reading, Instant now, List<Pool> pools, List<Missing> missing) { // under lock
        var asked = new HashSet<>(reading.asked().pools());
        for (var pool : config.nodePools()) {
            var seen = asked.contains(pool) ? reading.pools().get(pool.name()) : null;
            if (seen != null) pools.add(seen);
            else
                missing.add(missing(pool.name(), now, asked.contains(pool)
                        ? reading.troubles().getOrDefault(pool.name(), "not read")
                        : "its Auto Scaling Group has not been read yet since the config changed"));
        }
    }

    /** Pools of the reading that no config named then. One that the config names by now, by group or by name, is the config's. */
    private void discovered(Config config, GroupReading reading, Instant now, List<Pool> pools, List<Missing> missing) { // under lock
        if (!config.autoDiscovery().on()) return;
        if (!config.autoDiscovery().equals(reading.asked().discovery())) {
            missing.add(missing("", now, "the groups of autoDiscovery have not been looked for yet since the config changed"));
            return;
        }
        var taken = new HashSet<String>();
        var names = new HashSet<String>();
        reading.asked().pools().forEach(pool -> names.add(pool.name()));
        config.nodePools().forEach(pool -> {
            names.add(pool.name());
            taken.add(pool.autoScalingGroup());
        });
        for (var pool : reading.pools().values()) {
            if (!names.contains(pool.name()) && !taken.contains(pool.group())) pools.add(pool);
        }
        reading.troubles().forEach((name, words) -> {
            if (!names.contains(name)) missing.add(missing(name, now, words));
        });
    }

    private boolean tooOld(GroupReading reading, Instant now) {
        var polls = interval.multipliedBy(POLLS_TO_BE_OLD);
        return Duration.between(reading.startedAt(), now).compareTo(polls.compareTo(OLDEST) > 0 ? polls : OLDEST) > 0;
    }

    private Missing missing(String subject, Instant now, String words) {
        return new Missing(Missing.Source.AWS, subject, missingSince.computeIfAbsent(subject, _ -> now), words);
    }

    private void run() {
        try {
            while (awaitTurn()) look();
        } catch (InterruptedException closing) {
            LOG.debug("the reader of the Auto Scaling Groups ends");
        }
    }

    /** Waits for the next look; false: closed. */
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            long nanos = pause().toNanos();
            while (!closed && !due && nanos > 0) nanos = wake.awaitNanos(nanos);
            due = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private Duration pause() { // under lock
        if (failures > 0) return afterFailures(failures, interval);
        var wrote = wroteAt;
        boolean soon = last == null || last.moving() || (wrote != null && clock.elapsed().minus(wrote).compareTo(AFTER_WRITE) < 0);
        return soon ? least(interval, SOON) : interval;
    }

    /** A throttled account is not helped by more calls: 1, 2, 4 s ... up to the usual pause. */
    static Duration afterFailures(int failures, Duration interval) {
        return least(interval, SOON.multipliedBy(1L << Math.min(failures - 1, 10)));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void look() {
        looking.lock();
        try {
            try {
                seen(groups.look(asked()));
            } catch (SdkException trouble) {
                failed(AwsWords.of(trouble));
            } catch (RuntimeException bug) {
                LOG.error("the Auto Scaling Groups could not be read", bug);
                failed("reading failed: " + bug);
            }
        } finally {
            looking.unlock();
        }
    }

    private GroupLook.Asked asked() {
        lock.lock();
        try {
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void seen(GroupReading reading) {
        boolean news;
        lock.lock();
        try {
            var before = last;
            news = before == null || failures > 0 || !before.same(reading);
            last = reading;
            error = "";
            failures = 0;
        } finally {
            lock.unlock();
        }
        if (news) changed.run();
    }

    private void failed(String words) {
        lock.lock();
        try {
            if (!words.equals(error)) LOG.warn("Auto Scaling Groups: {}", words);
            error = words;
            failures++;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; a call that is under way is cut off. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
