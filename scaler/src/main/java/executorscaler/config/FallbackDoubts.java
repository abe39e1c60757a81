package executorscaler.config;

import executorscaler.config.PoolConfig.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Why pods that are meant for a pool could not go to the one that stands in for it. */
final class FallbackDoubts {

    /** EC2's families with devices, by how their names begin (EC2 user guide, "accelerated computing instances"): gr6.4xlarge, g4dn.xlarge, p5.48xlarge. */
    private static final Pattern NVIDIA = Pattern.compile("(g|gr|p)[0-9](?!ad).*");
    private static final Pattern AMD = Pattern.compile("g[0-9]ad.*");
    private static final Pattern NEURON = Pattern.compile("(inf|trn)[0-9].*");

    private FallbackDoubts() {}

    /** One sentence for each difference, none where every pod that selects the pool's labels and bears its taints may go to the other one. */
    static List<String> differences(PoolConfig pool, PoolConfig fallback) {
        var differences = new ArrayList<String>();
        var there = "'" + fallback.name() + "'";
        pool.labels().forEach((key, value) -> {
            var other = fallback.labels().get(key);
            if (value.equals(other) || saysHowItIsSold(pool, fallback, value)) return;
            differences.add(there + " has " + (other == null ? "no label " + key : key + "=" + other) + ", this pool " + key + "=" + value
                    + ": a pod that selects it never goes there");
        });
        for (var taint : fallback.taints()) {
            if (taint.effect() == Effect.PREFER_NO_SCHEDULE || pool.taints().contains(taint)) continue;
            differences.add(there + " has the taint " + taint.key() + (taint.value().isEmpty() ? "" : "=" + taint.value())
                    + ", this pool does not: a pod that bears only this pool's never goes there");
        }
        var devices = devices(pool.instanceType());
        if (!devices.isEmpty() && !fallback.instanceType().isEmpty() && !devices.equals(devices(fallback.instanceType())))
            differences.add(there + " is of " + fallback.instanceType() + ", which has no " + devices + ": a pod that asks for one never goes there");
        return differences;
    }

    /** Such a label differs because the two pools do; whoever selects it wants the one and not the other. */
    private static boolean saysHowItIsSold(PoolConfig pool, PoolConfig fallback, String value) {
        return pool.capacityType() != fallback.capacityType() && value.toLowerCase(Locale.ROOT).matches("spot|on[-_]?demand");
    }

    /** What pods ask for the type's devices by; empty where its name says nothing of any. */
    static String devices(String instanceType) {
        if (NVIDIA.matcher(instanceType).matches()) return "nvidia.com/gpu";
        if (AMD.matcher(instanceType).matches()) return "amd.com/gpu";
        return NEURON.matcher(instanceType).matches() ? "aws.amazon.com/neuron" : "";
    }
}
