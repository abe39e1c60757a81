package executorscaler.report;

import executorscaler.loop.Clock;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.snapshot.Missing;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the loop turns, and whether it has seen the whole world once. A source that fails later makes the service careful, not unhealthy. */
public final class Health implements TickListener {
    private final Clock clock;
    private final Duration limit;
    private volatile Duration progress; // written by the loop's thread
    private volatile boolean ticked;
    private volatile boolean sawAll;
    private volatile String remarks = "";

    /** An answer and its words. */
    public record Verdict(boolean ok, String words) {}

    /** @param limit the longest time between two ticks that is not a stop, by the monotonic clock */
    public Health(Clock clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
        this.progress = clock.elapsed();
    }

    @Override
    public void ticked(Tick tick) {
        progress = clock.elapsed();
        ticked = true;
        var missing = tick.snapshot().missing();
        if (missing.stream().noneMatch(Missing::holdsStill)) sawAll = true;
        remarks = Stream
                .concat(Stream.concat(Stream.of(tick.role()).filter(role -> !(role instanceof Role.Alone)).map(Sentences::of),
                        missing.stream().map(Health::words)), tick.config().rejected().stream().map(problem -> "rejected config: " + problem))
                .collect(Collectors.joining("\n"));
    }

    /** Whether ticks follow each other. */
    public Verdict live() {
        var since = clock.elapsed().minus(progress);
        var what = ticked ? "last tick " + since.toMillis() + " ms ago" : "no tick yet, started " + since.toMillis() + " ms ago";
        if (since.compareTo(limit) <= 0) return new Verdict(true, what);
        return new Verdict(false, "the loop stands still: " + what + ", at most " + limit.toMillis() + " ms allowed");
    }

    /** Whether the loop has turned once: until then a slow start is no reason to start again. */
    public Verdict started() {
        return new Verdict(ticked, ticked ? "started" : "no tick yet");
    }

    /** Whether every source has answered in one tick since the start. */
    public Verdict ready() {
        var words = Stream.of(sawAll ? "ready" : ticked ? "not every source has been read yet" : "no tick yet", remarks)
                .filter(line -> !line.isEmpty());
        return new Verdict(sawAll, String.join("\n", words.toList()));
    }

    private static String words(Missing missing) {
        return "missing: " + Sentences.name(missing.source()) + (missing.subject().isEmpty() ? "" : " (" + missing.subject() + ")") + " since "
                + Sentences.at(missing.since()) + ": " + missing.error();
    }
}
