package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.QueueConfig;
import executorscaler.config.Schedule;
import executorscaler.config.WorkerConfig;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Minima by the time of the week. In Berlin clocks go from 02:00 to 03:00 on 2026-03-29 and from 03:00 back to 02:00 on 2026-10-25, both at 01:00 UTC. */
@Tag("unit")
class WallClockTest {

    private static final String WEEK = "MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY";

    @ParameterizedTest(name = "{0} from {1} to {2} in {3}: {5} at {4}")
    @CsvSource({
            "MONDAY FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-11-20T06:59:59Z, 1",
            "MONDAY FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-11-20T07:00:00Z, 4",
            "MONDAY FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-11-20T16:59:59Z, 4",
            "MONDAY FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-11-20T17:00:00Z, 1",
            "MONDAY FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-11-21T12:00:00Z, 1",
            // The same hours of the clock are an hour earlier in summer.
            "FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-07-03T06:00:00Z, 4", "FRIDAY, 08:00, 18:00, Europe/Berlin, 2026-07-03T16:00:00Z, 1",
            // Over midnight it belongs to the day on which it begins.
            "FRIDAY, 22:00, 06:00, UTC, 2026-11-20T22:00:00Z, 4", "FRIDAY, 22:00, 06:00, UTC, 2026-11-21T05:59:59Z, 4",
            "FRIDAY, 22:00, 06:00, UTC, 2026-11-21T06:00:00Z, 1", "FRIDAY, 22:00, 06:00, UTC, 2026-11-20T05:00:00Z, 1",
            "FRIDAY, 09:00, 09:00, UTC, 2026-11-21T08:59:59Z, 4", "FRIDAY, 09:00, 09:00, UTC, 2026-11-21T09:00:00Z, 1",
            // The hour that is skipped is in no window, and cuts those that it is a part of.
            "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-03-29T00:59:59Z, 1", "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-03-29T01:00:00Z, 1",
            "SUNDAY, 02:15, 03:15, Europe/Berlin, 2026-03-29T01:00:00Z, 4", "SUNDAY, 02:15, 03:15, Europe/Berlin, 2026-03-29T01:15:00Z, 1",
            // The hour that is repeated is in its windows twice.
            "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-10-25T00:15:00Z, 4", "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-10-25T00:45:00Z, 1",
            "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-10-25T01:15:00Z, 4", "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-10-25T01:45:00Z, 1",
            "SATURDAY, 22:00, 06:00, Europe/Berlin, 2026-10-25T04:59:59Z, 4", "SATURDAY, 22:00, 06:00, Europe/Berlin, 2026-10-25T05:00:00Z, 1"})
    void whatTheClockOnTheWallShowsCounts(String days, String from, String to, String zone, Instant now, int least) {
        assertThat(WallClock.minReplicas(executor(schedule(days, from, to, zone, 4)), now, new Moment(now))).isEqualTo(least);
    }

    @ParameterizedTest(name = "two that are on have {0} and {1}: {2}")
    @CsvSource({"4,6,6", "6,4,6", "0,0,0"})
    void ofSeveralTheHighestCountsAndNotTheExecutorsOwn(int one, int other, int least) {
        var now = Instant.parse("2026-11-20T12:00:00Z");
        var executor = executor(schedule(WEEK, "00:00", "00:00", "UTC", one), schedule("FRIDAY", "08:00", "18:00", "UTC", other));
        assertThat(WallClock.minReplicas(executor, now, new Moment(now))).isEqualTo(least);
    }

    /** A decision stands until the time that is said: nothing may change before, minute by minute through days on which clocks change. */
    @ParameterizedTest(name = "{0} from {1} to {2} in {3} around {4}")
    @CsvSource({"SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-03-29", "SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-10-25",
            "SATURDAY SUNDAY, 22:00, 02:30, Europe/Berlin, 2026-10-25", "FRIDAY, 09:00, 09:00, America/New_York, 2026-11-01",
            "SUNDAY, 01:45, 02:10, Australia/Lord_Howe, 2026-04-05", "SUNDAY, 00:00, 00:30, Africa/Cairo, 2026-04-24"})
    void nothingChangesBeforeTheTimeThatIsSaid(String days, String from, String to, String zone, String around) {
        var executor = executor(schedule(days, from, to, zone, 4));
        var start = Instant.parse(around + "T00:00:00Z").minus(Duration.ofDays(2));
        var until = Instant.MIN;
        int stands = -1;
        for (var now = start; now.isBefore(start.plus(Duration.ofDays(4))); now = now.plusSeconds(60)) {
            var moment = new Moment(now);
            int least = WallClock.minReplicas(executor, now, moment);
            if (now.isBefore(until)) assertThat(least).as("at %s, before %s", now, until).isEqualTo(stands);
            stands = least;
            until = moment.until();
        }
    }

    private static Schedule schedule(String days, String from, String to, String zone, int least) {
        return new Schedule(Arrays.stream(days.split(" ", -1)).map(DayOfWeek::valueOf).toList(), LocalTime.parse(from), LocalTime.parse(to),
                ZoneId.of(zone), least);
    }

    private static ExecutorConfig executor(Schedule... schedules) {
        return new ExecutorConfig("executor", "jobs", "executor", new QueueConfig.Lists("w", "r", "", QueueConfig.TimeUnit.SECONDS), 2, 1, 50,
                WorkerConfig.SILENT, ExecutorScaleDown.NONE, List.of(schedules), 0);
    }
}
