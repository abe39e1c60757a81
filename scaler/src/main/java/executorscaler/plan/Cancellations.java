package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Takes back desired capacity that AWS could not launch and that nobody needs any more: AWS goes on trying for ever, and would launch it hours later on top of
 * what another pool got in the meantime. A number below the instances that are there makes AWS choose victims, and an instance may come between a look and a
 * write; so the group is first held from ending any, over several ticks (docs/decisions/0012):
 *
 * <ol>
 * <li>hold: its process Terminate is suspended, and a tag says that we did and when;
 * <li>within the first half of the hold: desired capacity is set to what is there;
 * <li>in the second half nothing is lowered, and whatever came after all is added again;
 * <li>release, once it would end nothing.
 * </ol>
 *
 * <p>Everything is read off the group, so that whoever leads next goes on where the last one stopped.
 */
final class Cancellations {

    static final String TERMINATE = "Terminate";

    /** How long numbers may be lowered: a few ticks, and a describe that lags. */
    static final Duration LOWERS = Duration.ofSeconds(30);

    /** How long a group is held: AWS shows an instance as pending seconds after it has launched it. */
    static final Duration HOLDS = Duration.ofSeconds(60);

    private final World world;
    private final List<Plan.Step> steps;

    Cancellations(World world, List<Plan.Step> steps) {
        this.world = world;
        this.steps = steps;
    }

    /** Releases what has been held for long enough, whatever else is known. */
    void end() {
        for (var config : world.config.nodePools()) world.pool(config).ifPresent(pool -> end(config, pool));
    }

    private void end(PoolConfig config, Pool pool) {
        var since = pool.setup().heldSince();
        if (since.isEmpty() || !isOver(since.get())) return;
        // Where more is there than may be desired, somebody has lowered the maximum: what AWS does about it is theirs.
        if (wouldEnd(pool) && pool.desired() < world.max(config, pool)) return;
        steps.add(new Plan.Step(new Action.ResumeTerminate(config.name(), pool.group()), new Reason.HeldLongEnough(since.get())));
    }

    /** A tag that speaks of the future is nobody's word to wait for. */
    private boolean isOver(Instant since) {
        return world.moment.reached(since.plus(HOLDS)) || !world.moment.reached(since.minus(HOLDS));
    }

    /** Begins to take launches back where they are not needed, and goes on with it. Not to be asked while anything is unknown. */
    void take(PoolGrowth.Grown grown) {
        if (grown.homeless() > 0) return;
        for (var config : world.config.nodePools()) {
            boolean wanted = !grown.notComing().contains(config.name()) || grown.raised().contains(config.name()) || shrinks(config.name());
            if (!wanted) world.pool(config).ifPresent(pool -> take(config, pool));
        }
    }

    private void take(PoolConfig config, Pool pool) {
        int least = Math.max(pool.filled(), world.min(config, pool));
        if (least >= pool.desired() || !settled(pool)) return;
        var since = pool.setup().heldSince();
        boolean suspended = pool.setup().suspended().contains(TERMINATE);
        var why = new Reason.LaunchesNotNeeded((pool.desired() - least) / pool.leastWeight());
        if (since.isEmpty() && !suspended) {
            steps.add(new Plan.Step(new Action.SuspendTerminate(config.name(), pool.group(), world.now), why));
        } else if (since.isPresent() && suspended && world.moment.past(since.get()) && !world.moment.reached(since.get().plus(LOWERS))
                && !isOver(since.get())) {
            steps.add(new Plan.Step(new Action.CancelLaunches(config.name(), pool.group(), pool.desired(), least), why));
        }
    }

    /** Whether the group is what we think it is: no instance between two states, no order or end of ours that its description may not show yet. */
    private boolean settled(Pool pool) {
        return !world.memory.capacityOrders().containsKey(pool.name()) && pool.instances().stream().filter(Pool.Instance::counts)
                .allMatch(instance -> instance.lifecycle() == Pool.Lifecycle.IN_SERVICE && !world.memory.ended().containsKey(instance.id()));
    }

    private boolean shrinks(String pool) {
        return steps.stream().anyMatch(step -> switch (step.action()) {
            case Action.Terminate terminate -> terminate.pool().equals(pool);
            case Action.TerminateUnjoined terminate -> terminate.pool().equals(pool);
            case Action.ResumeTerminate resume -> resume.pool().equals(pool);
            case Action.ScaleExecutor _,Action.SetDeletionCost _,Action.RaiseCapacity _,Action.Cordon _,Action.Uncordon _,Action.Evict _,Action.Nominate _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _,Action.ExtendHook _,Action.CompleteHook _ ->
                false;
        });
    }

    /** What desired capacity has to be raised to, because instances came while the group was held; 0 where nothing did. */
    static int came(Pool pool, int max) {
        return pool.setup().heldSince().isPresent() && wouldEnd(pool) ? Math.min(pool.filled(), max) : 0;
    }

    /** Whether AWS would choose a victim if it might: weighted instances may fill more than is desired, by less than any one of them. */
    private static boolean wouldEnd(Pool pool) {
        int filled = pool.filled();
        return pool.instances().stream().anyMatch(instance -> instance.counts() && filled - instance.weight() >= pool.desired());
    }
}
