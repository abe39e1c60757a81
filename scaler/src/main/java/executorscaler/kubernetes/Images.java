package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a kubelet says about the images of its pods. */
final class Images {

    /** Reasons of a container that waits because its image is not to be had (kubelet, pkg/kubelet/images/types.go). */
    private static final List<String> NOT_PULLED = List.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

    private static final Shared<String> NAMES = new Shared<>(); // every pod of a Deployment would hold the same words

    private Images() {}

    /** The first image that could not be pulled, as the pod's spec names it; empty: none, or nobody has tried yet. */
    static String unpulled(PodSpec spec, @Nullable PodStatus status) {
        if (status == null) return "";
        var refused = Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream()).filter(Images::notPulled)
                .map(ContainerStatus::getName).toList();
        if (refused.isEmpty()) return "";
        return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .filter(container -> refused.contains(container.getName()) && container.getImage() != null).findFirst()
                .map(container -> NAMES.of(container.getImage())).orElse("");
    }

    private static boolean notPulled(ContainerStatus container) {
        var waiting = container.getState() == null ? null : container.getState().getWaiting();
        return waiting != null && waiting.getReason() != null && NOT_PULLED.contains(waiting.getReason());
    }
}
