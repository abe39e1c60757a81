package executorscaler.sim;

import executorscaler.snapshot.Author;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cluster's own machinery: controllers that make and delete pods, the scheduler, the kubelets. Workers take and lose jobs through {@link Workers}. */
final class SimCluster {

    /** A PodDisruptionBudget: so many of the matching pods must stay ready. */
    record BudgetRule(String namespace, String name, Selector selector, int minAvailable) {}

    /** What the pods of executors do. */
    interface Workers {
        void started(SimPod pod);

        /** {@code ordered}: since when replicas have been too few for this pod, MAX where it ends for another cause. */
        void stopped(SimPod pod, String because, Instant ordered);
    }

    /** How long pods tolerate a node that is not ready, by the API server's defaults. */
    private static final Duration GIVEN_UP = Duration.ofMinutes(5);

    private final Timeline timeline;
    private final Delays delays;
    private final Workers workers;
    private final SimRollouts rollouts;
    final SortedMap<String, SimDeployment> deployments = new TreeMap<>();
    final SortedMap<String, SimPod> pods = new TreeMap<>();
    final SortedMap<String, SimNode> nodes = new TreeMap<>();
    final List<Daemon> daemons = new ArrayList<>();
    final List<BudgetRule> budgets = new ArrayList<>();
    private final Set<SimPod> unassigned = new LinkedHashSet<>(); // in order of creation, as the scheduler's queue
    private boolean scheduling;
    /** Whether budgets allow nothing: somebody's pods are never well. */
    boolean budgetsFrozen;

    SimCluster(Timeline timeline, Delays delays, Workers workers) {
        this.timeline = timeline;
        this.delays = delays;
        this.workers = workers;
        this.rollouts = new SimRollouts(timeline, this);
    }

    // Controllers

    void scale(SimDeployment deployment, int replicas, Author author) {
        deployment.author = author;
        if (deployment.replicas != replicas) {
            timeline.trace("scale " + deployment.path() + " " + deployment.replicas + " -> " + replicas);
            deployment.loweredAt = replicas < deployment.replicas ? timeline.now() : Instant.MAX;
            if (replicas < deployment.replicas) deployment.loweredBy = author;
            deployment.replicas = replicas;
        }
        deployment.version = timeline.nextVersion();
        reconcileSoon(deployment);
    }

    /** A new template. */
    void deploy(SimDeployment deployment, String image, boolean imageMissing) {
        rollouts.deploy(deployment, image, imageMissing);
    }

    void reconcileSoon(SimDeployment deployment) {
        if (deployment.reconciling) return;
        deployment.reconciling = true;
        timeline.in(delays.controller(), () -> {
            deployment.reconciling = false;
            reconcile(deployment);
        });
    }

    /** Makes pods that are too few, deletes pods that are too many. */
    void reconcile(SimDeployment deployment) {
        if (rollouts.step(deployment)) {
            scheduleSoon();
            return;
        }
        var active = deployment.pods.stream().filter(SimPod::active).toList();
        for (int i = active.size(); i < deployment.replicas; i++) create(deployment);
        int surplus = active.size() - deployment.replicas;
        if (surplus > 0) shrink(deployment, active, surplus);
        scheduleSoon();
    }

    /** So many of these go because replicas fell. */
    void shrink(SimDeployment deployment, List<SimPod> among, int count) {
        var because = deployment.loweredBy.other() ? SimWorkers.OTHERS : "replicas fell";
        new DeletionOrder(among, timeline.now(), timeline.random()).sorted().subList(0, count)
                .forEach(pod -> delete(pod, because, deployment.loweredAt));
    }

    void create(SimDeployment deployment) {
        var name = deployment.name + "-" + deployment.hash + "-" + timeline.letters(5);
        while (pods.containsKey(deployment.namespace + "/" + name)) name = deployment.name + "-" + deployment.hash + "-" + timeline.letters(5);
        var pod = new SimPod(deployment.namespace, name, "pod-" + timeline.hex(12), deployment.owner(), deployment.executor, deployment.shape,
                deployment.podLabels(), false, timeline.now());
        if (deployment.drainSeconds > 0) pod.drains(deployment.drainSeconds);
        deployment.pods.add(pod);
        pods.put(pod.path(), pod);
        unassigned.add(pod);
        timeline.trace("pod " + pod.path() + " made");
    }

    /** Deletes a pod: work in it is lost at once, or when its grace period is over if its worker drains. */
    void delete(SimPod pod, String because) {
        delete(pod, because, Instant.MAX);
    }

