package executorscaler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The world steps every 5 ms; what a step comes late by counts as often as the demo is fast. */
@Tag("unit")
class DemoLagTest {

    private final FakeTime machine = new FakeTime(Duration.ofDays(-1)); // as a monotonic clock may begin
    private final List<String> told = new ArrayList<>();

    private DemoLag lag(int speed) {
        return new DemoLag(machine, speed, Duration.ofMillis(5), told::add);
    }

    private void step(DemoLag lag, long millis) {
        machine.pass(Duration.ofMillis(millis));
        lag.stepped();
    }

    @ParameterizedTest(name = "{0} times as fast, {1} ms: {2}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {"20 | 5 | -", "20 | 254 | -",
            "20 | 255 | This machine is busy: the demo was 0.3 s late, which is 5 s of its own time; --speed 5 goes slower.",
            "20 | 805 | This machine is busy: the demo was 0.8 s late, which is 16 s of its own time; --speed 5 goes slower.", "60 | 88 | -",
            "60 | 105 | This machine is busy: the demo was 0.1 s late, which is 6 s of its own time; --speed 15 goes slower.", "1 | 5004 | -",
            "1 | 5005 | This machine is busy: the demo was 5.0 s late, which is 5 s of its own time.",
            "2 | 2505 | This machine is busy: the demo was 2.5 s late, which is 5 s of its own time; --speed 1 goes slower."})
    void aStepIsLateByWhatIsSeenOfIt(int speed, long millis, String line) {
        var lag = lag(speed);
        step(lag, 5);
        step(lag, millis);
        assertThat(told).isEqualTo(line == null ? List.of() : List.of(line));
    }

    @Test
    void itIsToldOnceAMinute() {
        var lag = lag(20);
        step(lag, 1000);
        step(lag, 1000);
        step(lag, 57_000);
        assertThat(told).hasSize(1);
        step(lag, 2000);
        assertThat(told).hasSize(2);
    }
}
