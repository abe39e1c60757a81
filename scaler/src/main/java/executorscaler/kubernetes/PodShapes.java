package executorscaler.kubernetes;

import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Toleration;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes {@link PodShape}s from pod specs, one instance for all equal ones: 150,000 pods have a few hundred shapes. Safe for use by several threads. */
final class PodShapes {

    /** How an entry of {@link PodShape#notModelled} begins that names what could not be read. */
    static final String UNREADABLE = "unreadable: ";

    private final Shared<PodShape> known = new Shared<>();

    /**
     * Shape of a pod of that namespace with this spec and these labels. What cannot be read is named in {@link PodShape#notModelled}, so that nobody relies on the
     * rest. What other objects say (volumes, namespaces, priority classes) is added by {@link References}.
     *
     * @param status of a pod; null: of a template
     */
    PodShape of(PodSpec spec, @Nullable PodStatus status, String namespace, SortedMap<String, String> labels, List<Toleration> alsoTolerates) {
        var notModelled = new TreeSet<String>();
        var requests = new Resources(0, 0, 0, 1, Collections.emptySortedMap());
        List<Selector> terms = List.of();
        var rules = PodRules.NONE;
        List<String> waitsFor = List.of();
        try {
            requests = Requests.of(spec, status);
            terms = nodeTerms(spec.getAffinity());
            rules = PodRulesReader.of(spec, namespace, labels);
        } catch (Unreadable unreadable) {
            notModelled.add(UNREADABLE + unreadable.getMessage());
            waitsFor = List.of(UNREADABLE + unreadable.getMessage()); // as if it asked for nothing, it would get any node
        }
        nameWhatIsNotModelled(spec, notModelled);
        var tolerations = Stream.concat(spec.getTolerations().stream().filter(PodShapes::isKnown).map(PodShapes::toleration), alsoTolerates.stream())
                .distinct().toList();
        return shared(new PodShape(requests, sorted(spec.getNodeSelector()), terms, tolerations, rules,
                spec.getPriority() == null ? 0 : spec.getPriority(), !"Never".equals(spec.getPreemptionPolicy()), waitsFor,
                List.copyOf(notModelled)));
    }

    /** The instance that equal shapes share. */
    PodShape shared(PodShape shape) {
        return known.of(shape);
    }

    /**
     * A label selector as the API means it in policy/v1: an empty one matches all pods of the namespace, none at all matches nothing.
     *
     * @throws Unreadable where an operator is not known
     */
    static Selector selector(@Nullable LabelSelector selector) throws Unreadable {
        if (selector == null) return Selector.NOTHING;
        var requirements = new ArrayList<Requirement>();
        sorted(selector.getMatchLabels()).forEach((key, value) -> requirements.add(new Requirement(key, Requirement.Operator.IN, List.of(value))));
        for (var expression : selector.getMatchExpressions()) {
            requirements.add(new Requirement(expression.getKey(), operator(expression.getOperator()), orEmpty(expression.getValues())));
        }
        return new Selector(requirements);
    }

    static SortedMap<String, String> sorted(@Nullable Map<String, String> labels) {
        return labels == null ? new TreeMap<>() : new TreeMap<>(labels);
    }

    private static List<Selector> nodeTerms(@Nullable Affinity affinity) throws Unreadable {
        if (affinity == null || affinity.getNodeAffinity() == null) return List.of();
        return nodeTerms(affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution());
    }

    /**
     * The terms of a node selector, of which one must match; none: there is no selector.
     *
     * @throws Unreadable where an operator is not known
     */
    static List<Selector> nodeTerms(@Nullable NodeSelector required) throws Unreadable {
        if (required == null) return List.of();
        var terms = new ArrayList<Selector>();
        for (var term : required.getNodeSelectorTerms()) {
            var selector = new Selector(requirements(term));
            if (!selector.requirements().isEmpty()) terms.add(selector); // the API: an empty term matches no node
        }
        return terms.isEmpty() ? List.of(Selector.NOTHING) : terms;
    }

    private static List<Requirement> requirements(NodeSelectorTerm term) throws Unreadable {
        var requirements = new ArrayList<Requirement>();
        for (NodeSelectorRequirement expression : term.getMatchExpressions()) {
            requirements.add(new Requirement(expression.getKey(), operator(expression.getOperator()), orEmpty(expression.getValues())));
        }
        for (NodeSelectorRequirement field : term.getMatchFields()) {
            requirements.add(new Requirement(field.getKey(), operator(field.getOperator()), orEmpty(field.getValues())));
        }
        return requirements;
    }

    private static Requirement.Operator operator(@Nullable String name) throws Unreadable {
        return switch (orEmpty(name)) {
            case "In" -> Requirement.Operator.IN;
            case "NotIn" -> Requirement.Operator.NOT_IN;
            case "Exists" -> Requirement.Operator.EXISTS;
            case "DoesNotExist" -> Requirement.Operator.DOES_NOT_EXIST;
            case "Gt" -> Requirement.Operator.GT;
            case "Lt" -> Requirement.Operator.LT;
            default -> throw new Unreadable("operator", orEmpty(name));
        };
    }

    /** Tolerations that compare numbers ({@code Gt}, {@code Lt}) are alpha in Kubernetes 1.36; while they are off they tolerate nothing. */
    private static boolean isKnown(io.fabric8.kubernetes.api.model.Toleration toleration) {
        return List.of("", "Equal", "Exists").contains(orEmpty(toleration.getOperator()));
    }

    private static Toleration toleration(io.fabric8.kubernetes.api.model.Toleration toleration) {
        return new Toleration(orEmpty(toleration.getKey()), "Exists".equals(toleration.getOperator()), orEmpty(toleration.getValue()),
                orEmpty(toleration.getEffect()));
    }

    private static void nameWhatIsNotModelled(PodSpec spec, Set<String> names) {
        if (!spec.getResourceClaims().isEmpty()) names.add("resourceClaims");
        if (spec.getSchedulingGroup() != null) names.add("schedulingGroup");
        for (var toleration : spec.getTolerations()) {
            if (!isKnown(toleration)) names.add("toleration operator " + toleration.getOperator());
        }
        for (var volume : spec.getVolumes()) {
            // Two pods of one node may not mount the same disk, unless both only read.
            if (volume.getAwsElasticBlockStore() != null) names.add("volumes.awsElasticBlockStore");
            if (volume.getGcePersistentDisk() != null) names.add("volumes.gcePersistentDisk");
            if (volume.getIscsi() != null) names.add("volumes.iscsi");
            if (volume.getRbd() != null) names.add("volumes.rbd");
        }
        // Pods that only nodes take whose kubelet has declared that it can (Kubernetes 1.36, NodeDeclaredFeatures).
        if (Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
                .flatMap(container -> container.getRestartPolicyRules().stream()).anyMatch(rule -> "RestartAllContainers".equals(rule.getAction())))
            names.add("restartPolicyRules");
        if (Boolean.TRUE.equals(spec.getHostNetwork()) && Boolean.FALSE.equals(spec.getHostUsers())) names.add("hostUsers");
    }

    private static List<String> orEmpty(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
