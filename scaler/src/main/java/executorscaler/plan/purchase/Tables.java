package executorscaler.plan.purchase;

import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Pods and nodes as arrays, resource by resource. Nodes that another kind beats in everything are not in it. */
final class Tables {

    final int[] demand; // by pod kind
    final long[][] request; // by pod kind, by resource
    final long[][] room; // by node kind, by resource
    final double[] cost; // by node kind
    final int[] most; // by node kind
    final boolean[] capped; // by node kind: whether more than that could be wanted
    final boolean[][] takes; // by node kind, by pod kind
    final int[] node; // by node kind: its index outside
    final int[] pod; // by pod kind: its index outside
    final double highestCost;

    /** Of these pods and nodes, given by their indexes. */
    Tables(List<PodKind> allPods, List<Integer> pods, List<NodeKind> allNodes, List<Integer> nodes) {
        var names = new TreeSet<String>();
        for (int i : pods) names.addAll(allPods.get(i).requests().extended().keySet());
        pod = pods.stream().mapToInt(Integer::intValue).toArray();
        demand = pods.stream().mapToInt(i -> allPods.get(i).pods()).toArray();
        request = pods.stream().map(i -> amounts(allPods.get(i).requests(), names)).toArray(long[][]::new);
        var kept = new ArrayList<Candidate>();
        for (int n : nodes) {
            var kind = allNodes.get(n);
            var candidate = new Candidate(n, kind, amounts(kind.room(), names), new boolean[pod.length]);
            double wanted = 0;
            for (int i = 0; i < pod.length; i++) {
                int fits = fits(request[i], candidate.room, demand[i]);
                candidate.takes[i] = fits > 0 && allPods.get(pod[i]).nodes().contains(n);
                if (candidate.takes[i]) wanted += Math.ceilDiv(demand[i], fits);
            }
            candidate.capped = kind.most() < wanted;
            if (wanted > 0 && kind.most() > 0) kept.add(candidate);
        }
        var best = kept.stream().filter(one -> kept.stream().noneMatch(other -> other.beats(one))).toList();
        node = best.stream().mapToInt(one -> one.index).toArray();
        room = best.stream().map(one -> one.room).toArray(long[][]::new);
        cost = best.stream().mapToDouble(one -> one.kind.cost()).toArray();
        most = best.stream().mapToInt(one -> one.kind.most()).toArray();
        takes = best.stream().map(one -> one.takes).toArray(boolean[][]::new);
        capped = new boolean[best.size()];
        double highest = 0;
        for (int n = 0; n < capped.length; n++) {
            capped[n] = best.get(n).capped;
            highest = Math.max(highest, cost[n]);
        }
        highestCost = highest;
    }

    private static final class Candidate {
        private final int index;
        private final NodeKind kind;
        private final long[] room;
        private final boolean[] takes;
        private boolean capped;

        Candidate(int index, NodeKind kind, long[] room, boolean[] takes) {
            this.index = index;
            this.kind = kind;
            this.room = room;
            this.takes = takes;
        }

        /** Whether there is always enough of this one, which is as large, as cheap, and takes whatever the other takes. */
        boolean beats(Candidate other) {
            if (this == other || capped || kind.cost() > other.kind.cost()) return false;
            boolean equal = kind.cost() == other.kind.cost();
            for (int k = 0; k < room.length; k++) {
                if (room[k] < other.room[k]) return false;
                equal &= room[k] == other.room[k];
            }
            for (int i = 0; i < takes.length; i++) {
                if (other.takes[i] && !takes[i]) return false;
                equal &= takes[i] == other.takes[i];
            }
            return !equal || other.capped || index < other.index;
        }
    }

    int pods() {
        return demand.length;
    }

    int nodes() {
        return node.length;
    }

    private static long[] amounts(Resources resources, SortedSet<String> names) {
        var amounts = new long[4 + names.size()];
        amounts[0] = resources.cpuMillis();
        amounts[1] = resources.memoryBytes();
        amounts[2] = resources.ephemeralBytes();
        amounts[3] = resources.pods();
        int k = 4;
        for (var name : names) amounts[k++] = resources.extended().getOrDefault(name, 0L);
        return amounts;
    }

    /** How many times {@code request} goes into {@code room}, at most {@code limit}. */
    static int fits(long[] request, long[] room, int limit) {
        long times = limit;
        for (int k = 0; k < request.length; k++) {
            if (request[k] > 0) times = Math.min(times, Math.floorDiv(room[k], request[k]));
        }
        return (int) Math.max(0, times);
    }
}
