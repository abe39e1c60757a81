package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Holds every plan against the safety rules once more, by its own reading of snapshot and memory and with none of the planner's code. A finding removes the step
 * it is about, and every step that takes something away: growth goes on, nothing is taken on the word of a plan that was wrong.
 */
public final class PlanCheck {

    /**
     * A step that breaks a safety rule.
     *
     * @param rule e.g. {@code S2}
     * @param step the offending step
     * @param finding what is wrong, with the values
     */
    public record Finding(String rule, Plan.Step step, String finding) {}

    /** The plan as it may be performed, and what was found. */
    public record Checked(Plan plan, List<Finding> findings) {
        public Checked {
            findings = List.copyOf(findings);
        }
    }

    private static final String UNJOINED = "*"; // no node is called so

    private final Config config;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Plan plan;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>(); // by name
    private final Map<String, List<Listed>> byId = new LinkedHashMap<>();
    private final Map<String, List<Listed>> byAddress = new LinkedHashMap<>();
    private final Map<String, List<Listed>> byDnsName = new LinkedHashMap<>();
    private final Map<String, List<Pod>> podsOnEnding = new LinkedHashMap<>(); // by node, for the nodes that the plan ends
    private final Map<String, List<Pod>> evicted = new LinkedHashMap<>(); // by uid, for the pods that the plan evicts

    private final Map<String, List<Pod>> workers = new LinkedHashMap<>(); // by namespace and owner, as far as they were asked for

    /** An instance and the pool that lists it. */
    private record Listed(Pool pool, Pool.Instance instance) {}

    private PlanCheck(Config config, Snapshot snapshot, Memory memory, Plan plan) {
        this.config = config;
        this.snapshot = snapshot;
        this.memory = memory;
        this.plan = plan;
        for (Plan.Step step : plan.steps()) {
            if (step.action() instanceof Action.Terminate terminate) podsOnEnding.put(terminate.node(), new ArrayList<>());
            if (step.action() instanceof Action.Evict evict) evicted.put(evict.uid(), new ArrayList<>());
        }
        var asked = new TreeSet<String>();
        for (Plan.Step step : plan.steps()) asked.add(nodeOf(step.action()));
        if (asked.stream().allMatch(String::isEmpty)) return; // to look everything up costs a walk through the whole snapshot
        for (Node node : snapshot.nodes()) {
            if (asked.contains(node.name())) nodes.putIfAbsent(node.name(), node);
        }
        for (Pool pool : snapshot.pools()) {
            for (var instance : pool.instances()) list(new Listed(pool, instance));
        }
        if (podsOnEnding.isEmpty() && evicted.isEmpty()) return;
        for (Pod pod : snapshot.pods()) {
            var onEnding = podsOnEnding.get(pod.node());
            if (onEnding != null) onEnding.add(pod);
            var evictee = evicted.get(pod.uid());
            if (evictee != null) evictee.add(pod);
        }
    }

    /** The node that the step is about; empty: none. */
    private static String nodeOf(Action action) {
        return switch (action) {
            case Action.Cordon cordon -> cordon.node();
            case Action.Uncordon uncordon -> uncordon.node();
            case Action.Evict evict -> evict.node();
            case Action.Nominate nominate -> nominate.node();
            case Action.Terminate terminate -> terminate.node();
            case Action.TerminateUnjoined _ -> UNJOINED;
            case Action.ScaleExecutor _,Action.SetDeletionCost _,Action.RaiseCapacity _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.ResumeTerminate _ ->
                "";
        };
    }

    private void list(Listed listed) {
        var instance = listed.instance();
        byId.computeIfAbsent(instance.id(), _ -> new ArrayList<>(1)).add(listed);
        if (!instance.privateIp().isEmpty()) byAddress.computeIfAbsent(instance.privateIp(), _ -> new ArrayList<>(1)).add(listed);
        if (!instance.privateDns().isEmpty()) byDnsName.computeIfAbsent(instance.privateDns(), _ -> new ArrayList<>(1)).add(listed);
    }

