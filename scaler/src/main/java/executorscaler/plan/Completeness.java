package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Joining;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Taint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Until when a node that has registered is still on its way: for the plan, and for whoever shows it. */
public final class Completeness {

    private static final int ENOUGH_BOOTS = 3;

    /**
     * What is not yet as it will be.
     *
     * @param devices names of those that the machine should bring and of which too few are allocatable
     * @param taint key of one that the config does not name and that may still go; empty: none
     */
    public record Lacks(List<String> devices, String taint) {

        /** Of a node that is complete. */
        public static final Lacks NOTHING = new Lacks(List.of(), "");

        public Lacks {
            devices = List.copyOf(devices);
        }

        public boolean nothing() {
            return devices.isEmpty() && taint.isEmpty();
        }
    }

    /** A node of a pool, and the instance that it is. */
    public record Registered(Node node, Pool.Instance instance) {}

    private Completeness() {}

    /**
     * What a node lacks that is ready: resources that its machine should bring (a GPU node without its GPUs is still on its way, rule S9), or it has a taint that
     * the config does not name. A new node keeps such taints until its controllers have seen it ({@code node.kubernetes.io/not-ready} for some 100 ms, a network
     * plugin's for longer); once the pool's time is over they are the node's own.
     *
     * @param late whether that time is over for it; asked only where it counts
     */
    public static Lacks of(Node node, PoolConfig config, Joining.Place place, BooleanSupplier late) {
        var devices = missingDevices(node, place);
        if (!devices.isEmpty()) return new Lacks(devices, "");
        for (Taint taint : node.taints()) {
            boolean expected = !taint.repels() || taint.key().equals(World.CORDON_TAINT) || declared(config, place.pool(), taint);
            if (!expected) return late.getAsBoolean() ? Lacks.NOTHING : new Lacks(List.of(), taint.key());
        }
        return Lacks.NOTHING;
    }

    /** Names of the devices that the machine should bring and of which the node has too few allocatable. */
    static List<String> missingDevices(Node node, Joining.Place place) {
        var devices = NodeTemplate.devices(place.pool(), place.instance().type());
        if (devices.isEmpty()) return List.of();
        return devices.entrySet().stream().filter(device -> node.allocatable().extended().getOrDefault(device.getKey(), 0L) < device.getValue())
                .map(Map.Entry::getKey).toList();
    }

    private static boolean declared(PoolConfig config, Pool pool, Taint taint) {
        for (var each : config.taints()) {
            if (each.key().equals(taint.key()) && each.value().equals(taint.value())) return true;
        }
        for (Taint each : pool.setup().taints()) {
            if (each.key().equals(taint.key()) && each.value().equals(taint.value())) return true;
        }
        return false;
    }

    /**
     * How long a launched instance may take until its node is ready: twice the longest that the pool's nodes took to register, and two minutes, once there are three
     * to learn from; never more than the config allows. Where nodes bring devices the config alone counts, as nobody notes when those became allocatable.
     *
     * @param group empty: it was not read
     * @param nodes of the pool
     */
    public static int provisionSeconds(Config config, PoolConfig pool, Optional<Pool> group, List<Registered> nodes) {
        int most = PoolOptions.of(config.scaleDown(), pool, group).maxProvisionSeconds();
        if (group.isEmpty() || !NodeTemplate.devices(group.get(), "").isEmpty()) return most;
        int boots = 0;
        long longest = 0;
        for (var each : nodes) {
            if (!each.node().ready()) continue;
            long seconds = Duration.between(each.instance().launchedAt(), each.node().createdAt()).toSeconds();
            if (seconds > 0) boots++;
            longest = Math.max(longest, seconds);
        }
        if (boots < ENOUGH_BOOTS) return most;
        return (int) Math.min(most, 2 * longest + 120);
    }
}
