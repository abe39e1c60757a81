package executorscaler.loop;

import java.time.Duration;
import java.time.Instant;

/** Time, where it is allowed to be known: the loop and the simulation. */
public interface Clock {

    /** Wall time, for facts that are shown or kept. */
    Instant now();

    /** Monotonic time since some start, for durations. */
    Duration elapsed();

    /** How many seconds of wall time go by in one of monotonic time: 1, but for worlds that are played faster. */
    default double pace() {
        return 1;
    }

    /** The machine's clocks. */
    static Clock system() {
        return new Clock() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
    }
}