    /** The instances that the node may be, by any name; {@link #belongs} says which are. */
    private List<Listed> candidates(Node node) {
        var id = node.providerId();
        if (id.startsWith("aws:")) return byId.getOrDefault(id.substring(id.lastIndexOf('/') + 1), List.of());
        var found = new ArrayList<>(byAddress.getOrDefault(node.internalIp(), List.of()));
        found.addAll(byDnsName.getOrDefault(node.privateDns(), List.of()));
        found.addAll(byDnsName.getOrDefault(node.name(), List.of()));
        return found;
    }

    /** Checks a plan that was made from this snapshot with this memory. */
    public static Checked check(Config config, Snapshot snapshot, Memory memory, Plan plan) {
        var check = new PlanCheck(config, snapshot, memory, plan);
        for (Plan.Step step : plan.steps()) check.step(step);
        check.poolsGoOneWay();
        check.budgetsAreSpentOnce();
        check.sizesStayInBounds();
        if (check.findings.isEmpty()) return new Checked(plan, List.of());
        return new Checked(check.withoutWrongSteps(), check.findings);
    }

    private Plan withoutWrongSteps() {
        var steps = new ArrayList<Plan.Step>();
        var held = new ArrayList<>(plan.held());
        for (Plan.Step step : plan.steps()) {
            var finding = findings.stream().filter(each -> each.step().equals(step)).findFirst();
            if (finding.isPresent()) {
                held.add(new Plan.Held(step.action().subject(), new Reason.PlanRejected(finding.get().rule(), finding.get().finding())));
            } else if (step.action().lowers()) {
                var first = findings.getFirst();
                held.add(new Plan.Held(step.action().subject(),
                        new Reason.PlanRejected(first.rule(), "another step of the plan was wrong: " + first.finding())));
            } else {
                steps.add(step);
            }
        }
        return new Plan(steps, held);
    }

    private void step(Plan.Step step) {
        if (step.action().lowers()) {
            snapshot.missing().stream().filter(missing -> concerns(missing, step.action())).findFirst()
                    .ifPresent(missing -> find("S1", step, missing.source() + " " + missing.subject() + " is unknown since " + missing.since()));
        }
        switch (step.action()) {
            case Action.ScaleExecutor scale -> scale(step, scale);
            case Action.SetDeletionCost set -> deletionCost(step, set);
            case Action.RaiseCapacity raise -> raise(step, raise);
            case Action.SuspendTerminate suspend -> suspend(step, suspend);
            case Action.CancelLaunches cancel -> cancel(step, cancel);
            case Action.ResumeTerminate resume -> resume(step, resume);
            case Action.Cordon cordon -> cordon(step, cordon);
            case Action.Uncordon uncordon -> uncordon(step, uncordon);
            case Action.Evict evict -> evict(step, evict);
            case Action.Nominate nominate -> nominate(step, nominate);
            case Action.Terminate terminate -> terminate(step, terminate);
            case Action.TerminateUnjoined terminate -> terminateUnjoined(step, terminate);
        }
    }

    /** Replicas need their own queue and the cluster; nodes need everything. */
    private static boolean concerns(Missing missing, Action action) {
        if (action instanceof Action.ScaleExecutor scale) {
            return missing.source() == Missing.Source.KUBERNETES || missing.is(Missing.Source.REDIS, scale.executor());
        }
        if (action instanceof Action.SetDeletionCost set)
            return missing.source() == Missing.Source.KUBERNETES || missing.is(Missing.Source.REDIS, set.executor());
        return true;
    }

