package executorscaler.plan;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import java.util.List;
import java.util.TreeSet;

/**
 * The way down of one executor whose workers say which of them are busy, a step a tick: idle pods are marked as the first to go; a later tick, which has asked
 * again who is busy, lowers replicas by no more than those that are idle still; marks that remain are taken off. The marks on the pods are all the state there is.
 */
final class Victims {

    /** Pods that are marked in one tick: each costs the API server a read and a write. */
    private static final int MOST_A_TICK = 50;

    /** By which pods of one template know each other. */
    static final String TEMPLATE_HASH = "pod-template-hash";

    private final World world;
    private final ExecutorConfig config;
    private final Executor executor;
    private final Queue queue;
    private final List<Pod> pods;
    private final boolean admitted;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;

    Victims(World world, ExecutorConfig config, Executor executor, Queue queue, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.config = config;
        this.executor = executor;
        this.queue = queue;
        this.steps = steps;
        this.held = held;
        pods = world.podsOf(executor);
        // A list for each pod cannot disagree with their sum. A lease can: there are jobs then that run in nobody knows which pod.
        admitted = config.worker().busy() != WorkerConfig.BusySource.LEASE || queue.running() <= queue.busy().admitted();
    }

    /** Takes the marks off: none of the pods that are there is to go. While there are more than asked for, the controller is still choosing by them. */
    void spare() {
        if (pods.size() > world.replicas(executor)) {
            spareBusy();
            return;
        }
        for (Pod pod : pods) {
            if (marked(pod)) spare(pod);
        }
    }

    /** Takes the marks off pods that run jobs. */
    void spareBusy() {
        for (Pod pod : pods) {
            if (marked(pod) && working(pod)) spare(pod);
        }
    }

    /** Says what is wrong with what the workers say, and which pods others have put an order on. */
    void tellTroubles() {
        if (!admitted) hold(new Reason.UnadmittedJobs(queue.running(), queue.busy().admitted()));
        var unread = queue.busy().unread();
        if (!unread.isEmpty()) hold(new Reason.BusyUnread(unread.size(), unread.firstKey(), unread.getOrDefault(unread.firstKey(), "")));
        var foreign = pods.stream().filter(pod -> pod.deletionCost() != 0 && !marked(pod)).toList();
        if (!foreign.isEmpty())
            hold(new Reason.DeletionCostByOthers(foreign.size(), foreign.getFirst().path(), foreign.getFirst().deletionCost()));
    }

    /** Whether all its pods are of one template, so that one ReplicaSet decides which of them go (rule S13). */
    boolean rolledOut() {
        var hashes = new TreeSet<String>();
        for (Pod pod : pods) hashes.add(pod.labels().getOrDefault(TEMPLATE_HASH, ""));
        return executor.rolledOut() && hashes.size() <= 1;
    }

    /**
     * One step on the way to fewer pods.
     *
     * @param floor pods that stay whoever is idle
     * @param wanted pods that the jobs are for
     * @return replicas after this plan
     */
    int lower(int floor, long wanted) {
        int current = world.replicas(executor);
        int started = (int) pods.stream().filter(Pod::assigned).count();
        if (started < pods.size() && Math.max(floor, started) < current) {
            // The first to go in any case, and nobody can work in them, whatever is said: they need no marks, but a live look at how many have started.
            return scale(current, Math.max(floor, started), List.of(), new Reason.SurplusNotStarted(wanted, started));
        }
        int busy = (int) pods.stream().filter(pod -> !idle(pod)).count();
        int lowest = Math.max(floor, busy);
        if (lowest >= current) return keep(current, new Reason.PodsBusy(busy, wanted));
        var safe = safe();
        if (lowest == 0) return scale(current, 0, safe, new Reason.SurplusIdle(wanted, busy, current));
        int marked = (int) safe.stream().filter(Victims::marked).count();
        int replicas = Math.max(lowest, pods.size() - marked);
        if (replicas < current) return scale(current, replicas, safe, new Reason.SurplusIdle(wanted, busy, current - replicas));
        if (pods.stream().anyMatch(Victims::marked)) return waitForMarked(current, safe);
        var candidates = pods.stream().filter(pod -> idle(pod) && pod.deletionCost() == 0).toList();
        var chosen = new WholeNodes(world, candidates).choose(Math.min(MOST_A_TICK, pods.size() - lowest));
        for (Pod pod : chosen) mark(pod, new Reason.SurplusIdle(wanted, busy, chosen.size()));
        return chosen.isEmpty() ? keep(current, new Reason.PodsBusy(busy, wanted)) : current;
    }

    /** Pods that go before any that is not marked, as long as all of them are idle. */
    private List<Pod> safe() {
        var sorted = ShrinkOrder.sorted(pods);
        int count = 0;
        for (int next = 1; next <= sorted.size(); next++) {
            var mayGo = ShrinkOrder.mayGo(pods, next);
            if (!mayGo.stream().allMatch(this::idle)) break;
            count = mayGo.size();
            next = count;
        }
        return sorted.subList(0, count);
    }

    private int waitForMarked(int current, List<Pod> safe) {
        var first = ShrinkOrder.sorted(pods).stream().filter(pod -> !idle(pod) && !marked(pod)).findFirst();
        // Marked ones that work have lost their marks by the next tick; an unmarked one may stay before them for long.
        if (safe.isEmpty() && first.isPresent() && !ShrinkOrder.settled(first.get()))
            hold(new Reason.BusyPodWouldGo(first.get().path(), first.get().ready()));
        return current;
    }

    private boolean idle(Pod pod) {
        if (working(pod)) return false;
        return !pod.assigned() || (admitted && queue.busy().idle(pod.name()));
    }

    /** Known to run jobs, or its worker says what cannot be understood. */
    private boolean working(Pod pod) {
        return queue.busy().jobs().getOrDefault(pod.name(), 0L) > 0 || queue.busy().unread().containsKey(pod.name());
    }

    private static boolean marked(Pod pod) {
        return pod.deletionCost() == Action.SetDeletionCost.FIRST;
    }

    private void mark(Pod pod, Reason why) {
        steps.add(new Plan.Step(new Action.SetDeletionCost(executor.name(), pod.namespace(), pod.name(), pod.uid(), 0, Action.SetDeletionCost.FIRST),
                why));
    }

    private void spare(Pod pod) {
        var why = new Reason.StaysAfterAll(queue.busy().jobs().getOrDefault(pod.name(), 0L));
        steps.add(new Plan.Step(new Action.SetDeletionCost(executor.name(), pod.namespace(), pod.name(), pod.uid(), pod.deletionCost(), 0), why));
    }

    private int scale(int current, int replicas, List<Pod> victims, Reason why) {
        var action = new Action.ScaleExecutor(executor.name(), executor.namespace(), executor.deployment(), executor.uid(), current, replicas,
                victims.isEmpty(), victims.stream().map(Pod::uid).toList());
        steps.add(new Plan.Step(action, why));
        return replicas;
    }

    private int keep(int current, Reason why) {
        hold(why);
        return current;
    }

    private void hold(Reason why) {
        held.add(new Plan.Held("executor/" + config.name(), why));
    }
}
