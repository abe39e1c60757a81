package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Packing;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Room for pods that have to leave their nodes, on nodes that stay. A node's pods are given room all together or not at all. Room only shrinks while a plan is
 * made, so that for each shape of pod the nodes that are full are passed over once and not for every pod: the cost is shapes x nodes, and pods.
 */
final class Moves {

    private final Bin[] rooms; // in the order in which they are filled
    private final boolean[] closed;
    private final Map<String, Integer> places = new LinkedHashMap<>(); // by node
    private final IdentityHashMap<PodShape, Integer> starts = new IdentityHashMap<>(); // before it there is no room for the shape, for good
    private final SortedSet<String> receivers = new TreeSet<>();

    /** Into these, the first of them first; they are filled. */
    Moves(List<Bin> rooms) {
        this.rooms = rooms.toArray(Bin[]::new);
        closed = new boolean[this.rooms.length];
        for (int i = 0; i < this.rooms.length; i++) places.put(this.rooms[i].node(), i);
    }

    /** Takes room for all pods of a node, those that are leaving already aside; the first for which there is none, and then none is taken. */
    Optional<Pod> take(String node, List<Pod> pods) {
        var moving = pods.stream().filter(pod -> !pod.terminating())
                .sorted(Comparator.comparingDouble((Pod pod) -> Packing.size(pod.shape().requests())).reversed().thenComparing(Pod::path)).toList();
        var before = new TreeMap<Integer, Bin>(); // what is filled for this node, as it was
        // While nothing is filled, what is found full is full for good: a pod that fits nowhere costs one walk in all, however many nodes it holds.
        for (Pod pod : moving) {
            if (find(node, pod.shape(), before) < 0) return Optional.of(pod);
        }
        for (Pod pod : moving) {
            int place = find(node, pod.shape(), before);
            if (place < 0) {
                before.forEach((index, bin) -> rooms[index] = bin);
                return Optional.of(pod);
            }
            before.computeIfAbsent(place, index -> rooms[index].copy());
            rooms[place].place(pod.shape(), 1);
        }
        for (int place : before.keySet()) receivers.add(rooms[place].node());
        return Optional.empty();
    }

    /** Nothing can go there any more. */
    void close(String node) {
        var place = places.get(node);
        if (place != null) closed[place] = true;
    }

    /** Whether pods were given room on it, so that it has to stay. */
    boolean receives(String node) {
        return receivers.contains(node);
    }

    /** The first place for one pod; -1: there is none. */
    private int find(String node, PodShape shape, Map<Integer, Bin> tried) {
        int from = starts.getOrDefault(shape, 0);
        boolean forGood = true;
        for (int i = from; i < rooms.length; i++) {
            boolean itself = rooms[i].node().equals(node);
            if (!closed[i] && !itself && rooms[i].fits(shape, 1) == 1) return i;
            // The node itself, and what is only tried, may have room for others.
            forGood = forGood && (closed[i] || !itself) && !tried.containsKey(i);
            if (forGood) starts.put(shape, i + 1);
        }
        return -1;
    }
}
