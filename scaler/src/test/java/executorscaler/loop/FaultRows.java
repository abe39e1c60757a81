package executorscaler.loop;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How often each row of the catalogue of faults, docs/faults.md, has happened. */
final class FaultRows {

    private final TreeMap<Integer, Long> hits = new TreeMap<>();

    /** These rows happened. */
    void hit(int... rows) {
        for (int row : rows) hits.merge(row, 1L, Long::sum);
    }

    /** What happened elsewhere happened here. */
    synchronized void add(FaultRows other) {
        other.hits.forEach((row, count) -> hits.merge(row, count, Long::sum));
    }

    /** By row. */
    NavigableMap<Integer, Long> hits() {
        return Collections.unmodifiableNavigableMap(hits);
    }
}