    void delete(SimPod pod, String because, Instant ordered) {
        if (pod.terminating()) return;
        timeline.trace("pod " + pod.path() + " deleted: " + because);
        pod.terminate();
        if (pod.node().isEmpty()) {
            workers.stopped(pod, because, ordered);
            remove(pod);
        } else if (pod.drains()) {
            drain(pod, because, ordered, timeline.now().plusSeconds(pod.graceSeconds()));
        } else {
            workers.stopped(pod, because, ordered);
            timeline.in(delays.podStop(), () -> end(pod));
        }
        deployment(pod).ifPresent(this::reconcileSoon);
    }

    /** Its containers have ended; the object stays for as long as it has a finalizer. */
    private void end(SimPod pod) {
        if (deployment(pod).filter(deployment -> deployment.finalized).isEmpty()) remove(pod);
    }

    /** Whether a finalizer keeps the pods of a Deployment when they have ended. */
    void keepEnded(SimDeployment deployment, boolean kept) {
        deployment.finalized = kept;
        if (!kept) List.copyOf(deployment.pods).stream().filter(SimPod::terminating).forEach(this::remove);
    }

    private void drain(SimPod pod, String because, Instant ordered, Instant killed) {
        if (!pod.running.isEmpty() && timeline.now().isBefore(killed)) {
            timeline.in(Duration.ofSeconds(1), () -> drain(pod, because, ordered, killed));
            return;
        }
        workers.stopped(pod, because, ordered);
        timeline.in(delays.podStop(), () -> remove(pod));
    }

    private void remove(SimPod pod) {
        if (!pods.remove(pod.path(), pod)) return;
        unassigned.remove(pod);
        deployment(pod).ifPresent(deployment -> {
            deployment.pods.remove(pod);
            reconcileSoon(deployment);
        });
        node(pod.node()).ifPresent(node -> node.remove(pod));
        scheduleSoon();
    }

    Optional<SimDeployment> deployment(SimPod pod) {
        return deployments.values().stream().filter(one -> one.namespace.equals(pod.namespace) && one.owner().equals(pod.owner)).findFirst();
    }

    // Scheduler

    void scheduleSoon() {
        if (scheduling) return;
        scheduling = true;
        timeline.in(delays.scheduler(), () -> {
            scheduling = false;
            schedule();
        });
    }

    /** One pass over all unassigned pods, the oldest first; a node that is nominated is tried first, else the one with the largest free share wins. */
    void schedule() {
        var hopeless = new HashSet<PodShape>();
        var kept = kept();
        for (var pod : List.copyOf(unassigned)) {
            var home = node(pod.nominated()).filter(node -> node.takes(pod.shape));
            if (home.isEmpty() && !hopeless.contains(pod.shape)) home = freest(pod.shape, kept);
            if (home.isEmpty()) {
                hopeless.add(pod.shape);
                pod.unschedulable("0/" + nodes.size() + " nodes are available");
            } else {
                if (!pod.nominated().isEmpty()) kept.computeIfPresent(pod.nominated(), (_, room) -> room.minus(pod.shape.requests()));
                place(pod, home.get());
            }
        }
    }

    private Optional<SimNode> freest(PodShape shape, SortedMap<String, Resources> kept) {
        Optional<SimNode> best = Optional.empty();
        int ties = 1;
        for (var node : nodes.values()) {
            if (!node.takes(shape) || !shape.requests().fitsIn(node.room.minus(kept.getOrDefault(node.name, Resources.NONE)))) continue;
            int order = best.map(other -> Double.compare(node.free(), other.free())).orElse(1);
            ties = order > 0 ? 1 : order == 0 ? ties + 1 : ties;
            if (order > 0 || (order == 0 && timeline.random().nextInt(ties) == 0)) best = Optional.of(node);
        }
        return best;
    }

    /** By node, what pods that wait have been told that they find there. */
    private SortedMap<String, Resources> kept() {
        var kept = new TreeMap<String, Resources>();
        for (var pod : unassigned) {
            if (!pod.nominated().isEmpty()) kept.merge(pod.nominated(), pod.shape.requests(), Resources::plus);
        }
        return kept;
    }

    private void place(SimPod pod, SimNode node) {
        unassigned.remove(pod);
        pod.assign(node.name);
        node.add(pod);
        timeline.trace("pod " + pod.path() + " on " + node.name);
        timeline.in(delays.podStart(), () -> start(pod));
    }

    // Kubelets

