package executorscaler.config;

import java.util.OptionalInt;

/**
 * How one executor's replicas fall.
 *
 * @param stabilizationWindowSeconds instead of what holds for all executors
 * @param maxPodsPerMinute how many pods may go within any minute; empty: any number
 */
public record ExecutorScaleDown(OptionalInt stabilizationWindowSeconds, OptionalInt maxPodsPerMinute) {

    /** As for all executors, and at any pace. */
    public static final ExecutorScaleDown NONE = new ExecutorScaleDown(OptionalInt.empty(), OptionalInt.empty());
}
