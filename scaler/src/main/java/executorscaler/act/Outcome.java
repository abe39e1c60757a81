package executorscaler.act;

/** What came of one action. Stale, Refused and Failed are answers, not exceptions; the next tick is the retry. */
public sealed interface Outcome {

    /**
     * It is so now.
     *
     * @param version resource version of the object after the write, 0 where there is none: a cache older than this has not seen it
     */
    record Done(long version) implements Outcome {}

    /** The world had moved on: {@code saw} instead of what the plan expected. Nothing was written. */
    record Stale(String saw) implements Outcome {}

    /** The other side said no, e.g. a disruption budget (429) or a missing right (403). */
    record Refused(String by) implements Outcome {}

    /** It did not work, or nobody knows whether it did. */
    record Failed(String error) implements Outcome {}
}
