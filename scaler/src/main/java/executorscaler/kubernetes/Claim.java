package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of a PersistentVolumeClaim as placing its pods needs.
 *
 * @param path {@code namespace/name}
 * @param state what the scheduler makes of it
 * @param volume the PersistentVolume that it names, empty: none
 * @param storageClass empty: none
 * @param selectedNode the node for which a volume is being made, empty: none
 * @param oncePerPod access mode ReadWriteOncePod
 */
record Claim(String path, State state, String volume, String storageClass, String selectedNode, boolean oncePerPod) {

    /** {@code BOUND} as the scheduler sees it: bound, and the binding completed. */
    enum State {
        BOUND, UNBOUND, LOST, DELETING
    }

    private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    static Claim of(PersistentVolumeClaim claim) {
        var metadata = claim.getMetadata();
        var spec = claim.getSpec();
        Map<String, String> annotations = metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
        List<String> modes = spec == null ? List.of() : spec.getAccessModes();
        var volume = spec == null ? "" : text(spec.getVolumeName());
        var ofClass = annotations.containsKey(OLD_CLASS) ? annotations.get(OLD_CLASS) : spec == null ? "" : spec.getStorageClassName();
        return new Claim(Mapping.path(claim), state(claim, metadata, volume, annotations), volume, text(ofClass).intern(),
                text(annotations.get(SELECTED_NODE)), modes.contains("ReadWriteOncePod"));
    }

    private static State state(PersistentVolumeClaim claim, ObjectMeta metadata, String volume, Map<String, String> annotations) {
        if (claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase())) return State.LOST;
        if (metadata.getDeletionTimestamp() != null) return State.DELETING;
        return !volume.isEmpty() && annotations.containsKey(BIND_COMPLETED) ? State.BOUND : State.UNBOUND;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
