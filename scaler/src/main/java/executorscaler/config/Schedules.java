package executorscaler.config;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the times of the week in which an executor has another minimum. */
final class Schedules {

    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final Map<String, DayOfWeek> DAYS = new TreeMap<>(Map.of("Mon", DayOfWeek.MONDAY, "Tue", DayOfWeek.TUESDAY, "Wed",
            DayOfWeek.WEDNESDAY, "Thu", DayOfWeek.THURSDAY, "Fri", DayOfWeek.FRIDAY, "Sat", DayOfWeek.SATURDAY, "Sun", DayOfWeek.SUNDAY));

    private Schedules() {}

    /** @param maxReplicas of the executor, which no minimum may exceed */
    static List<Schedule> read(YamlSection executor, int maxReplicas) {
        return executor.sections("schedules").stream().map(section -> schedule(section, maxReplicas)).toList();
    }

    private static Schedule schedule(YamlSection section, int maxReplicas) {
        var days = new ArrayList<DayOfWeek>();
        for (var item : section.items("days")) YamlSection.checked(item, Schedules::complaint).ifPresent(text -> days.addAll(days(text)));
        var from = section.requiredText("from", Schedules::timeComplaint).map(LocalTime::parse).orElse(LocalTime.MIDNIGHT);
        var to = section.requiredText("to", Schedules::timeComplaint).map(LocalTime::parse).orElse(LocalTime.MIDNIGHT);
        ZoneId zone = section.requiredText("timeZone", text -> zone(text).isEmpty() ? "is no time zone such as Europe/Berlin or UTC" : "")
                .flatMap(Schedules::zone).orElse(ZoneOffset.UTC);
        int least = section.requiredWhole("minReplicas", 0, maxReplicas).orElse(0);
        return new Schedule(section.has("days") ? days : List.of(DayOfWeek.values()), from, to, zone, least);
    }

    private static String complaint(String text) {
        var ends = Arrays.asList(text.split("-", -1));
        return ends.size() <= 2 && DAYS.keySet().containsAll(ends)
                ? ""
                : "must be a day or a range of days such as Mon or Mon-Fri, was '" + YamlValue.printable(text) + "'";
    }

    private static String timeComplaint(String text) {
        return TIME.matcher(text).matches() ? "" : "must be a time from 00:00 to 23:59, was '" + YamlValue.printable(text) + "'";
    }

    /** Sat-Mon is three days. */
    private static List<DayOfWeek> days(String text) {
        var ends = text.split("-", -1);
        var days = new ArrayList<DayOfWeek>();
        var last = DAYS.getOrDefault(ends[ends.length - 1], DayOfWeek.MONDAY);
        var day = DAYS.getOrDefault(ends[0], DayOfWeek.MONDAY);
        for (; day != last; day = day.plus(1)) days.add(day);
        days.add(last);
        return days;
    }

    private static Optional<ZoneId> zone(String text) {
        try {
            return Optional.of(ZoneId.of(text));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }
}
