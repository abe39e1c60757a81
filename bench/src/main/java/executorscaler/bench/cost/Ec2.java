package executorscaler.bench.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Machines that EC2 sells, with what they cost in us-east-1 on demand under Linux, and with the pods that their network interfaces allow: written down as publicly
 * known, not looked up. What matters is how they stand to each other.
 */
final class Ec2 {

    /**
     * An instance type.
     *
     * @param price dollars an hour in {@link Mix#PRICE_UNITS}
     */
    record Machine(String name, int vcpus, int memoryGib, int gpus, int maxPods, long price) {

        /** What a node of it has for pods, by the formula of docs/calculations.md. */
        Amount allocatable() {
            long keptQuarters = 0; // of a milli
            for (int cpu = 1; cpu <= vcpus; cpu++) keptQuarters += cpu == 1 ? 240 : cpu == 2 ? 40 : cpu <= 4 ? 20 : 10;
            long memory = memoryGib * 1024L * 925 / 1000 - 100 - 255 - 11L * maxPods;
            return new Amount(vcpus * 1000L - Math.ceilDiv(keptQuarters, 4), memory, maxPods, gpus);
        }
    }

    /** Without devices. */
    static final List<Machine> PLAIN = plain();

    /** With GPUs. */
    static final List<Machine> GPU = List.of(new Machine("g4dn.xlarge", 4, 16, 1, 29, 5260), new Machine("g4dn.2xlarge", 8, 32, 1, 29, 7520),
            new Machine("g4dn.4xlarge", 16, 64, 1, 29, 12040), new Machine("g4dn.12xlarge", 48, 192, 4, 234, 39120),
            new Machine("g5.xlarge", 4, 16, 1, 58, 10060), new Machine("g5.12xlarge", 48, 192, 4, 737, 56720));

    private Ec2() {}

    private static List<Machine> plain() {
        var all = new ArrayList<Machine>();
        family(all, "c5", 4, 850, 4);
        family(all, "c6i", 4, 850, 5);
        family(all, "m5", 8, 960, 5);
        family(all, "m6i", 8, 960, 5);
        family(all, "r5", 16, 1260, 5);
        all.add(new Machine("t3.medium", 2, 4, 0, 17, 416));
        all.add(new Machine("t3.large", 2, 8, 0, 35, 832));
        all.add(new Machine("t3.xlarge", 4, 16, 0, 58, 1664));
        all.add(new Machine("t3.2xlarge", 8, 32, 0, 58, 3328));
        return List.copyOf(all);
    }

    /** Everything doubles from size to size. c5 has no 8xlarge. */
    private static void family(List<Machine> all, String family, int largeMemoryGib, long largePrice, int sizes) {
        var names = List.of("large", "xlarge", "2xlarge", "4xlarge", "8xlarge");
        var maxPods = List.of(29, 58, 58, 234, 234);
        for (int i = 0; i < sizes; i++)
            all.add(new Machine(family + "." + names.get(i), 2 << i, largeMemoryGib << i, 0, maxPods.get(i), largePrice << i));
    }
}
