package executorscaler.snapshot;

import java.util.List;
import java.util.SortedMap;

/**
 * A required term of pod affinity or anti-affinity: which pods, and how near is near.
 *
 * @param namespaces of the pods that are meant, sorted; none: all namespaces
 * @param namespaceLabels labels by which more namespaces are meant; empty: none, or their names are among the namespaces already
 * @param pods labels of the pods that are meant
 * @param topologyKey the node label whose equal values make two nodes one domain
 */
public record PodTerm(List<String> namespaces, List<Requirement> namespaceLabels, Selector pods, String topologyKey) {

    public PodTerm {
        namespaces = namespaces.stream().sorted().distinct().toList();
        namespaceLabels = List.copyOf(namespaceLabels);
    }

    /** A term that names its namespaces. */
    public PodTerm(List<String> namespaces, Selector pods, String topologyKey) {
        this(namespaces, List.of(), pods, topologyKey);
    }

    /** Whether a pod of that namespace with these labels is meant. */
    public boolean means(String namespace, SortedMap<String, String> labels) {
        return (namespaces.isEmpty() || namespaces.contains(namespace)) && pods.matches(labels);
    }
}
