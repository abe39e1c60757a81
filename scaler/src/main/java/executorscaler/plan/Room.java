package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.PodShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/**
 * A bin that room is kept in, by how gladly: on nodes that are used or on their way, then on the cheapest empty ones, then on those that are being closed.
 *
 * @param price dollars an hour
 */
record Room(Bin bin, int rank, double price) {

    /**
     * All bins.
     *
     * @param turns by pool
     */
    static List<Bin> inOrder(World world, List<Bin> bins, SortedMap<String, PoolTurn> turns) {
        var rooms = new ArrayList<Room>();
        for (Bin bin : bins) {
            var host = world.host(bin.node());
            var turn = turns.get(bin.pool());
            rooms.add(new Room(bin, rankOf(bin), host.isEmpty() || turn == null ? 0 : turn.price(host.get())));
        }
        rooms.sort(Comparator.comparingInt(Room::rank).thenComparingDouble(Room::price).thenComparing(room -> room.bin().node()));
        return rooms.stream().map(Room::bin).toList();
    }

    private static int rankOf(Bin bin) {
        if (bin.placed() > 0) return 0;
        return switch (bin.kind()) {
            case ON_THE_WAY, NEW -> 0;
            case OPEN -> bin.vacant() ? 1 : 0;
            case CLOSED_BY_US -> 2;
        };
    }

    /** Whether AWS cannot take the node back. */
    static boolean onDemand(Bin bin, SortedMap<String, PoolTurn> turns) {
        var turn = turns.get(bin.pool());
        return turn != null && turn.config.onDemand();
    }

    /** Pods with rules about the pods around them may need a node each: whether those rules hold is not tried, so that none is counted on beside others. */
    static int place(PodShape shape, Bin bin, int pods) {
        if (!shape.rules().social()) return bin.place(shape, pods);
        return bin.vacant() && bin.placed() == 0 ? bin.place(shape, 1) : 0;
    }
}
