package executorscaler.sim;

/** How nodes name their instance. */
public enum NodeIds {
    /** {@code aws:///zone/i-...}, as the AWS cloud provider writes it. */
    AWS,
    /** {@code k3s://name}: says nothing about the instance, only addresses match (rule S8). */
    K3S
}