    private void scale(Plan.Step step, Action.ScaleExecutor scale) {
        var wanted = config.executors().stream().filter(each -> each.name().equals(scale.executor())).findFirst();
        var seen = snapshot.executors().stream().filter(each -> each.name().equals(scale.executor())).findFirst();
        if (wanted.isEmpty() || seen.isEmpty()) {
            find("S6", step, "not a configured executor that was seen");
            return;
        }
        var executor = wanted.get();
        if (!executor.namespace().equals(scale.namespace()) || !executor.deployment().equals(scale.deployment()))
            find("S6", step, "another Deployment");
        if (scale.replicas() > executor.maxReplicas() && scale.replicas() > scale.expected()) {
            find("S6", step, scale.replicas() + " is above maxReplicas " + executor.maxReplicas());
        }
        int min = leastNow(executor);
        if (scale.replicas() < min) find("S6", step, scale.replicas() + " is below minReplicas " + min);
        byHand(step, scale, seen.get());
        var placeholder = Pattern.quote(config.placeholderImage());
        var awaits = Pattern.compile("(.*[/:])?" + placeholder + "([:@].*)?");
        for (var image : seen.get().images()) {
            if (awaits.matcher(image).matches()) find("S14", step, "the image is still " + image);
        }
        if (scale.replicas() < scale.expected()) lower(step, scale, executor, seen.get());
    }

    /** The minimum that clocks on the wall say now. */
    private int leastNow(ExecutorConfig executor) {
        int least = -1;
        for (var schedule : executor.schedules()) {
            var wall = LocalDateTime.ofInstant(snapshot.takenAt(), schedule.timeZone());
            // Of a window over midnight the part after it belongs to the day before.
            boolean overnight = !schedule.from().isBefore(schedule.to());
            boolean afterMidnight = overnight && wall.toLocalTime().isBefore(schedule.to());
            boolean inside = !wall.toLocalTime().isBefore(schedule.from()) && (overnight || wall.toLocalTime().isBefore(schedule.to()));
            if (inside && schedule.days().contains(wall.getDayOfWeek())) least = Math.max(least, schedule.minReplicas());
            if (afterMidnight && schedule.days().contains(wall.minusDays(1).getDayOfWeek())) least = Math.max(least, schedule.minReplicas());
        }
        return least < 0 ? executor.minReplicas() : least;
    }

    private void byHand(Plan.Step step, Action.ScaleExecutor scale, Executor seen) {
        var kind = seen.pause().kind();
        boolean up = scale.replicas() > scale.expected();
        if (kind == Pause.Kind.HOLD || kind == (up ? Pause.Kind.HOLD_OUT : Pause.Kind.HOLD_IN))
            find("S12", step, "somebody has written " + kind + " on the Deployment");
    }

    private void lower(Plan.Step step, Action.ScaleExecutor scale, ExecutorConfig executor, Executor seen) {
        var queue = snapshot.queues().stream().filter(each -> each.executor().equals(executor.name())).findFirst();
        if (queue.isEmpty()) {
            find("S1", step, "the queue was not read");
            return;
        }
        var reading = queue.get();
        if (executor.scaleDown().maxPodsPerMinute().isPresent()) {
            int pods = scale.expected() - scale.replicas();
            for (var earlier : memory.lowered().getOrDefault(executor.name(), List.of())) {
                if (earlier.at().plusSeconds(60).isAfter(snapshot.takenAt())) pods += earlier.pods();
            }
            if (pods > executor.scaleDown().maxPodsPerMinute().getAsInt()) find("S6", step, pods + " pods would have gone within a minute");
        }
        if (!reading.unread().isEmpty()) find("S18", step, "a part of the reading is missing: " + reading.unread());
        var trusted = memory.trust().get(executor.name());
        int patience = config.scaleDown().trustSeconds();
        if (patience > 0
                && (trusted == null || !trusted.id().equals(reading.epoch()) || snapshot.takenAt().isBefore(trusted.since().plusSeconds(patience)))) {
            find("S18", step, "the data set has not been known for " + patience + " s");
        }
        long jobs = reading.waiting() + reading.due() + reading.running();
        if (jobs == 0) return;
        var pods = workersOf(seen);
        if (executor.worker().drainsOnSigterm() && !scale.sparesStarted()) {
            for (Pod pod : pods) {
                if (!pod.node().isEmpty() && pod.graceSeconds() < executor.worker().longestJobSeconds())
                    find("S3", step, pod.name() + " has " + pod.graceSeconds() + " s to end jobs of " + executor.worker().longestJobSeconds() + " s");
            }
            if (!seen.rolledOut()) find("S13", step, "a rollout is under way");
            return;
        }
        if (!scale.sparesStarted() && scale.victims().isEmpty())
            find("S17", step, jobs + " jobs are waiting or running, and the pods that go would not be looked at live");
        if (executor.worker().tells()) {
            onlyIdlePodsGo(step, scale, executor, seen, reading);
            return;
        }
        // Any pod with a node may have taken one of these jobs by now.
        long placed = pods.stream().filter(pod -> !pod.node().isEmpty()).count();
        if (scale.replicas() < placed)
            find("S3", step, jobs + " jobs are waiting or running and " + placed + " pods may have one, not only " + scale.replicas());
    }

