package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Fit;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the next node of a pool will look like. Nodes of the pool that are there are better evidence than the formula; with none, a node's room is worked out
 * from its machine.
 *
 * <p>The formula, for c5.2xlarge (8 vCPU, 16 GiB, 58 pods by its network interfaces): a virtual machine sees about 7.5 % less memory than EC2 names, the kubelet
 * keeps 255 MiB + 11 MiB a pod, and 100 MiB stay free before it evicts: 16384 x 0.925 - 255 - 638 - 100 = 14162 MiB. Of the CPUs it keeps 6 % of the first, 1 % of
 * the second, 0.5 % of the third and fourth, and 0.25 % of the others: 8000 - 90 = 7910 millis. These are the reservations of the EKS AMI; kubeadm and K3s keep
 * less, so that the formula never promises room that is not there.
 *
 * <p>A group that may launch several kinds of machine is planned with the smallest of every resource. Where it weighs them, one planned node is the least weight
 * w, and a machine of weight k x w counts with a k-th of what it has: as whatever fills k small nodes also fits on the large one, it does not matter which AWS
 * launches.
 *
 * @param zones in which it may come up
 * @param ports what the daemonsets take that would run there
 * @param free allocatable less what the daemonsets take that would run there
 * @param freeOf the same by type of machine, each as it is
 * @param residents what those daemonsets take
 * @param weight units of capacity that such a node fills
 */
