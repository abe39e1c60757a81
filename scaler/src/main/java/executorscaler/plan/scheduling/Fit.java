package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.util.List;
import java.util.SortedMap;

/** The scheduler's filters that look at one pod and one node: node selector, required node affinity, taints. Room is counted in {@link Bin}, and what
 * other pods have to say in {@link Surroundings}. */
public final class Fit {

    /** The key under which a term's {@code matchFields} asks for the node's own name. */
    private static final String NODE_NAME = "metadata.name";

    private Fit() {}

    /** Whether a node with this face takes pods of this shape at all. */
    public static boolean accepts(PodShape shape, String node, SortedMap<String, String> labels, List<Taint> taints) {
        return selects(shape, node, labels) && tolerates(shape, taints);
    }

    /** Whether node selector and required node affinity name this node. */
    static boolean selects(PodShape shape, String node, SortedMap<String, String> labels) {
        for (var wanted : shape.nodeSelector().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) return false;
        }
        return inTerms(shape, node, labels);
    }

    /** Whether the pod may run beside every taint that keeps pods away. */
    static boolean tolerates(PodShape shape, List<Taint> taints) {
        for (Taint taint : taints) {
            if (taint.repels() && !tolerates(shape.tolerations(), taint)) return false;
        }
        return true;
    }

    /** The first filter that refuses, in words with its values; empty when none does. */
    public static String refusal(PodShape shape, String node, SortedMap<String, String> labels, List<Taint> taints) {
        for (var wanted : shape.nodeSelector().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return "the pod's nodeSelector wants " + wanted.getKey() + "=" + wanted.getValue() + ", the node "
                        + (labels.containsKey(wanted.getKey()) ? "has " + labels.get(wanted.getKey()) : "has no such label");
            }
        }
        if (!inTerms(shape, node, labels)) {
            return "no term of the pod's node affinity matches";
        }
        for (Taint taint : taints) {
            if (taint.repels() && !tolerates(shape.tolerations(), taint)) {
                return "the pod does not tolerate " + taint.key() + (taint.value().isEmpty() ? "" : "=" + taint.value());
            }
        }
        return "";
    }

    private static boolean inTerms(PodShape shape, String node, SortedMap<String, String> labels) {
        return shape.nodeTerms().isEmpty() || shape.nodeTerms().stream().anyMatch(term -> matches(term, node, labels));
    }

    private static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        for (Toleration toleration : tolerations) {
            if (toleration.tolerates(taint)) return true;
        }
        return false;
    }

    /** A term without requirements matches nothing (Kubernetes API reference, NodeSelectorTerm v1 core). */
    private static boolean matches(Selector term, String node, SortedMap<String, String> labels) {
        if (term.requirements().isEmpty()) return false;
        for (Requirement requirement : term.requirements()) {
            boolean matches = requirement.key().equals(NODE_NAME)
                    ? switch (requirement.operator()) {
                        case IN -> requirement.values().contains(node);
                        case NOT_IN -> !requirement.values().contains(node);
                        case EXISTS, DOES_NOT_EXIST, GT, LT -> false;
                    }
                    : requirement.matches(labels);
            if (!matches) return false;
        }
        return true;
    }
}
