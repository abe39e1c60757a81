package executorscaler.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Every key that the config knows, by the section that holds it. A key that is not here can be neither written nor read. */
final class Keys {

    private static final SequencedMap<String, List<String>> BY_SECTION = new LinkedHashMap<>();

    static {
        BY_SECTION.put("", List.of("redis", "executors", "nodePools", "autoDiscovery", "scaleDown", "control", "placeholderImage", "priorityCutoff",
                "strategy", "balanceSimilarPools", "nominatePods", "scaleInProtection", "deleteNodes", "notices"));
        BY_SECTION.put("redis", List.of("url", "usernameFile", "passwordFile", "caFile", "timeoutMillis"));
        BY_SECTION.put("executors[]", List.of("name", "deployment", "queue", "jobsPerPod", "minReplicas", "maxReplicas", "onDemandBase", "busy",
                "drainsOnSigterm", "longestJobSeconds", "scaleDown", "schedules"));
        BY_SECTION.put("executors[].scaleDown", List.of("stabilizationWindowSeconds", "maxPodsPerMinute"));
        BY_SECTION.put("executors[].schedules[]", List.of("days", "from", "to", "timeZone", "minReplicas"));
        BY_SECTION.put("executors[].queue", List.of("kind", "waiting", "running", "delayed", "delayedUnit"));
        BY_SECTION.put("nodePools[]", List.of("name", "autoScalingGroup", "instanceType", "capacityType", "minSize", "maxSize", "labels",
                "taints", "maxPods", "reserved", "maxProvisionSeconds", "hourlyPrice", "priority", "scaleDown", "fallbackPool"));
        BY_SECTION.put("nodePools[].taints[]", List.of("key", "value", "effect"));
        BY_SECTION.put("nodePools[].reserved", List.of("cpu", "memory"));
        BY_SECTION.put("nodePools[].scaleDown", List.of("idleSeconds", "cordonSettleSeconds", "drainTimeoutSeconds", "utilizationThreshold",
                "minNodeLifetimeSeconds", "unreadySeconds"));
        BY_SECTION.put("autoDiscovery", List.of("tags"));
        BY_SECTION.put("scaleDown", List.of("stabilizationWindowSeconds", "idleSeconds", "cordonSettleSeconds", "drainTimeoutSeconds",
                "utilizationThreshold", "trustSeconds", "minNodeLifetimeSeconds", "unreadySeconds"));
        BY_SECTION.put("notices", List.of("queueUrl", "rebalanceSeconds"));
        BY_SECTION.put("control", List.of("intervalMillis", "queuePollMillis", "cloudPollSeconds"));
    }

    private Keys() {}

    /** The keys of one section, named by its path without indexes, e.g. {@code executors[].queue}. */
    static List<String> of(String section) {
        var keys = BY_SECTION.get(section);
        if (keys == null) throw new IllegalArgumentException("no section " + section);
        return keys;
    }

    /** The path of every key, e.g. {@code executors[].queue.kind}. */
    static List<String> paths() {
        return BY_SECTION.entrySet().stream()
                .flatMap(section -> section.getValue().stream().map(key -> join(section.getKey(), key)))
                .toList();
    }

    static String join(String section, String key) {
        return section.isEmpty() ? key : section + "." + key;
    }
}
