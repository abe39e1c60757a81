package executorscaler.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices when the wall clock is set: it then goes on by more, or less, than the monotonic clock. A machine that was asleep looks the same. */
final class ClockSteps {

    /** What time servers mend little by little is less. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ClockSteps.class);

    private final Clock clock;
    private Instant wall;
    private Duration elapsed;

    ClockSteps(Clock clock) {
        this.clock = clock;
        wall = clock.now();
        elapsed = clock.elapsed();
    }

    /** By how much the wall clock was set since this was asked last; empty: it was not. */
    Optional<Duration> sinceLastAsked() {
        var wallNow = clock.now();
        var elapsedNow = clock.elapsed();
        var step = Duration.between(wall, wallNow).minus(paced(elapsedNow.minus(elapsed)));
        wall = wallNow;
        elapsed = elapsedNow;
        if (step.abs().compareTo(paced(LEAST)) < 0) return Optional.empty();
        LOG.warn("the wall clock was set {} by {} s: what was being waited for is waited for as long as otherwise",
                step.isNegative() ? "back" : "forward",
                step.abs().toSeconds());
        return Optional.of(step);
    }

    private Duration paced(Duration monotonic) {
        return Duration.ofNanos((long) (monotonic.toNanos() * clock.pace()));
    }
}
