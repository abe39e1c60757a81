package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A launch that AWS could not make is told once, and how long its pool is left alone runs down. */
@Tag("simulation")
class FailedLaunchesTest {

    private static final String OF_POOL = "{cause=\"no_capacity\",pool=\"" + Turning.POOL + "\"}";

    private final TickMetrics metrics = new TickMetrics();
    private final Turning turning = new Turning(metrics);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aPoolWithoutCapacityIsLeftAloneForAWhile() {
        turning.seconds(2);
        assertThat(backoff()).isZero();
        assertThat(failures()).isZero();
        turning.world.refuseCapacity(Turning.POOL, true);
        turning.world.push(Turning.EXECUTOR, 6, Duration.ofMinutes(1));
        turning.seconds(35); // AWS tries again every half minute by itself, and fails again
        double first = backoff();
        assertThat(first).isBetween(1.0, 60.0);
        assertThat(failures()).isPositive();
        turning.seconds(5);
        assertThat(backoff()).isEqualTo(first - 5);
        double told = failures();
        turning.seconds(5);
        assertThat(failures()).as("the same activities, read again").isEqualTo(told);
        turning.world.refuseCapacity(Turning.POOL, false);
        turning.seconds(200);
        assertThat(backoff()).isZero();
    }

    private double backoff() {
        return value("executor_scaler_pool_backoff_seconds");
    }

    private double failures() {
        return value("executor_scaler_pool_launch_failures_total");
    }

    private double value(String name) {
        var line = Pattern.compile("^" + Pattern.quote(name + OF_POOL) + " (\\S+)$", Pattern.MULTILINE).matcher(metrics.scrape());
        assertThat(line.find()).as(name + OF_POOL).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
