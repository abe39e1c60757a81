package executorscaler.plan;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.NoticesConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.Schedule;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Rollout;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A world for a test, by the platform's example: one executor of 2 CPU and 4 GiB on c5.2xlarge, and a general pool of t3.large. */
public class Given {

    public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    public static final long GIB = 1L << 30;
    public static final MachineType C5 = new MachineType("c5.2xlarge", 8, 16 * GIB, new TreeMap<>(), 58, "amd64");
    public static final MachineType T3 = new MachineType("t3.large", 2, 8 * GIB, new TreeMap<>(), 35, "amd64");
    public static final MachineType G4 = new MachineType("g4dn.xlarge", 4, 16 * GIB, new TreeMap<>(Map.of("nvidia.com/gpu", 1L)), 29, "amd64");

    public Instant now = NOW;
    public Config.Strategy strategy = Config.Strategy.LEAST_COST;
    public ScaleDownConfig scaleDown = new ScaleDownConfig(60, 300, 5, 600, 0.5, 60);
    public boolean balance = false;
    public boolean nominate = true;
    public boolean protect = false;
    public boolean deleteNodes = false;
    public PodShape shape = executorShape();
    public int minReplicas = 0;
    public int maxReplicas = 50;
    public int onDemandBase = 0;
    public WorkerConfig worker = WorkerConfig.SILENT;
    public ExecutorScaleDown scaleDownOf = ExecutorScaleDown.NONE;
    public List<Schedule> schedules = List.of();
    public final List<PoolConfig> poolConfigs = new ArrayList<>();
    public final List<Queue> queues = new ArrayList<>();
    public final List<Executor> executors = new ArrayList<>();
    public final List<Pool> pools = new ArrayList<>();
    public final List<Node> nodes = new ArrayList<>();
    public final List<Pod> pods = new ArrayList<>();
    public final List<Daemon> daemons = new ArrayList<>();
    public final List<Budget> budgets = new ArrayList<>();
    public final List<Notice> notices = new ArrayList<>();
    public final List<Missing> missing = new ArrayList<>();

    /** The executor's pool alone, with nothing running and nothing waiting. */
    public static Given executorsOnly() {
        var given = new Given();
        given.poolConfigs.add(compute(0, 20));
        return given;
    }

    public static PoolConfig compute(int min, int max) {
        return new PoolConfig("compute", "asg-compute", "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, min, max,
                new TreeMap<>(Map.of("workload-type", "executor")),
                List.of(new PoolConfig.TaintConfig("workload-type", "executor", PoolConfig.Effect.NO_SCHEDULE)), 0,
                PoolConfig.Reserved.BY_FORMULA, 600);
    }

    public static PoolConfig general(int min, int max) {
        return new PoolConfig("general", "asg-general", "t3.large", PoolConfig.CapacityType.ON_DEMAND, min, max,
                new TreeMap<>(Map.of("workload-type", "general")), List.of(), 0, PoolConfig.Reserved.BY_FORMULA, 600);
    }

    public static PoolConfig gpu(int min, int max) {
        return new PoolConfig("gpu", "asg-gpu", "g4dn.xlarge", PoolConfig.CapacityType.ON_DEMAND, min, max, new TreeMap<>(),
                List.of(new PoolConfig.TaintConfig("nvidia.com/gpu", "true", PoolConfig.Effect.NO_SCHEDULE)), 0, PoolConfig.Reserved.BY_FORMULA, 600);
    }

    public static PodShape shape(long cpuMillis, long memoryMib, String workloadType) {
        var tolerations = workloadType.equals("executor")
                ? List.of(new Toleration("workload-type", false, "executor", "NoSchedule"))
                : List.<Toleration>of();
        return new PodShape(new Resources(cpuMillis, memoryMib << 20, 0, 1, new TreeMap<>()),
                new TreeMap<>(workloadType.isEmpty() ? Map.of() : Map.of("workload-type", workloadType)), List.of(), tolerations, List.of());
    }

    public static PodShape executorShape() {
        return shape(2000, 4096, "executor");
    }

