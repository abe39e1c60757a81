package executorscaler.cli;

import executorscaler.Service;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends the demo for whichever reason comes first, and holds the JVM until all that it started is gone: a JVM that gets a signal waits for its hooks and
 * for nothing else. Any thread may call.
 */
final class DemoEnd implements AutoCloseable {

    private static final Duration TIDY_UP = Duration.ofSeconds(5);

    /** Ctrl-C reaches every process of a terminal, Redis too, which may be quicker than we are; that is no trouble. */
    private static final Duration SIGNALS_APART = Duration.ofMillis(300);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch tidied = new CountDownLatch(1);
    private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());

    private DemoEnd() {}

    /** Made before anything is started that has to go; closed when all of it is gone. */
    static DemoEnd onSignal() {
        var end = new DemoEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(end::atShutdown, "stop"));
        return end;
    }

    /** This is what ends. */
    void ends(Service service) {
        Thread.ofVirtual().name("ending").start(() -> {
            try {
                asked.await();
                service.close();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void now() {
        asked.countDown();
    }

    /** Something went wrong; only the first word on it counts, and only if nobody has ended the demo meanwhile. Does not wait. */
    void because(String why) {
        if (asked.getCount() == 0) return;
        Thread.ofVirtual().start(() -> {
            try {
                if (asked.await(SIGNALS_APART.toMillis(), TimeUnit.MILLISECONDS)) return;
                trouble.compareAndSet(Optional.empty(), Optional.of(why));
                asked.countDown();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** What went wrong, if anything did. */
    Optional<String> trouble() {
        return trouble.get();
    }

    @Override
    public void close() {
        tidied.countDown();
    }

    private void atShutdown() {
        now();
        try {
            tidied.await(TIDY_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
