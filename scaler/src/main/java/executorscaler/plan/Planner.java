package executorscaler.plan;

import executorscaler.config.Config;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.util.ArrayList;

/** Decides. A function of config, snapshot and memory: no clock, no chance, no side effect. */
public final class Planner {

    private Planner() {}

    /**
     * The whole plan for this tick: executors first, then homes for their pods and for all others that wait, then what may go.
     *
     * @param memory what the last tick left, {@link Memory#EMPTY} at the start
     */
    public static Decision decide(Config config, Snapshot snapshot, Memory memory) {
        var steps = new ArrayList<Plan.Step>();
        var held = new ArrayList<Plan.Held>();
        for (Missing missing : snapshot.missing()) {
            if (!missing.subject().isEmpty() && missing.source() != Missing.Source.KUBERNETES) continue; // held where its subject is looked at
            held.add(new Plan.Held(missing.source().subject(),
                    new Reason.SourceMissing(missing.source(), missing.subject(), missing.since(), missing.error())));
        }
        var settled = Supply.learn(Ledger.settle(memory, snapshot), snapshot);
        var world = new World(config, snapshot, settled);
        var cancellations = new Cancellations(world, steps);
        cancellations.end();
        // Without the cluster, or a part of it, nobody knows which pods there are on which nodes; what was idle may have been busy in the meantime.
        if (snapshot.missing().stream().anyMatch(missing -> missing.source() == Missing.Source.KUBERNETES))
            return new Decision(new Plan(steps, held), settled.untimed(), world.moment.until());

        var sizing = new ExecutorSizing(world, steps, held);
        var sized = sizing.size();
        var grown = new PoolGrowth(world, steps, held).grow(Demand.of(world, sized, held));
        Rollouts.explain(world, sized, held);
        var evictions = new Evictions(snapshot.budgets());
        new Leaving(world, grown, evictions, steps, held).add();
        new Acknowledgements(world, steps, held).add();
        boolean certain = sizing.certain() && snapshot.missing().stream().noneMatch(Missing::holdsStill);
        var protection = new Protection(world, steps, held);
        protection.protect();
        var idleSince = new PoolShrink(world, sized, grown, protection, evictions, steps, held).shrink(certain);
        protection.takeOff();
        if (certain) cancellations.take(grown);
        if (config.deleteNodes()) {
            var gone = new GoneNodes(world, steps, held);
            gone.mark();
            if (snapshot.missing().isEmpty()) gone.delete(); // what a Redis says that nobody knows yet makes no difference to it
        }

        var remembered = sizing.remembering(settled).but(next -> {
            next.idleSince = idleSince;
            next.shortSince = grown.shortSince();
        });
        return new Decision(new Plan(steps, held), remembered, world.moment.until());
    }
}