    /** Neither ended nor on their way out. */
    private List<Pod> workersOf(Executor seen) {
        var owner = "Deployment/" + seen.deployment();
        return workers.computeIfAbsent(seen.namespace() + "/" + owner, _ -> snapshot.pods().stream()
                .filter(pod -> pod.namespace().equals(seen.namespace()) && pod.owner().equals(owner) && !pod.terminating() && !pod.ended()).toList());
    }

    /** Whoever has fewer pods before it than go may be one of those that go: none of these may have a job. */
    private void onlyIdlePodsGo(Plan.Step step, Action.ScaleExecutor scale, ExecutorConfig executor, Executor seen, Queue reading) {
        var pods = workersOf(seen);
        int going = pods.size() - scale.replicas();
        for (Pod pod : pods) {
            long before = pods.stream().filter(other -> turn(other) < turn(pod)).count();
            boolean neverStarted = pod.node().isEmpty() && scale.sparesStarted(); // which is looked at live
            if (before < going && !neverStarted && mayWork(pod, executor, reading))
                find("S3", step, pod.name() + " could go and may be running a job");
            if (scale.victims().contains(pod.uid()) && mayWork(pod, executor, reading))
                find("S3", step, pod.name() + " is named as one that may go and may be running a job");
        }
        oneTemplate(step, seen, pods);
    }

    /** The controller's first four questions as one number: node, phase, readiness, cost. */
    private static long turn(Pod pod) {
        long phase = pod.phase() == Pod.Phase.PENDING ? 0 : pod.phase() == Pod.Phase.UNKNOWN ? 1 : 2;
        long first = (pod.node().isEmpty() ? 0L : 8L) + phase * 2 + (pod.ready() ? 1L : 0L);
        return (first << 33) + (pod.deletionCost() - (long) Integer.MIN_VALUE);
    }

    private static boolean mayWork(Pod pod, ExecutorConfig executor, Queue reading) {
        var jobs = reading.busy().jobs().get(pod.name());
        if (reading.busy().unread().containsKey(pod.name()) || (jobs != null && jobs > 0)) return true;
        if (pod.node().isEmpty()) return false;
        boolean silentWorkers = executor.worker().busy() == WorkerConfig.BusySource.LEASE
                && reading.running() > reading.busy().jobs().values().stream().mapToLong(Long::longValue).sum();
        return jobs == null || silentWorkers;
    }

    private void oneTemplate(Plan.Step step, Executor seen, List<Pod> pods) {
        var first = pods.isEmpty() ? "" : pods.getFirst().labels().getOrDefault("pod-template-hash", "");
        if (!seen.rolledOut() || pods.stream().anyMatch(pod -> !pod.labels().getOrDefault("pod-template-hash", "").equals(first)))
            find("S13", step, "a rollout is under way");
    }

