package executorscaler.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.config.Config;
import executorscaler.sim.PlatformConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which jobs arrive when. */
@Tag("unit")
class ArrivalsTest {

    private static final Config CONFIG = PlatformConfig.config();
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path temp = Path.of("");

    @ParameterizedTest(name = "{0}: {1} to {2} jobs a day")
    @CsvSource({"poisson:60/h, 1300, 1580", "poisson:1/min, 1300, 1580", "poisson:0.1/s, 8300, 9000", "poisson:executor=60/h, 1300, 1580",
            "poisson:jobs:waiting=60/h, 1300, 1580", "bursts:100/1h, 1400, 3400", "bursts:100/60min, 1400, 3400"})
    void theRateIsKept(String written, int least, int most) {
        var jobs = within(DAY, written).stream().mapToInt(Arrival::jobs).sum();
        assertThat(jobs).isBetween(least, most);
    }

    @Test
    void equalSeedsDrawEqualArrivalsAndOthersOthers() {
        var length = JobLength.parse("lognormal:60,1");
        assertThat(new Arrivals(CONFIG, length, 3).within(DAY, List.of("poisson:60/h")))
                .isEqualTo(new Arrivals(CONFIG, length, 3).within(DAY, List.of("poisson:60/h")))
                .isNotEqualTo(new Arrivals(CONFIG, length, 4).within(DAY, List.of("poisson:60/h")));
    }

    @Test
    void severalAddUpInTheOrderOfTheirTimes() {
        var both = within(DAY, "poisson:60/h", "bursts:100/1h");
        assertThat(both).hasSize(within(DAY, "poisson:60/h").size() + (int) both.stream().filter(arrival -> arrival.jobs() == 100).count());
        assertThat(both).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }

    @ParameterizedTest(name = "{0}: {1} s on average")
    @CsvSource({"60, 60, 0", "30..90, 60, 2", "exp:60, 60, 4", "'lognormal:60,0', 60, 0"})
    void jobsTakeAsLongAsWasSaid(String written, double mean, double tolerance) {
        var random = new SplittableRandom(1);
        var length = JobLength.parse(written);
        double sum = 0;
        for (int i = 0; i < 10_000; i++) sum += length.draw(random).toMillis() / 1000.0;
        assertThat(sum / 10_000).isBetween(mean - tolerance, mean + tolerance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "-1", "90..30", "exp:", "exp:x", "lognormal:60", "lognormal:60,1,2", "99999999"})
    void aLengthThatIsNoneIsSaid(String text) {
        assertThatThrownBy(() -> JobLength.parse(text)).isInstanceOf(Wrong.class).hasMessageContaining("--job-seconds must be")
                .hasMessageEndingWith(text);
    }

    @Test
    void aTraceIsReadWithOrWithoutHeadingsTimesAndDurations() throws IOException {
        var file = trace("""
                # last Tuesday
                time,queue,jobs,duration

                2026-11-21T12:00:00Z,executor,3,10
                2026-11-21T12:00:01.5Z,jobs:waiting,2
                """);
        assertThat(within(DAY, file)).containsExactly(new Arrival(Duration.ZERO, "executor", 3, Duration.ofSeconds(10)),
                new Arrival(Duration.ofMillis(1500), "executor", 1, Duration.ofSeconds(60)),
                new Arrival(Duration.ofMillis(1500), "executor", 1, Duration.ofSeconds(60)));
        assertThat(within(DAY, trace("0,executor,3,10\n90000,executor,1,10\n"))).as("what is beyond the time does not arrive").hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"x,executor,1 | time must be seconds or an instant such as 2026-11-21T12:00:00Z, was x",
            "-1,executor,1 | time must be seconds of 0 or more, was -1",
            "0,executer,1 | the config has no executor or queue executer; did you mean executor?",
            "0,executor,0 | jobs must be a whole number from 1 to 1000000, was 0", "0,executor,many | jobs must be a whole number",
            "0,executor,1,long | duration must be seconds from 0 to a week, was long",
            "0,executor,1,-2 | duration must be seconds from 0 to a week, was -2",
            "0,executor | must be time,queue,jobs or time,queue,jobs,duration", "0,executor,1,2,3 | must be time,queue,jobs"})
    void aLineThatIsWrongIsNamedWithWhatIsWrong(String line, String message) throws IOException {
        var file = trace("0,executor,1\n" + line + "\n");
        assertThatThrownBy(() -> within(DAY, file)).isInstanceOf(Wrong.class).hasMessageStartingWith(file + ":2: ").hasMessageContaining(message);
    }

    @Test
    void allLinesThatAreWrongAreNamedAtOnceAndNotTooMany() throws IOException {
        var file = trace("x,executor,1\n".repeat(30));
        assertThatThrownBy(() -> within(DAY, file)).isInstanceOfSatisfying(Wrong.class,
                wrong -> assertThat(wrong.problems()).hasSize(21).endsWith("and 10 further problems"));
        assertThatThrownBy(() -> within(DAY, trace("# nothing\n"))).hasMessageContaining("no jobs arrive");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"poisson:60 | must be poisson:", "poisson:0/h | must be above 0", "bursts:x/1h | must be poisson:",
            "poisson:render=1/h | has no executor or queue render", "absent.csv | or a file, and there is no file absent.csv",
            ". | .: cannot be read"})
    void arrivalsThatAreNoneAreSaid(String written, String message) {
        assertThatThrownBy(() -> within(DAY, written)).isInstanceOf(Wrong.class).hasMessageContaining(message);
    }

    private static List<Arrival> within(Duration time, String... written) {
        return new Arrivals(CONFIG, JobLength.parse("60"), 1).within(time, List.of(written));
    }

    private String trace(String text) throws IOException {
        return Files.writeString(Files.createTempFile(temp, "trace", ".csv"), text).toString();
    }
}
