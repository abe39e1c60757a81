package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of a kind that most clusters' pods never name: it starts with the first one that does, and then stays. Where it cannot be read, those pods are not
 * modelled and say why; nothing else is held up by it, but for the moment in which it lists for the first time. Safe for use by several threads.
 *
 * @param <T> the API's object
 * @param <R> what is kept of it
 */
final class OnDemand<T extends HasMetadata, R> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OnDemand.class);

    private final String resource;
    private final Supplier<WatchCache<T, R>> start;
    private final Supplier<Duration> clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable WatchCache<T, R> cache; // written under lock
    private volatile Duration startedAt = Duration.ZERO;
    private volatile boolean closed;
    private String told = ""; // of the checking thread

    /**
     * Does nothing yet.
     *
     * @param resource how to name it in errors
     * @param start makes the watch
     * @param clock monotonic time
     */
    OnDemand(String resource, Supplier<WatchCache<T, R>> start, Supplier<Duration> clock) {
        this.resource = resource;
        this.start = start;
        this.clock = clock;
    }

    /** Starts to list and watch, if that has not been done; returns at once. */
    void want() {
        if (cache != null) return;
        lock.lock();
        try {
            if (cache != null || closed) return;
            startedAt = clock.get();
            cache = start.get();
        } finally {
            lock.unlock();
        }
    }

    /** The records, or why nobody knows them. */
    Known<R> known() {
        var started = cache;
        if (started == null) return Known.unknown(resource + ": nobody has asked for them yet");
        return started.trouble(clock.get()).<Known<R>>map(Known::unknown).orElseGet(() -> Known.of(started.list()));
    }

    /** That an answer to the first question is a matter of a moment; empty: it has come, or is not waited for any longer. */
    Optional<String> awaited() {
        var started = cache;
        if (started == null || started.synced() || started.answered()) return Optional.empty();
        return clock.get().minus(startedAt).compareTo(WatchCache.GRACE) > 0 ? Optional.empty() : Optional.of(resource + ": not listed yet");
    }

    /** See {@link WatchCache#reaches}; what is not known cannot be too old. */
    boolean reaches(long version) {
        var started = cache;
        return started == null || !started.synced() || started.reaches(version);
    }

    /** See {@link WatchCache#catchUp}. */
    void catchUp(long version) {
        var started = cache;
        if (started != null && started.synced()) started.catchUp(version, clock.get());
    }

    /** See {@link WatchCache#check}. */
    void check(Api api) {
        var started = cache;
        if (started == null) return;
        started.check(clock.get(), api);
        var unknown = awaited().isPresent() ? "" : known().unknown();
        if (!unknown.isEmpty() && !unknown.equals(told)) LOG.warn("pods that depend on it are not modelled: {}", unknown);
        told = unknown;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            var started = cache;
            if (started != null) started.close();
        } finally {
            lock.unlock();
        }
    }
}