    /** Only on pods of workers that say who is busy, only over nobody's value or our own, and on nobody who may be working. */
    private void deletionCost(Plan.Step step, Action.SetDeletionCost set) {
        var executor = config.executors().stream().filter(each -> each.name().equals(set.executor()) && each.worker().tells()).findFirst();
        var seen = snapshot.executors().stream().filter(each -> each.name().equals(set.executor())).findFirst();
        var pod = seen.isEmpty() ? Optional.<Pod>empty() : workersOf(seen.get()).stream().filter(each -> each.uid().equals(set.uid())).findFirst();
        if (executor.isEmpty() || pod.isEmpty() || !pod.get().name().equals(set.pod()) || !pod.get().namespace().equals(set.namespace())) {
            find("S6", step, "not a pod of a configured executor whose workers say who is busy");
            return;
        }
        boolean marks = set.cost() == -1000 && set.expected() == 0;
        boolean unmarks = set.cost() == 0 && set.expected() == -1000;
        if (pod.get().deletionCost() != set.expected() || !(marks || unmarks))
            find("S6", step, "from " + pod.get().deletionCost() + " to " + set.cost() + ": the order of others is theirs");
        if (!marks) return;
        var reading = snapshot.queues().stream().filter(each -> each.executor().equals(set.executor())).findFirst();
        if (reading.isEmpty() || mayWork(pod.get(), executor.get(), reading.get())) find("S3", step, set.pod() + " may be running a job");
        oneTemplate(step, seen.get(), workersOf(seen.get()));
    }

    private void raise(Plan.Step step, Action.RaiseCapacity raise) {
        var poolConfig = poolConfig(raise.pool());
        var pool = pool(raise.pool());
        if (poolConfig.isEmpty() || pool.isEmpty() || !pool.get().group().equals(raise.group())) {
            find("S6", step, "not a configured pool that was read");
            return;
        }
        if (raise.desired() <= raise.expected())
            find("S2", step, "capacity is only raised by number, not from " + raise.expected() + " to " + raise.desired());
        if (raise.desired() > poolConfig.get().maxSize()) find("S6", step, raise.desired() + " is above maxSize " + poolConfig.get().maxSize());
        if (raise.desired() > pool.get().max()) find("S6", step, raise.desired() + " is above the group's own maximum " + pool.get().max());
        var order = memory.capacityOrders().get(raise.pool());
        if (order != null && pool.get().readAt().isBefore(order.at()) && raise.expected() < order.desired()) {
            find("S16", step, order.desired() + " were ordered at " + order.at() + " and have not been seen yet");
        }
    }

    private void suspend(Plan.Step step, Action.SuspendTerminate suspend) {
        var pool = pool(suspend.pool()).filter(each -> each.group().equals(suspend.group()) && poolConfig(each.name()).isPresent());
        if (pool.isEmpty()) {
            find("S6", step, "not a configured pool that was read");
        } else if (pool.get().setup().suspended().contains("Terminate")) {
            find("S6", step, "somebody has suspended Terminate: it would be resumed as if it were ours");
        }
    }

    /** The one number that may fall: to what is there and no further, of a group that cannot end anything, while nothing comes or goes. */
    private void cancel(Plan.Step step, Action.CancelLaunches cancel) {
        var poolConfig = poolConfig(cancel.pool());
        var pool = pool(cancel.pool()).filter(each -> each.group().equals(cancel.group()));
        if (poolConfig.isEmpty() || pool.isEmpty()) {
            find("S6", step, "not a configured pool that was read");
            return;
        }
        var seen = pool.get();
        var setup = seen.setup();
        if (!setup.suspended().contains("Terminate") || setup.heldSince().filter(since -> since.isBefore(snapshot.takenAt())).isEmpty())
            find("S2", step, "the group was not held before this snapshot, AWS could choose a victim");
        int filled = 0;
        for (var instance : seen.instances()) {
            if (instance.lifecycle() == Pool.Lifecycle.PENDING) find("S2", step, instance.id() + " is coming");
            if (instance.lifecycle() != Pool.Lifecycle.IN_SERVICE) continue;
            filled += instance.weight();
            if (memory.ended().containsKey(instance.id())) find("S16", step, instance.id() + " was ended and is still counted");
        }
        if (cancel.desired() < filled) find("S2", step, filled + " are there, more than " + cancel.desired());
        if (cancel.expected() != seen.desired() || cancel.desired() >= cancel.expected())
            find("S2", step, "from " + cancel.expected() + " to " + cancel.desired() + " takes nothing back, " + seen.desired() + " were seen");
        int min = Math.max(poolConfig.get().minSize(), seen.min());
        if (cancel.desired() < min) find("S6", step, cancel.desired() + " is below the minimum " + min);
        if (seen.failures().isEmpty() && !memory.shortSince().containsKey(cancel.pool()))
            find("S2", step, "nothing says that its launches fail: they may be about to come");
        if (memory.capacityOrders().containsKey(cancel.pool())) find("S16", step, "an order of ours has not been seen yet");
        if (plan.held().stream().anyMatch(each -> each.why() instanceof Reason.PodsHomeless)) find("S7", step, "pods are homeless");
    }

