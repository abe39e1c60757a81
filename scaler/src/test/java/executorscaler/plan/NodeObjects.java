package executorscaler.plan;

import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Node objects as a kubelet registers them. */
final class NodeObjects {

    private NodeObjects() {}

    /** Ready from the start. */
    static Node node(String name, Map<String, String> labels, List<Taint> taints, Resources allocatable) {
        return node(name, labels, taints, allocatable, false);
    }

    static Node node(String name, Map<String, String> labels, List<Taint> taints, Resources allocatable, boolean pressed) {
        var quantities = quantities(allocatable);
        return new NodeBuilder().withNewMetadata().withName(name).withLabels(labels).addToLabels("kubernetes.io/hostname", name).endMetadata()
                .withNewSpec().withProviderID("aws:///us-east-1a/" + name).withTaints(taints.stream().map(NodeObjects::taint).toList()).endSpec()
                .withNewStatus().withCapacity(quantities).withAllocatable(quantities).addNewCondition().withType("Ready")
                .withStatus("True").withReason("KubeletReady").endCondition().addNewCondition().withType("DiskPressure")
                .withStatus(pressed ? "True" : "False").endCondition().endStatus().build();
    }

    private static io.fabric8.kubernetes.api.model.Taint taint(Taint taint) {
        var effect = switch (taint.effect()) {
            case NO_SCHEDULE -> "NoSchedule";
            case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
            case NO_EXECUTE -> "NoExecute";
        };
        return new TaintBuilder().withKey(taint.key()).withValue(taint.value()).withEffect(effect).build();
    }

    private static Map<String, Quantity> quantities(Resources resources) {
        var quantities = new LinkedHashMap<String, Quantity>();
        quantities.put("cpu", new Quantity(resources.cpuMillis() + "m"));
        quantities.put("memory", new Quantity(String.valueOf(resources.memoryBytes())));
        quantities.put("ephemeral-storage", new Quantity(String.valueOf(resources.ephemeralBytes())));
        quantities.put("pods", new Quantity(String.valueOf(resources.pods())));
        resources.extended().forEach((name, amount) -> quantities.put(name, new Quantity(String.valueOf(amount))));
        return quantities;
    }
}
