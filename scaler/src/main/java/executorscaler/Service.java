package executorscaler;

import executorscaler.config.ConfigSource;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Elector;
import executorscaler.loop.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The assembled service: turns the loop on one thread until it is closed, and closes its parts in order, first of all what writes. */
public final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration CONFIG_LOOK = Duration.ofMillis(500);
    private static final Duration LAST_TICK = Duration.ofSeconds(4); // of the 5 s in which a SIGTERM is to be answered
    private static final Duration RELEASE = Duration.ofMillis(700); // of the same

    private final ConfigSource config;
    private final Signals signals;
    private final ControlLoop loop;
    private final Optional<Elector> elector;
    private final String address;
    private final List<AutoCloseable> parts;
    private final AtomicReference<Thread> turning = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean closed;

    Service(ConfigSource config, Signals signals, ControlLoop loop, Optional<Elector> elector, String address, List<AutoCloseable> parts) {
        this.config = config;
        this.signals = signals;
        this.loop = loop;
        this.elector = elector;
        this.address = address;
        this.parts = List.copyOf(parts);
    }

    /** {@code host:port} of the page. */
    public String address() {
        return address;
    }

    /** Turns the loop on the calling thread until {@link #close}. */
    public void run() {
        turning.set(Thread.currentThread());
        var looking = Thread.ofVirtual().name("config").start(this::lookForConfig);
        try {
            if (!closed) loop.run(signals);
        } finally {
            looking.interrupt();
            stopped.countDown();
        }
    }

    /**
     * Ends the loop after the steps it is in, gives the Lease back, then ends everything else. May be called from any thread, and more than once. In that
     * order: nobody else may begin to write while a write of ours is under way, so a loop that does not stop in time keeps the Lease until it runs out.
     */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        elector.ifPresent(Elector::resign);
        if (stop()) elector.ifPresent(one -> one.release(RELEASE));
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failed) {
                LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), failed.toString());
            }
        }
    }

    /** Whether the loop has stopped. */
    private boolean stop() {
        var thread = turning.get();
        if (thread == null || thread.equals(Thread.currentThread())) return true;
        thread.interrupt();
        try {
            if (stopped.await(LAST_TICK.toMillis(), TimeUnit.MILLISECONDS)) return true;
            LOG.warn("the loop did not stop within {} s", LAST_TICK.toSeconds());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** An edit of the config is taken up at once and not with the next tick. */
    private void lookForConfig() {
        var last = config.current();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(CONFIG_LOOK);
                var state = config.current();
                if (!state.equals(last)) signals.raise(Signals.Cause.CONFIG);
                last = state;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