    void start(SimPod pod) {
        boolean nodeReady = node(pod.node()).map(node -> node.ready).orElse(false);
        if (pod.phase() != Pod.Phase.PENDING || pod.terminating() || !nodeReady) return;
        if (rollouts.cannotPull(pod)) return;
        pod.start(timeline.now());
        timeline.trace("pod " + pod.path() + " ready");
        workers.started(pod);
        deployment(pod).filter(deployment -> !deployment.active(false).isEmpty()).ifPresent(this::reconcileSoon);
    }

    /** A node registers, not ready yet, with the pods of every DaemonSet that suits it. */
    void join(SimNode node) {
        nodes.put(node.name, node);
        timeline.trace("node " + node.name + " joined");
        for (var daemon : daemons) {
            if (!node.suits(daemon.shape())) continue;
            var labels = new TreeMap<String, String>();
            labels.put("app", daemon.name());
            var pod = new SimPod(daemon.namespace(), daemon.name() + "-" + timeline.letters(5), "pod-" + timeline.hex(12),
                    "DaemonSet/" + daemon.name(), "",
                    daemon.shape(), labels, true, timeline.now());
            pod.assign(node.name);
            pods.put(pod.path(), pod);
            node.add(pod);
        }
    }

    void becomeReady(SimNode node) {
        if (nodes.get(node.name) != node) return;
        node.ready = true;
        node.unreadySince = Instant.MAX;
        // The kubelet says that it is ready; the node controller takes its taint off a moment later. Seen on the test bed: 100 to 300 ms.
        if (node.starting) timeline.in(Duration.ofMillis(timeline.random().nextLong(100, 300)), () -> started(node));
        timeline.trace("node " + node.name + " ready");
        List.copyOf(node.pods).forEach(this::start);
        scheduleSoon();
    }

    private void started(SimNode node) {
        node.starting = false;
        scheduleSoon();
    }

    void offer(SimNode node, Resources resources) {
        node.offer(resources);
        scheduleSoon();
    }

    /** The machine stops: all its pods stop with it. The node object stays until {@link #leave}. */
    void stop(SimNode node, String because) {
        node.ready = false;
        node.silent = false;
        node.unreadySince = timeline.now();
        timeline.trace("node " + node.name + " stopped: " + because);
        for (var pod : List.copyOf(node.pods)) {
            pod.notReady();
            workers.stopped(pod, because, Instant.MAX);
        }
    }

    /** Nobody removes the node: after five minutes its pods are given up, and end for the API only with it. */
    void strand(SimNode node) {
        timeline.trace("node " + node.name + " is left behind");
        timeline.in(GIVEN_UP, () -> {
            if (nodes.get(node.name) != node) return;
            for (var pod : List.copyOf(node.pods)) {
                if (pod.resident || pod.terminating()) continue;
                pod.terminate();
                timeline.trace("pod " + pod.path() + " is given up");
                deployment(pod).ifPresent(this::reconcileSoon);
            }
        });
    }

    void leave(SimNode node) {
        if (!nodes.remove(node.name, node)) return;
        timeline.trace("node " + node.name + " left");
        for (var pod : List.copyOf(node.pods)) {
            pod.terminate();
            remove(pod);
        }
    }

    /** The node controller marks the node as not ready; whether its pods still run nobody can say. They do. */
    void silence(SimNode node, boolean silent) {
        if (silent ? !node.ready : !node.silent) return;
        node.silent = silent;
        node.ready = !silent;
        node.unreadySince = silent ? timeline.now() : Instant.MAX;
        timeline.trace("node " + node.name + (silent ? " fell silent" : " speaks again"));
        if (!silent) {
            List.copyOf(node.pods).forEach(this::start);
            scheduleSoon();
        }
    }

    Optional<SimNode> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    void cordon(SimNode node, Node.Cordon cordon) {
        node.cordon = cordon;
        timeline.trace("node " + node.name + " " + cordon.getClass().getSimpleName());
        if (cordon instanceof Node.Cordon.None) scheduleSoon();
    }

    // Budgets

    List<Budget> budgets() {
        return budgets.stream().map(rule -> new Budget(rule.namespace(), rule.name(), rule.selector(),
                budgetsFrozen ? 0 : allowed(rule, pods.values()))).toList();
    }

    private static int allowed(BudgetRule rule, Collection<SimPod> pods) {
        long ready = pods.stream().filter(pod -> pod.canWork() && pod.namespace.equals(rule.namespace()) && rule.selector().matches(pod.labels))
                .count();
        return (int) Math.max(0, ready - rule.minAvailable());
    }

    /** The first budget that forbids an eviction of this pod now. */
    Optional<Budget> forbids(SimPod pod) {
        return budgets().stream().filter(budget -> budget.covers(pod.record()) && budget.disruptionsAllowed() < 1).findFirst();
    }

}
