package executorscaler.sim;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Says what a simulated world begins with. */
public final class SimWorldBuilder {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    /** A Deployment that the scaler does not own. */
    private record Other(String namespace, String name, int replicas, PodShape shape) {}

    private final Config config;
    private final SortedMap<String, Duration> boots = new TreeMap<>();
    private final SortedMap<String, MachineType> machines = new TreeMap<>();
    private final SortedMap<String, PodShape> shapes = new TreeMap<>();
    private final SortedMap<String, Integer> drains = new TreeMap<>(); // seconds, by executor
    private final List<Other> others = new ArrayList<>();
    private final List<Daemon> daemons = new ArrayList<>();
    private final List<SimCluster.BudgetRule> budgets = new ArrayList<>();
    long seed = 1;
    SimClock clock = SimClock.byHand(START);
    Jobs jobs = new MemoryJobs();
    Delays delays = Delays.TYPICAL;
    NodeIds nodeIds = NodeIds.AWS;
    boolean leavesNodes;

    SimWorldBuilder(Config config) {
        this.config = config;
    }

    /** Decides every name, tie and jitter. */
    public SimWorldBuilder seed(long value) {
        seed = value;
        return this;
    }

    public SimWorldBuilder clock(SimClock value) {
        clock = value;
        return this;
    }

    public SimWorldBuilder jobs(Jobs value) {
        jobs = value;
        return this;
    }

    public SimWorldBuilder delays(Delays value) {
        delays = value;
        return this;
    }

    public SimWorldBuilder nodeIds(NodeIds value) {
        nodeIds = value;
        return this;
    }

    /** Whether Node objects stay when their instances end, as on K3s without a cloud controller. */
    public SimWorldBuilder leavesNodes(boolean value) {
        leavesNodes = value;
        return this;
    }

    /** This pool's instances take this long to become nodes. */
    public SimWorldBuilder boot(String pool, Duration time) {
        boots.put(pool, time);
        return this;
    }

    /** EC2 sells this machine, too. */
    public SimWorldBuilder machine(MachineType type) {
        machines.put(type.name(), type);
        return this;
    }

    /** This executor's pods look like this instead of {@link #executorShape}. */
    public SimWorldBuilder shape(String executor, PodShape shape) {
        shapes.put(executor, shape);
        return this;
    }

    /** This executor's workers end their jobs when they are told to stop, for which they have so long. */
    public SimWorldBuilder drains(String executor, int graceSeconds) {
        drains.put(executor, graceSeconds);
        return this;
    }

    /** A Deployment of somebody else. */
    public SimWorldBuilder deployment(String namespace, String name, int replicas, PodShape shape) {
        others.add(new Other(namespace, name, replicas, shape));
        return this;
    }

    public SimWorldBuilder daemon(Daemon daemon) {
        daemons.add(daemon);
        return this;
    }

