package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The floor of on-demand: for how many of an executor's pods there should be room on nodes that AWS cannot take back ({@code onDemandBase}). It is a floor of room
 * and not of placement: the scheduler puts pods where it likes, and what is on spot leaves as much room elsewhere.
 */
final class OnDemandBase {

    /**
     * What growth did for the pods of one executor that wait.
     *
     * @param housed how many it gave such room
     * @param because why no more, a line for each pool that could; empty: no more was asked for
     */
    record Settled(int housed, List<String> because) {}

    private static final String NOTHING_WAITS = "no pod waits for it, and nothing is bought or moved for pods that run";
    private static final String NO_POOL = "no pool with capacityType on-demand takes the pods";

    private OnDemandBase() {}

    /** The executor as a subject of a plan. */
    static String subject(ExecutorSizing.Sized sized) {
        return "executor/" + sized.config().name();
    }

    /** For how many of the executor's pods there should be such room. */
    private static int wanted(ExecutorSizing.Sized sized) {
        return sized.feeds() ? Math.min(sized.config().onDemandBase(), sized.replicas()) : 0;
    }

    /** How many of these are not on such nodes yet, or promised to them. */
    static int lacking(World world, ExecutorSizing.Sized sized) {
        int wanted = wanted(sized);
        if (wanted == 0) return 0;
        long there = world.podsOf(sized.executor()).stream().filter(pod -> isThere(world, pod)).count();
        return (int) Math.max(0, wanted - there);
    }

    private static boolean isThere(World world, Pod pod) {
        if (!pod.assigned() && !world.nominated(pod)) return false;
        return world.host(pod.assigned() ? pod.node() : pod.nominated()).filter(Host::onDemand).isPresent();
    }

    /** By executor, as a subject. */
    static SortedMap<String, Settled> settled(World world, List<Group> groups, Homes homes) {
        var settled = new TreeMap<String, Settled>();
        for (Group group : groups) {
            if (group.onDemand() == 0) continue;
            int housed = homes.ofBase(group);
            var because = housed < group.onDemand() ? because(world, group, homes) : List.<String>of();
            settled.merge(group.example(), new Settled(housed, because), // pods of a rollout are of two kinds
                    (one, other) -> new Settled(one.housed + other.housed, one.because.isEmpty() ? other.because : one.because));
        }
        return settled;
    }

    private static List<String> because(World world, Group group, Homes homes) {
        var because = new ArrayList<String>();
        for (var config : world.config.nodePools()) {
            if (!config.onDemand()) continue;
            var shelf = homes.shelves().stream().filter(each -> each.config.name().equals(config.name())).findFirst();
            if (shelf.isEmpty()) because.add(config.name() + ": could not be read");
            else if (shelf.get().perNode(group) > 0) because.add(config.name() + ": " + shelf.get().refusal(group, homes.around()));
        }
        return because.isEmpty() ? List.of(NO_POOL) : because;
    }

    /**
     * Keeps such room for pods that run elsewhere, as far as it is there: without it the loss of all spot nodes at once would leave them waiting.
     *
     * @param grown its bins are filled with these pods
     * @param held floors that there is too little room for
     * @return by node, what it stays for
     */
    static Map<String, Reason> keep(World world, List<ExecutorSizing.Sized> sized, PoolGrowth.Grown grown, SortedMap<String, PoolTurn> turns,
            List<Plan.Held> held) {
        var stays = new LinkedHashMap<String, Reason>();
        for (var each : sized) {
            int lacking = lacking(world, each);
            if (lacking == 0) continue;
            var settled = grown.bases().getOrDefault(subject(each), new Settled(0, List.of()));
            int missing = lacking - settled.housed;
            if (missing <= 0) continue;
            for (Bin bin : Room.inOrder(world, grown.bins(), turns)) {
                if (missing <= 0) break;
                if (!Room.onDemand(bin, turns)) continue;
                int took = Room.place(each.executor().shape(), bin, missing);
                if (took > 0) stays.putIfAbsent(bin.node(), new Reason.RoomForBase(each.config().name(), took));
                missing -= took;
            }
            if (missing <= 0) continue;
            var because = settled.because.isEmpty() ? List.of(NOTHING_WAITS) : settled.because;
            held.add(new Plan.Held(subject(each), new Reason.OnDemandBaseNotMet(wanted(each), wanted(each) - missing, because)));
        }
        return stays;
    }
}
