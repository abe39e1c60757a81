package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.SortedMap;

/** A namespace's name and labels, by which the rules between pods may mean it. */
record NamespaceLabels(String name, SortedMap<String, String> labels) {

    static NamespaceLabels of(Namespace namespace) {
        return new NamespaceLabels(namespace.getMetadata().getName(), PodShapes.sorted(namespace.getMetadata().getLabels()));
    }
}
