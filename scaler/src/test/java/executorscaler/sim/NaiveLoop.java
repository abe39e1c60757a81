package executorscaler.sim;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.ExecutorConfig;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.observe.PodNames;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Price;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The simplest loop that can turn a world, for tests of the world, the reports and the page: one executor, one pool, three pods a node. It knows
 * nothing of most safety rules and is no model for the planner.
 */
public final class NaiveLoop {
    private static final int PODS_A_NODE = 3;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private final SimWorld world;
    private final Config config;
    private final String poolName;
    private final TickListener listener;
    private final Map<String, Instant> idleSince = new TreeMap<>();
    private Instant quietSince = Instant.MAX;
    private long number;

    public NaiveLoop(SimWorld world, Config config, String poolName, TickListener listener) {
        this.world = world;
        this.config = config;
        this.poolName = poolName;
        this.listener = listener;
    }

    /** Looks, decides, acts, tells. */
    public Tick tick() {
        var snapshot = look();
        var steps = new ArrayList<Plan.Step>();
        var held = new ArrayList<Plan.Held>();
        if (snapshot.missing().isEmpty()) {
            decide(snapshot, config.executors().getFirst(), steps, held);
        } else {
            var first = snapshot.missing().getFirst();
            held.add(new Plan.Held("executor/executor", new Reason.SourceMissing(first.source(), first.subject(), first.since(), first.error())));
        }
        var performed = steps.stream().map(step -> new Performed(step, perform(step.action()), Duration.ofMillis(12))).toList();
        var durations = new Tick.Durations(Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofMillis(performed.isEmpty() ? 0 : 12));
        var state = new ConfigSource.State(config, 1, List.of(), world.clock().start());
        var tick = new Tick(++number, EnumSet.of(Signals.Cause.TIMER), new Role.Alone("a simulation"), state, snapshot, new Plan(steps, held),
                List.of(), performed, Memory.EMPTY,
                durations, false);
        listener.ticked(tick);
        return tick;
    }

    private Snapshot look() {
        var now = world.clock().now();
        var queues = world.queues().read(config, PodNames.UNKNOWN, now);
        var cluster = world.cluster().read(config, now);
        var cloud = world.cloud().read(config, now);
        var missing = new ArrayList<Missing>(queues.missing());
        missing.addAll(cluster.missing());
        missing.addAll(cloud.missing());
        return new Snapshot(now, queues.queues(), cluster.executors(), cloud.pools(), cluster.nodes(), cluster.pods(), cluster.daemons(),
                cluster.budgets(),
                missing);
    }

    private void decide(Snapshot seen, ExecutorConfig executor, List<Plan.Step> steps, List<Plan.Held> held) {
        var queue = seen.queues().getFirst();
        var deployment = seen.executors().getFirst();
        long wanted = Math.clamp(Math.ceilDiv(queue.jobs(), (long) executor.jobsPerPod()), executor.minReplicas(), executor.maxReplicas());
        quietSince = wanted > 0 ? Instant.MAX : quietSince.isBefore(seen.takenAt()) ? quietSince : seen.takenAt();
        boolean quiet = wanted == 0 && !quietSince.plus(WINDOW).isAfter(seen.takenAt());
        if (wanted > deployment.replicas() || (quiet && deployment.replicas() > 0)) {
            var why = quiet
                    ? new Reason.NoWorkLeft(quietSince, 0)
                    : new Reason.QueueNeeds(queue.waiting(), queue.due(), queue.running(), executor.jobsPerPod(), wanted, 0, executor.maxReplicas());
            steps.add(new Plan.Step(new Action.ScaleExecutor(executor.name(), executor.namespace(), executor.deployment(), deployment.uid(),
                    deployment.replicas(), (int) wanted), why));
        } else if (wanted == 0 && deployment.replicas() > 0) {
            held.add(new Plan.Held("executor/" + executor.name(), new Reason.Stabilizing(quietSince, 60, 0)));
        } else if (wanted < deployment.replicas()) {
            held.add(new Plan.Held("executor/" + executor.name(),
                    new Reason.JobsInFlight(queue.waiting(), queue.running(), deployment.ready(), wanted)));
        }
        var pool = seen.pools().stream().filter(one -> one.name().equals(poolName)).findFirst().orElseThrow();
        int replicas = (int) Math.max(wanted, quiet ? 0 : deployment.replicas());
        int nodes = Math.ceilDiv(replicas, PODS_A_NODE);
        for (var node : seen.nodes()) {
            var instance = pool.instances().stream().filter(one -> one.privateIp().equals(node.internalIp()) && one.counts()).findFirst();
            if (instance.isPresent()) decide(seen, node, pool, instance.get(), replicas, steps, held);
        }
        if (nodes > pool.desired()) {
            var raise = new Action.RaiseCapacity(pool.name(), pool.group(), pool.desired(), Math.min(nodes, pool.max()));
            int homeless = (int) wanted - pool.desired() * PODS_A_NODE;
            steps.add(
                    new Plan.Step(raise, new Reason.PodsDoNotFit(homeless, homeless, 0, nodes - pool.desired(), new Price(0, Price.Source.CONFIG))));
        }
    }

