package executorscaler.loop;

import executorscaler.act.Actuator;
import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Allowance;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.observe.Observer;
import executorscaler.plan.Action;
import executorscaler.plan.ClockStep;
import executorscaler.plan.Discovered;
import executorscaler.plan.Memory;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the loop: config, observe, decide, act, report. One thread calls {@link #tick}; {@link #run} is that thread in the service. */
public final class ControlLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    private final ConfigSource config;
    private final Observer observer;
    private final Actuator actuator;
    private final Clock clock;
    private final Leadership leadership;
    private final List<TickListener> listeners;
    private final Standing decisions = new Standing();
    private final ClockSteps steps;
    private Memory memory = Memory.EMPTY;
    private Optional<Config> inForce = Optional.empty(); // as it was given, in the last tick
    private long ticks;

    /** A loop over these parts that has not turned yet. */
    public ControlLoop(ConfigSource config, Observer observer, Actuator actuator, Clock clock, Leadership leadership, List<TickListener> listeners) {
        this.config = config;
        this.observer = observer;
        this.actuator = actuator;
        this.clock = clock;
        this.leadership = leadership;
        this.listeners = List.copyOf(listeners);
        steps = new ClockSteps(clock);
    }

    /** One turn: looks at everything once, decides, performs if this process may write, reports, and returns what was reported. */
    public Tick tick(Set<Signals.Cause> causes) throws InterruptedException {
        var given = config.current();
        var start = clock.elapsed();
        steps.sinceLastAsked().ifPresent(step -> memory = ClockStep.over(memory, step));
        var role = leadership.role(); // before the look: what was seen in one term is not acted on in the next
        var snapshot = TakeOver.believed(role, observer.observe(given.config(), clock.now()));
        // What is allowed less is told at the end of this tick, and nothing goes by it before its windows have passed since (S20).
        if (inForce.filter(before -> !Allowance.lost(before, given.config()).isEmpty()).isPresent()) memory = memory.untimed();
        inForce = Optional.of(given.config());
        var state = given.with(Discovered.complete(given.config(), snapshot));
        var observed = clock.elapsed();
        var verdict = decisions.decide(state.config(), snapshot, memory);
        var checked = verdict.checked();
        var decided = clock.elapsed();
        var performed = role.writes() ? actuator.perform(checked.plan(), leadership.gate(role), start) : List.<Performed>of();
        var acted = clock.elapsed();
        memory = remember(verdict.decision().memory(), snapshot, performed, clock.now());
        var durations = new Tick.Durations(observed.minus(start), decided.minus(observed), acted.minus(decided));
        var tick = new Tick(++ticks, causes, role, state, snapshot, checked.plan(), checked.findings(), performed, memory, durations,
                verdict.stood());
        for (TickListener listener : listeners) listener.ticked(tick);
        return tick;
    }

    /** Turns until interrupted. A bug in a turn is reported and the next turn begins anew: the cluster stays as it is meanwhile. */
    public void run(Signals signals) {
        signals.raise(Signals.Cause.START);
        while (!Thread.currentThread().isInterrupted()) {
            try {
                tick(signals.await(Duration.ofMillis(config.current().config().control().intervalMillis())));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException bug) {
                LOG.error("a turn of the loop failed; nothing more is written in it", bug);
                pause();
            }
        }
    }

    /** A bug that strikes in every turn must not turn the loop as fast as it can. */
    private static void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static Memory remember(Memory memory, Snapshot snapshot, List<Performed> performed, Instant now) {
        var next = memory;
        for (Performed each : performed) {
            if (!(each.outcome() instanceof Outcome.Done done)) continue;
            next = switch (each.step().action()) {
                case Action.ScaleExecutor scale when scale.lowers() ->
                    next.scaled(scale.executor(), scale.replicas(), done.version(), now)
                            .lowered(scale.executor(), scale.expected() - scale.replicas(), now);
                case Action.ScaleExecutor scale when each.step().why() instanceof Reason.PutBack ->
                    next.scaled(scale.executor(), scale.replicas(), done.version(), now).answered(scale.executor(), now);
                case Action.ScaleExecutor scale -> next.scaled(scale.executor(), scale.replicas(), done.version(), now);
                case Action.RaiseCapacity raise -> next.ordered(raise.pool(), raise.desired(), now);
                case Action.Terminate terminate ->
                    next.ended(terminate.pool(), terminate.instanceId(), weight(snapshot, terminate.instanceId()), now);
                case Action.TerminateUnjoined terminate ->
                    next.ended(terminate.pool(), terminate.instanceId(), weight(snapshot, terminate.instanceId()), now);
                case Action.Cordon cordon -> next.shut(cordon.uid(), true, now);
                case Action.Uncordon uncordon -> next.shut(uncordon.uid(), false, now);
                case Action.ExtendHook extend -> next.toldHook(extend.instanceId(), now);
                case Action.CompleteHook complete -> next.toldHook(complete.instanceId(), now);
                case Action.SetDeletionCost _,Action.Evict _,Action.Nominate _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.ResumeTerminate _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _ ->
                    next;
            };
        }
        return next;
    }

    private static int weight(Snapshot snapshot, String instanceId) {
        return snapshot.pools().stream().flatMap(pool -> pool.instances().stream()).filter(instance -> instance.id().equals(instanceId))
                .mapToInt(Pool.Instance::weight).findFirst().orElse(1);
    }
}
