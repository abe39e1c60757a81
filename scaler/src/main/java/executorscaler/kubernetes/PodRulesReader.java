package executorscaler.kubernetes;

import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Spread;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a pod asks of the pods around it. Only what forbids: preferences do not decide whether a pod fits. */
final class PodRulesReader {

    private static final String HONOR = "Honor";
    private static final String IGNORE = "Ignore";

    private PodRulesReader() {}

    /**
     * The rules of a pod of that namespace with these labels.
     *
     * @throws Unreadable where an operator is not known
     */
    static PodRules of(PodSpec spec, String namespace, SortedMap<String, String> labels) throws Unreadable {
        List<PodTerm> near = List.of();
        List<PodTerm> apart = List.of();
        var affinity = spec.getAffinity();
        if (affinity != null) {
            if (affinity.getPodAffinity() != null)
                near = terms(affinity.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution(), namespace, labels);
            if (affinity.getPodAntiAffinity() != null)
                apart = terms(affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution(), namespace, labels);
        }
        var spreads = new ArrayList<Spread>();
        for (var constraint : spec.getTopologySpreadConstraints()) {
            if ("DoNotSchedule".equals(constraint.getWhenUnsatisfiable())) spreads.add(spread(constraint, labels));
        }
        var ports = Stream
                .concat(spec.getContainers().stream(), spec.getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy())))
                .flatMap(container -> container.getPorts().stream()).filter(port -> hostPort(spec, port) > 0)
                .map(port -> new HostPort(or(port.getHostIP(), "0.0.0.0"), or(port.getProtocol(), "TCP"), hostPort(spec, port))).distinct().toList();
        if (near.isEmpty() && apart.isEmpty() && spreads.isEmpty() && ports.isEmpty()) return PodRules.NONE;
        return new PodRules(near, apart, spreads, ports);
    }

    /** With the host's network every port of a container is one of the host; the API server writes it so, a template may not say it yet. */
    private static int hostPort(PodSpec spec, ContainerPort port) {
        if (port.getHostPort() != null && port.getHostPort() > 0) return port.getHostPort();
        return Boolean.TRUE.equals(spec.getHostNetwork()) && port.getContainerPort() != null ? port.getContainerPort() : 0;
    }

    private static List<PodTerm> terms(List<PodAffinityTerm> terms, String namespace, SortedMap<String, String> labels) throws Unreadable {
        var read = new ArrayList<PodTerm>();
        for (var term : terms) {
            List<String> namespaces = term.getNamespaces();
            List<Requirement> namespaceLabels = List.of();
            if (term.getNamespaceSelector() == null) {
                if (namespaces.isEmpty()) namespaces = List.of(namespace);
            } else {
                namespaceLabels = PodShapes.selector(term.getNamespaceSelector()).requirements();
                if (namespaceLabels.isEmpty()) namespaces = List.of(); // an empty selector selects every namespace
            }
            var pods = with(PodShapes.selector(term.getLabelSelector()), term.getMatchLabelKeys(), Requirement.Operator.IN, labels);
            read.add(new PodTerm(namespaces, namespaceLabels, with(pods, term.getMismatchLabelKeys(), Requirement.Operator.NOT_IN, labels),
                    term.getTopologyKey()));
        }
        return read;
    }

    private static Spread spread(TopologySpreadConstraint constraint, SortedMap<String, String> labels) throws Unreadable {
        var pods = with(PodShapes.selector(constraint.getLabelSelector()), constraint.getMatchLabelKeys(), Requirement.Operator.IN, labels);
        int minDomains = constraint.getMinDomains() == null ? 1 : constraint.getMinDomains();
        int maxSkew = constraint.getMaxSkew() == null ? 1 : constraint.getMaxSkew();
        return new Spread(maxSkew, constraint.getTopologyKey(), pods, minDomains, HONOR.equals(or(constraint.getNodeAffinityPolicy(), HONOR)),
                HONOR.equals(or(constraint.getNodeTaintsPolicy(), IGNORE)));
    }

    /** The selector with the pod's own values of those keys added; keys that the pod has not are left out. */
    private static Selector with(Selector selector, @Nullable List<String> keys, Requirement.Operator operator, SortedMap<String, String> labels) {
        if (keys == null || keys.isEmpty()) return selector;
        var requirements = new ArrayList<>(selector.requirements());
        for (var key : keys) {
            var value = labels.get(key);
            if (value == null) continue;
            var requirement = new Requirement(key, operator, List.of(value));
            if (!requirements.contains(requirement)) requirements.add(requirement); // the API server may have added it already
        }
        return new Selector(requirements);
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
