package executorscaler.bench.cost;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Planner;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Toleration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** A mix as the planner sees it: empty groups whose tags say what a node of theirs has, and pods that wait. */
final class MixWorld {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final long MIB = 1L << 20;
    private static final String GPU = "nvidia.com/gpu";
    private static final String POOL = "pool";

    /**
     * What the planner buys.
     *
     * @param nodes by pool
     * @param homeless pods of which it says that they stay without a node
     */
    record Bought(List<Integer> nodes, int homeless) {

        int total() {
            return nodes.stream().mapToInt(Integer::intValue).sum();
        }
    }

    private MixWorld() {}

    static Bought plan(Mix mix) {
        var plan = Planner.decide(config(mix), snapshot(mix), Memory.EMPTY).plan();
        var nodes = new Integer[mix.pools().size()];
        Arrays.fill(nodes, 0);
        for (var step : plan.steps()) {
            if (!(step.action() instanceof Action.RaiseCapacity raise)) throw new IllegalStateException("unexpected step: " + step);
            for (int i = 0; i < nodes.length; i++) {
                if (mix.pools().get(i).name().equals(raise.pool())) nodes[i] = raise.desired() - raise.expected();
            }
        }
        int homeless = 0;
        for (var held : plan.held()) {
            if (held.why() instanceof Reason.NoRoomNow noRoom) homeless += noRoom.pods();
            if (held.why() instanceof Reason.NoPoolFits noPool) homeless += noPool.pods();
            if (held.why() instanceof Reason.FitUnknown unknown) homeless += unknown.pods();
        }
        return new Bought(List.of(nodes), homeless);
    }

    private static Config config(Mix mix) {
        var pools = new ArrayList<PoolConfig>();
        for (var pool : mix.pools()) {
            var capacity = pool.name().endsWith("spot") ? PoolConfig.CapacityType.SPOT : PoolConfig.CapacityType.ON_DEMAND;
            var taints = pool.guarded()
                    ? List.of(new PoolConfig.TaintConfig(POOL, pool.name(), PoolConfig.Effect.NO_SCHEDULE))
                    : List.<PoolConfig.TaintConfig>of();
            pools.add(new PoolConfig(pool.name(), "asg-" + pool.name(), pool.machine().name(), capacity, 0, pool.max(),
                    new TreeMap<>(Map.of(POOL, pool.name())), taints, 0, PoolConfig.Reserved.BY_FORMULA, 600,
                    OptionalDouble.of((double) pool.price() / Mix.PRICE_UNITS), 0));
        }
        return new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), List.of(), pools, ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private static Snapshot snapshot(Mix mix) {
        var pools = new ArrayList<Pool>();
        for (var pool : mix.pools()) {
            var machine = pool.machine();
            var type = new MachineType(machine.name(), machine.vcpus(), machine.memoryGib() * 1024L * MIB, gpus(machine.gpus()), machine.maxPods(),
                    "amd64");
            pools.add(
                    new Pool(pool.name(), "asg-" + pool.name(), 0, pool.max(), 0, List.of(), List.of(new Pool.Offer(type, 1, OptionalDouble.empty())),
                            List.of("us-east-1a"), tagged(pool.allocatable()), List.of(), NOW));
        }
        var pods = new ArrayList<Pod>();
        for (var group : mix.groups()) {
            var shape = shape(mix, group);
            for (int i = 0; i < group.pods(); i++)
                pods.add(new Pod("batch", group.name() + "-" + i, "uid-" + group.name() + "-" + i, "Deployment/" + group.name(), shape,
                        Collections.emptySortedMap(), Pod.Phase.PENDING, "", "", false, false, false, false, "", NOW.minusSeconds(60)));
        }
        pods.sort(Comparator.comparing(Pod::path));
        var everywhere = new PodShape(resources(mix.resident()), Collections.emptySortedMap(), List.of(), List.of(new Toleration("", true, "", "")),
                List.of());
        return new Snapshot(NOW, List.of(), List.of(), pools, List.of(), pods, List.of(new Daemon("kube-system", "agent", everywhere)), List.of(),
                List.of());
    }

    private static Pool.Setup tagged(Amount allocatable) {
        var resources = new TreeMap<>(
                Map.of("cpu", allocatable.cpuMillis(), "memory", allocatable.memoryMib() * MIB, "pods", allocatable.pods()));
        return new Pool.Setup(Collections.emptySortedMap(), List.of(), resources, Collections.emptySortedMap(), Collections.emptySortedSet(), false,
                0,
                List.of());
    }

    /** Pods select pools by node affinity, if they refuse one that has no taint. */
    private static PodShape shape(Mix mix, Mix.Group group) {
        var tolerations = new ArrayList<Toleration>();
        var names = new ArrayList<String>();
        boolean particular = false;
        for (int i = 0; i < mix.pools().size(); i++) {
            var pool = mix.pools().get(i);
            boolean accepted = group.pools().contains(i);
            if (accepted) names.add(pool.name());
            if (accepted && pool.guarded()) tolerations.add(new Toleration(POOL, false, pool.name(), "NoSchedule"));
            particular |= !accepted && !pool.guarded();
        }
        var terms = particular ? List.of(new Selector(List.of(new Requirement(POOL, Requirement.Operator.IN, names)))) : List.<Selector>of();
        return new PodShape(resources(group.requests()), Collections.emptySortedMap(), terms, tolerations, List.of());
    }

    private static Resources resources(Amount amount) {
        return new Resources(amount.cpuMillis(), amount.memoryMib() * MIB, 0, amount.pods(), gpus(amount.gpus()));
    }

    private static SortedMap<String, Long> gpus(long gpus) {
        return gpus == 0 ? Collections.emptySortedMap() : new TreeMap<>(Map.of(GPU, gpus));
    }
}