    /** A disruption budget over the pods with label {@code app}: so many stay ready. */
    public SimWorldBuilder budget(String namespace, String app, int minAvailable) {
        var selector = new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of(app))));
        budgets.add(new SimCluster.BudgetRule(namespace, app, selector, minAvailable));
        return this;
    }

    /** What runs on the platform besides executors: its own Deployments on the general pool, two DaemonSets everywhere, and a budget for each Deployment of two. */
    public SimWorldBuilder platform() {
        var namespace = config.executors().isEmpty() ? "default" : config.executors().getFirst().namespace();
        var general = config.nodePools().stream().filter(pool -> pool.taints().isEmpty()).findFirst();
        var place = general.map(pool -> workloadLabels(pool)).orElseGet(Collections::emptySortedMap);
        var small = shape(100, 256 * MIB, place, List.of());
        var large = shape(250, 512 * MIB, place, List.of());
        var everywhere = shape(50, 64 * MIB, Collections.emptySortedMap(), List.of(new Toleration("", true, "", "")));
        return deployment(namespace, "frontend", 2, small).deployment(namespace, "api", 2, small).deployment(namespace, "postgres", 1, large)
                .deployment(namespace, "redis", 1, small).budget(namespace, "frontend", 1).budget(namespace, "api", 1)
                .daemon(new Daemon("kube-system", "kube-proxy", everywhere)).daemon(new Daemon("kube-system", "node-agent", everywhere));
    }

    public SimWorld build() {
        return new SimWorld(this);
    }

    /** An executor pod of 2 CPU and 4 GiB that goes to this pool: selects its workload label and tolerates its taints. */
    public static PodShape executorShape(PoolConfig pool) {
        var tolerations = pool.taints().stream().map(taint -> new Toleration(taint.key(), false, taint.value(), switch (taint.effect()) {
            case NO_SCHEDULE -> "NoSchedule";
            case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
            case NO_EXECUTE -> "NoExecute";
        })).toList();
        return shape(2000, 4 * GIB, workloadLabels(pool), tolerations);
    }

    /** A pod shape of the plain kind. */
    public static PodShape shape(long cpuMillis, long memoryBytes, SortedMap<String, String> nodeSelector, List<Toleration> tolerations) {
        return new PodShape(new Resources(cpuMillis, memoryBytes, 0, 1, Collections.emptySortedMap()), nodeSelector, List.of(), tolerations,
                List.of());
    }

    SortedMap<String, Integer> jobsPerPod() {
        var byExecutor = new TreeMap<String, Integer>();
        config.executors().forEach(executor -> byExecutor.put(executor.name(), executor.jobsPerPod()));
        return byExecutor;
    }

    /** Puts everything in its place: what is there at the start runs already. */
    void fill(Timeline timeline, SimCluster cluster, SimCloud cloud) {
        cluster.daemons.addAll(daemons);
        cluster.budgets.addAll(budgets);
        for (var pool : config.nodePools()) {
            cloud.add(new SimGroup(pool, machines.getOrDefault(pool.instanceType(), Machines.byName(pool.instanceType())), SimCloud.zones(),
                    Optional.ofNullable(boots.get(pool.name()))), pool.minSize());
        }
        for (var executor : config.executors()) {
            add(timeline, cluster, new Other(executor.namespace(), executor.deployment(), 0, shapeOf(executor)), executor.name());
            Optional.ofNullable(cluster.deployments.get(executor.path()))
                    .ifPresent(deployment -> deployment.drainSeconds = drains.getOrDefault(executor.name(), 0));
        }
        others.forEach(other -> add(timeline, cluster, other, ""));
        cluster.schedule();
        List.copyOf(cluster.pods.values()).forEach(cluster::start);
    }

    private static void add(Timeline timeline, SimCluster cluster, Other other, String executor) {
        var deployment = new SimDeployment(other.namespace(), other.name(), "deployment-" + timeline.hex(12), executor, timeline.letters(9),
                other.shape(),
                List.of("registry.example/" + other.name() + ":1"));
        deployment.replicas = other.replicas();
        deployment.version = timeline.nextVersion();
        cluster.deployments.put(deployment.path(), deployment);
        cluster.reconcile(deployment);
    }

    private PodShape shapeOf(ExecutorConfig executor) {
        var given = shapes.get(executor.name());
        if (given != null) return given;
        return config.nodePools().stream().filter(pool -> pool.labels().containsValue("executor")).findFirst()
                .or(() -> config.nodePools().stream().filter(pool -> !pool.taints().isEmpty()).findFirst())
                .or(() -> config.nodePools().stream().findFirst())
                .map(SimWorldBuilder::executorShape).orElseGet(() -> shape(2000, 4 * GIB, Collections.emptySortedMap(), List.of()));
    }

    /** The labels by which workloads choose this pool: {@code workload-type} where it has that, else all it has. */
    private static SortedMap<String, String> workloadLabels(PoolConfig pool) {
        var labels = new TreeMap<>(pool.labels());
        if (labels.containsKey("workload-type")) labels.keySet().retainAll(List.of("workload-type"));
        return labels;
    }
}
