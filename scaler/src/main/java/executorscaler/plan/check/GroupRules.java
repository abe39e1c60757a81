package executorscaler.plan.check;

import executorscaler.config.PoolConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What becomes of the numbers of Auto Scaling Groups. */
final class GroupRules {
    private final Evidence evidence;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Plan plan;
    private final Findings findings;

    GroupRules(Evidence evidence, Findings findings) {
        this.evidence = evidence;
        this.snapshot = evidence.snapshot;
        this.memory = evidence.memory;
        this.plan = evidence.plan;
        this.findings = findings;
    }

    void raise(Plan.Step step, Action.RaiseCapacity raise) {
        var poolConfig = evidence.poolConfig(raise.pool());
        var pool = evidence.pool(raise.pool());
        if (poolConfig.isEmpty() || pool.isEmpty() || !pool.get().group().equals(raise.group())) {
            findings.add("S6", step, "not a configured pool that was read");
            return;
        }
        if (raise.desired() <= raise.expected())
            findings.add("S2", step, "capacity is only raised by number, not from " + raise.expected() + " to " + raise.desired());
        if (raise.desired() > poolConfig.get().maxSize())
            findings.add("S6", step, raise.desired() + " is above maxSize " + poolConfig.get().maxSize());
        if (raise.desired() > pool.get().max()) findings.add("S6", step, raise.desired() + " is above the group's own maximum " + pool.get().max());
        var order = memory.capacityOrders().get(raise.pool());
        if (order != null && pool.get().readAt().isBefore(order.at()) && raise.expected() < order.desired()) {
            findings.add("S16", step, order.desired() + " were ordered at " + order.at() + " and have not been seen yet");
        }
    }

    void suspend(Plan.Step step, Action.SuspendTerminate suspend) {
        var pool = evidence.pool(suspend.pool()).filter(each -> each.group().equals(suspend.group()) && evidence.poolConfig(each.name()).isPresent());
        if (pool.isEmpty()) {
            findings.add("S6", step, "not a configured pool that was read");
        } else if (pool.get().setup().suspended().contains("Terminate")) {
            findings.add("S6", step, "somebody has suspended Terminate: it would be resumed as if it were ours");
        }
    }

    /** The one number that may fall: to what is there and no further, of a group that cannot end anything, while nothing comes or goes. */
    void cancel(Plan.Step step, Action.CancelLaunches cancel) {
        var poolConfig = evidence.poolConfig(cancel.pool());
        var pool = evidence.pool(cancel.pool()).filter(each -> each.group().equals(cancel.group()));
        if (poolConfig.isEmpty() || pool.isEmpty()) {
            findings.add("S6", step, "not a configured pool that was read");
            return;
        }
        var seen = pool.get();
        var setup = seen.setup();
        if (!setup.suspended().contains("Terminate") || setup.heldSince().filter(since -> since.isBefore(snapshot.takenAt())).isEmpty())
            findings.add("S2", step, "the group was not held before this snapshot, AWS could choose a victim");
        int filled = 0;
        for (var instance : seen.instances()) {
            if (instance.lifecycle() == Pool.Lifecycle.PENDING) findings.add("S2", step, instance.id() + " is coming");
            if (instance.lifecycle() != Pool.Lifecycle.IN_SERVICE) continue;
            filled += instance.weight();
            if (memory.ended().containsKey(instance.id())) findings.add("S16", step, instance.id() + " was ended and is still counted");
        }
        if (cancel.desired() < filled) findings.add("S2", step, filled + " are there, more than " + cancel.desired());
        if (cancel.expected() != seen.desired() || cancel.desired() >= cancel.expected())
            findings.add("S2", step,
                    "from " + cancel.expected() + " to " + cancel.desired() + " takes nothing back, " + seen.desired() + " were seen");
        int min = Math.max(poolConfig.get().minSize(), seen.min());
        if (cancel.desired() < min) findings.add("S6", step, cancel.desired() + " is below the minimum " + min);
        if (seen.failures().isEmpty() && !memory.shortSince().containsKey(cancel.pool()))
            findings.add("S2", step, "nothing says that its launches fail: they may be about to come");
        if (memory.capacityOrders().containsKey(cancel.pool())) findings.add("S16", step, "an order of ours has not been seen yet");
        if (plan.held().stream().anyMatch(each -> each.why() instanceof Reason.PodsHomeless)) findings.add("S7", step, "pods are homeless");
    }

