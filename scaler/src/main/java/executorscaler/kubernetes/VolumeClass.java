package executorscaler.kubernetes;

import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As much of a StorageClass as placing pods with unbound claims needs.
 *
 * @param waits binds when a pod has its node ({@code WaitForFirstConsumer}), not at once
 * @param provisions makes volumes itself
 * @param terms nodes for which it makes volumes: one must match; none: for all
 * @param byDefault the class of claims that name none
 */
record VolumeClass(String name, boolean waits, boolean provisions, List<Selector> terms, boolean byDefault) {

    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";
    private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    VolumeClass {
        terms = List.copyOf(terms);
    }

    static VolumeClass of(StorageClass storage) {
        var annotations = storage.getMetadata().getAnnotations();
        var provisioner = storage.getProvisioner();
        return new VolumeClass(storage.getMetadata().getName(), "WaitForFirstConsumer".equals(storage.getVolumeBindingMode()),
                provisioner != null && !provisioner.isEmpty() && !provisioner.equals(NO_PROVISIONER), terms(storage.getAllowedTopologies()),
                annotations != null && "true".equals(annotations.get(IS_DEFAULT)));
    }

    private static List<Selector> terms(@Nullable List<TopologySelectorTerm> topologies) {
        if (topologies == null || topologies.isEmpty()) return List.of();
        var terms = new ArrayList<Selector>();
        for (var topology : topologies) {
            var requirements = topology.getMatchLabelExpressions().stream()
                    .map(label -> new Requirement(label.getKey(), Requirement.Operator.IN, label.getValues())).toList();
            if (!requirements.isEmpty()) terms.add(new Selector(requirements)); // an empty term selects no node
        }
        return terms.isEmpty() ? List.of(Selector.NOTHING) : terms;
    }
}
