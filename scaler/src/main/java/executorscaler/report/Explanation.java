package executorscaler.report;

import executorscaler.plan.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why one thing is as it is, from the job to the pool: what {@code why} tells on the command line and over HTTP.
 *
 * @param subject as {@code kind/name}
 * @param tick number of the tick that it is read off
 * @param at when that tick looked at the world
 * @param sentence the answer in short
 * @param chain what there is at each link, the job's end first
 * @param doing what this tick does about it
 * @param blocker the one reason that holds it up; empty: nothing does
 * @param others what else is held back along the chain
 * @param advice what to do, in the imperative; empty: nothing
 */
public record Explanation(String subject, long tick, Instant at, String sentence, List<Row> chain, List<Cause> doing, Optional<Cause> blocker,
        List<Cause> others, Next next, String advice) {

    public Explanation {
        chain = List.copyOf(chain);
        doing = List.copyOf(doing);
        others = List.copyOf(others);
    }

    /** One link of the chain in words. */
    public record Row(String label, String words) {}

    /**
     * A reason and what it is about.
     *
     * @param kind the reason's code: the same word in page, metrics, events and log
     * @param words the same as everywhere else, with nothing left out
     * @param reason its facts; empty: a write was answered by an error, which is in {@code words}
     */
    public record Cause(String subject, String kind, Weight weight, String words, Optional<Reason> reason) {}

    /**
     * When it is looked at next.
     *
     * @param at the time, where one is known
     * @param words what happens then, or what it depends on
     */
    public record Next(Optional<Instant> at, String words) {}
}
