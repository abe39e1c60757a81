package testbed;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The beds of this JVM that were not closed yet; they are closed when it ends in an orderly way. */
final class OpenBeds {
    private static final Set<TestBed> open = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(OpenBeds::closeAll, "testbed-shutdown"));
    }

    private OpenBeds() {
    }

    static void add(TestBed bed) {
        open.add(bed);
    }

    static void remove(TestBed bed) {
        open.remove(bed);
    }

    static void closeAll() {
        List.copyOf(open).forEach(TestBed::close);
    }
}
