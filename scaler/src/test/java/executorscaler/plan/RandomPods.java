package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pod specs, each made for one of the pools, and some of them a little beside it. */
final class RandomPods {

    /** The RuntimeClass that pods with an overhead name; the API server refuses an overhead without one. */
    static final String RUNTIME_CLASS = "sandboxed";
    static final Map<String, Quantity> OVERHEAD = Map.of("cpu", new Quantity("500m"), "memory", new Quantity("512Mi"));

    private static final List<Integer> PERCENT_OF_MACHINE = List.of(1, 3, 6, 10, 12, 15, 20, 25, 30, 35, 45, 60);

    private final Chance chance;
    private final Set<Feature> features;
    private final List<RandomPool> pools;
    private final String cluster;
    private final RandomAffinity affinity;

    RandomPods(Chance chance, Set<Feature> features, List<RandomPool> pools, String cluster, List<String> nodes) {
        this.chance = chance;
        this.features = features;
        this.pools = pools;
        this.cluster = cluster;
        this.affinity = new RandomAffinity(chance, features, pools, nodes);
    }

    /** The pods of one group have requests that no other group has: by {@code number} bytes. */
    PodSpec spec(String group, int number) {
        var pool = chance.of(pools);
        var spec = new PodSpecBuilder().withTerminationGracePeriodSeconds(0L).addToNodeSelector(RandomCluster.LABEL, cluster).build();
        if (sometimes(Feature.NODE_SELECTOR, 35)) spec.getNodeSelector().put("pool", pool.name());
        if (sometimes(Feature.NODE_SELECTOR, 15)) spec.getNodeSelector().put("tier", chance.of(List.of("web", "batch")));
        if (has(Feature.TOLERATIONS)) spec.setTolerations(tolerations(pool.config()));
        affinity.add(spec, pool, group);
        containers(spec, pool.machine(), number);
        return spec;
    }

    private void containers(PodSpec spec, MachineType machine, int number) {
        boolean large = sometimes(Feature.TOO_LARGE, 3);
        long millis = machine.vcpus() * 10L * (large ? 300 : chance.of(PERCENT_OF_MACHINE));
        long mib = (machine.memoryBytes() >> 20) * chance.of(PERCENT_OF_MACHINE) / 100;
        if (sometimes(Feature.NO_REQUESTS, 4)) {
            spec.setContainers(List.of(container("main", new ResourceRequirements())));
            return;
        }
        int mains = sometimes(Feature.SEVERAL_CONTAINERS, 25) ? 2 : 1;
        for (int i = 0; i < mains; i++) {
            var requests = requests(millis / mains, mib / mains, i == 0 ? number : 0);
            if (i == 0 && sometimes(Feature.EPHEMERAL_STORAGE, 20))
                requests.put("ephemeral-storage", new Quantity(chance.between(100, 4000) + "Mi"));
            var devices = new LinkedHashMap<String, Quantity>();
            long gpus = machine.accelerators().getOrDefault(RandomPool.GPU, 0L);
            if (i == 0 && gpus > 0 && sometimes(Feature.DEVICES, 70))
                devices.put(RandomPool.GPU, new Quantity(String.valueOf(chance.between(1, (int) gpus))));
            spec.getContainers().add(container("main-" + i, resources(requests, devices)));
        }
        if (sometimes(Feature.INIT_CONTAINERS, 30)) initContainers(spec, millis, mib);
        if (sometimes(Feature.POD_RESOURCES, 10)) spec.setResources(podResources(millis, mib));
        if (sometimes(Feature.OVERHEAD, 10)) {
            spec.setRuntimeClassName(RUNTIME_CLASS);
            spec.setOverhead(OVERHEAD);
        }
    }

    /** No less than the sum of all containers, or the API server refuses it; without a request of its own the pod's memory is that of its containers. */
    private ResourceRequirements podResources(long millis, long mib) {
        var resources = new ResourceRequirementsBuilder();
        if (chance.percent(70)) resources.addToRequests("cpu", new Quantity(millis + Math.min(6000, millis) + 50 + "m"));
        if (chance.percent(50)) resources.addToLimits("memory", new Quantity(mib * 5 + 1024 + "Mi"));
        return resources.build();
    }

    private void initContainers(PodSpec spec, long millis, long mib) {
        int count = chance.between(1, 3);
        for (int i = 0; i < count; i++) {
            boolean sidecar = chance.percent(40);
            int percent = sidecar ? chance.between(5, 25) : chance.between(10, 140);
            var init = container("init-" + i, resources(requests(Math.min(2000, millis * percent / 100), mib * percent / 100, 0), Map.of()));
            if (sidecar) init.setRestartPolicy("Always");
            spec.getInitContainers().add(init);
        }
    }

    /** The same amounts in several of the ways in which people write them. */
    private Map<String, Quantity> requests(long millis, long mib, int extraBytes) {
        var requests = new LinkedHashMap<String, Quantity>();
        long cpu = Math.max(10, millis);
        requests.put("cpu", chance.percent(30) ? new Quantity(cpu / 1000 + "." + String.format("%03d", cpu % 1000)) : new Quantity(cpu + "m"));
        long memory = Math.max(16, mib);
        requests.put("memory", extraBytes > 0
                ? new Quantity(String.valueOf((memory << 20) + extraBytes))
                : chance.percent(30) ? new Quantity(memory + "M") : new Quantity(memory + "Mi"));
        return requests;
    }

    /** Devices need equal requests and limits; of the others a limit alone is a request too. */
    private ResourceRequirements resources(Map<String, Quantity> requests, Map<String, Quantity> devices) {
        var resources = new ResourceRequirements();
        var limits = new LinkedHashMap<>(devices);
        if (sometimes(Feature.LIMITS_ALONE, 15)) {
            limits.putAll(requests);
        } else {
            resources.setRequests(requests);
        }
        resources.setLimits(limits);
        return resources;
    }

    private Container container(String name, ResourceRequirements resources) {
        var container = new ContainerBuilder().withName(name).withImage("example/" + name).withResources(resources).build();
        if (has(Feature.HOST_PORTS) && name.startsWith("main-0") && chance.percent(15)) {
            int port = chance.of(List.of(8080, 9090));
            container = new ContainerBuilder(container).addNewPort().withContainerPort(port).withHostPort(port).withProtocol("TCP").endPort().build();
        }
        return container;
    }

    private List<Toleration> tolerations(PoolConfig pool) {
        var tolerations = new ArrayList<Toleration>();
        if (chance.percent(5)) return List.of(new TolerationBuilder().withOperator("Exists").build());
        for (var taint : pool.taints()) {
            if (chance.percent(10)) continue;
            var effect = chance.percent(20) ? "PreferNoSchedule" : switch (taint.effect()) {
                case NO_SCHEDULE -> "NoSchedule";
                case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
                case NO_EXECUTE -> "NoExecute";
            };
            var toleration = new TolerationBuilder().withKey(taint.key());
            if (chance.percent(70)) toleration.withEffect(effect);
            if (chance.percent(50)) {
                toleration.withOperator("Exists");
            } else {
                if (chance.percent(50)) toleration.withOperator("Equal"); // the default
                toleration.withValue(chance.percent(30) ? "other" : taint.value());
            }
            if ("NoExecute".equals(toleration.getEffect()) && chance.percent(30)) toleration.withTolerationSeconds(3600L);
            tolerations.add(toleration.build());
        }
        return tolerations;
    }

    private boolean has(Feature feature) {
        return features.contains(feature);
    }

    private boolean sometimes(Feature feature, int percent) {
        return has(feature) && chance.percent(percent);
    }
}
