package executorscaler.plan;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.Schedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.OptionalInt;

/** The minimum of an executor by the time that clocks on the wall show. An hour that a change of clocks repeats is in its windows twice, one that it skips never. */
final class WallClock {

    private WallClock() {}

    /** The highest minimum of the schedules that are on; where none is, the executor's own. */
    static int minReplicas(ExecutorConfig executor, Instant now, Moment moment) {
        var least = OptionalInt.empty();
        for (Schedule schedule : executor.schedules()) {
            if (on(schedule, now, moment)) least = OptionalInt.of(Math.max(least.orElse(0), schedule.minReplicas()));
        }
        return least.orElse(executor.minReplicas());
    }

    private static boolean on(Schedule schedule, Instant now, Moment moment) {
        var wall = now.atZone(schedule.timeZone());
        // The next time that the wall's clock shows one of these, either way that it may be read, or is put forward or back.
        for (var day = wall.toLocalDate(); !day.isAfter(wall.toLocalDate().plusDays(1)); day = day.plusDays(1)) {
            expect(day, schedule.from(), schedule.timeZone(), moment);
            expect(day, schedule.to(), schedule.timeZone(), moment);
            expect(day, LocalTime.MIDNIGHT, schedule.timeZone(), moment);
        }
        var change = schedule.timeZone().getRules().nextTransition(now);
        if (change != null) moment.reached(change.getInstant());

        var time = wall.toLocalTime();
        boolean today = schedule.days().contains(wall.getDayOfWeek());
        boolean since = !time.isBefore(schedule.from());
        boolean until = time.isBefore(schedule.to());
        if (schedule.from().isBefore(schedule.to())) return today && since && until;
        boolean yesterday = schedule.days().contains(wall.getDayOfWeek().minus(1));
        return (today && since) || (yesterday && until);
    }

    private static void expect(LocalDate day, LocalTime time, ZoneId zone, Moment moment) {
        var first = day.atTime(time).atZone(zone);
        moment.reached(first.withEarlierOffsetAtOverlap().toInstant());
        moment.reached(first.withLaterOffsetAtOverlap().toInstant());
    }
}