record NodeTemplate(String pool, SortedMap<String, String> labels, List<String> zones, List<Taint> taints, List<HostPort> ports, Resources free,
        SortedMap<String, Resources> freeOf, Resources residents, int weight) {

    private static final long MIB = 1024L * 1024;
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String INSTANCE_TYPE = "node.kubernetes.io/instance-type";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final List<String> ZONES = List.of(ZONE, "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone",
            "topology.k8s.aws/zone-id");

    private static final List<String> STANDARD = List.of("cpu", "memory", "ephemeral-storage", "pods");

    /** EBS roots of 20 GiB are the smallest in common use; the kubelet keeps 10 % of it, and images take their part. */
    private static final long EPHEMERAL_BYTES = 10L * 1024 * MIB;

    /** The pods that kubeadm and K3s allow by default. */
    private static final int DEFAULT_MAX_PODS = 110;

    /** Ready nodes of the pool come as {@code evidence}. */
    static NodeTemplate of(PoolConfig config, Pool pool, List<Node> evidence, List<Daemon> daemons) {
        var known = pool.offers().stream().map(offer -> offer.type().name()).toList();
        var labels = labels(config, pool, evidence.stream().filter(node -> known.contains(typeOf(node, known.getFirst()))).toList());
        var taints = taints(config, pool);
        var ports = new ArrayList<HostPort>();
        Resources residents = Resources.NONE;
        for (Daemon daemon : daemons) {
            if (!Fit.accepts(daemon.shape(), "", labels, pool.zones(), taints)) continue;
            residents = residents.plus(daemon.shape().requests());
            ports.addAll(daemon.shape().rules().hostPorts());
        }
        int weight = pool.leastWeight();
        var freeOf = new TreeMap<String, Resources>();
        Resources least = null;
        for (var offer : pool.offers()) {
            var type = offer.type();
            var free = evidence.stream().filter(node -> typeOf(node, known.getFirst()).equals(type.name())).map(Node::allocatable)
                    .reduce(Resources::least).orElseGet(() -> tagged(byFormula(config, type), pool.setup().resources())).minus(residents);
            freeOf.put(type.name(), free);
            var part = free.dividedBy(offer.weight() / weight);
            least = least == null ? part : least.least(part);
        }
        return new NodeTemplate(config.name(), labels, pool.zones(), taints, ports, Objects.requireNonNull(least), freeOf, residents, weight);
    }

    private static String typeOf(Node node, String otherwise) {
        return node.labels().getOrDefault(INSTANCE_TYPE, otherwise);
    }

    /** Devices that a node must have before it is complete: those of its own type, or of any that the group launches. */
    static SortedMap<String, Long> devices(Pool pool, String type) {
        if (pool.offers().size() == 1) return pool.offers().getFirst().type().accelerators();
        return pool.offers().stream().map(Pool.Offer::type).filter(each -> each.name().equals(type)).findFirst().map(MachineType::accelerators)
                .orElseGet(() -> pool.offers().stream().map(offer -> offer.type().accelerators())
                        .reduce((one, other) -> {
                            var both = new TreeMap<>(one);
                            both.keySet().retainAll(other.keySet());
                            both.replaceAll((name, amount) -> Math.min(amount, Objects.requireNonNull(other.get(name))));
                            return both;
                        }).orElse(Collections.emptySortedMap()));
    }

    /** What the group's tags say of its nodes' resources stands for what the formula says. */
    private static Resources tagged(Resources byFormula, SortedMap<String, Long> tags) {
        if (tags.isEmpty()) return byFormula;
        var extended = new TreeMap<>(byFormula.extended());
        tags.forEach((name, amount) -> {
            if (!STANDARD.contains(name)) extended.put(name, amount);
        });
        return new Resources(tags.getOrDefault("cpu", byFormula.cpuMillis()), tags.getOrDefault("memory", byFormula.memoryBytes()),
                tags.getOrDefault("ephemeral-storage", byFormula.ephemeralBytes()), tags.getOrDefault("pods", byFormula.pods()), extended);
    }

    /** The taints that the config names. */
    static List<Taint> taints(PoolConfig config) {
        return config.taints().stream().map(taint -> new Taint(taint.key(), taint.value(), effect(taint.effect()))).toList();
    }

    /** The config's taints, and those of the group's tags that have another key or effect. */
    private static List<Taint> taints(PoolConfig config, Pool pool) {
        var taints = new ArrayList<>(taints(config));
        for (Taint tagged : pool.setup().taints()) {
            if (taints.stream().noneMatch(taint -> taint.key().equals(tagged.key()) && taint.effect() == tagged.effect())) taints.add(tagged);
        }
        return taints;
    }

    /**
     * A node that is not there yet.
     *
     * @param number tells it from the others of its pool in this plan
     * @param zone in which it should come up, empty where nobody can say
     */
    Bin bin(Bin.Kind kind, int number, String zone) {
        var expected = new TreeMap<String, String>();
        expected.put(HOSTNAME, pool + "/" + number); // no name of a host has a slash
        if (!zone.isEmpty()) expected.put(ZONE, zone);
        return new Bin(kind, pool, "", labels, expected, zones, taints, ports, free, free.plus(residents));
    }

    /**
     * The node of an instance that is there and not complete yet, with the pods that room is kept for on it.
     *
     * @param host the node where it has registered
     */
    Bin launched(Pool.Instance instance, int number, Optional<Host> host) {
        var expected = new TreeMap<String, String>();
        expected.put(HOSTNAME, host.map(each -> each.node().labels().getOrDefault(HOSTNAME, each.node().name())).orElse(pool + "/" + number));
        if (!instance.zone().isEmpty()) expected.put(ZONE, instance.zone());
        var known = labels;
        if (!instance.type().isEmpty() && !labels.containsKey(INSTANCE_TYPE)) {
            known = new TreeMap<>(labels);
            known.put(INSTANCE_TYPE, instance.type());
        }
        var room = freeOf.getOrDefault(instance.type(), free);
        var kept = host.map(Host::nominated).orElse(List.of());
        var taken = new Resources.Sum();
        var takenPorts = new ArrayList<>(ports);
        for (Pod pod : kept) {
            taken.add(pod.shape().requests());
            takenPorts.addAll(pod.shape().rules().hostPorts());
        }
        var bin = new Bin(Bin.Kind.ON_THE_WAY, pool, "", known, expected, instance.zone().isEmpty() ? zones : List.of(instance.zone()), taints,
                takenPorts, room.minus(taken.total()), room.plus(residents)).asJoining(host.map(each -> each.node().name()).orElse(""));
        return kept.isEmpty() ? bin : bin.asShared();
    }

    static Resources byFormula(PoolConfig config, MachineType type) {
        int maxPods = config.maxPods() > 0 ? config.maxPods() : type.eniPods() > 0 ? type.eniPods() : DEFAULT_MAX_PODS;
        long memory = type.memoryBytes() * 925 / 1000 - 100 * MIB;
        memory -= config.reserved().memoryBytes() >= 0 ? config.reserved().memoryBytes() : (255 + 11L * maxPods) * MIB;
        long cpu = type.vcpus() * 1000L;
        cpu -= config.reserved().cpuMillis() >= 0 ? config.reserved().cpuMillis() : reservedCpuMillis(type.vcpus());
        return new Resources(Math.max(0, cpu), Math.max(0, memory), EPHEMERAL_BYTES, maxPods, type.accelerators());
    }

    private static long reservedCpuMillis(int vcpus) {
        // In quarters of a milli: 60, 10, 5, 5, then 2.5 for each further CPU; rounded up.
        long quarters = 0;
        for (int cpu = 1; cpu <= vcpus; cpu++) quarters += cpu == 1 ? 240 : cpu == 2 ? 40 : cpu <= 4 ? 20 : 10;
        return Math.ceilDiv(quarters, 4);
    }

    private static SortedMap<String, String> labels(PoolConfig config, Pool pool, List<Node> alike) {
        var labels = new TreeMap<String, String>();
        if (!alike.isEmpty()) {
            labels.putAll(alike.getFirst().labels());
            labels.remove(HOSTNAME);
            // Where the nodes that are there stand says nothing of the next one, unless there is only one zone.
            ZONES.forEach(labels::remove);
            for (Node node : alike) labels.entrySet().removeIf(label -> !label.getValue().equals(node.labels().get(label.getKey())));
        }
        labels.put("kubernetes.io/os", "linux");
        only(pool.offers().stream().map(offer -> offer.type().architecture())).ifPresent(arch -> labels.put("kubernetes.io/arch", arch));
        only(pool.offers().stream().map(offer -> offer.type().name())).ifPresent(type -> labels.put(INSTANCE_TYPE, type));
        if (pool.zones().size() == 1) {
            var zone = pool.zones().getFirst();
            labels.put(ZONE, zone);
            labels.put("topology.kubernetes.io/region", zone.replaceFirst("[a-z]$", ""));
        }
        labels.putAll(pool.setup().labels());
        labels.putAll(config.labels());
        return Collections.unmodifiableSortedMap(labels);
    }

    /** The value that all have; empty where they differ. */
    private static Optional<String> only(Stream<String> values) {
        var distinct = values.distinct().toList();
        return distinct.size() == 1 ? Optional.of(distinct.getFirst()) : Optional.empty();
    }

    private static Taint.Effect effect(PoolConfig.Effect effect) {
        return switch (effect) {
            case NO_SCHEDULE -> Taint.Effect.NO_SCHEDULE;
            case PREFER_NO_SCHEDULE -> Taint.Effect.PREFER_NO_SCHEDULE;
            case NO_EXECUTE -> Taint.Effect.NO_EXECUTE;
        };
    }
}