    /** The same, with a port of its node that no other pod can have then. */
    public static PodShape withHostPort(PodShape like, int port) {
        var rules = new PodRules(List.of(), List.of(), List.of(), List.of(new HostPort("0.0.0.0", "TCP", port)));
        return new PodShape(like.requests(), like.nodeSelector(), List.of(), like.tolerations(), rules, 0, List.of());
    }

    public Given jobs(long waiting, long running) {
        queues.add(new Queue("executor", waiting, 0, running, "epoch-1", "", now));
        return this;
    }

    public Given replicas(int replicas) {
        return executor(replicas, "registry/executor:1");
    }

    public Given executor(int replicas, String image) {
        executors.add(
                new Executor("executor", "jobs", "executor", "uid-executor", 7, replicas, 0, shape, new TreeMap<>(), List.of(image), true));
        return this;
    }

    /** The executor's rollout has come so far. */
    public Given rollout(Rollout rollout) {
        executors.replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid(), each.version(), each.replicas(),
                each.ready(), each.shape(), each.podLabels(), each.images(), rollout, each.pause(), each.author()));
        return this;
    }

    /** Somebody has written the executor's replicas. */
    public Given author(Author author) {
        executors.replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid(), each.version(), each.replicas(),
                each.ready(), each.shape(), each.podLabels(), each.images(), each.rollout(), each.pause(), author));
        return this;
    }

    /** The executor's Deployment is another one of its name. */
    public Given madeAnew() {
        executors
                .replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid() + "-2", each.version(), each.replicas(),
                        each.ready(), each.shape(), each.podLabels(), each.images(), each.rollout(), each.pause(), each.author()));
        return this;
    }

    public Given pool(PoolConfig config, MachineType type, int desired, Pool.Instance... instances) {
        pools.add(new Pool(config.name(), config.autoScalingGroup(), config.minSize(), config.maxSize(), desired, List.of(instances), type,
                List.of("us-east-1a"), now));
        return this;
    }

    /** The compute pool with {@code joined} ready nodes of {@code desired}, each launched an hour ago. */
    public Given computePool(int desired, int joined) {
        var instances = new ArrayList<Pool.Instance>();
        for (int i = 0; i < joined; i++) {
            instances.add(instance("i-" + i, now.minusSeconds(3600)));
            nodes.add(node("n" + i, "i-" + i));
        }
        return pool(poolConfigs.getFirst(), C5, desired, instances.toArray(Pool.Instance[]::new));
    }

    public static Pool.Instance instance(String id, Instant launchedAt) {
        return new Pool.Instance(id, Pool.Lifecycle.IN_SERVICE, "10.0.0." + id.hashCode() % 250, id + ".internal", "c5.2xlarge", "us-east-1a",
                launchedAt);
    }

    /** The same, protected from scale-in. */
    public static Pool.Instance shielded(Pool.Instance like) {
        return new Pool.Instance(like.id(), like.lifecycle(), like.privateIp(), like.privateDns(), like.type(), like.zone(), like.launchedAt(), 1,
                true, true);
    }

    /** The node of an instance that is gone, not ready for two minutes, and marked as that instance. */
    public Node leftBehind(String name, String instanceId) {
        var like = node(name, instanceId);
        return new Node(name, like.uid(), "k3s://" + name, "10.9.9.9", name, like.labels(), like.taints(), like.allocatable(), false,
                like.cordon(), like.createdAt(), now.minusSeconds(120), "", instanceId);
    }

    public Node node(String name, String instanceId) {
        return node(name, instanceId, new Node.Cordon.None());
    }

    public Node node(String name, String instanceId, Node.Cordon cordon) {
        return new Node(name, "uid-" + name, "aws:///us-east-1a/" + instanceId, "", name,
                new TreeMap<>(Map.of("workload-type", "executor", "node.kubernetes.io/instance-type", "c5.2xlarge", "kubernetes.io/hostname", name)),
                List.of(new Taint("workload-type", "executor", Taint.Effect.NO_SCHEDULE)),
                new Resources(7910, 14162L << 20, 20 * GIB, 58, new TreeMap<>()), true, cordon,
                now.minusSeconds(3600));
    }

    public Given executorPod(String name, String node) {
        pods.add(new Pod("jobs", name, "uid-" + name, "Deployment/executor", executorShape(), new TreeMap<>(),
                node.isEmpty() ? Pod.Phase.PENDING : Pod.Phase.RUNNING, node, "",
                !node.isEmpty(), false, false, false, "", now.minusSeconds(60)));
        return this;
    }

    public Given pod(String name, String owner, PodShape shape, String node, boolean resident) {
        pods.add(new Pod("web", name, "uid-" + name, owner, shape, new TreeMap<>(Map.of("app", "web")),
                node.isEmpty() ? Pod.Phase.PENDING : Pod.Phase.RUNNING, node, "",
                !node.isEmpty(), false, false, resident, "", now.minusSeconds(60)));
        return this;
    }

    /** A running pod of a Deployment web, for the compute pool's nodes. */
    public Given web(String name, long cpuMillis, String node) {
        return pod(name, "Deployment/web", shape(cpuMillis, 64, "executor"), node, false);
    }

    public Given budget(int allowed) {
        budgets.add(new Budget("web", "web", new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web")))), allowed));
        return this;
    }

    /** AWS said that then about one instance, and we received it at once. */
    public Given notice(Notice.Kind kind, String instanceId, Instant at) {
        notices.add(new Notice("m-" + notices.size(), kind, List.of(instanceId), at, untilOf(kind, at),
                kind == Notice.Kind.TERMINATING ? "drain" : "", "",
                at));
        return this;
    }

    private static Instant untilOf(Notice.Kind kind, Instant at) {
        return switch (kind) {
            case INTERRUPTION -> at.plusSeconds(120);
            case MAINTENANCE -> at.plusSeconds(7 * 86400);
            case REBALANCE, TERMINATING, GONE, OTHER -> Instant.MAX;
        };
    }

    /** What a node is told by a notice of that kind. */
    public static Announced said(Notice.Kind kind, Instant at) {
        var until = kind == Notice.Kind.REBALANCE ? at.plusSeconds(1800) : untilOf(kind, at);
        return new Announced(kind, at, until, kind == Notice.Kind.TERMINATING ? "drain" : "");
    }

    /** The node of that index is told so, and is closed by us since then unless it is closed already. */
    public Given told(int index, Announced... announced) {
        var node = nodes.get(index);
        var cordon = node.open() ? new Node.Cordon.ByUs(announced[0].at()) : node.cordon();
        nodes.set(index, telling(node, cordon, announced));
        return this;
    }

    /** The same node with another door, and told so. */
    public static Node telling(Node node, Node.Cordon cordon, Announced... announced) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), node.ready(), cordon, node.createdAt(), node.unreadySince(), node.staysFor(), node.instance(),
                List.of(announced));
    }

    public Given missing(Missing.Source source, String subject) {
        missing.add(new Missing(source, subject, now.minusSeconds(30), "connection refused"));
        return this;
    }

    public Config config() {
        var executor = new ExecutorConfig("executor", "jobs", "executor",
                new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS), 2, minReplicas,
                maxReplicas, worker, scaleDownOf, schedules, onDemandBase);
        return new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), List.of(executor), poolConfigs, scaleDown,
                ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF, strategy, AutoDiscovery.NONE, balance, nominate, protect,
                deleteNodes,
                new NoticesConfig("https://sqs.us-east-1.amazonaws.com/123456789012/notices", 1800));
    }

    public Snapshot snapshot() {
        return new Snapshot(now, queues, executors, pools, nodes, pods, daemons, budgets, notices, missing);
    }

    /** The plan of somebody who has seen this world stand for an hour. */
    public Plan planAfterAnHour() {
        return decide(Memory.ofStanding(snapshot(), 3600)).plan();
    }

    public Plan planAtFirstSight() {
        return decide(Memory.EMPTY).plan();
    }

    public Decision decide(Memory memory) {
        return Planner.decide(config(), snapshot(), memory);
    }

    public static List<Action> actions(Plan plan) {
        return plan.steps().stream().map(Plan.Step::action).toList();
    }

    /** Reasons held for a subject. */
    public static List<Reason> held(Plan plan, String subject) {
        return plan.held().stream().filter(held -> held.subject().equals(subject)).map(Plan.Held::why).toList();
    }
}
