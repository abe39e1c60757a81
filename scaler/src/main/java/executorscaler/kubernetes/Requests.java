package executorscaler.kubernetes;

import executorscaler.snapshot.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler counts for a pod (Kubernetes documentation: "Init Containers" and "Sidecar Containers", resource sharing).
 *
 * <p>Worked example: containers 200m + 300m, a sidecar 100m, then an init container 700m. While the init container runs, the sidecar runs too: 800m. Later
 * 600m run. The pod counts 800m.
 */
final class Requests {

    private static final Resources ONE_POD = new Resources(0, 0, 0, 1, new TreeMap<>());

    private Requests() {}

    /** A pod's requests with {@code pods} = 1. */
    static Resources of(PodSpec spec) throws Unreadable {
        var running = Resources.NONE;
        for (var container : spec.getContainers()) {
            running = running.plus(of(container));
        }
        var sidecars = Resources.NONE;
        var starting = Resources.NONE; // the most that is needed at one time before the containers start
        for (var init : spec.getInitContainers()) {
            var now = sidecars.plus(of(init));
            if ("Always".equals(init.getRestartPolicy())) sidecars = now;
            starting = most(starting, now);
        }
        var counted = most(running.plus(sidecars), starting);
        if (spec.getResources() != null) counted = podLevel(spec.getResources(), counted);
        return counted.plus(Quantities.read(orEmpty(spec.getOverhead()))).plus(ONE_POD);
    }

    private static Resources of(Container container) throws Unreadable {
        if (container.getResources() == null) return Resources.NONE;
        return withoutPods(Quantities.read(withLimits(container.getResources())));
    }

    /** A limit without a request counts as one. The API server writes that into pods, but not into the template of a Deployment. */
    private static Map<String, Quantity> withLimits(ResourceRequirements resources) {
        var requests = new LinkedHashMap<>(orEmpty(resources.getLimits()));
        requests.putAll(orEmpty(resources.getRequests()));
        return requests;
    }

    /** Where the pod itself says what it needs, that counts and not the sum of its containers; it may say so for CPU, memory and huge pages. */
    private static Resources podLevel(ResourceRequirements resources, Resources ofContainers) throws Unreadable {
        var requests = orEmpty(resources.getRequests());
        var asked = Quantities.read(requests);
        var limits = Quantities.read(orEmpty(resources.getLimits()));
        var extended = new TreeMap<>(ofContainers.extended());
        limits.extended().forEach(extended::putIfAbsent);
        extended.putAll(asked.extended());
        return new Resources(podLevel(requests, "cpu", asked.cpuMillis(), ofContainers.cpuMillis(), limits.cpuMillis()),
                podLevel(requests, "memory", asked.memoryBytes(), ofContainers.memoryBytes(), limits.memoryBytes()), ofContainers.ephemeralBytes(), 0,
                extended);
    }

    private static long podLevel(Map<String, Quantity> requests, String name, long asked, long ofContainers, long limit) {
        if (requests.containsKey(name)) return asked;
        return ofContainers > 0 ? ofContainers : limit;
    }

    private static Resources most(Resources one, Resources other) {
        var extended = new TreeMap<>(one.extended());
        other.extended().forEach((name, amount) -> extended.merge(name, amount, Math::max));
        return new Resources(Math.max(one.cpuMillis(), other.cpuMillis()), Math.max(one.memoryBytes(), other.memoryBytes()),
                Math.max(one.ephemeralBytes(), other.ephemeralBytes()), 0, extended);
    }

    private static Resources withoutPods(Resources amounts) {
        return new Resources(amounts.cpuMillis(), amounts.memoryBytes(), amounts.ephemeralBytes(), 0, amounts.extended());
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> quantities) {
        return quantities == null ? Map.of() : quantities;
    }
}
