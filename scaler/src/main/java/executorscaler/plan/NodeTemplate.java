package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Fit;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the next node of a pool will look like. Nodes of the pool that are there are better evidence than the formula; with none, a node's room is worked out
 * from its machine.
 *
 * <p>The formula, for c5.2xlarge (8 vCPU, 16 GiB, 58 pods by its network interfaces): a virtual machine sees about 7.5 % less memory than EC2 names, the kubelet
 * keeps 255 MiB + 11 MiB a pod, and 100 MiB stay free before it evicts: 16384 x 0.925 - 255 - 638 - 100 = 14162 MiB. Of the CPUs it keeps 6 % of the first, 1 % of
 * the second, 0.5 % of the third and fourth, and 0.25 % of the others: 8000 - 90 = 7910 millis. These are the reservations of the EKS AMI; kubeadm and K3s keep
 * less, so that the formula never promises room that is not there.
 *
 * @param ports what the daemonsets take that would run there
 * @param free allocatable less what the daemonsets take that would run there
 */
record NodeTemplate(String pool, SortedMap<String, String> labels, List<Taint> taints, List<HostPort> ports, Resources free) {

    private static final long MIB = 1024L * 1024;
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final List<String> ZONES = List.of(ZONE, "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone",
            "topology.k8s.aws/zone-id");

    /** EBS roots of 20 GiB are the smallest in common use; the kubelet keeps 10 % of it, and images take their part. */
    private static final long EPHEMERAL_BYTES = 10L * 1024 * MIB;

    /** The pods that kubeadm and K3s allow by default. */
    private static final int DEFAULT_MAX_PODS = 110;

    /** Ready nodes of the pool come as {@code evidence}. */
    static NodeTemplate of(PoolConfig config, Pool pool, List<Node> evidence, List<Daemon> daemons) {
        var alike = evidence.stream()
                .filter(node -> node.labels().getOrDefault("node.kubernetes.io/instance-type", pool.type().name()).equals(pool.type().name()))
                .toList();
        var allocatable = alike.stream().map(Node::allocatable).reduce(Resources::least).orElseGet(() -> byFormula(config, pool.type()));
        var labels = labels(config, pool, alike);
        var taints = config.taints().stream().map(taint -> new Taint(taint.key(), taint.value(), effect(taint.effect()))).toList();
        var ports = new ArrayList<HostPort>();
        for (Daemon daemon : daemons) {
            if (!Fit.accepts(daemon.shape(), "", labels, taints)) continue;
            allocatable = allocatable.minus(daemon.shape().requests());
            ports.addAll(daemon.shape().rules().hostPorts());
        }
        return new NodeTemplate(config.name(), labels, taints, ports, allocatable);
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
        return new Bin(kind, pool, "", labels, expected, taints, ports, free);
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
        labels.put("kubernetes.io/arch", pool.type().architecture());
        labels.put("node.kubernetes.io/instance-type", pool.type().name());
        if (pool.zones().size() == 1) {
            var zone = pool.zones().getFirst();
            labels.put(ZONE, zone);
            labels.put("topology.kubernetes.io/region", zone.replaceFirst("[a-z]$", ""));
        }
        labels.putAll(config.labels());
        return Collections.unmodifiableSortedMap(labels);
    }

    private static Taint.Effect effect(PoolConfig.Effect effect) {
        return switch (effect) {
            case NO_SCHEDULE -> Taint.Effect.NO_SCHEDULE;
            case PREFER_NO_SCHEDULE -> Taint.Effect.PREFER_NO_SCHEDULE;
            case NO_EXECUTE -> Taint.Effect.NO_EXECUTE;
        };
    }
}
