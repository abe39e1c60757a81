package executorscaler.plan;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Clears the nodes that AWS is about to take: closes them with a note why, moves who can move, leaves jobs the time that there is, and lets waiting lifecycle
 * hooks go when all is done. What turned out wrong is opened again.
 */
final class Leaving {

    /** A pod is told to stop so long before its grace period would no longer fit. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final World world;
    private final Departures departures;
    private final Evictions evictions;
    private final boolean roomIsThere;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;

    /**
     * Of all nodes that leave.
     *
     * @param evictions budgets as they are: nothing has been evicted by this plan
     */
    Leaving(World world, PoolGrowth.Grown grown, Evictions evictions, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.departures = world.departures;
        this.evictions = evictions;
        this.steps = steps;
        this.held = held;
        roomIsThere = grown.homeless() == 0 && roomIsThere(grown.bins());
    }

    /** Whether all that this plan finds homes for could go there at once. */
    private static boolean roomIsThere(Collection<Bin> bins) {
        return bins.stream().noneMatch(bin -> bin.kind() != Bin.Kind.OPEN && bin.placed() > 0);
    }

    /** Plans what is due at each of the nodes. */
    void add() {
        for (Host host : departures.hosts()) {
            if (announces(host)) continue; // what follows rests on what the node's own annotation says
            if (departures.leaves(host) && host.node().cordon() instanceof Node.Cordon.ByUs closed) {
                empty(host);
                hook(host, closed.since());
            } else if (departures.leaves(host) && host.node().cordon() instanceof Node.Cordon.ByOthers) {
                hold(host, new Reason.CordonedByOthers());
            }
        }
    }

    /** Whether something has to be written on the node first. */
    private boolean announces(Host host) {
        if (host.place().isEmpty()) return false; // whether it is ours to write on nobody knows
        var node = host.node();
        var said = departures.of(host);
        boolean leaves = departures.leaves(host);
        if (said.equals(node.announced()) && !(leaves && node.open())) return false;
        if (said.isEmpty()) {
            var last = node.announced().getLast();
            steps.add(new Plan.Step(new Action.Announce(node.name(), node.uid(), said, Action.Announce.Door.OPEN),
                    new Reason.NothingCameOfIt(last.kind(), last.at())));
            return true;
        }
        // What is left of it may be for later: until then a node that was closed for something that has passed is open.
        boolean passed = !said.containsAll(node.announced());
        var door = leaves ? Action.Announce.Door.CLOSE : passed ? Action.Announce.Door.OPEN : Action.Announce.Door.LEAVE;
        var first = said.stream().filter(Announced::forced).findFirst().orElse(said.getFirst());
        steps.add(new Plan.Step(new Action.Announce(node.name(), node.uid(), said, door),
                new Reason.AwsAnnounced(first.kind(), first.at(), first.until())));
        return true;
    }

    private void empty(Host host) {
        var node = host.node();
        var end = departures.end(host);
        boolean certain = end.isBefore(Instant.MAX) || departures.of(host).stream().anyMatch(said -> said.kind() == Kind.TERMINATING);
        if (!certain && !node.staysFor().isEmpty()) {
            hold(host, new Reason.NodeStays(node.staysFor()));
            return;
        }
        if (!certain && world.snapshot.missing().stream().anyMatch(Missing::holdsStill)) return; // nobody need leave yet, and not everything is known
        int busy = 0;
        for (Pod pod : host.guests()) {
            if (pod.terminating()) continue;
            var last = end.equals(Instant.MAX) ? end : end.minusSeconds(pod.graceSeconds()).minus(MARGIN);
            boolean due = !end.equals(Instant.MAX) && world.moment.reached(last);
            if (!pod.staysFor().isEmpty()) {
                hold(host, new Reason.PodCannotMove(pod.path(), pod.staysFor()));
            } else if (world.executes(pod)) {
                if (mayStop(pod)) evict(host, pod, new Reason.LeavesWithoutJobs(node.name()));
                else if (due) evict(host, pod, new Reason.TimeRunsOut(end, pod.graceSeconds()));
                else
                    busy++;
            } else if (certain || roomIsThere) {
                evict(host, pod, new Reason.DrainsNode(node.name()));
            } else {
                hold(host, new Reason.PodCannotMove(pod.path(), Reason.PodCannotMove.NO_ROOM));
            }
        }
        if (busy > 0) hold(host, new Reason.JobsUntil(busy, end));
    }

    /** Whether it surely runs no job, or ends those that it has when it is told to stop. */
    private boolean mayStop(Pod pod) {
        var executor = world.config.executors().stream()
                .filter(each -> each.namespace().equals(pod.namespace()) && pod.owner().equals("Deployment/" + each.deployment())).findFirst();
        if (executor.isEmpty()) return false;
        var worker = executor.get().worker();
        if (worker.drainsOnSigterm()) return pod.graceSeconds() >= worker.longestJobSeconds();
        return idle(executor.get(), pod);
    }

    private boolean idle(ExecutorConfig executor, Pod pod) {
        var read = world.queue(executor);
        var trust = world.memory.trust().get(executor.name());
        if (read.isEmpty() || !read.get().whole() || trust == null || !trust.id().equals(read.get().epoch())) return false;
        if (!world.moment.reached(trust.since().plusSeconds(world.config.scaleDown().trustSeconds()))) return false;
        var queue = read.get();
        if (!executor.worker().tells()) return queue.jobs() == 0;
        boolean admitted = executor.worker().busy() != WorkerConfig.BusySource.LEASE || queue.running() <= queue.busy().admitted();
        return admitted && queue.busy().idle(pod.name()) && !queue.busy().unread().containsKey(pod.name());
    }

    private void evict(Host host, Pod pod, Reason why) {
        var budget = evictions.refuses(pod);
        if (budget.isPresent()) {
            hold(host, new Reason.BudgetExhausted(budget.get().namespace() + "/" + budget.get().name()));
            return;
        }
        evictions.spend(pod);
        steps.add(new Plan.Step(new Action.Evict(pod.namespace(), pod.name(), pod.uid(), host.node().name()), why));
    }

    /** A hook waits as long as there is somebody who will leave; pods that never do are left to the hook's own time-out. */
    private void hook(Host host, Instant closedAt) {
        var waiting = departures.of(host).stream().filter(said -> said.kind() == Kind.TERMINATING && !said.hook().isEmpty()).findFirst();
        if (waiting.isEmpty() || host.place().isEmpty() || host.node().announced().stream().noneMatch(waiting.get()::equals)) return;
        var place = host.place().get();
        var instance = place.instance();
        var told = world.memory.hooks().get(instance.id());
        if (told != null && !world.moment.past(told.plus(Ledger.HOOK_PAUSE))) return;
        var hook = waiting.get().hook();
        var pool = place.pool();
        var guests = host.guests();
        int settle = world.config.scaleDown().cordonSettleSeconds();
        if (guests.isEmpty()) {
            if (!world.moment.past(closedAt.plusSeconds(settle))) return;
            steps.add(new Plan.Step(new Action.CompleteHook(host.node().name(), host.node().uid(), pool.name(), pool.group(), hook, instance.id()),
                    new Reason.CordonedAndEmpty(closedAt)));
        } else if (guests.stream().anyMatch(pod -> pod.terminating() || pod.staysFor().isEmpty())) {
            steps.add(new Plan.Step(new Action.ExtendHook(pool.name(), pool.group(), hook, instance.id()), new Reason.PodsAreLeaving(guests.size())));
        }
    }

    private void hold(Host host, Reason why) {
        held.add(new Plan.Held("node/" + host.node().name(), why));
    }
}
