package executorscaler.kubernetes;

import java.util.List;

/**
 * Objects of one kind, or why they are not known: unknown is not none.
 *
 * @param unknown in plain words, empty: they are known
 */
record Known<R>(List<R> records, String unknown) {

    static <R> Known<R> of(List<R> records) {
        return new Known<>(records, "");
    }

    static <R> Known<R> unknown(String why) {
        return new Known<>(List.of(), why);
    }

    boolean isKnown() { return unknown.isEmpty(); }

    /** Whether this is the very same knowledge: caches give the same list while nothing changes. */
    @SuppressWarnings("ReferenceEquality") // looking into the lists would cost what this saves
    boolean same(Known<R> other) {
        return records == other.records && unknown.equals(other.unknown);
    }
}
