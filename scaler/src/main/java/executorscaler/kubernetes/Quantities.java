package executorscaler.kubernetes;

import executorscaler.snapshot.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/** Reads the API's lists of quantities ({@code cpu: 250m, memory: 1Gi, nvidia.com/gpu: 1}) as amounts of what the scheduler counts. */
final class Quantities {

    private Quantities() {}

    /**
     * All amounts that the scheduler counts, rounded up as it does; names that it does not count (e.g. {@code attachable-volumes-aws-ebs}) are left out.
     *
     * @throws Unreadable where an amount is no number or does not fit into 64 bits
     */
    static Resources read(Map<String, Quantity> quantities) throws Unreadable {
        long cpuMillis = 0;
        long memoryBytes = 0;
        long ephemeralBytes = 0;
        long pods = 0;
        var extended = new TreeMap<String, Long>();
        for (var entry : quantities.entrySet()) {
            switch (entry.getKey()) {
                case "cpu" -> cpuMillis = amount(entry, 3);
                case "memory" -> memoryBytes = amount(entry, 0);
                case "ephemeral-storage" -> ephemeralBytes = amount(entry, 0);
                case "pods" -> pods = amount(entry, 0);
                default -> {
                    if (isExtended(entry.getKey())) extended.put(entry.getKey(), amount(entry, 0));
                }
            }
        }
        return new Resources(cpuMillis, memoryBytes, ephemeralBytes, pods, extended);
    }

    /** Devices (a name with a domain that is not Kubernetes' own) and huge pages, which the scheduler counts in the same way. */
    private static boolean isExtended(String name) {
        if (name.startsWith("hugepages-")) return true;
        return name.contains("/") && !name.contains("kubernetes.io/") && !name.startsWith("requests.");
    }

    private static long amount(Map.Entry<String, Quantity> entry, int decimals) throws Unreadable {
        try {
            BigDecimal amount = entry.getValue().getNumericalAmount();
            return amount.movePointRight(decimals).setScale(0, RoundingMode.CEILING).longValueExact();
        } catch (ArithmeticException | IllegalArgumentException notAnAmount) {
            var unreadable = new Unreadable("quantity " + entry.getKey(), entry.getValue());
            unreadable.initCause(notAnAmount);
            throw unreadable;
        }
    }
}
