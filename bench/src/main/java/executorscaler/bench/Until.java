package executorscaler.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for a condition. */
final class Until {

    private static final long LONGEST = TimeUnit.MINUTES.toNanos(3);

    private Until() {}

    static void so(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("not so within three minutes: " + what);
            pause(20);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
