package executorscaler.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a config, so that the operator sees all of it at once and not one problem a try. */
final class Problems {

    /** Beyond this nobody reads on, and a hostile text could fill the memory. */
    private static final int MOST = 100;

    private final List<Problem> found = new ArrayList<>();
    private int further;

    void add(String path, int line, String message) {
        if (found.size() == MOST) {
            further++;
            return;
        }
        found.add(new Problem(path, message, line));
    }

    boolean isEmpty() { return found.isEmpty(); }

    /** In the order of the lines; what has no line comes first. */
    List<Problem> inOrder() {
        var sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line));
        if (further > 0) sorted.add(new Problem("", "and " + further + " further problems", 0));
        return List.copyOf(sorted);
    }
}
