package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A cluster drawn from a seed: pools, some nodes of theirs with pods on them, DaemonSets, and pods that wait. All of it is for nodes with the label
 * {@value #LABEL} of this cluster alone, so that several clusters live side by side in one API server and do not see each other.
 *
 * @param name value of the label, and the namespace; nothing that is drawn depends on it
 * @param nodes that are there, complete
 * @param running pods that have one of these nodes
 * @param pending pods without a node, in the order of their groups
 * @param named what pods name: namespaces, volumes, claims
 */
record RandomCluster(long seed, String name, List<RandomPool> pools, List<Node> nodes, List<Pod> running, List<DaemonSet> daemonSets,
        List<Pod> pending, List<HasMetadata> named) {

    static final String LABEL = "agreement";

    /** Label of pods: what they have in common. */
    static final String GROUP = "app";

    /** The group of pods that have a node from the start. */
    static final String RUNNING = "running";

    /** What DaemonSets take at the most on a node: {@link #daemonSets} never asks for more. */
    private static final Resources DAEMONS = new Resources(200, 384L << 20, 0, 2, new TreeMap<>());

    private static final Toleration EVERYTHING = new TolerationBuilder().withOperator("Exists").build();

    static RandomCluster of(long seed, String name, Set<Feature> features) {
        var chance = Chance.of(seed);
        var pools = RandomPool.some(chance, name, features.contains(Feature.DEVICES), features.contains(Feature.FULL_POOLS));
        var nodes = new ArrayList<Node>();
        var running = new ArrayList<Pod>();
        for (var pool : pools) {
            int count = chance.percent(30) ? 0 : chance.between(1, 2);
            for (int i = 0; i < count; i++) addNode(chance, pool, name + "-" + pool.name() + "-" + i, nodes, running);
        }
        var daemonSets = features.contains(Feature.DAEMON_SETS) ? daemonSets(chance, pools, name) : List.<DaemonSet>of();
        var names = nodes.stream().map(node -> node.getMetadata().getName()).toList();
        var references = new RandomReferences(seed, features, name, pools, names);
        for (var pod : running) pod.getMetadata().setNamespace(references.addRunning(pod.getSpec()));
        var pending = pending(chance, new RandomPods(chance, features, pools, name, names), references, name);
        return new RandomCluster(seed, name, pools, nodes, running, daemonSets, pending, references.objects());
    }

    Config config() {
        return new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), List.of(), pools.stream().map(RandomPool::config).toList(),
                ScaleDownConfig.DEFAULT, ControlConfig.DEFAULT, Config.DEFAULT_PLACEHOLDER_IMAGE, Config.DEFAULT_PRIORITY_CUTOFF);
    }

    /** Pods that wait for a node: those without gates. */
    int waiting() {
        return (int) pending.stream().filter(pod -> pod.getSpec().getSchedulingGates().isEmpty()).count();
    }

    /** As the API server is asked to make them. */
    List<HasMetadata> objects() {
        var objects = new ArrayList<HasMetadata>(named);
        objects.addAll(nodes);
        objects.addAll(running);
        objects.addAll(daemonSets);
        objects.addAll(pending);
        return objects;
    }

    private static void addNode(Chance chance, RandomPool pool, String name, List<Node> nodes, List<Pod> running) {
        var template = pool.template(List.of(), List.of());
        var labels = new TreeMap<>(template.labels());
        if (pool.zones().size() > 1) labels.put("topology.kubernetes.io/zone", chance.of(pool.zones()));
        var room = template.free();
        // No two machines of a type show the system quite the same memory.
        var allocatable = new Resources(room.cpuMillis(), room.memoryBytes() + ((long) chance.between(0, 300) << 20), room.ephemeralBytes() * 2,
                room.pods(), room.extended());
        List<Taint> taints = template.taints();
        nodes.add(NodeObjects.node(name, labels, taints, allocatable));
        int pods = chance.between(0, 3);
        var free = allocatable.minus(DAEMONS);
        for (int i = 0; i < pods; i++) {
            long millis = free.cpuMillis() * chance.between(2, 60) / 100;
            long mib = (free.memoryBytes() >> 20) * chance.between(2, 60) / 100;
            free = free.minus(new Resources(millis, mib << 20, 0, 1, new TreeMap<>()));
            var pod = pod(namespaceOf(name), name + "-" + i, RUNNING, plain(millis, mib));
            pod.getSpec().setNodeName(name);
            pod.getSpec().setTolerations(List.of(EVERYTHING)); // or it would be evicted where the node has a NoExecute taint
            running.add(pod);
        }
    }

    /** None, one that runs everywhere, one that is for some nodes only, or both. */
    private static List<DaemonSet> daemonSets(Chance chance, List<RandomPool> pools, String cluster) {
        var daemonSets = new ArrayList<DaemonSet>();
        if (chance.percent(50)) {
            var agent = plain(chance.between(20, 100), chance.between(32, 192));
            agent.setTolerations(List.of(EVERYTHING));
            daemonSets.add(daemonSet(cluster, "agent", agent));
        }
        if (chance.percent(40)) {
            var some = plain(chance.between(20, 100), chance.between(32, 192));
            if (chance.percent(50)) some.getNodeSelector().put("tier", "web");
            for (var taint : chance.of(pools).config().taints()) {
                some.getTolerations().add(new TolerationBuilder().withKey(taint.key()).withOperator("Exists").build());
            }
            daemonSets.add(daemonSet(cluster, "some", some));
        }
        return daemonSets;
    }

    private static DaemonSet daemonSet(String namespace, String name, PodSpec spec) {
        spec.getNodeSelector().put(LABEL, namespace);
        return new DaemonSetBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata().withNewSpec().withNewSelector()
                .addToMatchLabels("daemon", name).endSelector().withNewTemplate().withNewMetadata().addToLabels("daemon", name).endMetadata()
                .withSpec(spec).endTemplate().endSpec().build();
    }

    private static List<Pod> pending(Chance chance, RandomPods specs, RandomReferences references, String cluster) {
        var pending = new ArrayList<Pod>();
        int groups = chance.between(2, 7);
        for (int i = 0; i < groups; i++) {
            var group = "group-" + i;
            var spec = specs.spec(group, i + 1);
            references.add(spec, group, groups);
            int pods = chance.between(1, 45 / groups);
            for (int j = 0; j < pods; j++) pending.add(pod(cluster, group + "-" + j, group, spec));
        }
        return pending;
    }

    private static PodSpec plain(long millis, long mib) {
        var spec = new PodSpec();
        spec.setTerminationGracePeriodSeconds(0L);
        spec.setContainers(List.of(new ContainerBuilder().withName("main").withImage("example/main")
                .withNewResources().withRequests(Map.of("cpu", new Quantity(millis + "m"), "memory", new Quantity(mib + "Mi"))).endResources()
                .build()));
        spec.setNodeSelector(new TreeMap<>());
        return spec;
    }

    private static Pod pod(String namespace, String name, String group, PodSpec spec) {
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName(name).addToLabels(GROUP, group).endMetadata().withSpec(spec)
                .build();
    }

    private static String namespaceOf(String node) {
        return node.substring(0, node.indexOf("-pool-"));
    }
}
