package executorscaler.kubernetes;

import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;

/**
 * What pods and nodes say about being taken away, in the words of Cluster Autoscaler (its FAQ, "What types of pods can prevent CA from removing a node?") and
 * of Karpenter ("Disruption", "Pod-level controls" and "Node-level controls"). Users of either have them on their objects already.
 */
final class Annotations {

    /** What a ReplicaSet that shrinks goes by among pods that are ready (Kubernetes documentation, "ReplicaSet", "Pod deletion cost"). */
    static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    /** On a Deployment: {@code hold} (neither more nor fewer pods), {@code hold-in} (never fewer), {@code hold-out} (never more). */
    static final String PAUSE = "executor-scaler/pause";
    /** On a Deployment: that many replicas, within the config's bounds. */
    static final String FORCE_REPLICAS = "executor-scaler/force-replicas";
    /** On a node: id of the instance that it is, written by us while that is beyond doubt. The chart's policy about deleting nodes names it too. */
    static final String INSTANCE = "executor-scaler/instance";

    private static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    private static final String SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
    private static final String SCALE_DOWN_DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled";
    private static final String DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";
    private static final String MEMORY = "Memory";

    private static final Shared<String> VOLUMES = new Shared<>(); // every pod of a Deployment would hold the same words

    private Annotations() {}

    /** Why the pod may not be evicted, whatever the budgets say; empty: it may. {@code owner} is its controller, empty where it has none. */
    static String staysFor(ObjectMeta pod, PodSpec spec, String owner) {
        var annotations = orNone(pod);
        if ("true".equals(annotations.get(DO_NOT_DISRUPT))) return "its annotation " + DO_NOT_DISRUPT + " says so";
        var safe = annotations.getOrDefault(SAFE_TO_EVICT, "");
        if (safe.equals("false")) return "its annotation " + SAFE_TO_EVICT + " is false";
        // Whoever says that it is safe knows that nobody makes it again, and what is on its disk.
        if (safe.equals("true")) return "";
        if (owner.isEmpty()) return Pod.NO_CONTROLLER;
        var kept = List.of(annotations.getOrDefault(SAFE_VOLUMES, "").split(","));
        return spec.getVolumes().stream().filter(volume -> isLocal(volume) && !kept.contains(volume.getName())).findFirst()
                .map(volume -> VOLUMES.of("its volume " + volume.getName() + " is local storage of the node")).orElse("");
    }

    /** Why the node may not be taken away, even empty; empty: it may. */
    static String staysFor(ObjectMeta node) {
        var annotations = orNone(node);
        if ("true".equals(annotations.get(SCALE_DOWN_DISABLED))) return "its annotation " + SCALE_DOWN_DISABLED + " says so";
        return "true".equals(annotations.get(DO_NOT_DISRUPT)) ? "its annotation " + DO_NOT_DISRUPT + " says so" : "";
    }

    /** Which instance the node is, as we wrote it; empty: we did not. */
    static String instance(ObjectMeta node) {
        return orNone(node).getOrDefault(INSTANCE, "");
    }

    /** The pod's deletion cost; as for the controller, what is no number is 0. The API server takes no such value. */
    static int deletionCost(ObjectMeta pod) {
        try {
            return Integer.parseInt(orNone(pod).getOrDefault(DELETION_COST, "0"));
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }

    /** What a person has written on a Deployment. What cannot be understood is meant to stop something, so it holds. */
    static Pause pause(ObjectMeta deployment) {
        var annotations = orNone(deployment);
        var word = annotations.getOrDefault(PAUSE, "");
        var number = annotations.get(FORCE_REPLICAS);
        if (number != null) {
            if (!word.isEmpty()) return held(PAUSE + " and " + FORCE_REPLICAS + " are both there");
            if (!number.matches("[0-9]{1,6}")) return held(FORCE_REPLICAS + " is no number: '" + number + "'");
            return new Pause(Pause.Kind.FORCE, Integer.parseInt(number), "");
        }
        return switch (word) {
            case "" -> annotations.containsKey(PAUSE) ? held(PAUSE + " is empty") : Pause.NONE;
            case "hold" -> new Pause(Pause.Kind.HOLD, 0, "");
            case "hold-in" -> new Pause(Pause.Kind.HOLD_IN, 0, "");
            case "hold-out" -> new Pause(Pause.Kind.HOLD_OUT, 0, "");
            default -> held(PAUSE + " is none of hold, hold-in, hold-out: '" + word + "'");
        };
    }

    private static Pause held(String trouble) {
        return new Pause(Pause.Kind.HOLD, 0, trouble);
    }

    /** Data on the node's own disk; what lies in memory goes with any restart anyway. */
    private static boolean isLocal(Volume volume) {
        return volume.getHostPath() != null || (volume.getEmptyDir() != null && !MEMORY.equals(volume.getEmptyDir().getMedium()));
    }

    private static Map<String, String> orNone(ObjectMeta metadata) {
        return metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    }
}
