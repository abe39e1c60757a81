package executorscaler.sim;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Resources;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The instance types that the simulated EC2 sells, and what a node of each offers to pods. */
final class Machines {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    private Machines() {}

    static MachineType byName(String name) {
        return switch (name) {
            case "t3.large" -> new MachineType(name, 2, 8 * GIB, none(), 35, "amd64");
            case "c5.2xlarge" -> new MachineType(name, 8, 16 * GIB, none(), 58, "amd64");
            case "g4dn.xlarge" -> new MachineType(name, 4, 16 * GIB, new TreeMap<>(java.util.Map.of("nvidia.com/gpu", 1L)), 29, "amd64");
            default -> new MachineType(name.isEmpty() ? "generic" : name, 4, 16 * GIB, none(), 58, "amd64");
        };
    }

    /**
     * What is left of a machine for pods. Worked example, c5.2xlarge with 58 pods: CPU 8000m - (60 + 10 + 5 + 5 + 4 x 2.5)m = 7910m; memory
     * 16 GiB x 0.93 (firmware and kernel) - 255 MiB - 58 x 11 MiB - 100 MiB (eviction threshold) = 13.9 GiB.
     */
    static Resources allocatable(PoolConfig pool, MachineType type) {
        int pods = pool.maxPods() > 0 ? pool.maxPods() : type.eniPods() > 0 ? type.eniPods() : 110;
        long reservedCpu = pool.reserved().cpuMillis() >= 0 ? pool.reserved().cpuMillis() : reservedCpuMillis(type.vcpus());
        long reservedMemory = pool.reserved().memoryBytes() >= 0 ? pool.reserved().memoryBytes() : (255 + 11L * pods + 100) * MIB;
        long memory = type.memoryBytes() / 100 * 93 - reservedMemory;
        return new Resources(type.vcpus() * 1000L - reservedCpu, memory, 18 * GIB, pods, type.accelerators());
    }

    /** 6 % of the first CPU, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest (EKS bootstrap, GKE). */
    private static long reservedCpuMillis(int cpus) {
        long tenths = 0;
        for (int cpu = 1; cpu <= cpus; cpu++) tenths += cpu == 1 ? 600 : cpu == 2 ? 100 : cpu <= 4 ? 50 : 25;
        return tenths / 10;
    }

    private static SortedMap<String, Long> none() {
        return Collections.emptySortedMap();
    }
}
