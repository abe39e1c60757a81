package executorscaler.loop;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until it is told to go on. */
public final class FakeTime implements Clock {

    /** What a clock shows that is told nothing else. */
    public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private Instant now = START;
    private Duration elapsed;

    public FakeTime() {
        this(Duration.ZERO);
    }

    /** @param elapsed what the monotonic clock begins with, which may be below zero */
    public FakeTime(Duration elapsed) {
        this.elapsed = elapsed;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    public void pass(Duration time) {
        elapsed = elapsed.plus(time);
        set(now.plus(time));
    }

    public void seconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** Somebody sets the wall clock; no time goes by. */
    public void set(Instant wall) {
        now = wall;
    }
}
