package executorscaler.plan;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where pods want to be: by the labels of nodes, and by other pods. */
final class RandomAffinity {

    private static final List<String> KEYS = List.of("pool", "tier", "generation", "generation", "disk", "topology.kubernetes.io/zone",
            "node.kubernetes.io/instance-type", "kubernetes.io/arch", "absent");
    private static final List<String> TOPOLOGIES = List.of("kubernetes.io/hostname", "topology.kubernetes.io/zone");

    private final Chance chance;
    private final Set<Feature> features;
    private final List<RandomPool> pools;
    private final List<String> nodes;

    RandomAffinity(Chance chance, Set<Feature> features, List<RandomPool> pools, List<String> nodes) {
        this.chance = chance;
        this.features = features;
        this.pools = pools;
        this.nodes = nodes;
    }

    /** Adds to the spec what most nodes of {@code pool} satisfy; pods and their peers are those of this group. */
    void add(PodSpec spec, RandomPool pool, String group) {
        var builder = new PodSpecBuilder(spec);
        if (features.contains(Feature.NODE_AFFINITY) && chance.percent(35)) {
            builder.editOrNewAffinity().editOrNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution()
                    .withNodeSelectorTerms(terms(pool)).endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity();
        }
        var peers = new LabelSelectorBuilder().addToMatchLabels(RandomCluster.GROUP, group).build();
        if (features.contains(Feature.POD_ANTI_AFFINITY) && chance.percent(20)) {
            builder.editOrNewAffinity().editOrNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withLabelSelector(peers)
                    .withTopologyKey(chance.of(TOPOLOGIES)).endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity();
        } else if (features.contains(Feature.POD_AFFINITY) && chance.percent(20)) {
            builder.editOrNewAffinity().editOrNewPodAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withLabelSelector(peers)
                    .withTopologyKey(chance.of(TOPOLOGIES)).endRequiredDuringSchedulingIgnoredDuringExecution().endPodAffinity().endAffinity();
        }
        if (features.contains(Feature.SPREAD) && chance.percent(20)) spread(builder, peers);
        var built = builder.build();
        spec.setAffinity(built.getAffinity());
        spec.setTopologySpreadConstraints(built.getTopologySpreadConstraints());
    }

    private void spread(PodSpecBuilder builder, LabelSelector peers) {
        builder.addNewTopologySpreadConstraint().withMaxSkew(chance.between(1, 2)).withTopologyKey(chance.of(TOPOLOGIES))
                .withWhenUnsatisfiable(chance.percent(80) ? "DoNotSchedule" : "ScheduleAnyway").withLabelSelector(peers)
                .endTopologySpreadConstraint();
    }

    private List<NodeSelectorTerm> terms(RandomPool pool) {
        var terms = new ArrayList<NodeSelectorTerm>();
        int count = chance.between(1, 3);
        for (int i = 0; i < count; i++) {
            var term = new NodeSelectorTermBuilder();
            int requirements = chance.between(1, 2);
            for (int j = 0; j < requirements; j++) term.addToMatchExpressions(requirement(pool));
            if (!nodes.isEmpty() && chance.percent(10)) {
                term.addToMatchFields(
                        new NodeSelectorRequirement("metadata.name", chance.percent(50) ? "In" : "NotIn", List.of(chance.of(nodes))));
            }
            terms.add(term.build());
        }
        if (chance.percent(5)) terms.add(new NodeSelectorTerm()); // matches no node
        return terms;
    }

    /** One that the pool satisfies, as a rule. What satisfies is worked out here once more: the planner's own answer would make it right by definition. */
    private NodeSelectorRequirement requirement(RandomPool pool) {
        var labels = pool.template(List.of(), List.of()).labels();
        boolean satisfied = chance.percent(85);
        var key = chance.of(KEYS);
        var value = labels.get(key);
        var others = new TreeSet<>(List.of("other"));
        for (var other : pools) {
            var its = other.template(List.of(), List.of()).labels().get(key);
            if (its != null && !its.equals(value) && chance.percent(60)) others.add(its);
        }
        if (key.equals("generation") && chance.percent(60)) {
            return new NodeSelectorRequirement(key, chance.of(List.of("Gt", "Lt")), List.of(chance.of(List.of("0", "1", "2", "5", "9", "10"))));
        }
        if (value == null == satisfied) {
            return chance.percent(50)
                    ? new NodeSelectorRequirement(key, "DoesNotExist", List.of())
                    : new NodeSelectorRequirement(key, "NotIn", List.copyOf(others));
        }
        if (value == null || chance.percent(30)) return new NodeSelectorRequirement(key, "Exists", List.of());
        if (chance.percent(30)) return new NodeSelectorRequirement(key, "NotIn", List.copyOf(others));
        if (satisfied) others.add(value);
        return new NodeSelectorRequirement(key, "In", List.copyOf(others));
    }
}
