package executorscaler.plan;

import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Keeps groups from choosing nodes with executors' pods as victims, to rebalance their zones or because somebody lowered a number: EC2's scale-in protection goes
 * on where such a pod is, and comes off when we have closed the node and none is on it (docs/decisions/0016). What is protected is read off the group each time.
 */
final class Protection {

    /** So long an end waits for the protection to come off, after it could have been made. AWS ends protected instances by name all the same. */
    static final int PATIENCE_SECONDS = 60;

    private final World world;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final SortedMap<String, SortedSet<String>> closed = new TreeMap<>(); // by pool, ids of instances that need it no more

    Protection(World world, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.steps = steps;
        this.held = held;
    }

    /**
     * What desired capacity has to be, because AWS may not end more: somebody has lowered it below that. Nothing could be given back from a number that is less than
     * what is there.
     */
    static int keeps(World world, Pool pool, int max) {
        return Math.min(max,
                pool.instances().stream().filter(each -> world.isAlive(each) && each.protectedFromScaleIn()).mapToInt(Pool.Instance::weight)
                        .sum());
    }

    /** Wherever an executor's pod is: whether it runs a job at this moment changes faster than anybody could follow. */
    void protect() {
        if (!world.config.scaleInProtection()) return;
        for (var config : world.config.nodePools()) {
            var pool = world.pool(config);
            if (pool.isEmpty()) continue;
            if (pool.get().setup().protectsNew()) {
                held.add(new Plan.Held("pool/" + config.name(),
                        new Reason.GroupTrouble("the group protects its new instances from scale-in: what is protected there is left alone")));
                continue;
            }
            var busy = new TreeSet<String>();
            for (Host host : world.hosts(pool.get())) {
                var instance = host.place().orElseThrow().instance();
                if (host.executes() && inService(instance) && !instance.protectedFromScaleIn()) busy.add(instance.id());
            }
            step(busy, ids -> new Action.Protect(config.name(), pool.get().group(), ids), new Reason.MayRunJobs(busy.size()));
        }
    }

    /**
     * Notes that a node which we closed needs no protection any more.
     *
     * @param mayEnd since when it may be ended
     * @return whether the node's end waits for that
     */
    boolean comesOff(PoolTurn turn, Host host, Instant mayEnd) {
        var instance = turn.instance(host);
        boolean ours = world.config.scaleInProtection() && !turn.pool.setup().protectsNew();
        if (!ours || !turn.mayReplace || !inService(instance) || !instance.protectedFromScaleIn()) return false;
        if (world.moment.reached(mayEnd.plusSeconds(PATIENCE_SECONDS))) return false;
        closed.computeIfAbsent(turn.config.name(), _ -> new TreeSet<>()).add(instance.id());
        return true;
    }

    /** Takes it off what was noted. */
    void takeOff() {
        for (var config : world.config.nodePools()) {
            var ids = closed.getOrDefault(config.name(), Collections.emptySortedSet());
            world.pool(config).ifPresent(pool -> step(ids, some -> new Action.Unprotect(config.name(), pool.group(), some),
                    new Reason.ClosedWithoutJobs(ids.size())));
        }
    }

    /** One call a group, for as many as fit in it; the next tick goes on with the rest. */
    private void step(SortedSet<String> ids, Function<List<String>, Action> action, Reason why) {
        if (!ids.isEmpty()) steps.add(new Plan.Step(action.apply(ids.stream().limit(Action.Protect.MOST).toList()), why));
    }

    private boolean inService(Pool.Instance instance) {
        return instance.lifecycle() == Pool.Lifecycle.IN_SERVICE && world.isAlive(instance);
    }
}
