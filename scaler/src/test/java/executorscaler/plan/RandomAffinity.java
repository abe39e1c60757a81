package executorscaler.plan;

import executorscaler.snapshot.Requirement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Where pods want to be: by the labels of nodes, and by other pods. */
final class RandomAffinity {

    private static final List<String> KEYS = List.of("pool", "tier", "generation", "disk", "topology.kubernetes.io/zone",
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

    /** Adds to the spec what most nodes of {@code pool} satisfy; pods and their peers are those with the label {@code app} of this group. */
    void add(PodSpec spec, RandomPool pool, String group) {
        var builder = new PodSpecBuilder(spec);
        if (features.contains(Feature.NODE_AFFINITY) && chance.percent(35)) {
            builder.editOrNewAffinity().editOrNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution()
                    .withNodeSelectorTerms(terms(pool)).endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity();
        }
        var peers = new LabelSelectorBuilder().addToMatchLabels("app", group).build();
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

    /** One that the pool satisfies, as a rule. */
    private NodeSelectorRequirement requirement(RandomPool pool) {
        var labels = pool.template(List.of(), List.of()).labels();
        for (;;) {
            var requirement = draw(labels);
            if (requirement.matches(labels) || chance.percent(10)) return written(requirement);
        }
    }

    private Requirement draw(SortedMap<String, String> labels) {
        var key = chance.of(KEYS);
        var values = new TreeSet<>(List.of("other"));
        for (var pool : pools) {
            var value = pool.template(List.of(), List.of()).labels().get(key);
            if (value != null && chance.percent(60)) values.add(value);
        }
        var operator = chance.of(List.of(Requirement.Operator.values()));
        return switch (operator) {
            case IN -> new Requirement(key, operator, chance.percent(60) && labels.get(key) != null ? List.of(labels.get(key)) : List.copyOf(values));
            case NOT_IN -> new Requirement(key, operator, List.copyOf(values));
            case EXISTS, DOES_NOT_EXIST -> new Requirement(key, operator, List.of());
            case GT, LT -> new Requirement("generation", operator, List.of(String.valueOf(chance.between(0, 11))));
        };
    }

    private static NodeSelectorRequirement written(Requirement requirement) {
        var names = Map.of(Requirement.Operator.IN, "In", Requirement.Operator.NOT_IN, "NotIn", Requirement.Operator.EXISTS, "Exists",
                Requirement.Operator.DOES_NOT_EXIST, "DoesNotExist", Requirement.Operator.GT, "Gt", Requirement.Operator.LT, "Lt");
        return new NodeSelectorRequirement(requirement.key(), Objects.requireNonNull(names.get(requirement.operator())), requirement.values());
    }
}
