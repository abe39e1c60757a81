package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pool of a random cluster: how the config describes it, and what its Auto Scaling Group launches. */
record RandomPool(PoolConfig config, MachineType machine, List<String> zones) {

    static final String GPU = "nvidia.com/gpu";

    private static final long GIB = 1L << 30;
    private static final List<MachineType> MACHINES = List.of(machine("t3.large", 2, 8, 0, 35), machine("m5.xlarge", 4, 16, 0, 58),
            machine("c5.2xlarge", 8, 16, 0, 58), machine("r5.2xlarge", 8, 64, 0, 58), machine("c5.4xlarge", 16, 32, 0, 234),
            machine("g4dn.xlarge", 4, 16, 1, 29), machine("g4dn.12xlarge", 48, 192, 4, 234));
    static final String ZONE = "topology.kubernetes.io/zone";

    private static final List<String> ZONES = List.of("us-east-1a", "us-east-1b", "us-east-1c");
    private static final List<PoolConfig.TaintConfig> TAINTS = List.of(
            new PoolConfig.TaintConfig("dedicated", "batch", PoolConfig.Effect.NO_SCHEDULE),
            new PoolConfig.TaintConfig("dedicated", "web", PoolConfig.Effect.NO_SCHEDULE),
            new PoolConfig.TaintConfig("spot", "", PoolConfig.Effect.NO_EXECUTE),
            new PoolConfig.TaintConfig("fragile", "yes", PoolConfig.Effect.PREFER_NO_SCHEDULE));

    /** Of two to five pools in random order. */
    static List<RandomPool> some(Chance chance, String cluster, boolean devices, boolean full) {
        var pools = new ArrayList<RandomPool>();
        int count = chance.between(2, 5);
        boolean scarce = full && chance.percent(35);
        for (int i = 0; i < count; i++) pools.add(one(chance, cluster, "pool-" + i, devices, scarce));
        return pools;
    }

    private static RandomPool one(Chance chance, String cluster, String name, boolean devices, boolean scarce) {
        var machine = chance.of(MACHINES);
        while (!devices && !machine.accelerators().isEmpty()) machine = chance.of(MACHINES);
        var labels = new TreeMap<>(Map.of(RandomCluster.LABEL, cluster, "pool", name));
        if (chance.percent(60)) labels.put("tier", chance.of(List.of("web", "batch")));
        if (chance.percent(60)) labels.put("generation", chance.of(List.of("1", "2", "5", "10", "newest")));
        if (chance.percent(30)) labels.put("disk", chance.of(List.of("ssd", "")));
        var taints = new ArrayList<PoolConfig.TaintConfig>();
        int tainted = chance.percent(35) ? 0 : chance.between(1, 2);
        for (int i = 0; i < tainted; i++) {
            var taint = chance.of(TAINTS);
            if (taints.stream().noneMatch(other -> other.key().equals(taint.key()))) taints.add(taint);
        }
        int maxSize = scarce ? chance.between(0, 3) : 60;
        int maxPods = chance.percent(20) ? chance.between(8, 16) : 0;
        var zones = chance.percent(60) ? List.of(chance.of(ZONES)) : ZONES;
        return new RandomPool(new PoolConfig(name, "asg-" + name, machine.name(), PoolConfig.CapacityType.ON_DEMAND, 0, maxSize, labels, taints,
                maxPods, PoolConfig.Reserved.BY_FORMULA, PoolConfig.DEFAULT_MAX_PROVISION_SECONDS), machine, zones);
    }

    String name() {
        return config.name();
    }

    boolean has(Node node) {
        return name().equals(node.labels().get("pool"));
    }

    /** The group whose instances are these nodes, launched when these registered, and that may have {@code max} of them. */
    Pool group(List<Node> nodes, int max, Instant now) {
        var instances = nodes.stream().filter(this::has)
                .map(node -> new Pool.Instance(node.name(), Pool.Lifecycle.IN_SERVICE, "", "", machine.name(), zoneOf(node),
                        node.createdAt()))
                .toList();
        return new Pool(name(), config.autoScalingGroup(), 0, max, instances.size(), instances, machine, zones, now);
    }

    private String zoneOf(Node node) {
        return node.labels().getOrDefault(ZONE, zones.getFirst());
    }

    /** The zones of the next nodes, as AWS launches them: each in the one that has the fewest. */
    List<String> nextZones(List<Node> nodes, int count) {
        var instances = new TreeMap<String, Integer>();
        for (var zone : zones) instances.put(zone, (int) nodes.stream().filter(node -> has(node) && zoneOf(node).equals(zone)).count());
        var next = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            var zone = instances.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
            instances.merge(zone, 1, Integer::sum);
            next.add(zone);
        }
        return next;
    }

    /** What the planner says that the next node will be. */
    NodeTemplate template(List<Node> nodes, List<Daemon> daemons) {
        var ours = nodes.stream().filter(this::has).toList();
        return NodeTemplate.of(config, group(nodes, config.maxSize(), Instant.EPOCH), ours, daemons);
    }

    private static MachineType machine(String name, int vcpus, int memoryGib, long gpus, int pods) {
        return new MachineType(name, vcpus, memoryGib * GIB, new TreeMap<>(gpus == 0 ? Map.of() : Map.of(GPU, gpus)), pods, "amd64");
    }
}
