package executorscaler.sim;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Missing.Source;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is broken at the moment. */
final class Faults {
    private final Map<Source, SortedMap<String, Missing>> failing = new EnumMap<>(Source.class);
    private final Map<Source, Integer> repliesToLose = new EnumMap<>(Source.class);

    Faults() {
        for (var source : Source.values()) failing.put(source, new TreeMap<>());
    }

    /** @param subject empty: the whole source */
    void fail(Source source, String subject, Instant since, String error) {
        of(source).putIfAbsent(subject, new Missing(source, subject, since, error));
    }

    void heal(Source source) {
        of(source).clear();
    }

    /** The fault of the whole source, if there is one. */
    Optional<Missing> whole(Source source) {
        return of(source, "");
    }

    Optional<Missing> of(Source source, String subject) {
        return Optional.ofNullable(of(source).get(subject));
    }

    List<Missing> parts(Source source) {
        return List.copyOf(of(source).values());
    }

    void loseReplies(Source source, int count) {
        repliesToLose.put(source, count);
    }

    /** Whether the reply to the write that was just done gets lost. */
    boolean losesReply(Source source) {
        int left = repliesToLose.getOrDefault(source, 0);
        if (left > 0) repliesToLose.put(source, left - 1);
        return left > 0;
    }

    private SortedMap<String, Missing> of(Source source) {
        return Objects.requireNonNull(failing.get(source));
    }
}
