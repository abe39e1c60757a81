package executorscaler.kubernetes;

import executorscaler.snapshot.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler counts for a pod (Kubernetes documentation: "Init Containers" and "Sidecar Containers", resource sharing; "Resize CPU and Memory Resources
 * assigned to Containers"; k8s.io/component-helpers/resource, PodRequests).
 *
 * <p>Worked example: containers 200m + 300m, a sidecar 100m, then an init container 700m. While the init container runs, the sidecar runs too: 800m. Later
 * 600m run. The pod counts 800m.
 *
 * <p>Of a pod that is being resized in place counts the most of what it asks for, what its node has granted and what it has: a container of 1 CPU that asks for
 * 3 counts 3 at once, and 1 again if the node says that it never can.
 */
final class Requests {

    private static final String HUGE_PAGES = "hugepages-";
    private static final Resources ONE_POD = new Resources(0, 0, 0, 1, new TreeMap<>());

    private final PodSpec spec;
    private final @Nullable PodStatus status;
    private final Map<String, ContainerStatus> statuses = new LinkedHashMap<>(); // of containers that say what they have
    private final boolean infeasible;

    private Requests(PodSpec spec, @Nullable PodStatus status) {
        this.spec = spec;
        this.status = status;
        if (status != null) {
            Stream.concat(status.getContainerStatuses().stream(), status.getInitContainerStatuses().stream())
                    .filter(container -> container.getResources() != null).forEach(container -> statuses.put(container.getName(), container));
        }
        this.infeasible = status != null && status.getConditions().stream().filter(condition -> "PodResizePending".equals(condition.getType()))
                .findFirst().filter(condition -> "Infeasible".equals(condition.getReason())).isPresent();
    }

    /** Requests of a pod with {@code pods} = 1; without a status as if it had just been made. */
    static Resources of(PodSpec spec, @Nullable PodStatus status) throws Unreadable {
        return new Requests(spec, status).sum();
    }

    private Resources sum() throws Unreadable {
        var running = new TreeMap<String, BigDecimal>();
        for (var container : spec.getContainers()) add(running, now(container));
        var sidecars = new TreeMap<String, BigDecimal>();
        var starting = new TreeMap<String, BigDecimal>(); // the most that is needed at one time before the containers start
        for (var init : spec.getInitContainers()) {
            boolean sidecar = "Always".equals(init.getRestartPolicy());
            var step = new TreeMap<>(sidecars);
            add(step, sidecar ? now(init) : asked(init));
            if (sidecar) sidecars = step;
            most(starting, step);
        }
        add(running, sidecars);
        most(running, starting);
        if (spec.getResources() != null) podLevel(spec.getResources(), running);
        add(running, Quantities.exact(orEmpty(spec.getOverhead())));
        running.remove("pods"); // nobody requests pods: each is one
        return Quantities.resources(running).plus(ONE_POD);
    }

    /** A limit without a request counts as one. The API server writes that into pods, but not into the template of a Deployment. */
    private static Map<String, BigDecimal> asked(Container container) throws Unreadable {
        if (container.getResources() == null) return new TreeMap<>();
        var requests = new LinkedHashMap<>(orEmpty(container.getResources().getLimits()));
        requests.putAll(orEmpty(container.getResources().getRequests()));
        return Quantities.exact(requests);
    }

    private Map<String, BigDecimal> now(Container container) throws Unreadable {
        var has = statuses.get(container.getName());
        if (has == null) return asked(container);
        return effective(asked(container), orEmpty(has.getResources().getRequests()), orEmpty(has.getAllocatedResources()));
    }

    private Map<String, BigDecimal> effective(Map<String, BigDecimal> asked, Map<String, Quantity> has, Map<String, Quantity> granted)
            throws Unreadable {
        var effective = Quantities.exact(has);
        most(effective, Quantities.exact(granted));
        if (!infeasible) most(effective, asked);
        return effective;
    }

    /**
     * Where the pod itself says what it needs, that counts and not the sum of its containers; it may say so for CPU, memory and huge pages. Where it only says a
     * limit, the API server makes a request of it for what no container requests, in pods and not in templates.
     */
    private void podLevel(ResourceRequirements resources, Map<String, BigDecimal> counted) throws Unreadable {
        var asked = Quantities.exact(orEmpty(resources.getRequests()));
        Quantities.exact(orEmpty(resources.getLimits())).forEach((name, limit) -> {
            if (!counted.containsKey(name) || name.startsWith(HUGE_PAGES)) asked.putIfAbsent(name, limit);
        });
        asked.keySet().removeIf(name -> !isOfPods(name));
        ResourceRequirements has = status == null ? null : status.getResources();
        if (status != null && has != null) {
            var effective = effective(asked, orEmpty(has.getRequests()), orEmpty(status.getAllocatedResources()));
            asked.replaceAll((name, amount) -> effective.getOrDefault(name, amount));
        }
        counted.putAll(asked);
    }

    private static boolean isOfPods(String name) {
        return List.of("cpu", "memory").contains(name) || name.startsWith(HUGE_PAGES);
    }

    private static void add(Map<String, BigDecimal> sum, Map<String, BigDecimal> more) {
        more.forEach((name, amount) -> sum.merge(name, amount, BigDecimal::add));
    }

    private static void most(Map<String, BigDecimal> most, Map<String, BigDecimal> other) {
        other.forEach((name, amount) -> most.merge(name, amount, BigDecimal::max));
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> quantities) {
        return quantities == null ? Map.of() : quantities;
    }
}
