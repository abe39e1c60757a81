package executorscaler.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What pods ask by naming something else: other groups, namespaces by label, volumes, priority classes, hosts; and gates. Drawn from a number of its own, so that
 * a seed draws the rest as it did before there was this.
 */
final class RandomReferences {

    /** Pods that have a node may be in a second namespace, called like the cluster with this at its end. */
    static final String OTHER = "-other";

    private static final String TEAM = "team";
    private static final String HOST = "kubernetes.io/hostname";
    private static final String AT_ONCE = "agreement-at-once";
    private static final List<String> PRIORITIES = List.of("agreement-low", "agreement-high");
    private static final List<String> TOPOLOGIES = List.of(HOST, RandomPool.ZONE);

    private final Chance chance;
    private final Set<Feature> features;
    private final String cluster;
    private final List<RandomPool> pools;
    private final List<String> nodes;
    private final List<HasMetadata> objects = new ArrayList<>();

    RandomReferences(long seed, Set<Feature> features, String cluster, List<RandomPool> pools, List<String> nodes) {
        this.chance = Chance.of(seed + (1L << 40));
        this.features = features;
        this.cluster = cluster;
        this.pools = pools;
        this.nodes = nodes;
        for (var name : List.of(cluster, cluster + OTHER)) {
            objects.add(new NamespaceBuilder().withNewMetadata().withName(name).addToLabels(RandomCluster.LABEL, cluster)
                    .addToLabels(TEAM, name.equals(cluster) ? "ours" : "theirs").endMetadata().build());
        }
    }

    /** Objects that all clusters share. Pods of these classes do not preempt: whom the scheduler would evict is not planned. */
    static List<HasMetadata> shared() {
        var objects = new ArrayList<HasMetadata>();
        objects.add(atOnce());
        for (int i = 0; i < PRIORITIES.size(); i++) {
            objects.add(new PriorityClassBuilder().withNewMetadata().withName(PRIORITIES.get(i)).endMetadata().withValue(100 * (i + 1))
                    .withPreemptionPolicy("Never").build());
        }
        return objects;
    }

    /** Binds claims at once, if only somebody made volumes. */
    static StorageClass atOnce() {
        return new StorageClassBuilder().withNewMetadata().withName(AT_ONCE).endMetadata().withProvisioner("example.com/nobody")
                .withVolumeBindingMode("Immediate").build();
    }

    /** A claim that no pod mounts. */
    static PersistentVolumeClaim unused() {
        return new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace("default").withName("unused").endMetadata().withNewSpec().endSpec()
                .build();
    }

    /** Namespaces, volumes and claims, in the order in which they can be made. */
    List<HasMetadata> objects() {
        return List.copyOf(objects);
    }

    /** Adds to the spec of pods that wait; they are of one of so many groups. */
    void add(PodSpec spec, String group, int groups) {
        if (sometimes(Feature.OTHER_GROUPS, 12)) {
            var term = term(peers(chance.percent(30) ? RandomCluster.RUNNING : "group-" + chance.between(0, groups - 1)));
            addTo(spec, chance.percent(70), term.build());
        }
        if (sometimes(Feature.NAMESPACE_SELECTOR, 10)) {
            var term = term(peers(RandomCluster.RUNNING)).withNewNamespaceSelector().addToMatchLabels(RandomCluster.LABEL, cluster)
                    .addToMatchLabels(chance.percent(70) ? Map.of(TEAM, chance.of(List.of("ours", "theirs", "nobody"))) : Map.of())
                    .endNamespaceSelector();
            if (chance.percent(20)) term.withNamespaces(cluster);
            addTo(spec, chance.percent(70), term.build());
        }
        if (sometimes(Feature.PRIORITIES, 25)) spec.setPriorityClassName(chance.of(PRIORITIES));
        if (sometimes(Feature.VOLUMES, 15)) addVolume(spec, cluster + "-" + group);
        if (sometimes(Feature.HOST_NAMES, 15)) addHostName(spec);
        if (sometimes(Feature.GATES, 4)) spec.setSchedulingGates(List.of(new PodSchedulingGate("example.com/wait")));
    }

    /** Adds to the spec of a pod that has its node, and says in which namespace it is. */
    String addRunning(PodSpec spec) {
        if (sometimes(Feature.OTHER_GROUPS, 10)) addTo(spec, true, term(peers("group-" + chance.between(0, 3))).build());
        if (sometimes(Feature.NAMESPACE_SELECTOR, 5)) {
            addTo(spec, true, term(peers("group-" + chance.between(0, 3))).withNewNamespaceSelector().addToMatchLabels(RandomCluster.LABEL, cluster)
                    .addToMatchLabels(TEAM, chance.of(List.of("ours", "theirs"))).endNamespaceSelector().build());
        }
        return sometimes(Feature.NAMESPACE_SELECTOR, 40) ? cluster + OTHER : cluster;
    }

