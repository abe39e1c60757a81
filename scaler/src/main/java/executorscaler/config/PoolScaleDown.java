package executorscaler.config;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one pool says otherwise than {@link ScaleDownConfig}, key by key; empty: as the tags of its group say, else as there.
 *
 * @param idleSeconds see {@link ScaleDownConfig#idleSeconds()}
 * @param cordonSettleSeconds see {@link ScaleDownConfig#cordonSettleSeconds()}
 * @param drainTimeoutSeconds see {@link ScaleDownConfig#drainTimeoutSeconds()}
 * @param utilizationThreshold see {@link ScaleDownConfig#utilizationThreshold()}
 * @param minNodeLifetimeSeconds see {@link ScaleDownConfig#minNodeLifetimeSeconds()}
 * @param unreadySeconds see {@link ScaleDownConfig#unreadySeconds()}
 */
public record PoolScaleDown(OptionalInt idleSeconds, OptionalInt cordonSettleSeconds, OptionalInt drainTimeoutSeconds,
        OptionalDouble utilizationThreshold, OptionalInt minNodeLifetimeSeconds, OptionalInt unreadySeconds) {

    /** Says nothing. */
    public static final PoolScaleDown NONE = new PoolScaleDown(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalDouble.empty(),
            OptionalInt.empty(), OptionalInt.empty());
}
