package executorscaler.bench;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Memory;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cluster of any size, the same each time: ten pools, ten executors, ten pods a node, budgets, and pods of many shapes that wait. Every twentieth node is
 * empty and has been for long, one in a hundred is closed by us, so that growth, shrinking and the check all have work.
 *
 * @param config with room in the pools for a tenth more nodes than there are
 */
public record LargeWorld(Config config, Snapshot snapshot, Memory memory) {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final long MIB = 1L << 20;
    private static final int POOLS = 10;
    private static final int PODS_A_NODE = 10;
    private static final MachineType MACHINE = new MachineType("c5.2xlarge", 8, 16 * 1024 * MIB, Collections.emptySortedMap(), 58, "amd64");

    /** So many nodes with ten pods each, and so many pods that wait, in so many groups of equal ones. */
    public static LargeWorld of(int nodes, int waiting, int groups) {
        return of(nodes, waiting, groups, false);
    }

    /** The same, in which nothing is to be done: executors have the replicas that they need, no node is idle, and no pool may have more for the pods that wait. */
    public static LargeWorld atRest(int nodes, int waiting, int groups) {
        return of(nodes, waiting, groups, true);
    }

    private static LargeWorld of(int nodes, int waiting, int groups, boolean rests) {
        int most = rests ? Math.max(1, Math.ceilDiv(nodes, POOLS)) : Math.max(20, nodes);
        var pools = new ArrayList<PoolConfig>();
        var executors = new ArrayList<ExecutorConfig>();
        var seen = new ArrayList<Executor>();
        var queues = new ArrayList<Queue>();
        for (int i = 0; i < POOLS; i++) {
            pools.add(new PoolConfig("pool" + i, "asg" + i, MACHINE.name(), PoolConfig.CapacityType.ON_DEMAND, 0, most, labels(i),
                    List.of(new PoolConfig.TaintConfig("workload-type", "kind" + i, PoolConfig.Effect.NO_SCHEDULE)), 0,
                    PoolConfig.Reserved.BY_FORMULA, 600));
            var lists = new QueueConfig.Lists("jobs" + i, "running" + i, "", QueueConfig.TimeUnit.SECONDS);
            executors.add(new ExecutorConfig("executor" + i, "jobs", "executor" + i, lists, 2, 0, 1_000_000));
            seen.add(new Executor("executor" + i, "jobs", "executor" + i, "uid" + i, 7, nodes / POOLS * 4, 0, shape(i, 700, 0),
                    Collections.emptySortedMap(), List.of("registry/executor:1"), true));
            queues.add(new Queue("executor" + i, nodes / POOLS * 8L - (rests ? 100 : 0), 0, 100, "epoch", "", NOW));
        }
        var all = new ArrayList<Node>();
        var pods = new ArrayList<Pod>();
        var instances = new ArrayList<List<Pool.Instance>>();
        for (int i = 0; i < POOLS; i++) instances.add(new ArrayList<>());
        for (int i = 0; i < nodes; i++) addNode(i, rests, all, pods, instances.get(i % POOLS));
        for (int i = 0; i < waiting; i++)
            pods.add(pod("waiting-" + i, "batch", "Deployment/batch" + i % groups, shape(i % POOLS, 100 + i % groups * 10L, i % groups), "", false));
        var described = new ArrayList<Pool>();
        for (int i = 0; i < POOLS; i++) {
            described.add(new Pool("pool" + i, "asg" + i, 0, most, instances.get(i).size(), instances.get(i), MACHINE,
                    List.of("us-east-1a", "us-east-1b"), NOW));
        }
        var budgets = new ArrayList<Budget>();
        for (int i = 0; i < 20; i++)
            budgets.add(new Budget("web", "web" + i, new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web" + i)))), 1));
        all.sort(Comparator.comparing(Node::name));
        pods.sort(Comparator.comparing(Pod::path));
        var everywhere = new PodShape(new Resources(50, 64 * MIB, 0, 1, Collections.emptySortedMap()), Collections.emptySortedMap(), List.of(),
                List.of(new Toleration("", true, "", "")), List.of());
        var snapshot = new Snapshot(NOW, queues, seen, described, all, pods, List.of(new Daemon("kube-system", "agent", everywhere)), budgets,
                List.of());
        var config = new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), executors, pools, ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF).with(true, false); // as by default
        return new LargeWorld(config, snapshot, Memory.ofStanding(snapshot, 3600));
    }

    private static void addNode(int i, boolean rests, List<Node> nodes, List<Pod> pods, List<Pool.Instance> instances) {
        var id = "i-%08x".formatted(i);
        var name = "node-%05d".formatted(i);
        var ip = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
        boolean k3s = i % 2 == 0;
        boolean empty = !rests && i % 20 == 0;
        instances.add(
                new Pool.Instance(id, Pool.Lifecycle.IN_SERVICE, ip, name + ".ec2.internal", MACHINE.name(), "us-east-1a", NOW.minusSeconds(7200), 1,
                        true,
                        rests));
        var cordon = !rests && i % 100 == 0 ? new Node.Cordon.ByUs(NOW.minusSeconds(60)) : new Node.Cordon.None();
        var labels = labels(i % POOLS);
        labels.put("kubernetes.io/hostname", name);
        labels.put("node.kubernetes.io/instance-type", MACHINE.name());
        labels.put("topology.kubernetes.io/zone", "us-east-1a");
        nodes.add(new Node(name, "uid-" + name, k3s ? "k3s://" + name : "aws:///us-east-1a/" + id, ip, name + ".ec2.internal", labels,
                List.of(new Taint("workload-type", "kind" + i % POOLS, Taint.Effect.NO_SCHEDULE)),
                new Resources(7910, 14162 * MIB, 20L * 1024 * MIB, 58, Collections.emptySortedMap()), true,
                cordon, NOW.minusSeconds(7000)));
        for (int p = 0; p < PODS_A_NODE; p++) {
            boolean resident = empty || p < 2;
            var owner = resident ? "DaemonSet/agent" + p : p < 6 ? "Deployment/executor" + i % POOLS : "Deployment/web" + i % 20;
            var namespace = resident ? "kube-system" : p < 6 ? "jobs" : "web";
            var shape = resident ? shape(i % POOLS, 50, 1000) : p < 6 ? shape(i % POOLS, 700, 0) : shape(i % POOLS, 900, 1001);
            pods.add(pod(name + "-" + p, namespace, owner, shape, name, resident));
        }
    }

    private static Pod pod(String name, String namespace, String owner, PodShape shape, String node, boolean resident) {
        return new Pod(namespace, name, "uid-" + name, owner, shape, new TreeMap<>(Map.of("app", owner.substring(owner.indexOf('/') + 1))),
                node.isEmpty() ? Pod.Phase.PENDING : Pod.Phase.RUNNING, node, "", !node.isEmpty(), false, false, resident, "", NOW.minusSeconds(600));
    }

    private static final Map<String, PodShape> SHAPES = new TreeMap<>();

    /** Equal shapes are one instance, as the adapters have it. */
    private static PodShape shape(int pool, long cpuMillis, int variant) {
        return SHAPES.computeIfAbsent(pool + "/" + cpuMillis + "/" + variant,
                _ -> new PodShape(new Resources(cpuMillis, (256 + variant % 50) * MIB, 0, 1, Collections.emptySortedMap()),
                        labels(pool), List.of(), List.of(new Toleration("workload-type", false, "kind" + pool, "NoSchedule")), List.of()));
    }

    private static TreeMap<String, String> labels(int pool) {
        return new TreeMap<>(Map.of("workload-type", "kind" + pool));
    }
}
