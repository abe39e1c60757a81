package testbed;

import java.util.List;
import java.util.Map;

/** A node pool: one Auto Scaling Group, and what its nodes look like to Kubernetes. */
public record Pool(String name, String autoScalingGroup, String instanceType, int minSize, int maxSize, Map<String, String> labels,
        List<Taint> taints) {

    public Pool {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }

    /** A pool without labels and taints. */
    public static Pool of(String autoScalingGroup, String instanceType, int minSize, int maxSize) {
        return new Pool(autoScalingGroup, autoScalingGroup, instanceType, minSize, maxSize, Map.of(), List.of());
    }

    public Pool withLabels(Map<String, String> newLabels) {
        return new Pool(name, autoScalingGroup, instanceType, minSize, maxSize, newLabels, taints);
    }

    public Pool withTaints(List<Taint> newTaints) {
        return new Pool(name, autoScalingGroup, instanceType, minSize, maxSize, labels, newTaints);
    }
}
