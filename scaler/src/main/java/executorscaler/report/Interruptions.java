package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Jobs that did not come to their end, as far as two ticks can show it: a pod that said that it runs some is gone, and not by its own end. Only of executors whose
 * workers say who is busy. A pod that was told to end, and went within its grace period, has ended its jobs.
 */
final class Interruptions {

    /** How it came about. */
    enum Cause {
        /** The pod's node is gone, or its instance. */
        NODE_GONE,
        /** The pod failed. */
        POD_FAILED,
        /** The pod was told to end, and its grace period was over before its jobs were. */
        CUT_OFF,
        /** The pod is gone without having been told to end, by force. */
        POD_GONE
    }

    /** So many jobs of one pod. */
    record Interrupted(String executor, Cause cause, long jobs) {}

    /** A pod that runs jobs; {@code leaving} is when it was first seen being told to end. */
    private record Working(Pod pod, long jobs, Optional<Instant> leaving) {}

    private Map<String, Map<String, Working>> byExecutor = new HashMap<>(); // pods that run jobs, by uid

    /** What happened since the last tick. A tick that did not see the cluster tells nothing. */
    List<Interrupted> ticked(Tick tick, List<ExecutorView> executors) {
        if (tick.snapshot().missing().stream().anyMatch(one -> one.source() == Missing.Source.KUBERNETES)) return List.of();
        var seen = new Seen(tick.snapshot());
        var found = new ArrayList<Interrupted>();
        var next = new HashMap<String, Map<String, Working>>();
        for (var executor : executors) {
            if (!executor.config().worker().tells()) continue;
            var before = byExecutor.getOrDefault(executor.name(), Map.of());
            var gone = new HashMap<>(before);
            for (var pod : executor.pods()) gone.remove(pod.uid());
            for (var one : gone.values())
                cause(seen, one).ifPresent(cause -> found.add(new Interrupted(executor.name(), cause, one.jobs())));
            next.put(executor.name(), working(seen, executor, before));
        }
        byExecutor = next;
        return found;
    }

    private static Map<String, Working> working(Seen seen, ExecutorView executor, Map<String, Working> before) {
        var now = new HashMap<String, Working>();
        for (var pod : executor.pods()) {
            if (!pod.assigned()) continue;
            var was = Optional.ofNullable(before.get(pod.uid()));
            long jobs = jobs(seen, executor.queue(), pod, was);
            if (jobs == 0) continue;
            var leaving = pod.terminating()
                    ? was.flatMap(Working::leaving).or(() -> Optional.of(seen.snapshot.takenAt()))
                    : Optional.<Instant>empty();
            now.put(pod.uid(), new Working(pod, jobs, leaving));
        }
        return now;
    }

    /** As the pod says it. A lease that runs out on a node that is silent says nothing: then what was said before holds. */
    private static long jobs(Seen seen, Optional<Queue> queue, Pod pod, Optional<Working> was) {
        long before = was.map(Working::jobs).orElse(0L);
        if (queue.isEmpty()) return before;
        var said = queue.get().busy().jobs().get(pod.name());
        if (said == null) return before;
        boolean silent = said == 0 && before > 0 && seen.node(pod).filter(node -> !node.ready()).isPresent();
        return silent ? before : said;
    }

    private static Optional<Cause> cause(Seen seen, Working gone) {
        var ended = seen.pod(gone.pod().uid());
        if (ended.isPresent()) return ended.get().phase() == Pod.Phase.FAILED ? Optional.of(Cause.POD_FAILED) : Optional.empty();
        if (seen.node(gone.pod()).isEmpty()) return Optional.of(Cause.NODE_GONE);
        if (gone.leaving().isEmpty()) return Optional.of(Cause.POD_GONE);
        var killed = gone.leaving().get().plusSeconds(gone.pod().graceSeconds());
        return seen.snapshot.takenAt().isBefore(killed) ? Optional.empty() : Optional.of(Cause.CUT_OFF);
    }

    /** A snapshot, of which nodes and pods are looked up once somebody asks: thousands of jobs may end in one tick. */
    private static final class Seen {
        private final Snapshot snapshot;
        private Map<String, Node> nodes = Map.of(); // by name
        private Map<String, Pod> pods = Map.of(); // by uid

        Seen(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        /** The pod's node. */
        Optional<Node> node(Pod pod) {
            if (nodes.isEmpty()) {
                nodes = HashMap.newHashMap(snapshot.nodes().size());
                for (var node : snapshot.nodes()) nodes.put(node.name(), node);
            }
            return Optional.ofNullable(nodes.get(pod.node()));
        }

        Optional<Pod> pod(String uid) {
            if (pods.isEmpty()) {
                pods = HashMap.newHashMap(snapshot.pods().size());
                for (var pod : snapshot.pods()) pods.put(pod.uid(), pod);
            }
            return Optional.ofNullable(pods.get(uid));
        }
    }
}
