package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's filters that look at one pod and one node: node selector, required node affinity (and that of volumes), taints. Room is counted in {@link Bin},
 * and what other pods have to say in {@link Surroundings}.
 *
 * <p>A node without a name is not there yet. It will have a host name that no node has now, and a zone, one of {@code zones} where those are told. What must hold
 * for it has to hold whichever it is: with the zones a and b, {@code In [a, b, c]} does and {@code In [a]} does not. Of all other labels it has those that are
 * given and no more.
 */
public final class Fit {

    static final String ZONE = "topology.kubernetes.io/zone";

    /** The key under which a term's {@code matchFields} asks for the node's own name. */
    private static final String NODE_NAME = "metadata.name";
    private static final String HOSTNAME = "kubernetes.io/hostname";

    /** Names under which nodes in AWS have their zone as well: the one of old, and that of the driver for EBS, by which its volumes ask. */
    private static final List<String> ZONES = List.of(ZONE, "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone");

    private Fit() {}

    /** See the other; the zones of a node that is not there are not known. */
    public static boolean accepts(PodShape shape, String node, SortedMap<String, String> labels, List<Taint> taints) {
        return accepts(shape, node, labels, List.of(), taints);
    }

    /** Whether a node with this face takes pods of this shape at all. */
    public static boolean accepts(PodShape shape, String node, SortedMap<String, String> labels, List<String> zones, List<Taint> taints) {
        return selects(shape, node, labels, zones) && tolerates(shape, taints);
    }

    /** Whether node selector and required node affinity name this node. */
    static boolean selects(PodShape shape, String node, SortedMap<String, String> labels, List<String> zones) {
        for (var wanted : shape.nodeSelector().entrySet()) {
            if (!has(wanted, node, labels)) return false;
        }
        if (shape.nodeTerms().isEmpty()) return true;
        for (Selector term : shape.nodeTerms()) {
            if (matches(term, node, labels, zones)) return true;
        }
        return false;
    }

    /** Whether the pod may run beside every taint that keeps pods away. */
    static boolean tolerates(PodShape shape, List<Taint> taints) {
        for (Taint taint : taints) {
            if (taint.repels() && !tolerates(shape.tolerations(), taint)) return false;
        }
        return true;
    }

    /** See the other; the zones of a node that is not there are not known. */
    public static List<String> refusals(PodShape shape, String node, SortedMap<String, String> labels, List<Taint> taints) {
        return refusals(shape, node, labels, List.of(), taints);
    }

    /** Every filter that refuses, each in words with its values; none: such a node takes pods of this shape. */
    public static List<String> refusals(PodShape shape, String node, SortedMap<String, String> labels, List<String> zones, List<Taint> taints) {
        return refusals(shape, node, labels, zones, taints, _ -> true);
    }

    /** The same of a new node of which no more is told than these labels and taints: what refuses it whatever else it has. */
    public static List<String> certainRefusals(PodShape shape, SortedMap<String, String> labels, List<Taint> taints) {
        return refusals(shape, "", labels, List.of(), taints,
                key -> value(key, "", labels) != null || key.equals(HOSTNAME) || key.equals(NODE_NAME));
    }

    /** Only of labels that are {@code told} it is known whether the node has them. */
    private static List<String> refusals(PodShape shape, String node, SortedMap<String, String> labels, List<String> zones, List<Taint> taints,
            Predicate<String> told) {
        var refusals = new ArrayList<String>();
        for (var wanted : shape.nodeSelector().entrySet()) {
            if (told.test(wanted.getKey()) && !has(wanted, node, labels))
                refusals.add(
                        "the pod's nodeSelector wants " + wanted.getKey() + "=" + wanted.getValue() + ", " + instead(wanted.getKey(), node, labels));
        }
        Predicate<Requirement> fails = requirement -> told.test(requirement.key()) && !matches(requirement, node, labels, zones);
        Predicate<Selector> refuses = term -> term.requirements().isEmpty() || term.requirements().stream().anyMatch(fails);
        if (!shape.nodeTerms().isEmpty() && shape.nodeTerms().stream().allMatch(refuses))
            refusals.addAll(ofAffinity(shape.nodeTerms(), fails, node, labels));
        for (Taint taint : taints) {
            if (taint.repels() && !tolerates(shape.tolerations(), taint))
                refusals.add("the pod does not tolerate " + taint.key() + (taint.value().isEmpty() ? "" : "=" + taint.value()));
        }
        return refusals;
    }

