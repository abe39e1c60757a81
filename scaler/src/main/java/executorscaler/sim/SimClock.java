package executorscaler.sim;

import executorscaler.loop.Clock;
import java.time.Duration;
import java.time.Instant;

/** Virtual time: moved by hand in tests, or running as a multiple of real time in the demo. */
public final class SimClock implements Clock {
    private final Instant start;
    private final double factor; // 0: by hand
    private final Clock real;
    private final Duration realStart;
    private volatile Instant hand; // written by the thread that advances the world, read by all

    private SimClock(Instant start, double factor, Clock real) {
        this.start = start;
        this.factor = factor;
        this.real = real;
        this.realStart = real.elapsed();
        this.hand = start;
    }

    /** A clock that stands still until the world is advanced. */
    public static SimClock byHand(Instant start) {
        return new SimClock(start, 0, Clock.system());
    }

    /** A clock that runs {@code factor} times as fast as {@code real} from now on. */
    public static SimClock scaled(Instant start, double factor, Clock real) {
        if (!(factor > 0)) throw new IllegalArgumentException("factor must be above 0, was " + factor);
        return new SimClock(start, factor, real);
    }

    @Override
    public Instant now() {
        if (factor == 0) return hand;
        return start.plusNanos((long) (real.elapsed().minus(realStart).toNanos() * factor));
    }

    @Override
    public Duration elapsed() {
        return Duration.between(start, now());
    }

    /** How many seconds of this clock go by in one of the clock that drives it; 1 where it is moved by hand. */
    public double speed() {
        return factor == 0 ? 1 : factor;
    }

    /** When this clock began. */
    public Instant start() {
        return start;
    }

    /** Moves a clock that is moved by hand; time does not go back. A running clock takes no notice. */
    void moveTo(Instant time) {
        if (factor == 0 && time.isAfter(hand)) hand = time;
    }
}
