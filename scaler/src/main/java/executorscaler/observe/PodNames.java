package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pods that may be running jobs, of executors whose workers say so: those that have not ended, and those among them that are being deleted too, as they may
 * still be working.
 *
 * @param byExecutor sorted names; an executor that is not here has pods that nobody knows
 */
public record PodNames(SortedMap<String, List<String>> byExecutor) {

    /** The cluster could not be read, or nobody needs to know. */
    public static final PodNames UNKNOWN = new PodNames(Collections.emptySortedMap());

    public PodNames {
        byExecutor = Collections.unmodifiableSortedMap(new TreeMap<>(byExecutor));
    }

    /** The executor's pods; empty: not known, which is not none. */
    public Optional<List<String>> of(ExecutorConfig executor) {
        return Optional.ofNullable(byExecutor.get(executor.name()));
    }

    /** Whether any reader of queues needs them. */
    static boolean matter(Config config) {
        return config.executors().stream().anyMatch(executor -> executor.worker().tells());
    }

    /** @param pods of the whole cluster, sorted by namespace and name */
    static PodNames among(List<Pod> pods, Config config) {
        var names = new TreeMap<String, List<String>>();
        Map<String, Map<String, List<String>>> owners = new LinkedHashMap<>(); // by namespace
        for (var executor : config.executors()) {
            if (!executor.worker().tells()) continue;
            var list = new ArrayList<String>();
            names.put(executor.name(), list);
            owners.computeIfAbsent(executor.namespace(), _ -> new LinkedHashMap<>()).put("Deployment/" + executor.deployment(), list);
        }
        for (Pod pod : pods) {
            var list = owners.getOrDefault(pod.namespace(), Map.of()).get(pod.owner());
            if (list != null && !pod.ended()) list.add(pod.name());
        }
        return new PodNames(names);
    }
}
