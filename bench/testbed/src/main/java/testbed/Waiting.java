package testbed;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits until a server answers, as long as its process lives. */
final class Waiting {
    private static final long PAUSE_MILLIS = 50;

    private Waiting() {
    }

    /** Returns once the check is true; an exception of the check means "not yet". */
    static void until(String what, Duration limit, Child child, Callable<Boolean> check) {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            if (child != null && !child.alive()) {
                throw new StartFailed(child.name() + " ended while waiting for " + what + ":\n" + child.tail(), child.lostItsPort());
            }
            try {
                if (check.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailed("interrupted while waiting for " + what, false);
            } catch (Exception e) {
                last = e;
            }
            pause(PAUSE_MILLIS);
        }
        String tail = child == null ? "" : "\n" + child.tail();
        throw new StartFailed(what + " did not come within " + limit.toSeconds() + " s" + (last == null ? "" : " (" + last + ")") + tail, false);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailed("interrupted", false);
        }
    }
}
