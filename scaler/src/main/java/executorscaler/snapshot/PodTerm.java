package executorscaler.snapshot;

import java.util.List;
import java.util.SortedMap;

/**
 * A required term of pod affinity or anti-affinity: which pods, and how near is near.
 *
 * @param namespaces of the pods that are meant, sorted; none: all namespaces
 * @param pods labels of the pods that are meant
 * @param topologyKey the node label whose equal values make two nodes one domain
 */
public record PodTerm(List<String> namespaces, Selector pods, String topologyKey) {

    public PodTerm {
        namespaces = namespaces.stream().sorted().distinct().toList();
    }

    /** Whether a pod of that namespace with these labels is meant. */
    public boolean means(String namespace, SortedMap<String, String> labels) {
        return (namespaces.isEmpty() || namespaces.contains(namespace)) && pods.matches(labels);
    }
}
