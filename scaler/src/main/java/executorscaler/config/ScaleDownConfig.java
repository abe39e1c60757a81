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
 * @param minNodeLifetimeSeconds how old a node must be before it is cordoned; and nodes that delayed jobs will need within that time stay
 * @param unreadySeconds how long a node must not have been ready before it is cordoned, if nothing but residents is on it
 */
public record ScaleDownConfig(int stabilizationWindowSeconds, int idleSeconds, int cordonSettleSeconds, int drainTimeoutSeconds,
        double utilizationThreshold, int trustSeconds, int minNodeLifetimeSeconds, int unreadySeconds) {

    /**
     * Default of {@link #minNodeLifetimeSeconds()}: as long as a node has to be idle. What a node costs until it is of use, two to five minutes of booting, is
     * lost when it goes at once; and with the other defaults no node stays a second longer for its age alone.
     */
    public static final int DEFAULT_MIN_NODE_LIFETIME_SECONDS = 300;

    /** Default of {@link #unreadySeconds()}: Cluster Autoscaler's, long enough for a reboot, an upgrade of the kubelet or a partition that heals. */
    public static final int DEFAULT_UNREADY_SECONDS = 1200;

    public static final ScaleDownConfig DEFAULT = new ScaleDownConfig(60, 300, 5, 600, 0, 60);

    /** With the default times for young nodes and for those that are not ready. */
    public ScaleDownConfig(int stabilizationWindowSeconds, int idleSeconds, int cordonSettleSeconds, int drainTimeoutSeconds,
            double utilizationThreshold, int trustSeconds) {
        this(stabilizationWindowSeconds, idleSeconds, cordonSettleSeconds, drainTimeoutSeconds, utilizationThreshold, trustSeconds,
                DEFAULT_MIN_NODE_LIFETIME_SECONDS, DEFAULT_UNREADY_SECONDS);
    }

    public ScaleDownConfig {
        notNegative("stabilizationWindowSeconds", stabilizationWindowSeconds);
        notNegative("idleSeconds", idleSeconds);
        notNegative("cordonSettleSeconds", cordonSettleSeconds);
        notNegative("drainTimeoutSeconds", drainTimeoutSeconds);
        notNegative("trustSeconds", trustSeconds);
        notNegative("minNodeLifetimeSeconds", minNodeLifetimeSeconds);
        notNegative("unreadySeconds", unreadySeconds);
        if (!(utilizationThreshold >= 0 && utilizationThreshold <= 1)) {
            throw new IllegalArgumentException("scaleDown.utilizationThreshold must be from 0 to 1, was " + utilizationThreshold);
        }
    }

    private static void notNegative(String key, int value) {
        if (value < 0) throw new IllegalArgumentException("scaleDown." + key + " must not be negative, was " + value);
    }
}
