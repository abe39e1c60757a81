package executorscaler.plan;

import executorscaler.config.AutoscalingOption;
import executorscaler.config.PoolConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Pool;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How one pool is handled: what the config says of it, else what the tags of its group say, else what the config says of all pools.
 *
 * @param utilizationThreshold 0 to 1
 * @param deviceUtilizationThreshold the same for nodes with devices, of their devices alone
 */
public record PoolOptions(int idleSeconds, int cordonSettleSeconds, int drainTimeoutSeconds, double utilizationThreshold,
        double deviceUtilizationThreshold, int minNodeLifetimeSeconds, int unreadySeconds, int maxProvisionSeconds) {

    /**
     * What holds for this pool.
     *
     * @param pool empty: its group was not read, and nobody knows its tags
     */
    public static PoolOptions of(ScaleDownConfig all, PoolConfig config, Optional<Pool> pool) {
        var own = config.scaleDown();
        var tags = pool.map(each -> each.setup().options()).orElse(Collections.emptySortedMap());
        double threshold = first(own.utilizationThreshold(), AutoscalingOption.UTILIZATION_THRESHOLD.share(tags), all.utilizationThreshold());
        return new PoolOptions(first(own.idleSeconds(), AutoscalingOption.UNNEEDED_TIME.seconds(tags), all.idleSeconds()),
                own.cordonSettleSeconds().orElse(all.cordonSettleSeconds()), own.drainTimeoutSeconds().orElse(all.drainTimeoutSeconds()), threshold,
                first(own.utilizationThreshold(), AutoscalingOption.DEVICE_UTILIZATION_THRESHOLD.share(tags), threshold),
                own.minNodeLifetimeSeconds().orElse(all.minNodeLifetimeSeconds()),
                first(own.unreadySeconds(), AutoscalingOption.UNREADY_TIME.seconds(tags), all.unreadySeconds()),
                first(config.maxProvisionSeconds(), AutoscalingOption.PROVISION_TIME.seconds(tags), PoolConfig.DEFAULT_MAX_PROVISION_SECONDS));
    }

    private static int first(OptionalInt own, OptionalInt tag, int otherwise) {
        return own.isPresent() ? own.getAsInt() : tag.orElse(otherwise);
    }

    private static double first(OptionalDouble own, OptionalDouble tag, double otherwise) {
        return own.isPresent() ? own.getAsDouble() : tag.orElse(otherwise);
    }
}