    void resume(Plan.Step step, Action.ResumeTerminate resume) {
        var pool = evidence.pool(resume.pool()).filter(each -> each.group().equals(resume.group()));
        if (pool.isEmpty() || pool.get().setup().heldSince().isEmpty()) {
            findings.add("S6", step, "not a group that we hold");
            return;
        }
        int room = pool.get().max() - pool.get().desired();
        int max = evidence.poolConfig(resume.pool()).map(PoolConfig::maxSize).orElse(Integer.MAX_VALUE);
        var counted = pool.get().instances().stream().filter(Pool.Instance::counts).mapToInt(Pool.Instance::weight).toArray();
        int beyond = IntStream.of(counted).sum() - IntStream.of(counted).min().orElse(0) - pool.get().desired();
        if (counted.length > 0 && beyond >= 0 && room > 0 && pool.get().desired() < max)
            findings.add("S2", step, "AWS would end an instance of its own choice, as more are there than desired");
    }

    void poolsGoOneWay() {
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
                case Action.Cordon cordon -> evidence.poolOf(cordon.node());
                case Action.SuspendTerminate suspend -> suspend.pool();
                case Action.CancelLaunches cancel -> cancel.pool();
                case Action.ScaleExecutor _,Action.SetDeletionCost _,Action.RaiseCapacity _,Action.Uncordon _,Action.Evict _,Action.Nominate _,Action.ResumeTerminate _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _,Action.ExtendHook _,Action.CompleteHook _ ->
                    "";
            };
            boolean ends = step.action() instanceof Action.Terminate || step.action() instanceof Action.TerminateUnjoined;
            if (ends && (cancelled.contains(pool) || evidence.pool(pool).filter(each -> each.setup().heldSince().isPresent()).isPresent()))
                findings.add("S7", step, pool + " is held while its launches are taken back");
            if (raised.contains(pool)) findings.add("S7", step, pool + " is raised by the same plan");
        }
    }

    /** What the plan ends in a pool must leave its minimum. */
    void sizesStayInBounds() {
        var left = new TreeMap<String, Integer>();
        for (Plan.Step step : plan.steps()) {
            var pool = step.action() instanceof Action.Terminate terminate
                    ? terminate.pool()
                    : step.action() instanceof Action.TerminateUnjoined unjoined ? unjoined.pool() : "";
            if (pool.isEmpty()) continue;
            int min = Math.max(evidence.poolConfig(pool).map(PoolConfig::minSize).orElse(0), evidence.pool(pool).map(Pool::min).orElse(0));
            int size = left.computeIfAbsent(pool, this::capacity) - weight(pool, step.action());
            left.put(pool, size);
            if (size < min) findings.add("S6", step, "the pool would have " + size + " nodes, its minimum is " + min);
        }
    }

    /** As the group had it when it was read, less what we have ended and it still counted; or as we ordered it since. */
    private int capacity(String name) {
        int seen = evidence.pool(name).map(pool -> pool.desired() - pool.instances().stream()
                .filter(instance -> instance.counts() && memory.ended().containsKey(instance.id())).mapToInt(Pool.Instance::weight).sum()).orElse(0);
        var order = memory.capacityOrders().get(name);
        return order == null ? seen : Math.max(seen, order.desired());
    }

    /** Units of capacity that leave with the instance. */
    private int weight(String pool, Action ending) {
        var id = ending instanceof Action.Terminate terminate
                ? terminate.instanceId()
                : ending instanceof Action.TerminateUnjoined unjoined ? unjoined.instanceId() : "";
        return evidence.listed(id).stream().filter(each -> each.pool().name().equals(pool)).mapToInt(each -> each.instance().weight())
                .findFirst().orElse(1);
    }
}
