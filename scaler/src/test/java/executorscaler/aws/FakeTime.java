package executorscaler.aws;

import executorscaler.loop.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until it is told to go on. */
final class FakeTime implements Clock {

    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private Duration elapsed = Duration.ZERO;

    @Override
    public Instant now() {
        return START.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    void seconds(long seconds) {
        elapsed = elapsed.plusSeconds(seconds);
    }
}