    private void decide(Snapshot seen, Node node, Pool pool, Pool.Instance instance, int replicas, List<Plan.Step> steps, List<Plan.Held> held) {
        var subject = "node/" + node.name();
        boolean idle = replicas == 0 && node.ready() && seen.pods().stream().noneMatch(pod -> pod.node().equals(node.name()) && !pod.resident());
        if (!idle) {
            idleSince.remove(node.name());
            if (node.cordon() instanceof Node.Cordon.ByUs) {
                steps.add(new Plan.Step(new Action.Uncordon(node.name(), node.uid()), new Reason.DemandReturned(replicas)));
            }
            return;
        }
        var since = idleSince.computeIfAbsent(node.name(), _ -> seen.takenAt());
        switch (node.cordon()) {
            case Node.Cordon.None _ -> {
                if (since.plus(IDLE).isAfter(seen.takenAt())) {
                    held.add(new Plan.Held(subject, new Reason.IdleSince(since, (int) IDLE.toSeconds())));
                } else {
                    steps.add(new Plan.Step(new Action.Cordon(node.name(), node.uid()), new Reason.NodeIdle(since)));
                }
            }
            case Node.Cordon.ByUs closed -> {
                if (closed.since().plusSeconds(5).isAfter(seen.takenAt())) {
                    held.add(new Plan.Held(subject, new Reason.CordonSettling(closed.since(), 5)));
                } else {
                    steps.add(new Plan.Step(new Action.Terminate(node.name(), node.uid(), pool.name(), pool.group(), instance.id()),
                            new Reason.CordonedAndEmpty(closed.since())));
                }
            }
            case Node.Cordon.ByOthers _ -> held.add(new Plan.Held(subject, new Reason.CordonedByOthers()));
        }
    }

    private Outcome perform(Action action) {
        return switch (action) {
            case Action.ScaleExecutor a -> world.clusterWrites().scale(a);
            case Action.SetDeletionCost a -> world.clusterWrites().setDeletionCost(a);
            case Action.RaiseCapacity a -> world.cloudWrites().raise(a);
            case Action.Announce a -> world.clusterWrites().announce(a);
            case Action.Acknowledge a -> world.noticeWrites().acknowledge(a);
            case Action.ExtendHook a -> world.cloudWrites().extendHook(a);
            case Action.CompleteHook a -> world.cloudWrites().completeHook(a);
            case Action.Cordon a -> world.clusterWrites().cordon(a);
            case Action.Uncordon a -> world.clusterWrites().uncordon(a);
            case Action.Evict a -> world.clusterWrites().evict(a);
            case Action.Nominate a -> world.clusterWrites().nominate(a);
            case Action.Terminate a -> {
                var empty = world.clusterWrites().confirmEmpty(a);
                yield empty instanceof Outcome.Done ? world.cloudWrites().terminate(a.group(), a.instanceId()) : empty;
            }
            case Action.TerminateUnjoined a -> world.cloudWrites().terminate(a.group(), a.instanceId());
            case Action.SuspendTerminate a -> world.cloudWrites().suspendTerminate(a);
            case Action.CancelLaunches a -> world.cloudWrites().cancelLaunches(a);
            case Action.ResumeTerminate a -> world.cloudWrites().resumeTerminate(a);
            case Action.Protect a -> world.cloudWrites().protect(a);
            case Action.Unprotect a -> world.cloudWrites().unprotect(a);
            case Action.MarkNode a -> world.clusterWrites().mark(a);
            case Action.DeleteNode a -> {
                var gone = world.cloudWrites().confirmGone(a);
                yield gone instanceof Outcome.Done ? world.clusterWrites().deleteNode(a) : gone;
            }
        };
    }
}
