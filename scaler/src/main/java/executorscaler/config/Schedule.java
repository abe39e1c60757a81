package executorscaler.config;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * A time of the week, by the clock on the wall, in which an executor has another minimum.
 *
 * @param days on which it begins
 * @param to when it ends, of the next day where it is not after {@code from}
 */
public record Schedule(List<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId timeZone, int minReplicas) {

    public Schedule {
        days = List.copyOf(days);
    }
}
