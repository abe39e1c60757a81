package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.Queue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * Which nodes stay for delayed jobs that come due while a node that goes now would be missed. The pods that those jobs will need beyond those that there will be
 * are put into the room that there is (see {@link Room}), those that a floor of on-demand is for into such room first. Only nodes of pools that look so far ahead
 * are counted on.
 */
final class ComingDue {

    private final SortedMap<String, PoolTurn> turns;
    private final Map<String, Reason.JobsComingDue> stays = new LinkedHashMap<>();

    private ComingDue(SortedMap<String, PoolTurn> turns) {
        this.turns = turns;
    }

    /**
     * Why nodes stay, by their names.
     *
     * @param bins all room, as growth has filled it; the pods to come are filled in
     * @param turns by pool
     */
    static Map<String, Reason.JobsComingDue> stays(World world, List<ExecutorSizing.Sized> sized, List<Bin> bins, SortedMap<String, PoolTurn> turns) {
        var waiting = sized.stream().filter(each -> each.feeds() && comes(world.queue(each.config()))).toList();
        if (waiting.isEmpty()) return Collections.emptyMap();
        var due = new ComingDue(turns);
        var inOrder = Room.inOrder(world, bins, turns);
        for (var each : waiting) due.house(each, world.queue(each.config()).orElseThrow(), inOrder);
        return due.stays;
    }

    private static boolean comes(Optional<Queue> queue) {
        return queue.stream().flatMap(each -> each.coming().values().stream()).anyMatch(jobs -> jobs > 0);
    }

    private void house(ExecutorSizing.Sized sized, Queue queue, List<Bin> rooms) {
        int housed = 0;
        for (var coming : queue.coming().entrySet()) {
            long wanted = Math.ceilDiv(queue.jobs() + coming.getValue(), (long) sized.config().jobsPerPod());
            int more = Math.max(0, Math.clamp(wanted, 0, sized.config().maxReplicas()) - sized.replicas() - housed);
            int ofBase = Math.clamp(sized.config().onDemandBase() - sized.replicas() - housed, 0, more);
            int took = fill(sized, coming, rooms, ofBase, bin -> Room.onDemand(bin, turns));
            housed += took + fill(sized, coming, rooms, more - took, _ -> true);
        }
    }

    private int fill(ExecutorSizing.Sized sized, Map.Entry<Integer, Long> coming, List<Bin> rooms, int pods, Predicate<Bin> may) {
        int left = pods;
        for (Bin bin : rooms) {
            if (left == 0) break;
            if (!looksAhead(bin, coming.getKey()) || !may.test(bin)) continue;
            int took = Room.place(sized.executor().shape(), bin, left);
            left -= took;
            if (took == 0) continue;
            var why = new Reason.JobsComingDue(sized.config().name(), coming.getValue(), took, coming.getKey());
            stays.putIfAbsent(bin.node(), why);
        }
        return pods - left;
    }

    /** A node of no pool is nobody's to take; one of a pool that looks less far ahead may go before. */
    private boolean looksAhead(Bin bin, int seconds) {
        if (bin.pool().isEmpty()) return true;
        var turn = turns.get(bin.pool());
        return turn != null && turn.options.minNodeLifetimeSeconds() >= seconds;
    }
}
