package executorscaler.kubernetes;

import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Notice;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What AWS has announced about a node's instance, as an annotation that a person can read: {@code interruption at 2026-11-21T12:00:00Z until
 * 2026-11-21T12:02:00Z; terminating at 2026-11-21T12:00:05Z hook drain}.
 */
final class AnnouncedNote {

    /** The annotation's name. */
    static final String ANNOUNCED = "executor-scaler/announced";

    private static final Pattern ENTRY = Pattern.compile("([a-z]+) at (\\S+)(?: until (\\S+))?(?: hook (\\S+))?");

    private AnnouncedNote() {}

    /** In the order of their kinds. What cannot be read says nothing: whoever wrote it, it was not us. */
    static List<Announced> read(ObjectMeta node) {
        var text = node.getAnnotations() == null ? "" : node.getAnnotations().getOrDefault(ANNOUNCED, "");
        var announced = new ArrayList<Announced>();
        for (var entry : text.split("; *", -1)) entry(entry.strip()).ifPresent(announced::add);
        announced.sort(Comparator.comparing(Announced::kind));
        return List.copyOf(announced);
    }

    static String write(List<Announced> announced) {
        return announced.stream().map(AnnouncedNote::entry).collect(Collectors.joining("; "));
    }

    private static Optional<Announced> entry(String text) {
        var matcher = ENTRY.matcher(text);
        if (!matcher.matches()) return Optional.empty();
        var until = matcher.group(3);
        var hook = matcher.group(4);
        try {
            return Optional.of(new Announced(Notice.Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), Instant.parse(matcher.group(2)),
                    until == null ? Instant.MAX : Instant.parse(until), hook == null ? "" : hook));
        } catch (DateTimeParseException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static String entry(Announced said) {
        return said.kind().name().toLowerCase(Locale.ROOT) + " at " + said.at() + (said.until().equals(Instant.MAX) ? "" : " until " + said.until())
                + (said.hook().isEmpty() ? "" : " hook " + said.hook());
    }
}
