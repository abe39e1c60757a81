package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Room that pods can be put into while packing: a node that is there, one on its way, or one that would have to be bought. Not shared between packings. */
public final class Bin {

    /** What kind of node this is, cheapest first. */
    public enum Kind { OPEN, CLOSED_BY_US, ON_THE_WAY, NEW }

    private final Kind kind;
    private final String pool;
    private final String node;
    private final SortedMap<String, String> labels;
    private final List<Taint> taints;
    private Resources free;
    private int placed;

    /**
     * A bin with {@code free} room.
     *
     * @param pool the pool's name, empty for a node of no pool
     * @param node the node's name, empty while it has none
     */
    public Bin(Kind kind, String pool, String node, SortedMap<String, String> labels, List<Taint> taints, Resources free) {
        this.kind = kind;
        this.pool = pool;
        this.node = node;
        this.labels = labels;
        this.taints = List.copyOf(taints);
        this.free = free;
    }

    /** Puts as many pods of {@code shape} in as fit, at most {@code count}, and says how many. */
    public int place(PodShape shape, int count) {
        int fits = shape.requests().timesIntoAtMost(free, count);
        if (fits == 0 || !Fit.accepts(shape, node, labels, taints)) return 0;
        free = free.minus(shape.requests().times(fits));
        placed += fits;
        return fits;
    }

    boolean has(Map.Entry<String, String> label) {
        return label.getValue().equals(labels.get(label.getKey()));
    }

    public Kind kind() {
        return kind;
    }

    public String pool() {
        return pool;
    }

    public String node() {
        return node;
    }

    /** How many pods were put in. */
    public int placed() {
        return placed;
    }
}
