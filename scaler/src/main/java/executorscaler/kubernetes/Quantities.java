package executorscaler.kubernetes;

import executorscaler.snapshot.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/** Reads the API's lists of quantities ({@code cpu: 250m, memory: 1Gi, nvidia.com/gpu: 1}) as amounts of what the scheduler counts. */
final class Quantities {

    private static final int MILLI = 3;

    private Quantities() {}

    /**
     * All amounts that the scheduler counts, rounded up as it does; names that it does not count for pods (e.g. {@code attachable-volumes-aws-ebs}) are left
     * out.
     *
     * @throws Unreadable where an amount is no number or does not fit into 64 bits
     */
    static Resources read(Map<String, Quantity> quantities) throws Unreadable {
        return resources(exact(quantities));
    }

    /**
     * The amounts as numbers, each rounded up to thousandths, as the API server does when it stores them (a file may not have seen it yet).
     *
     * @throws Unreadable where an amount is no number or does not fit into 64 bits
     */
    static Map<String, BigDecimal> exact(Map<String, Quantity> quantities) throws Unreadable {
        var exact = new TreeMap<String, BigDecimal>();
        for (var entry : quantities.entrySet()) {
            try {
                var amount = entry.getValue().getNumericalAmount().setScale(MILLI, RoundingMode.CEILING);
                amount.setScale(0, RoundingMode.CEILING).longValueExact();
                exact.put(entry.getKey(), amount);
            } catch (ArithmeticException | IllegalArgumentException notAnAmount) {
                throw unreadable(entry.getKey(), entry.getValue(), notAnAmount);
            }
        }
        return exact;
    }

    /**
     * Sums of exact amounts as the scheduler holds them: CPU in thousandths, all else whole, rounded up once.
     *
     * @throws Unreadable where a sum does not fit into 64 bits
     */
    static Resources resources(Map<String, BigDecimal> exact) throws Unreadable {
        long cpuMillis = 0;
        long memoryBytes = 0;
        long ephemeralBytes = 0;
        long pods = 0;
        var extended = new TreeMap<String, Long>();
        for (var entry : exact.entrySet()) {
            switch (entry.getKey()) {
                case "cpu" -> cpuMillis = whole(entry, MILLI);
                case "memory" -> memoryBytes = whole(entry, 0);
                case "ephemeral-storage" -> ephemeralBytes = whole(entry, 0);
                case "pods" -> pods = whole(entry, 0);
                default -> {
                    if (isScalar(entry.getKey())) extended.put(entry.getKey(), whole(entry, 0));
                }
            }
        }
        return new Resources(cpuMillis, memoryBytes, ephemeralBytes, pods, extended);
    }

    /**
     * Devices, huge pages, and what Kubernetes itself may define under its own domain: the scheduler counts them all alike
     * (pkg/scheduler/util, IsScalarResourceName). It counts volumes that can be attached too, but no pod may request them.
     */
    private static boolean isScalar(String name) {
        return name.startsWith("hugepages-") || name.contains("kubernetes.io/") || (name.contains("/") && !name.startsWith("requests."));
    }

    private static long whole(Map.Entry<String, BigDecimal> amount, int decimals) throws Unreadable {
        try {
            return amount.getValue().movePointRight(decimals).setScale(0, RoundingMode.CEILING).longValueExact();
        } catch (ArithmeticException tooLarge) {
            throw unreadable(amount.getKey(), amount.getValue().stripTrailingZeros().toPlainString(), tooLarge);
        }
    }

    private static Unreadable unreadable(String name, Object value, RuntimeException cause) {
        var unreadable = new Unreadable("quantity " + name, value);
        unreadable.initCause(cause);
        return unreadable;
    }
}