    /** Whether nodes have their zone under that name. */
    static boolean isZone(String key) {
        return ZONES.contains(key);
    }

    /** Of a term that stands alone every requirement that does not hold; of alternatives the first one of the first. */
    private static List<String> ofAffinity(List<Selector> terms, Predicate<Requirement> fails, String node, SortedMap<String, String> labels) {
        var first = terms.getFirst();
        var failing = first.requirements().stream().filter(fails).limit(terms.size() == 1 ? Long.MAX_VALUE : 1).toList();
        if (failing.isEmpty() || first.equals(Selector.NOTHING)) return List.of("the pod's node affinity, or that of its volumes, matches no node");
        var alternatives = terms.size() == 1 ? "" : "none of " + terms.size() + " alternatives matches: ";
        return failing.stream()
                .map(requirement -> alternatives + "the pod's node affinity, or that of its volumes, wants " + words(requirement) + ", "
                        + instead(requirement.key(), node, labels))
                .toList();
    }

    private static String words(Requirement requirement) {
        var operator = switch (requirement.operator()) {
            case IN -> "in";
            case NOT_IN -> "not in";
            case EXISTS -> "to exist";
            case DOES_NOT_EXIST -> "not to exist";
            case GT -> "greater than";
            case LT -> "less than";
        };
        return requirement.key() + " " + operator + (requirement.values().isEmpty() ? "" : " " + String.join(" or ", requirement.values()));
    }

    private static String instead(String key, String node, SortedMap<String, String> labels) {
        var value = value(key, node, labels);
        if (value != null) return "the node has " + value;
        if (!node.isEmpty()) return key.equals(NODE_NAME) ? "the node is " + node : "the node has no such label";
        if (key.equals(HOSTNAME) || key.equals(NODE_NAME)) return "the name of a new node is not known";
        return isZone(key) ? "and AWS may launch the next node in any of the pool's zones" : "the node has no such label";
    }

    private static boolean has(Map.Entry<String, String> wanted, String node, SortedMap<String, String> labels) {
        return wanted.getValue().equals(value(wanted.getKey(), node, labels));
    }

    /** The label's value as far as it is known; null: none, or nobody knows. */
    @Nullable
    private static String value(String key, String node, SortedMap<String, String> labels) {
        var value = labels.get(key);
        return value == null && node.isEmpty() && isZone(key) ? labels.get(ZONE) : value;
    }

    private static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        for (Toleration toleration : tolerations) {
            if (toleration.tolerates(taint)) return true;
        }
        return false;
    }

    /** A term without requirements matches nothing (Kubernetes API reference, NodeSelectorTerm v1 core). */
    private static boolean matches(Selector term, String node, SortedMap<String, String> labels, List<String> zones) {
        if (term.requirements().isEmpty()) return false;
        for (Requirement requirement : term.requirements()) {
            if (!matches(requirement, node, labels, zones)) return false;
        }
        return true;
    }

    private static boolean matches(Requirement requirement, String node, SortedMap<String, String> labels, List<String> zones) {
        if (requirement.key().equals(NODE_NAME)) return switch (requirement.operator()) {
            case IN -> !node.isEmpty() && requirement.values().contains(node);
            case NOT_IN -> !requirement.values().contains(node);
            case EXISTS, DOES_NOT_EXIST, GT, LT -> false;
        };
        if (!node.isEmpty() || labels.containsKey(requirement.key())) return requirement.matches(labels);
        if (requirement.key().equals(HOSTNAME)) return switch (requirement.operator()) {
            case EXISTS, NOT_IN -> true; // no node is called so yet, whatever the values are
            case IN, DOES_NOT_EXIST, GT, LT -> false;
        };
        if (isZone(requirement.key())) {
            var sure = labels.get(ZONE);
            return matchesAny(requirement, sure == null ? zones : List.of(sure));
        }
        return requirement.matches(labels);
    }

    /** Whether it holds in whichever of the zones the node comes up; of none at all nobody knows more than that there will be one. */
    private static boolean matchesAny(Requirement requirement, List<String> zones) {
        return switch (requirement.operator()) {
            case EXISTS -> true;
            case IN -> !zones.isEmpty() && requirement.values().containsAll(zones);
            case NOT_IN -> !zones.isEmpty() && Collections.disjoint(requirement.values(), zones);
            case DOES_NOT_EXIST, GT, LT -> false;
        };
    }
}
