package executorscaler.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.loop.Tick;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.snapshot.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What runs on each node: by executor a letter a job slot ({@link SlotState#letter}), how many pods of others, and the pods by name. */
final class NodeWork {
    private static final int MOST_SLOTS = 16; // of one pod; more are counted as if they were these

    private final Map<String, ObjectNode> slots = new HashMap<>();
    private final Map<String, Integer> others = new HashMap<>();
    private final Map<String, ArrayNode> pods = new HashMap<>();

    NodeWork(Tick tick, List<ExecutorView> executors) {
        var executorOf = new HashMap<String, ExecutorView>();
        executors.forEach(one -> executorOf.put(one.config().namespace() + "/Deployment/" + one.config().deployment(), one));
        Set<String> seen = new HashSet<>();
        for (var pod : tick.snapshot().pods()) {
            if (!pod.assigned() || pod.resident() || pod.ended() || !seen.add(pod.path())) continue;
            var executor = executorOf.get(pod.namespace() + "/" + pod.owner());
            if (executor == null) {
                others.merge(pod.node(), 1, Integer::sum);
            } else {
                var row = slots.computeIfAbsent(pod.node(), _ -> Json.object());
                row.put(executor.name(), row.path(executor.name()).asText() + letters(executor, pod));
            }
            pods.computeIfAbsent(pod.node(), _ -> Json.array()).add(Json.object().put("executor", executor == null ? "" : executor.name())
                    .put("name", pod.name()).put("state", state(pod)));
        }
    }

    ObjectNode slots(String node) {
        return slots.getOrDefault(node, Json.object());
    }

    int others(String node) {
        return others.getOrDefault(node, 0);
    }

    ArrayNode pods(String node) {
        return pods.getOrDefault(node, Json.array());
    }

    private static String letters(ExecutorView executor, Pod pod) {
        var letters = new StringBuilder();
        for (int i = 0; i < Math.min(executor.config().jobsPerPod(), MOST_SLOTS); i++) letters.append(Chain.slot(executor, pod, i).letter());
        return letters.toString();
    }

    /** What a pod is doing, in one word. */
    static String state(Pod pod) {
        if (pod.terminating()) return "leaving";
        if (pod.ready()) return "ready";
        return pod.assigned() ? "starting" : "pending";
    }
}
