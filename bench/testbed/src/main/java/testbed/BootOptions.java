package testbed;

import java.time.Duration;

/**
 * How instances become nodes.
 *
 * @param bootDelay from the instance's appearance until its Node object
 * @param gpuDelay from the Node object until its GPUs are offered, as a device plugin does
 * @param k3sProviderIds provider ids of the form k3s://name instead of aws:///zone/id
 * @param keepNodes leave the Node object when its instance ends, as K3s without a cloud controller does
 */
public record BootOptions(Duration bootDelay, Duration gpuDelay, boolean k3sProviderIds, boolean keepNodes) {
    /** Five seconds, GPUs at once, AWS provider ids, no node left behind. */
    public static final BootOptions DEFAULT = new BootOptions(Duration.ofSeconds(5), Duration.ZERO, false, false);
}
