package executorscaler.report;

import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import java.util.List;

/**
 * Where an executor's chain from jobs to nodes is held up: at the link nearest to the nodes that lacks something, as all before it waits for that one.
 *
 * @param how {@code coming}: what lacks is on its way; {@code blocked}: it is not, or nobody knows
 */
record Chain(String link, String how) {

    private static final Chain FLOWS = new Chain("", "");

    static Chain of(ExecutorView executor, List<PoolView> pools) {
        if (executor.queue().isEmpty()) return blocked("jobs");
        if (executor.deployment().isEmpty()) return blocked("pods");
        long homeless = executor.pods().stream().filter(pod -> !pod.assigned() && !pod.terminating()).count();
        boolean bought = pools.stream().anyMatch(pool -> pool.onTheWay() > 0);
        boolean ordered = executor.deployment().get().replicas() < executor.wanted();
        if (bought && (homeless > 0 || ordered)) return coming("nodes");
        if (homeless > 0) return blocked("nodes");
        if (ordered || executor.pods().stream().anyMatch(pod -> !pod.ready() && !pod.terminating())) return coming("pods");
        var queue = executor.queue().get();
        if (queue.waiting() + queue.due() == 0) return FLOWS;
        // Jobs wait, and every pod is ready: they wait for a slot.
        boolean mayGrow = executor.wanted() < executor.config().maxReplicas();
        return queue.jobs() <= slots(executor) || mayGrow ? coming("slots") : blocked("slots");
    }

    /** Jobs that the ready pods may run at a time. */
    static long slots(ExecutorView executor) {
        return executor.pods().stream().filter(Pod::ready).filter(pod -> !pod.terminating()).count() * executor.config().jobsPerPod();
    }

    /** What a job slot of a ready pod is known to do. */
    static SlotState slot(ExecutorView executor, Pod pod, int number) {
        if (pod.terminating()) return SlotState.LEAVING;
        if (!pod.ready()) return SlotState.STARTING;
        var queue = executor.queue();
        if (queue.isEmpty()) return SlotState.UNKNOWN;
        var told = queue.get().busy().jobs().get(pod.name());
        if (told != null) return number < told ? SlotState.BUSY : SlotState.FREE;
        return untold(executor, queue.get());
    }

    /** Nobody says which pods run the jobs; where there are none, or as many as there is room for, it is certain all the same. */
    private static SlotState untold(ExecutorView executor, Queue queue) {
        if (!queue.whole()) return SlotState.UNKNOWN;
        if (queue.running() == 0) return SlotState.FREE;
        return queue.running() >= slots(executor) ? SlotState.BUSY : SlotState.UNKNOWN;
    }

    private static Chain coming(String link) {
        return new Chain(link, "coming");
    }

    private static Chain blocked(String link) {
        return new Chain(link, "blocked");
    }
}
