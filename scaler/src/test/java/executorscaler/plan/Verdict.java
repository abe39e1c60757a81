package executorscaler.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of one seed.
 *
 * @param pods that waited
 * @param counted pods that the plan said will have a home
 * @param mayWait pods that there is room for, and that the plan said may have to wait for others
 * @param fragmented pods that were counted and found none, because the scheduler spread others over the room that they needed
 * @param left pods that wait when the next ticks have bought what they would, and of which the plan does not say why no node would help
 * @param bought nodes
 * @param empty bought nodes that got no pod but those of DaemonSets
 * @param forTurns of these, as many as the plan bought beyond one a pod, so that one comes up in the right zone
 * @param besideDevices of these, those whose pod asks for no devices and went to a node that has some and no taint
 * @param more nodes that the next plan would buy
 * @param disagreements a rule by which planner and scheduler judge one pod and one node differently, or a count that is wrong, in words
 */
record Verdict(RandomCluster cluster, int pods, int counted, int mayWait, int fragmented, int left, int bought, int empty, int forTurns,
        int besideDevices, int more,
        List<String> disagreements) {

    Verdict {
        disagreements = List.copyOf(disagreements);
    }

    /** With more disagreements. */
    Verdict and(List<String> found) {
        var all = new ArrayList<>(disagreements);
        all.addAll(found);
        return new Verdict(cluster, pods, counted, mayWait, fragmented, left, bought, empty, forTurns, besideDevices, more, all);
    }

    /** With what the next ticks have left. */
    Verdict left(int pending) {
        return new Verdict(cluster, pods, counted, mayWait, fragmented, pending, bought, empty, forTurns, besideDevices, more, disagreements);
    }

    @Override
    public String toString() {
        return "seed %d: %d pods, %d counted, %d may wait, %d fragmented (%d after the next ticks), %d nodes bought, %d empty (%d for zones, %d beside devices), %d more"
                .formatted(cluster.seed(), pods, counted, mayWait, fragmented, left, bought, empty, forTurns, besideDevices, more);
    }
}
