package executorscaler.snapshot;

import java.time.Instant;
import java.util.Locale;

/**
 * Something that should have been seen and was not. What is missing is unknown, never zero.
 *
 * @param subject name of the executor or pool whose part is missing; empty: the whole source
 * @param since when it was first found missing
 * @param error what the source answered
 */
public record Missing(Source source, String subject, Instant since, String error) {

    /** Where facts come from. */
    public enum Source {
        REDIS, KUBERNETES, AWS,
        /** The queue in which AWS tells what it is about to do: without it everything else goes on. */
        NOTICES;

        /** What the plan, the page and {@code why} call it, e.g. {@code source/redis}. */
        public String subject() {
            return "source/" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether nothing may be taken away while it is unknown. */
    public boolean holdsStill() {
        return source != Source.NOTICES;
    }

    public boolean is(Source other, String name) {
        return source == other && (subject.isEmpty() || subject.equals(name));
    }
}
