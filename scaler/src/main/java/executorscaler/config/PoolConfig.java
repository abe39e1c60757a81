package executorscaler.config;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node pool: an Auto Scaling Group and what its nodes will look like.
 *
 * @param instanceType empty: as the group's launch template says
 * @param labels that the nodes register with
 * @param taints that the nodes register with
 * @param maxPods the kubelet's {@code --max-pods}; 0: by the instance type's network interfaces
 * @param reserved what kubelet and system keep for themselves
 * @param maxProvisionSeconds how long a launched instance may take until its node is ready; empty: as the group's tags say, else
 *        {@link #DEFAULT_MAX_PROVISION_SECONDS}
 * @param hourlyPrice dollars that one node costs; empty: not said
 * @param priority for {@link Config.Strategy#PRIORITY}: pools of a higher one are bought from first
 * @param scaleDown what holds for this pool otherwise than for all
 * @param fallbackPool a pool that is not bought from for pods that this one takes, unless this one cannot give; empty: none
 */
public record PoolConfig(String name, String autoScalingGroup, String instanceType, CapacityType capacityType, int minSize, int maxSize,
        SortedMap<String, String> labels, List<TaintConfig> taints, int maxPods, Reserved reserved, OptionalInt maxProvisionSeconds,
        OptionalDouble hourlyPrice, int priority, PoolScaleDown scaleDown, String fallbackPool) {

    /** What {@link #maxProvisionSeconds()} is where nobody says anything. */
    public static final int DEFAULT_MAX_PROVISION_SECONDS = 600;

    /** Without a price, of priority 0. */
    public PoolConfig(String name, String autoScalingGroup, String instanceType, CapacityType capacityType, int minSize, int maxSize,
            SortedMap<String, String> labels, List<TaintConfig> taints, int maxPods, Reserved reserved, int maxProvisionSeconds) {
        this(name, autoScalingGroup, instanceType, capacityType, minSize, maxSize, labels, taints, maxPods, reserved, maxProvisionSeconds,
                OptionalDouble.empty(), 0);
    }

    /** Of which everything holds that holds for all, without a fallback. */
    public PoolConfig(String name, String autoScalingGroup, String instanceType, CapacityType capacityType, int minSize, int maxSize,
            SortedMap<String, String> labels, List<TaintConfig> taints, int maxPods, Reserved reserved, int maxProvisionSeconds,
            OptionalDouble hourlyPrice, int priority) {
        this(name, autoScalingGroup, instanceType, capacityType, minSize, maxSize, labels, taints, maxPods, reserved,
                OptionalInt.of(maxProvisionSeconds), hourlyPrice, priority, PoolScaleDown.NONE, "");
    }

    public PoolConfig {
        if (minSize < 0) throw new IllegalArgumentException(name + ": minSize must not be negative, was " + minSize);
        if (maxSize < minSize) throw new IllegalArgumentException(name + ": maxSize " + maxSize + " is below minSize " + minSize);
        if (maxPods < 0) throw new IllegalArgumentException(name + ": maxPods must not be negative, was " + maxPods);
        if (maxProvisionSeconds.isPresent() && maxProvisionSeconds.getAsInt() < 1)
            throw new IllegalArgumentException(name + ": maxProvisionSeconds must be at least 1, was " + maxProvisionSeconds.getAsInt());
        if (hourlyPrice.isPresent() && !(hourlyPrice.getAsDouble() >= 0))
            throw new IllegalArgumentException(name + ": hourlyPrice must not be negative, was " + hourlyPrice.getAsDouble());
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        taints = List.copyOf(taints);
    }

    /** The same with its own rules for taking nodes away. */
    public PoolConfig with(PoolScaleDown own) {
        return new PoolConfig(name, autoScalingGroup, instanceType, capacityType, minSize, maxSize, labels, taints, maxPods, reserved,
                maxProvisionSeconds, hourlyPrice, priority, own, fallbackPool);
    }

    /** Whether AWS cannot take its nodes back. */
    public boolean onDemand() {
        return capacityType == CapacityType.ON_DEMAND;
    }

    /** How EC2 sells the pool's instances. */
    public enum CapacityType { ON_DEMAND, SPOT }

    /** The effects a taint may have. */
    public enum Effect { NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE }

    /** A taint of the pool's nodes. */
    public record TaintConfig(String key, String value, Effect effect) {}

    /**
     * What a node keeps from pods.
     *
     * @param cpuMillis thousandths of a CPU; -1: by formula
     * @param memoryBytes bytes; -1: by formula
     */
    public record Reserved(long cpuMillis, long memoryBytes) {
        public static final Reserved BY_FORMULA = new Reserved(-1, -1);
    }
}
