package executorscaler.snapshot;

/**
 * A topology spread constraint with {@code whenUnsatisfiable: DoNotSchedule}.
 *
 * @param maxSkew how many more of the pods a domain may have than the domain with the fewest; at least 1
 * @param topologyKey the node label whose values are the domains
 * @param pods labels of the pods that are counted, in the pod's own namespace
 * @param minDomains with fewer domains than this, the fewest counts as 0; 1: not set
 * @param honorsAffinity only nodes that the pod's node selector and node affinity match are domains
 * @param honorsTaints only nodes whose taints the pod tolerates are domains
 */
public record Spread(int maxSkew, String topologyKey, Selector pods, int minDomains, boolean honorsAffinity, boolean honorsTaints) {}
