package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Queue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Which nodes stay for delayed jobs that come due while a node that goes now would be missed. The pods that those jobs will need beyond those that there will be
 * are put into the room that there is: into nodes that are used or on their way, then the cheapest empty ones, then those that are being closed. Only nodes of
 * pools that look so far ahead are counted on.
 */
final class ComingDue {

    private final World world;
    private final SortedMap<String, PoolTurn> turns;
    private final Map<String, Reason.JobsComingDue> stays = new LinkedHashMap<>();

    private ComingDue(World world, SortedMap<String, PoolTurn> turns) {
        this.world = world;
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
        var due = new ComingDue(world, turns);
        var inOrder = due.inOrder(bins);
        for (var each : waiting) due.house(each, world.queue(each.config()).orElseThrow(), inOrder);
        return due.stays;
    }

    private static boolean comes(Optional<Queue> queue) {
        return queue.stream().flatMap(each -> each.coming().values().stream()).anyMatch(jobs -> jobs > 0);
    }

    /** A bin, by how gladly it is used. */
    private record Room(Bin bin, int rank, double price) {}

    private List<Bin> inOrder(List<Bin> bins) {
        var rooms = new ArrayList<Room>();
        for (Bin bin : bins) {
            var host = world.host(bin.node());
            var turn = turns.get(bin.pool());
            rooms.add(new Room(bin, rank(bin), host.isEmpty() || turn == null ? 0 : turn.price(host.get())));
        }
        rooms.sort(Comparator.comparingInt(Room::rank).thenComparingDouble(Room::price).thenComparing(room -> room.bin().node()));
        return rooms.stream().map(Room::bin).toList();
    }

    private static int rank(Bin bin) {
        if (bin.placed() > 0) return 0;
        return switch (bin.kind()) {
            case ON_THE_WAY, NEW -> 0;
            case OPEN -> bin.vacant() ? 1 : 0;
            case CLOSED_BY_US -> 2;
        };
    }

    private void house(ExecutorSizing.Sized sized, Queue queue, List<Bin> rooms) {
        int housed = 0;
        for (var coming : queue.coming().entrySet()) {
            long wanted = Math.ceilDiv(queue.jobs() + coming.getValue(), (long) sized.config().jobsPerPod());
            int more = Math.clamp(wanted, 0, sized.config().maxReplicas()) - sized.replicas() - housed;
            for (Bin bin : rooms) {
                if (more <= 0) break;
                if (!looksAhead(bin, coming.getKey())) continue;
                int took = place(sized.executor().shape(), bin, more);
                if (took == 0) continue;
                more -= took;
                housed += took;
                stays.putIfAbsent(bin.node(), new Reason.JobsComingDue(sized.config().name(), coming.getValue(), took, coming.getKey()));
            }
        }
    }

    /** A node of no pool is nobody's to take; one of a pool that looks less far ahead may go before. */
    private boolean looksAhead(Bin bin, int seconds) {
        if (bin.pool().isEmpty()) return true;
        var turn = turns.get(bin.pool());
        return turn != null && turn.options.minNodeLifetimeSeconds() >= seconds;
    }

    /** Pods with rules about the pods around them may need a node each: whether those rules hold is not tried, so that none is counted on beside others. */
    private static int place(PodShape shape, Bin bin, int pods) {
        if (!shape.rules().social()) return bin.place(shape, pods);
        return bin.vacant() && bin.placed() == 0 ? bin.place(shape, 1) : 0;
    }
}
