package executorscaler.act;

import java.util.SortedMap;
import java.util.function.Supplier;

/** Where people read with {@code kubectl} how things are. */
@FunctionalInterface
public interface StatusWriter {

    /**
     * Returns at once and never throws; of several the last one is written.
     *
     * @param lines by key; asked for on another thread, when it is written
     */
    void write(Supplier<SortedMap<String, String>> lines);
}