    private PodAffinityTermBuilder term(LabelSelector peers) {
        return new PodAffinityTermBuilder().withLabelSelector(peers).withTopologyKey(chance.of(TOPOLOGIES));
    }

    private static LabelSelector peers(String group) {
        return new LabelSelectorBuilder().addToMatchLabels(RandomCluster.GROUP, group).build();
    }

    private static void addTo(PodSpec spec, boolean apart, PodAffinityTerm term) {
        var affinity = new PodSpecBuilder(spec).editOrNewAffinity();
        var built = apart
                ? affinity.editOrNewPodAntiAffinity().addToRequiredDuringSchedulingIgnoredDuringExecution(term).endPodAntiAffinity().endAffinity()
                : affinity.editOrNewPodAffinity().addToRequiredDuringSchedulingIgnoredDuringExecution(term).endPodAffinity().endAffinity();
        spec.setAffinity(built.build().getAffinity());
    }

    /** All pods of the spec share one claim; nobody here makes volumes, so what is to be bound is bound from the start. */
    private void addVolume(PodSpec spec, String name) {
        spec.setVolumes(List.of(new VolumeBuilder().withName("data").withNewPersistentVolumeClaim(name, false).build()));
        if (chance.percent(5)) return; // without the claim
        var claim = new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace(cluster).withName(name).endMetadata().withNewSpec()
                .withAccessModes("ReadWriteMany").withNewResources().addToRequests("storage", new Quantity("1Gi")).endResources().endSpec();
        if (chance.percent(15)) {
            objects.add(claim.editSpec().withStorageClassName(AT_ONCE).endSpec().build());
            return;
        }
        var volume = new PersistentVolumeBuilder().withNewMetadata().withName(name).addToLabels(RandomCluster.LABEL, cluster).endMetadata()
                .withNewSpec().withAccessModes("ReadWriteMany").addToCapacity("storage", new Quantity("1Gi")).withStorageClassName("")
                .withPersistentVolumeReclaimPolicy("Retain").withNewHostPath("/nowhere", "").endSpec();
        var pool = chance.of(pools);
        if (chance.percent(80)) {
            var terms = new ArrayList<NodeSelectorTerm>();
            int count = chance.between(1, 2);
            for (int i = 0; i < count; i++) terms.add(reaching(chance.percent(60) ? pool : chance.of(pools)));
            volume.editSpec().withNewNodeAffinity().withNewRequired().withNodeSelectorTerms(terms).endRequired().endNodeAffinity().endSpec();
        }
        if (chance.percent(20)) {
            volume.editMetadata().addToLabels(RandomPool.ZONE, chance.percent(50) ? chance.of(pool.zones()) : String.join("__", pool.zones()))
                    .endMetadata();
        }
        objects.add(volume.build());
        objects.add(claim.editMetadata().addToAnnotations("pv.kubernetes.io/bind-completed", "yes").endMetadata().editSpec().withStorageClassName("")
                .withVolumeName(name).endSpec().build());
    }

    /** Nodes that reach a volume: a zone's, a pool's, or one alone. */
    private NodeSelectorTerm reaching(RandomPool pool) {
        int kind = chance.between(1, 10);
        var requirement = kind <= 6
                ? new NodeSelectorRequirement(RandomPool.ZONE, "In", List.of(chance.of(pool.zones())))
                : kind <= 8 || nodes.isEmpty()
                        ? new NodeSelectorRequirement("pool", "In", List.of(pool.name()))
                        : new NodeSelectorRequirement(HOST, "In", List.of(chance.of(nodes)));
        return new NodeSelectorTermBuilder().addToMatchExpressions(requirement).build();
    }

    /** To every alternative of the node affinity, or as its only one. */
    private void addHostName(PodSpec spec) {
        var requirement = chance.percent(40) || nodes.isEmpty()
                ? new NodeSelectorRequirement(chance.of(TOPOLOGIES), "Exists", List.of())
                : new NodeSelectorRequirement(HOST, chance.percent(70) ? "NotIn" : "In", List.of(chance.of(nodes)));
        var builder = new PodSpecBuilder(spec).editOrNewAffinity().editOrNewNodeAffinity().editOrNewRequiredDuringSchedulingIgnoredDuringExecution();
        if (builder.hasNodeSelectorTerms()) {
            for (int i = 0; i < builder.buildNodeSelectorTerms().size(); i++) {
                var term = builder.buildNodeSelectorTerm(i);
                if (!term.getMatchExpressions().isEmpty()) builder.editNodeSelectorTerm(i).addToMatchExpressions(requirement).endNodeSelectorTerm();
            }
        } else {
            builder.addNewNodeSelectorTerm().addToMatchExpressions(requirement).endNodeSelectorTerm();
        }
        spec.setAffinity(builder.endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().build().getAffinity());
    }

    private boolean sometimes(Feature feature, int percent) {
        return features.contains(feature) && chance.percent(percent);
    }
}