    private void resume(Plan.Step step, Action.ResumeTerminate resume) {
        var pool = pool(resume.pool()).filter(each -> each.group().equals(resume.group()));
        if (pool.isEmpty() || pool.get().setup().heldSince().isEmpty()) {
            find("S6", step, "not a group that we hold");
            return;
        }
        int room = pool.get().max() - pool.get().desired();
        int max = poolConfig(resume.pool()).map(PoolConfig::maxSize).orElse(Integer.MAX_VALUE);
        var counted = pool.get().instances().stream().filter(Pool.Instance::counts).mapToInt(Pool.Instance::weight).toArray();
        int beyond = IntStream.of(counted).sum() - IntStream.of(counted).min().orElse(0) - pool.get().desired();
        if (counted.length > 0 && beyond >= 0 && room > 0 && pool.get().desired() < max)
            find("S2", step, "AWS would end an instance of its own choice, as more are there than desired");
    }

    private void cordon(Plan.Step step, Action.Cordon cordon) {
        var node = ours(step, cordon.node(), cordon.uid());
        if (node.isEmpty()) return;
        if (!(node.get().cordon() instanceof Node.Cordon.None)) find("S6", step, "the node is not open");
        saysNo(step, node.get());
        var lifetime = poolConfig(poolOf(cordon.node())).map(pool -> pool.scaleDown().minNodeLifetimeSeconds()
                .orElse(config.scaleDown().minNodeLifetimeSeconds())).orElse(0);
        if (node.get().ready() && node.get().createdAt().isAfter(snapshot.takenAt().minusSeconds(lifetime)))
            find("S7", step, "the node is younger than " + lifetime + " s and may be needed again");
    }

    /** Whoever owns the node has the last word. */
    private void saysNo(Plan.Step step, Node node) {
        if (!node.staysFor().isEmpty()) find("S6", step, "the node stays: " + node.staysFor());
    }

    private void uncordon(Plan.Step step, Action.Uncordon uncordon) {
        var node = ours(step, uncordon.node(), uncordon.uid());
        if (node.isPresent() && !(node.get().cordon() instanceof Node.Cordon.ByUs)) find("S6", step, "the node was not closed by us");
    }

    private void evict(Plan.Step step, Action.Evict evict) {
        var pod = evicted.getOrDefault(evict.uid(), List.of()).stream().findFirst();
        if (pod.isEmpty() || !pod.get().node().equals(evict.node())) {
            find("S5", step, "no such pod on " + evict.node());
            return;
        }
        if (ofExecutor(pod.get())) find("S3", step, "the pod may be running a job");
        if (!pod.get().staysFor().isEmpty()) find("S5", step, "the pod stays: " + pod.get().staysFor());
        var node = Optional.ofNullable(nodes.get(evict.node()));
        if (node.isEmpty() || !(node.get().cordon() instanceof Node.Cordon.ByUs)) find("S4", step, "its node was not closed by us");
    }

    private void nominate(Plan.Step step, Action.Nominate nominate) {
        var node = Optional.ofNullable(nodes.get(nominate.node()));
        if (node.isEmpty() || poolOf(nominate.node()).isEmpty()) {
            find("S6", step, "not a node of a configured pool");
        } else if (node.get().cordon() instanceof Node.Cordon.ByOthers) {
            find("S6", step, "the node is closed by others");
        }
    }

