package executorscaler.snapshot;

import java.util.List;

/**
 * What a pod asks of the other pods around it.
 *
 * @param near required pod affinity: every term must hold
 * @param apart required pod anti-affinity: no term may hold, for this pod and, the other way round, for whoever comes later
 * @param spreads spread constraints that forbid: every one must hold
 * @param hostPorts ports of the node that the pod takes
 */
public record PodRules(List<PodTerm> near, List<PodTerm> apart, List<Spread> spreads, List<HostPort> hostPorts) {

    /** Asks nothing, as most pods do. */
    public static final PodRules NONE = new PodRules(List.of(), List.of(), List.of(), List.of());

    public PodRules {
        near = List.copyOf(near);
        apart = List.copyOf(apart);
        spreads = List.copyOf(spreads);
        hostPorts = List.copyOf(hostPorts);
    }

    /** Whether any term means namespaces by labels, whose names are still to be found. */
    public boolean selectsNamespaces() {
        return near.stream().anyMatch(term -> !term.namespaceLabels().isEmpty())
                || apart.stream().anyMatch(term -> !term.namespaceLabels().isEmpty());
    }

    /** Whether any rule looks at other pods' labels. */
    public boolean social() {
        return !near.isEmpty() || !apart.isEmpty() || !spreads.isEmpty();
    }
}
