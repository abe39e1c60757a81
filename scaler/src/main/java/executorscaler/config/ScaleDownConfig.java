package executorscaler.config;

/**
 * When things are taken away.
 *
 * @param stabilizationWindowSeconds how long an executor must have had no work before its replicas fall
 * @param idleSeconds how long a node must have been idle before it is cordoned
 * @param cordonSettleSeconds how long after the cordon the node is looked at again before anything is evicted or ended
 * @param drainTimeoutSeconds how long a cordoned node may take to become empty before it is given back
 * @param utilizationThreshold a node whose pods could move is idle when it is used less than this, 0 to 1 of CPU and of memory; 0: only empty nodes
 * @param trustSeconds how long readings of a Redis that we have not seen before, or that restarted, must stand before they may lower anything (S18)
 */
public record ScaleDownConfig(int stabilizationWindowSeconds, int idleSeconds, int cordonSettleSeconds, int drainTimeoutSeconds,
        double utilizationThreshold,
        int trustSeconds) {

    public static final ScaleDownConfig DEFAULT = new ScaleDownConfig(60, 300, 5, 600, 0, 60);

    public ScaleDownConfig {
        notNegative("stabilizationWindowSeconds", stabilizationWindowSeconds);
        notNegative("idleSeconds", idleSeconds);
        notNegative("cordonSettleSeconds", cordonSettleSeconds);
        notNegative("drainTimeoutSeconds", drainTimeoutSeconds);
        notNegative("trustSeconds", trustSeconds);
        if (!(utilizationThreshold >= 0 && utilizationThreshold <= 1)) {
            throw new IllegalArgumentException("scaleDown.utilizationThreshold must be from 0 to 1, was " + utilizationThreshold);
        }
    }

    private static void notNegative(String key, int value) {
        if (value < 0) throw new IllegalArgumentException("scaleDown." + key + " must not be negative, was " + value);
    }
}
