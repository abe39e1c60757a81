package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.report.TickHistory.Line;
import executorscaler.snapshot.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What turned from one tick to the next beside what was decided: another config, a source that is lost or back. */
final class Turns {

    private Turns() {}

    static List<Line> between(Tick before, Tick after) {
        var lines = new ArrayList<Line>();
        config(before, after).ifPresent(lines::add);
        for (var source : Missing.Source.values()) {
            var then = missing(before, source);
            var now = missing(after, source);
            var subject = source.subject();
            if (then.isEmpty() && now.isPresent()) {
                lines.add(seen("SourceLost", subject, Sentences.name(source) + " cannot be read", Sentences.quote(now.get().error())));
            } else if (then.isPresent() && now.isEmpty()) {
                lines.add(seen("SourceBack", subject, Sentences.name(source) + " is read again",
                        "it could not be read since " + Sentences.at(then.get().since())));
            }
        }
        return lines;
    }

    private static Optional<Line> config(Tick before, Tick after) {
        var then = before.config();
        var now = after.config();
        if (now.generation() != then.generation()) {
            return Optional.of(seen("Config", "config", "config " + now.generation() + " is in force",
                    ConfigText.difference(then.config(), now.config())));
        }
        if (now.rejected().isEmpty() || now.rejected().equals(then.rejected())) return Optional.empty();
        return Optional.of(seen("ConfigRejected", "config", "the newest config is rejected", Sentences.quote(now.rejected().getFirst().toString())));
    }

    private static Optional<Missing> missing(Tick tick, Missing.Source source) {
        return tick.snapshot().missing().stream().filter(one -> one.source() == source).findFirst();
    }

    private static Line seen(String kind, String subject, String what, String why) {
        return new Line(kind, subject, what, why, "Seen", "", false);
    }
}
