package executorscaler.kubernetes;

import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As much of a PersistentVolume as placing its pods needs.
 *
 * @param terms of which a node must match one: its node affinity, and its labels of zone and region; none: any node will do
 * @param unreadable what of it cannot be read, empty: nothing
 */
record Volume(String name, List<Selector> terms, String unreadable) {

    /** Node labels that a volume may have, with the names under which nodes have them today (pkg/scheduler, plugin VolumeZone). */
    private static final Map<String, String> TOPOLOGY = topology();

    Volume {
        terms = List.copyOf(terms);
    }

    static Volume of(PersistentVolume volume) {
        var name = volume.getMetadata().getName();
        try {
            var affinity = volume.getSpec() == null ? null : volume.getSpec().getNodeAffinity();
            var terms = PodShapes.nodeTerms(affinity == null ? null : affinity.getRequired());
            return new Volume(name, NodeTerms.both(terms, byLabels(PodShapes.sorted(volume.getMetadata().getLabels()))), "");
        } catch (Unreadable unreadable) {
            return new Volume(name, List.of(), Api.words(unreadable));
        }
    }

    /** A node with any of these labels must have the volume's; one with none of them is asked nothing. Several zones are written {@code a__b}. */
    private static List<Selector> byLabels(Map<String, String> labels) {
        var here = new ArrayList<Requirement>();
        TOPOLOGY.forEach((key, today) -> {
            var value = labels.get(key);
            if (value != null) here.add(new Requirement(today, Requirement.Operator.IN, List.of(value.split("__"))));
        });
        if (here.isEmpty()) return List.of();
        var nowhere = TOPOLOGY.keySet().stream().map(key -> new Requirement(key, Requirement.Operator.DOES_NOT_EXIST, List.of())).toList();
        return List.of(new Selector(here.stream().distinct().toList()), new Selector(nowhere));
    }

    private static Map<String, String> topology() {
        var keys = new LinkedHashMap<String, String>();
        keys.put("topology.kubernetes.io/zone", "topology.kubernetes.io/zone");
        keys.put("topology.kubernetes.io/region", "topology.kubernetes.io/region");
        keys.put("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone");
        keys.put("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region");
        return keys;
    }
}
