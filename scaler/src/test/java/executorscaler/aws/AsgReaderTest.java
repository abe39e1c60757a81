package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the reader leaves AWS alone. */
@Tag("unit")
class AsgReaderTest {

    @ParameterizedTest(name = "after {0} failures in a row {1} s of at most {2}")
    @CsvSource({"1, 1, 10", "2, 2, 10", "3, 4, 10", "4, 8, 10", "5, 10, 10", "500, 10, 10", "12, 1024, 3600", "1, 1, 1"})
    void throttledLooksAreFurtherAndFurtherApart(int failures, long seconds, long interval) {
        assertThat(AsgReader.afterFailures(failures, Duration.ofSeconds(interval))).isEqualTo(Duration.ofSeconds(seconds));
    }
}
