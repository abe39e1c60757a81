package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class GoDurationTest {

    @ParameterizedTest(name = "{0} -> {1} s")
    @CsvSource({"0, 0", "0s, 0", "10m0s, 600", "1h30m, 5400", "1.5h, 5400", "90s, 90", "+2m, 120", ".5m, 30", "1.s, 1", "1ms, 1", "1500ms, 2",
            "1h1m1s1ms1us1ns, 3662"})
    void timesAreReadAsGoReadsThemAndRoundedUp(String written, int seconds) {
        assertThat(GoDuration.seconds(written)).hasValue(seconds);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "10", "10 m", "m", "1d", "10m,", "-1m", "1h-1m", ".", ".s", "1e3s", "999999999h"})
    void anythingElseIsNoTime(String written) {
        assertThat(GoDuration.seconds(written)).isEmpty();
    }
}
