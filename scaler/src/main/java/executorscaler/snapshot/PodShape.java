package executorscaler.snapshot;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that decides where a pod may run, its own labels aside; pods with equal shapes are one group to the planner. Adapters share one instance between equal
 * pods.
 *
 * @param requests as the scheduler counts them (the larger of init containers and the sum of the others, plus overhead), with {@code pods} = 1
 * @param nodeSelector labels the node must have
 * @param nodeTerms required node affinity, that of bound volumes included: one of the terms must match, within a term all requirements; none: no affinity
 * @param ownTerms the pod's own alone: spread constraints count nodes to which only its volumes keep it from going
 * @param tolerations taints the pod may run beside
 * @param rules what it asks of the pods around it
 * @param priority as the scheduler compares it; 0 where none is set
 * @param preempts whether the scheduler may evict pods of lower priority for it ({@code preemptionPolicy})
 * @param waitsFor what has to happen before the scheduler looks for a node at all, e.g. {@code claim data does not exist}: until then no node helps
 * @param notModelled names of rules in the pod's spec that the planner does not know and therefore cannot promise, e.g. {@code resourceClaims}
 */
public record PodShape(Resources requests, SortedMap<String, String> nodeSelector, List<Selector> nodeTerms, List<Selector> ownTerms,
        List<Toleration> tolerations, PodRules rules, int priority, boolean preempts, List<String> waitsFor, List<String> notModelled) {

    public PodShape {
        nodeSelector = Collections.unmodifiableSortedMap(new TreeMap<>(nodeSelector));
        nodeTerms = List.copyOf(nodeTerms);
        ownTerms = List.copyOf(ownTerms);
        tolerations = List.copyOf(tolerations);
        waitsFor = List.copyOf(waitsFor);
        notModelled = List.copyOf(notModelled);
    }

    /** A shape without volumes that ask for nodes. */
    public PodShape(Resources requests, SortedMap<String, String> nodeSelector, List<Selector> nodeTerms, List<Toleration> tolerations,
            PodRules rules,
            int priority, boolean preempts, List<String> waitsFor, List<String> notModelled) {
        this(requests, nodeSelector, nodeTerms, nodeTerms, tolerations, rules, priority, preempts, waitsFor, notModelled);
    }

    /** A shape that waits for nothing, and for which others may have to go. */
    public PodShape(Resources requests, SortedMap<String, String> nodeSelector, List<Selector> nodeTerms, List<Toleration> tolerations,
            PodRules rules, int priority, List<String> notModelled) {
        this(requests, nodeSelector, nodeTerms, tolerations, rules, priority, true, List.of(), notModelled);
    }

    /** A shape that asks nothing of other pods, of priority 0. */
    public PodShape(Resources requests, SortedMap<String, String> nodeSelector, List<Selector> nodeTerms, List<Toleration> tolerations,
            List<String> notModelled) {
        this(requests, nodeSelector, nodeTerms, tolerations, PodRules.NONE, 0, notModelled);
    }

    /** Nothing but which nodes it may go to by itself, without its volumes: node selector, node affinity, tolerations. */
    public PodShape whereAlone() {
        return new PodShape(Resources.NONE, nodeSelector, ownTerms, tolerations, List.of());
    }
}
