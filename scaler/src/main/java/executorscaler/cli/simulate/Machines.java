package executorscaler.cli.simulate;

import executorscaler.config.PoolConfig;
import executorscaler.config.Quantity;
import executorscaler.snapshot.MachineType;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What EC2's machines are like, without asking EC2: by their names where these say it. In families c, m and r a vCPU has 2, 4 and 8 GiB, {@code large} has 2 vCPUs,
 * {@code xlarge} 4 and {@code Nxlarge} N times 4 (<a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html">EC2 instance types</a>).
 */
final class Machines {

    private static final Pattern NAME = Pattern.compile("([cmr])[5-9]([a-z]*)(?:-flex)?\\.(large|(?:([0-9]{1,2})?xlarge))");
    private static final Pattern BURSTABLE = Pattern.compile("t[34](a|g)?\\.(large|xlarge|2xlarge)");
    private static final Pattern GIVEN = Pattern.compile("([^=]+)=([^,]+),([^,]+)(?:,([0-9]{1,3}))?");
    private static final Map<String, Integer> GIB_A_VCPU = Map.of("c", 2, "m", 4, "r", 8);
    private static final Map<String, Integer> POD_LIMITS = Map.of("large", 29, "xlarge", 58, "2xlarge", 58);
    private static final long GIB = 1L << 30;

    private Machines() {}

    /** As {@code TYPE=CPU,MEMORY[,GPUS]} says, e.g. {@code p3.2xlarge=8,61Gi,1}. */
    static MachineType given(String written) {
        var parts = GIVEN.matcher(written);
        if (parts.matches()) {
            var cpu = Quantity.cpuMillis(parts.group(2));
            var memory = Quantity.memoryBytes(parts.group(3));
            long gpus = parts.group(4) == null ? 0 : Long.parseLong(parts.group(4));
            if (cpu.isPresent() && memory.isPresent() && cpu.getAsLong() >= 1000)
                return machine(parts.group(1), (int) (cpu.getAsLong() / 1000), memory.getAsLong(), gpus, 0, "amd64");
        }
        throw new Wrong("--machine must be TYPE=CPU,MEMORY[,GPUS] such as p3.2xlarge=8,61Gi,1, was " + written);
    }

    /** The pool's machine by its name; empty: the name does not say it. */
    static Optional<MachineType> named(PoolConfig pool) {
        var type = pool.instanceType().toLowerCase(Locale.ROOT);
        if (type.equals("g4dn.xlarge")) return Optional.of(machine(type, 4, 16 * GIB, 1, 29, "amd64"));
        var burstable = BURSTABLE.matcher(type);
        if (burstable.matches()) {
            var size = burstable.group(2);
            int vcpus = size.equals("large") ? 2 : size.equals("xlarge") ? 4 : 8;
            int gib = size.equals("large") ? 8 : 4 * vcpus;
            return Optional.of(machine(type, vcpus, gib * GIB, 0, size.equals("large") ? 35 : 58, type.startsWith("t4g") ? "arm64" : "amd64"));
        }
        var name = NAME.matcher(type);
        if (!name.matches()) return Optional.empty();
        var times = name.group(4);
        int vcpus = name.group(3).equals("large") ? 2 : times == null ? 4 : 4 * Integer.parseInt(times);
        long memory = (long) vcpus * GIB_A_VCPU.getOrDefault(name.group(1), 0) * GIB;
        return Optional
                .of(machine(type, vcpus, memory, 0, POD_LIMITS.getOrDefault(name.group(3), 234), name.group(2).startsWith("g") ? "arm64" : "amd64"));
    }

    private static MachineType machine(String name, int vcpus, long memory, long gpus, int pods, String architecture) {
        var accelerators = new TreeMap<String, Long>();
        if (gpus > 0) accelerators.put("nvidia.com/gpu", gpus);
        return new MachineType(name, vcpus, memory, gpus == 0 ? Collections.emptySortedMap() : accelerators, pods, architecture);
    }
}
