package executorscaler.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/** Says how far something is that takes longer than two seconds, on one line that is written over and gone at the end. Only for terminals. */
final class Progress implements DoubleConsumer, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PrintWriter err;
    private final String what;
    private final boolean shown;
    private final LongSupplier nanos;
    private final long began;
    private Optional<Thread> counting = Optional.empty(); // the caller's thread only
    private long told; // by one thread: the caller's, or the counting one until close() has seen its end
    private int width; // likewise

    /** @param shown whether anybody looks at it */
    Progress(PrintWriter err, String what, boolean shown) {
        this(err, what, shown, System::nanoTime);
    }

    /** @param nanos a clock that only goes on, in nanoseconds */
    Progress(PrintWriter err, String what, boolean shown, LongSupplier nanos) {
        this.err = err;
        this.what = what;
        this.shown = shown;
        this.nanos = nanos;
        began = nanos.getAsLong();
    }

    /** Says for how long already, where nobody knows how far it is. */
    static Progress waiting(PrintWriter err, String what, boolean shown, LongSupplier nanos) {
        var progress = new Progress(err, what, shown, nanos);
        if (shown) progress.counting = Optional.of(Thread.startVirtualThread(progress::count));
        return progress;
    }

    @Override
    public void accept(double share) {
        tell((int) (share * 100) + " %");
    }

    @Override
    public void close() {
        if (counting.isPresent()) {
            counting.get().interrupt();
            try {
                counting.get().join();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (width == 0) return;
        err.print("\r" + " ".repeat(width) + "\r");
        err.flush();
    }

    private void count() {
        while (!Thread.currentThread().isInterrupted()) {
            tell(Duration.ofNanos(nanos.getAsLong() - began).toSeconds() + " s");
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private void tell(String howFar) {
        long now = nanos.getAsLong();
        if (!shown || now - began < PATIENCE.toNanos() || (width > 0 && now - told < PAUSE.toNanos())) return;
        told = now;
        var line = what + ": " + howFar;
        width = Math.max(width, line.length());
        err.print("\r" + line);
        err.flush();
    }
}
