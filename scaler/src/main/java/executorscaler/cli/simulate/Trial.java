package executorscaler.cli.simulate;

import executorscaler.sim.SimStats;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * What came of a simulation.
 *
 * @param name of the config
 * @param time that was simulated
 * @param left jobs that were not done at the end
 * @param killed jobs lost by what the scaler did: must be 0
 * @param raced of jobs, those that a worker took in the moment in which its pod was told to go; the platform gives them back
 * @param flaps see {@link Flaps}
 * @param findings plans that the safety check found wrong: must be 0
 * @param ticks turns of the loop
 * @param poolNames in the config's order
 * @param samples by time
 * @param assumed what the config does not say and was taken to be so
 */
public record Trial(String name, Duration time, SimStats stats, long left, long killed, long raced, int flaps, long findings, long ticks,
        SortedMap<String, PoolBill> pools, List<String> poolNames, List<Sample> samples, List<String> assumed) {

    public Trial {
        poolNames = List.copyOf(poolNames);
        samples = List.copyOf(samples);
        assumed = List.copyOf(assumed);
    }

    /**
     * What a pool costs.
     *
     * @param hours of all its nodes together
     * @param price dollars that one costs an hour
     * @param said whether the config says the price; otherwise it is an estimate
     */
    public record PoolBill(double hours, double price, boolean said) {
        double dollars() {
            return hours * price;
        }
    }

    /**
     * The world at one time.
     *
     * @param seconds after the beginning
     * @param waiting the most jobs that waited since the last sample
     * @param pods that were ready
     * @param nodes by pool, in the config's order
     */
    public record Sample(long seconds, long waiting, long running, int pods, List<Integer> nodes) {
        public Sample {
            nodes = List.copyOf(nodes);
        }
    }

    double dollars() {
        return pools.values().stream().mapToDouble(PoolBill::dollars).sum();
    }

    double nodeHours() {
        return pools.values().stream().mapToDouble(PoolBill::hours).sum();
    }

    /** Whether any price is an estimate. */
    boolean estimated() {
        return pools.values().stream().anyMatch(pool -> !pool.said() && pool.hours() > 0);
    }

    /** Seconds that this share of jobs did not wait longer than. */
    double waitSeconds(double share) {
        return stats.waitQuantile(share).toMillis() / 1000.0;
    }
}