    private void terminate(Plan.Step step, Action.Terminate terminate) {
        var node = ours(step, terminate.node(), terminate.uid());
        if (node.isEmpty()) return;
        if (!(node.get().cordon() instanceof Node.Cordon.ByUs closed) || !closed.since().isBefore(snapshot.takenAt())) {
            find("S4", step, "the node was not closed by us before this snapshot");
        }
        saysNo(step, node.get());
        for (Pod pod : podsOnEnding.getOrDefault(terminate.node(), List.of())) {
            if (!pod.resident() && !pod.ended()) find("S4", step, pod.path() + " is on the node");
        }
        var listed = byId.getOrDefault(terminate.instanceId(), List.of()).stream()
                .filter(each -> each.pool().name().equals(terminate.pool()))
                .map(Listed::instance).findFirst();
        if (listed.isEmpty()) {
            find("S6", step, terminate.instanceId() + " is not an instance of " + terminate.pool());
        } else if (!belongs(node.get(), listed.get())) {
            find("S8", step, "node and " + terminate.instanceId() + " are not the same machine by provider id or address");
        }
        if (memory.ended().containsKey(terminate.instanceId())) find("S16", step, "it was ended at " + memory.ended().get(terminate.instanceId()));
    }

    private void terminateUnjoined(Plan.Step step, Action.TerminateUnjoined terminate) {
        var listed = byId.getOrDefault(terminate.instanceId(), List.of()).stream()
                .filter(each -> each.pool().name().equals(terminate.pool()))
                .map(Listed::instance).findFirst();
        if (listed.isEmpty()) {
            find("S6", step, terminate.instanceId() + " is not an instance of " + terminate.pool());
            return;
        }
        if (listed.get().privateIp().isEmpty() && listed.get().privateDns().isEmpty())
            find("S8", step, "its addresses are not known, a node of it could be here");
        for (Node node : snapshot.nodes()) {
            if (belongs(node, listed.get())) find("S8", step, "node " + node.name() + " is this instance");
            if (!node.createdAt().isAfter(listed.get().launchedAt())) continue;
            boolean known = candidates(node).stream().anyMatch(each -> belongs(node, each.instance()));
            if (!known) find("S8", step, "node " + node.name() + " matches no instance and may be this one");
        }
    }

    private void poolsGoOneWay() {
        var raised = new TreeSet<String>();
        var cancelled = new TreeSet<String>();
        for (Plan.Step step : plan.steps()) {
            if (step.action() instanceof Action.RaiseCapacity raise) raised.add(raise.pool());
            if (step.action() instanceof Action.CancelLaunches cancel) cancelled.add(cancel.pool());
        }
        for (Plan.Step step : plan.steps()) {
            var pool = switch (step.action()) {
                case Action.Terminate terminate -> terminate.pool();
                case Action.TerminateUnjoined terminate -> terminate.pool();
                case Action.Cordon cordon -> poolOf(cordon.node());
                case Action.SuspendTerminate suspend -> suspend.pool();
                case Action.CancelLaunches cancel -> cancel.pool();
                case Action.ScaleExecutor _,Action.SetDeletionCost _,Action.RaiseCapacity _,Action.Uncordon _,Action.Evict _,Action.Nominate _,Action.ResumeTerminate _ ->
                    "";
            };
            boolean ends = step.action() instanceof Action.Terminate || step.action() instanceof Action.TerminateUnjoined;
            if (ends && (cancelled.contains(pool) || pool(pool).filter(each -> each.setup().heldSince().isPresent()).isPresent()))
                find("S7", step, pool + " is held while its launches are taken back");
            if (raised.contains(pool)) find("S7", step, pool + " is raised by the same plan");
        }
    }

