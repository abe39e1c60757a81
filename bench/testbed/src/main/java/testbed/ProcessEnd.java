package testbed;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The end of a process that was started for a test. */
public final class ProcessEnd {

    private ProcessEnd() {
    }

    /** Asks it to end, and ends it when it has not within the grace; an interrupted caller waits no longer. */
    public static void within(Process process, Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
