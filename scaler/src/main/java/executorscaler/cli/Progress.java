package executorscaler.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.DoubleConsumer;

/** Says how far something is that takes longer than two seconds, on one line that is written over and gone at the end. Only for terminals. */
final class Progress implements DoubleConsumer, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PrintWriter err;
    private final String what;
    private final boolean shown;
    private final long began = System.nanoTime();
    private long told;
    private int width;

    /** @param shown whether anybody looks at it */
    Progress(PrintWriter err, String what, boolean shown) {
        this.err = err;
        this.what = what;
        this.shown = shown;
    }

    @Override
    public void accept(double share) {
        long now = System.nanoTime();
        if (!shown || now - began < PATIENCE.toNanos() || (told != 0 && now - told < PAUSE.toNanos())) return;
        told = now;
        var line = what + ": " + (int) (share * 100) + " %";
        width = Math.max(width, line.length());
        err.print("\r" + line);
        err.flush();
    }

    @Override
    public void close() {
        if (width == 0) return;
        err.print("\r" + " ".repeat(width) + "\r");
        err.flush();
    }
}
