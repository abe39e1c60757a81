package executorscaler.cli.simulate;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.Quantity;
import executorscaler.sim.Delays;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SimWorldBuilder;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a config does not say of the world that it is for.
 *
 * @param seed of the world
 * @param boot seconds from an instance's launch to its node, where the pool has no time of its own; empty: as a plain EC2 cluster has it, 80 to 88 s
 * @param boots the same by pool
 * @param pods what an executor's pods are like, by executor
 * @param machines what pools' machines are like, by type
 * @param flapTime within which going up after going down is a flap
 */
public record Setup(long seed, OptionalDouble boot, SortedMap<String, Double> boots, SortedMap<String, PodSize> pods,
        SortedMap<String, MachineType> machines, Duration flapTime) {

    private static final Pattern POD = Pattern.compile("([^=]+)=([^,]+),([^,]+)(?:,([^,]+))?");
    private static final Pattern BOOT = Pattern.compile("(?:([^=]+)=)?([0-9.]+)");
    private static final PodSize USUAL = new PodSize(2000, 4L << 30, "");
    private static final int GRACE_BEYOND_JOB = 30;

    /**
     * What a pod asks for.
     *
     * @param pool whose nodes it is for; empty: the first one that is made for executors
     */
    public record PodSize(long cpuMillis, long memoryBytes, String pool) {}

    public Setup {
        boots = Collections.unmodifiableSortedMap(new TreeMap<>(boots));
        pods = Collections.unmodifiableSortedMap(new TreeMap<>(pods));
        machines = Collections.unmodifiableSortedMap(new TreeMap<>(machines));
    }

    /** Reads what is written on a command line: {@code [POOL=]SECONDS}, {@code EXECUTOR=CPU,MEMORY[,POOL]} and {@code TYPE=CPU,MEMORY[,GPUS]}. */
    public static Setup read(long seed, List<String> boots, List<String> pods, List<String> machines, Duration flapTime) {
        var all = OptionalDouble.empty();
        var byPool = new TreeMap<String, Double>();
        for (var written : boots) {
            var parts = BOOT.matcher(written);
            if (!parts.matches()) throw new Wrong("--boot-seconds must be [POOL=]SECONDS, was " + written);
            double seconds = Double.parseDouble(parts.group(2));
            if (parts.group(1) == null) all = OptionalDouble.of(seconds);
            else
                byPool.put(parts.group(1), seconds);
        }
        var sizes = new TreeMap<String, PodSize>();
        for (var written : pods) {
            var parts = POD.matcher(written);
            var cpu = parts.matches() ? Quantity.cpuMillis(parts.group(2)) : java.util.OptionalLong.empty();
            var memory = parts.matches() ? Quantity.memoryBytes(parts.group(3)) : java.util.OptionalLong.empty();
            if (cpu.isEmpty() || memory.isEmpty())
                throw new Wrong("--pod must be EXECUTOR=CPU,MEMORY[,POOL] such as render=2,4Gi,spot, was " + written);
            sizes.put(parts.group(1), new PodSize(cpu.getAsLong(), memory.getAsLong(), Optional.ofNullable(parts.group(4)).orElse("")));
        }
        var types = new TreeMap<String, MachineType>();
        machines.stream().map(Machines::given).forEach(type -> types.put(type.name(), type));
        return new Setup(seed, all, byPool, sizes, types, flapTime);
    }

    /**
     * What of all this does not go with a config; empty: everything does.
     *
     * @param compared all configs of the comparison: what one of them alone has, such as a pool that is being tried, may be spoken of
     */
    public List<String> problems(Config config, List<Config> compared) {
        var problems = new ArrayList<String>();
        var executors = config.executors().stream().map(ExecutorConfig::name).toList();
        var pools = config.nodePools().stream().map(PoolConfig::name).toList();
        var known = compared.stream().flatMap(one -> one.nodePools().stream()).map(PoolConfig::name).toList();
        pods.forEach((executor, size) -> {
            if (!executors.contains(executor)) problems.add("--pod: " + Arrivals.unknown(config, executor));
            if (!size.pool().isEmpty() && !known.contains(size.pool())) problems.add("--pod: no config has a pool " + size.pool());
        });
        boots.keySet().stream().filter(pool -> !known.contains(pool)).forEach(pool -> problems.add("--boot-seconds: no config has a pool " + pool));
        if (executors.isEmpty()) problems.add("the config has no executor: nothing would happen");
        if (pools.isEmpty()) problems.add("the config has no pool: no pod would ever start");
        for (var pool : config.nodePools()) {
            if (!pool.instanceType().isEmpty() && machine(pool).isEmpty())
                problems.add("pool " + pool.name() + ": what a " + pool.instanceType() + " is like is not known here; say --machine "
                        + pool.instanceType() + "=CPU,MEMORY[,GPUS]");
        }
        return problems;
    }

    /** What was taken to be so because nobody says it, one sentence each. */
    List<String> assumed(Config config) {
        var assumed = new ArrayList<String>();
        for (var executor : config.executors()) {
            if (!pods.containsKey(executor.name()))
                assumed.add(
                        "a pod of " + executor.name() + " asks for 2 CPU and 4 GiB and goes to pool " + home(config, executor).name() + " (--pod)");
        }
        for (var pool : config.nodePools()) {
            if (pool.instanceType().isEmpty())
                assumed.add("a node of " + pool.name() + " has 4 vCPU and 16 GiB, as its config names no instanceType");
            if (pool.hourlyPrice().isEmpty()) assumed.add("the price of " + pool.name() + " is an estimate (nodePools[].hourlyPrice)");
        }
        if (boot.isEmpty() && boots.isEmpty()) assumed.add("a node joins 80 to 88 s after its launch and is ready 10 s later (--boot-seconds)");
        return assumed;
    }

    SimWorld world(Config config) {
        var builder = SimWorld.of(config).seed(seed);
        boot.ifPresent(seconds -> builder.delays(Delays.TYPICAL.withBoot(duration(seconds), Duration.ZERO)));
        boots.forEach((pool, seconds) -> builder.boot(pool, duration(seconds)));
        for (var pool : config.nodePools()) machine(pool).ifPresent(builder::machine);
        for (var executor : config.executors()) {
            builder.shape(executor.name(), shape(config, executor));
            if (executor.worker().drainsOnSigterm()) builder.drains(executor.name(), executor.worker().longestJobSeconds() + GRACE_BEYOND_JOB);
        }
        return builder.build();
    }

    private PodShape shape(Config config, ExecutorConfig executor) {
        var size = pods.getOrDefault(executor.name(), USUAL);
        var like = SimWorldBuilder.executorShape(home(config, executor));
        return new PodShape(new Resources(size.cpuMillis(), size.memoryBytes(), 0, 1, Collections.emptySortedMap()), like.nodeSelector(),
                like.nodeTerms(), like.tolerations(), List.of());
    }

    /** The pool that the pods of an executor are for: as it was said, else the one whose labels speak of executors, else the first with taints, else the first. */
    private PoolConfig home(Config config, ExecutorConfig executor) {
        var pools = config.nodePools();
        var said = pods.getOrDefault(executor.name(), USUAL).pool();
        return pools.stream().filter(pool -> pool.name().equals(said)).findFirst()
                .or(() -> pools.stream().filter(pool -> pool.labels().containsValue("executor")).findFirst())
                .or(() -> pools.stream().filter(pool -> !pool.taints().isEmpty()).findFirst()).orElseGet(pools::getFirst);
    }

    private Optional<MachineType> machine(PoolConfig pool) {
        return Optional.ofNullable(machines.get(pool.instanceType())).or(() -> Machines.named(pool));
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
