package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** A world of busy and idle pods, all on one node unless it is said otherwise, whose readings follow from the pods. */
final class Workers extends Given {

    private long waiting;
    private final TreeMap<String, Long> jobs = new TreeMap<>();
    private boolean read;

    Workers(String text) {
        worker = new WorkerConfig(BusySource.LEASE, false, 0);
        poolConfigs.add(Given.compute(0, 20));
        computePool(4, 4);
        for (var each : text.split(" ", -1)) {
            var parts = each.split(":", -1);
            executorPod(parts[0], "n0");
            jobs.put(parts[0], Long.valueOf(parts[1]));
        }
        replicas(jobs.size());
    }

    Workers worker(BusySource source) {
        worker = new WorkerConfig(source, false, 0);
        return this;
    }

    Workers waiting(long count) {
        waiting = count;
        return this;
    }

    @Override
    public Workers replicas(int replicas) {
        executors.clear();
        super.replicas(replicas);
        return this;
    }

    Workers marked(String... pods) {
        for (var name : pods) change(name, pod -> new PodChange(pod).cost(Action.SetDeletionCost.FIRST));
        return this;
    }

    Workers on(String node, String... pods) {
        for (var name : pods) change(name, pod -> new PodChange(pod).node(node));
        return this;
    }

    void change(String name, Function<Pod, PodChange> change) {
        pods.replaceAll(pod -> pod.name().equals(name) ? change.apply(pod).pod() : pod);
    }

    Busy busy() {
        return new Busy(jobs, new TreeMap<>());
    }

    void reading(long running, Busy busy, String unread) {
        read = true;
        queues.clear();
        queues.add(new Queue("executor", waiting, 0, running, new TreeMap<>(), busy, "epoch-1", unread, now));
    }

    @Override
    public Snapshot snapshot() {
        if (!read && missing.isEmpty()) {
            queues.clear();
            queues.add(new Queue("executor", waiting, 0, busy().admitted(), new TreeMap<>(), busy(), "epoch-1", "", now));
        }
        pods.sort(Comparator.comparing(Pod::path));
        executors.replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid(), each.version(), each.replicas(),
                each.ready(), each.shape(), each.podLabels(), each.images(), rolledOut));
        return super.snapshot();
    }

    boolean rolledOut = true;

    /** Whatever a plan does must pass the independent check. */
    @Override
    public Decision decide(Memory memory) {
        var decision = super.decide(memory);
        assertThat(PlanCheck.check(config(), snapshot(), memory, decision.plan()).findings()).isEmpty();
        return decision;
    }

    /** A pod with something changed. */
    record PodChange(Pod pod) {

        PodChange cost(int cost) {
            return with(pod.node(), pod.ready(), pod.labels(), cost);
        }

        PodChange node(String node) {
            return new PodChange(new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(),
                    node.isEmpty() ? Pod.Phase.PENDING : Pod.Phase.RUNNING, node, "", !node.isEmpty(), false, false, false, "", pod.createdAt(),
                    pod.claims(), pod.deletionCost(), pod.graceSeconds(), pod.staysFor()));
        }

        PodChange ready(boolean ready) {
            return with(pod.node(), ready, pod.labels(), pod.deletionCost());
        }

        PodChange label(String key, String value) {
            var labels = new TreeMap<>(pod.labels());
            labels.put(key, value);
            return with(pod.node(), pod.ready(), labels, pod.deletionCost());
        }

        PodChange with(String node, boolean ready, SortedMap<String, String> labels, int cost) {
            return new PodChange(new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), labels, pod.phase(), node, "", ready,
                    pod.terminating(), false, false, "", pod.createdAt(), pod.claims(), cost, pod.graceSeconds(), pod.staysFor()));
        }
    }
}
