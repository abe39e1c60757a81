package executorscaler.bench;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Spread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * An empty cluster in which pods of every kind wait, the same each time: a fifth each ask nothing of others, spread over zones, spread over hosts, keep off each
 * other's hosts, and stay in one zone. Each asks for one of 5 amounts of CPU and one of 6 of memory, and spread and nearness are among pods with the same one of
 * 7 labels. Every pool has a machine type of its own and three zones.
 */
record DiverseWorld(Config config, Snapshot snapshot) {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final long MIB = 1L << 20;
    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String LABEL = "kind";
    private static final String NAMESPACE = "batch";
    private static final long[] CPU_MILLIS = {100, 250, 500, 1000, 1500};
    private static final long[] MEMORY_MIB = {100, 256, 512, 1024, 2048, 4096};
    private static final int LABELS = 7;
    private static final int KINDS = 5;

    static DiverseWorld of(int pods, int types) {
        var configs = new ArrayList<PoolConfig>();
        var pools = new ArrayList<Pool>();
        for (int i = 0; i < types; i++) {
            var type = type(i);
            double price = type.vcpus() * 0.034 + type.memoryBytes() / (1024.0 * MIB) * 0.0044;
            configs.add(new PoolConfig("pool%03d".formatted(i), "asg" + i, type.name(), PoolConfig.CapacityType.ON_DEMAND, 0, 1000,
                    Collections.emptySortedMap(), List.of(), 0, PoolConfig.Reserved.BY_FORMULA, 600, OptionalDouble.of(price), 0));
            pools.add(new Pool("pool%03d".formatted(i), "asg" + i, 0, 1000, 0, List.of(), type, List.of("us-east-1a", "us-east-1b", "us-east-1c"),
                    NOW));
        }
        var random = new SplittableRandom(17);
        var shapes = new LinkedHashMap<String, PodShape>();
        var waiting = new ArrayList<Pod>();
        for (int i = 0; i < pods; i++) {
            int kind = i % KINDS;
            long cpu = CPU_MILLIS[random.nextInt(CPU_MILLIS.length)];
            long memory = MEMORY_MIB[random.nextInt(MEMORY_MIB.length)];
            var labels = new TreeMap<>(Map.of(LABEL, kind == 3 ? "apart" : kind + "-" + random.nextInt(LABELS)));
            var shape = shapes.computeIfAbsent(kind + "/" + cpu + "/" + memory + "/" + labels, _ -> shape(kind, cpu, memory, labels));
            waiting.add(
                    new Pod(NAMESPACE, "pod-%05d".formatted(i), "uid-" + i, "Deployment/" + labels.get(LABEL), shape, labels, Pod.Phase.PENDING, "",
                            "", false, false, false, false, "", NOW.minusSeconds(60)));
        }
        waiting.sort(Comparator.comparing(Pod::path));
        var snapshot = new Snapshot(NOW, List.of(), List.of(), pools, List.of(), waiting, List.of(), List.of(), List.of());
        var config = new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), List.of(), configs, ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT, Config.DEFAULT_PLACEHOLDER_IMAGE, Config.DEFAULT_PRIORITY_CUTOFF);
        return new DiverseWorld(config, snapshot);
    }

    /** From 2 CPUs and 4 GiB up: twenty sizes, each with twenty amounts of memory. */
    private static MachineType type(int number) {
        int cpus = 2 + number / 20 * 4;
        long gib = cpus * 2L + (long) cpus * (number % 20) / 3;
        return new MachineType("m" + number, cpus, gib * 1024 * MIB, Collections.emptySortedMap(), Math.min(234, 29 + cpus * 4), "amd64");
    }

    private static PodShape shape(int kind, long cpuMillis, long memoryMib, SortedMap<String, String> labels) {
        var alike = new Selector(List.of(new Requirement(LABEL, Requirement.Operator.IN, List.of(labels.getOrDefault(LABEL, "")))));
        var rules = switch (kind) {
            case 1 -> new PodRules(List.of(), List.of(), List.of(spread(ZONE, alike)), List.of());
            case 2 -> new PodRules(List.of(), List.of(), List.of(spread(HOST, alike)), List.of());
            case 3 -> new PodRules(List.of(), List.of(new PodTerm(List.of(NAMESPACE), alike, HOST)), List.of(), List.of());
            case 4 -> new PodRules(List.of(new PodTerm(List.of(NAMESPACE), alike, ZONE)), List.of(), List.of(), List.of());
            default -> PodRules.NONE;
        };
        return new PodShape(new Resources(cpuMillis, memoryMib * MIB, 0, 1, Collections.emptySortedMap()), Collections.emptySortedMap(), List.of(),
                List.of(), rules, 0, List.of());
    }

    private static Spread spread(String key, Selector alike) {
        return new Spread(1, key, alike, 1, true, false);
    }
}
