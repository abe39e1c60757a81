package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.util.List;

/**
 * What one planned node of a pool costs.
 *
 * @param hourly dollars an hour
 */
public record Price(double hourly, Source source) {

    /** Who says so. */
    public enum Source {
        /** The pool's {@code hourlyPrice}. */
        CONFIG,
        /** EC2's spot price history: of each machine the highest of the group's zones, of several the mean, as nobody knows which will come. */
        SPOT_HISTORY,
        /** Worked out from the machine; right enough to tell a large one from a small one. */
        ESTIMATE
    }

    // us-east-1, on demand: c5.large (2 vCPU, 4 GiB) 0.085, m5.large (8 GiB) 0.096, r5.large (16 GiB) 0.126; here 0.085, 0.099 and 0.127.
    private static final double CPU = 0.0355;
    private static final double GIB = 0.0035;
    // Of g4dn.xlarge at 0.526 there is 0.328 left for one T4, of g6.xlarge at 0.805 0.607 for one L4, of g5.xlarge at 1.006 0.808 for one A10G, of inf2.xlarge at
    // 0.758 0.560 for one Inferentia: with 0.5 none of them is off by more than a third.
    private static final double DEVICE = 0.5;
    // Families that begin with p: of p3.2xlarge at 3.06 there is 2.56 left for one V100, of p4d.24xlarge at 21.96 1.82 for each A100.
    private static final double LARGE_DEVICE = 2.5;
    private static final double ARM = 0.8;
    private static final double SPOT = 0.4;

    /** What a node costs that this pool would launch. */
    public static Price of(PoolConfig config, Pool pool) {
        return of(config, pool.offers(), pool.leastWeight(), 1);
    }

    /** What a node that is there costs: by its own machine where the group may launch it still, and by the weight that it fills. */
    public static Price of(PoolConfig config, Pool pool, Pool.Instance instance) {
        var own = pool.offers().stream().filter(offer -> offer.type().name().equals(instance.type())).toList();
        return of(config, own.isEmpty() ? pool.offers() : own, instance.weight(), instance.weight() / (double) pool.leastWeight());
    }

    /** @param weight of the node in units; {@code planned} is how many planned nodes it stands for */
    private static Price of(PoolConfig config, List<Pool.Offer> offers, int weight, double planned) {
        if (config.hourlyPrice().isPresent()) return new Price(config.hourlyPrice().getAsDouble() * planned, Source.CONFIG);
        boolean spot = config.capacityType() == PoolConfig.CapacityType.SPOT;
        var seen = offers.stream().filter(offer -> offer.spotPrice().isPresent())
                .mapToDouble(offer -> offer.spotPrice().getAsDouble() * weight / offer.weight()).average();
        if (spot && seen.isPresent()) return new Price(seen.getAsDouble(), Source.SPOT_HISTORY);
        double estimate = offers.stream().mapToDouble(offer -> estimate(offer.type()) * weight / offer.weight()).average().orElse(0);
        return new Price(Math.round((spot ? estimate * SPOT : estimate) * 10_000) / 10_000.0, Source.ESTIMATE);
    }

    private static double estimate(MachineType type) {
        double devices = type.accelerators().values().stream().mapToLong(Long::longValue).sum();
        double machine = type.vcpus() * CPU + type.memoryBytes() / (double) (1L << 30) * GIB;
        return (type.architecture().equals("arm64") ? machine * ARM : machine) + devices * (type.name().startsWith("p") ? LARGE_DEVICE : DEVICE);
    }
}