    private void budgetsAreSpentOnce() {
        var spent = new TreeMap<String, Integer>();
        for (Plan.Step step : plan.steps()) {
            if (!(step.action() instanceof Action.Evict evict)) continue;
            for (Pod pod : evicted.getOrDefault(evict.uid(), List.of())) {
                for (var budget : snapshot.budgets()) {
                    if (!budget.covers(pod)) continue;
                    int used = spent.merge(budget.namespace() + "/" + budget.name(), 1, Integer::sum);
                    if (used > budget.disruptionsAllowed()) find("S5", step, "budget " + budget.name() + " allows " + budget.disruptionsAllowed());
                }
            }
        }
    }

    /** What the plan ends in a pool must leave its minimum. */
    private void sizesStayInBounds() {
        var left = new TreeMap<String, Integer>();
        for (Plan.Step step : plan.steps()) {
            var pool = step.action() instanceof Action.Terminate terminate
                    ? terminate.pool()
                    : step.action() instanceof Action.TerminateUnjoined unjoined ? unjoined.pool() : "";
            if (pool.isEmpty()) continue;
            int min = Math.max(poolConfig(pool).map(PoolConfig::minSize).orElse(0), pool(pool).map(Pool::min).orElse(0));
            int size = left.computeIfAbsent(pool, this::capacity) - weight(pool, step.action());
            left.put(pool, size);
            if (size < min) find("S6", step, "the pool would have " + size + " nodes, its minimum is " + min);
        }
    }

    /** As the group had it when it was read, less what we have ended and it still counted; or as we ordered it since. */
    private int capacity(String name) {
        int seen = pool(name).map(pool -> pool.desired() - pool.instances().stream()
                .filter(instance -> instance.counts() && memory.ended().containsKey(instance.id())).mapToInt(Pool.Instance::weight).sum()).orElse(0);
        var order = memory.capacityOrders().get(name);
        return order == null ? seen : Math.max(seen, order.desired());
    }

    /** Units of capacity that leave with the instance. */
    private int weight(String pool, Action ending) {
        var id = ending instanceof Action.Terminate terminate
                ? terminate.instanceId()
                : ending instanceof Action.TerminateUnjoined unjoined ? unjoined.instanceId() : "";
        return byId.getOrDefault(id, List.of()).stream().filter(each -> each.pool().name().equals(pool)).mapToInt(each -> each.instance().weight())
                .findFirst().orElse(1);
    }

    private Optional<Node> ours(Plan.Step step, String name, String uid) {
        var node = Optional.ofNullable(nodes.get(name)).filter(each -> each.uid().equals(uid));
        if (node.isEmpty()) {
            find("S6", step, "no such node");
        } else if (poolOf(name).isEmpty()) {
            find("S6", step, "the node is in no configured pool");
            return Optional.empty();
        }
        return node;
    }

    private String poolOf(String nodeName) {
        var node = nodes.get(nodeName);
        if (node == null) return "";
        var names = new TreeSet<String>();
        for (var each : candidates(node)) {
            if (belongs(node, each.instance()) && poolConfig(each.pool().name()).isPresent()) names.add(each.pool().name());
        }
        return names.isEmpty() ? "" : names.first(); // the snapshot's pools are sorted by name
    }

    private boolean ofExecutor(Pod pod) {
        return config.executors().stream()
                .anyMatch(each -> each.namespace().equals(pod.namespace()) && pod.owner().equals("Deployment/" + each.deployment()));
    }

    private static boolean belongs(Node node, Pool.Instance instance) {
        if (node.providerId().startsWith("aws:")) return node.providerId().endsWith("/" + instance.id());
        if (!instance.privateIp().isEmpty() && instance.privateIp().equals(node.internalIp())) return true;
        return !instance.privateDns().isEmpty() && (instance.privateDns().equals(node.privateDns()) || instance.privateDns().equals(node.name()));
    }

    private Optional<PoolConfig> poolConfig(String name) {
        return config.nodePools().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private Optional<Pool> pool(String name) {
        return snapshot.pools().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private void find(String rule, Plan.Step step, String finding) {
        findings.add(new Finding(rule, step, finding));
    }
}
