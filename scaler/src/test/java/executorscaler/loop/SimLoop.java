package executorscaler.loop;

import executorscaler.act.Actuator;
import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.Problem;
import executorscaler.observe.Observer;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Planner;
import executorscaler.report.Sentences;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SteadyCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The real loop, turned by hand on a simulated world, and what it did so far. */
final class SimLoop {

    private static final Duration STEP = Duration.ofSeconds(1);

    final SimWorld world;
    private Config config;
    final List<Performed> performed = new ArrayList<>();
    final List<String> story = new ArrayList<>();
    private final SimWays ways;
    private final SteadyCluster cluster;
    private final Executor steps;
    private Leadership leadership;
    private ControlLoop loop;
    private @Nullable Leadership standbys;
    private @Nullable ControlLoop standby;
    private ConfigSource.State state;
    private final Signals signals = new Signals();
    private Duration lastTurn = Duration.ZERO;
    private int quietTicks;
    private long ticks;
    private long stood;
    private @Nullable Tick last;

    SimLoop(SimWorld world, Config config) {
        this(world, config, Leadership.alone("a simulation"), SimWays.to(world), Runnable::run);
    }

    /**
     * @param ways to the world, and what goes wrong on them
     * @param steps runs the steps of a plan
     */
    SimLoop(SimWorld world, Config config, Leadership leadership, SimWays ways, Executor steps) {
        this.world = world;
        this.config = config;
        this.ways = ways;
        cluster = new SteadyCluster(ways.cluster());
        this.steps = steps;
        this.leadership = leadership;
        state = new ConfigSource.State(config, 1, List.of(), world.clock().start());
        world.wakes(signals);
        loop = begin(leadership);
    }

    /** A process that has just started. */
    private ControlLoop begin(Leadership its) {
        var observer = new Observer(ways.queues(), cluster, ways.cloud(), ways.notices(), Runnable::run);
        var actuator = new Actuator(ways.clusterWrites(), ways.cloudWrites(), ways.noticeWrites(), steps, ways.clock()::elapsed);
        return new ControlLoop(() -> state, observer, actuator, ways.clock(), its, ways.listeners());
    }

    /** The process ends and starts again: nothing is remembered. */
    void restart() {
        loop = begin(leadership);
        last = null;
    }

    /** From now on a second replica looks on. */
    void standby(Leadership its) {
        standbys = its;
        standby = begin(its);
    }

    /** From now on what was the second replica is the one whose turns are told. */
    void handOver() {
        var next = Objects.requireNonNull(standby);
        var nexts = Objects.requireNonNull(standbys);
        standby = loop;
        standbys = leadership;
        loop = next;
        leadership = nexts;
        last = null;
    }

    Config config() {
        return config;
    }

    /** From now on this config is in force. */
    void reload(Config newer) {
        config = newer;
        state = new ConfigSource.State(newer, state.generation() + 1, List.of(), world.clock().now());
    }

    /** The newest text of the config has these problems: what was in force stays. */
    void reject(List<Problem> problems) {
        state = new ConfigSource.State(config, state.generation(), problems, world.clock().now());
    }

    /** One turn now. A finding of the independent check is a failure wherever it comes up. */
    Tick tick() {
        try {
            if (standby != null) onlooker(standby.tick(EnumSet.of(Signals.Cause.TIMER)));
            var tick = loop.tick(EnumSet.of(Signals.Cause.TIMER));
            ticks++;
            if (tick.stood() && last != null) holdAgainstANewPlan(tick, last.memory());
            last = tick;
            lastTurn = world.clock().elapsed();
            quietTicks = tick.eventful() ? 0 : quietTicks + 1;
            performed.addAll(tick.performed());
            for (var each : tick.performed()) {
                tell(Sentences.of(each.step().action()) + " because " + Sentences.of(each.step().why()) + ": " + Sentences.of(each.outcome()));
            }
            if (!tick.findings().isEmpty()) {
                tell("FINDING " + tick.findings());
                throw new AssertionError("at T+" + world.clock().elapsed().toSeconds() + " s the independent check found " + tick.findings());
            }
            return tick;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private void onlooker(Tick tick) {
        if (!tick.findings().isEmpty() || !tick.performed().isEmpty())
            throw new AssertionError("at T+" + world.clock().elapsed().toSeconds() + " s a replica that does not lead: " + tick);
    }

    /** A turn as the service would take one: because something happened, or because the pause has been long enough. */
    void tickIfDue() {
        try {
            boolean woken = !signals.await(Duration.ZERO).equals(EnumSet.of(Signals.Cause.TIMER));
            var pause = world.clock().elapsed().minus(lastTurn);
            if (woken || pause.compareTo(Duration.ofMillis(config.control().intervalMillis())) >= 0) tick();
        } catch (Planted bug) {
            // As ControlLoop.run: the next turn begins anew.
            tell("BUG in a turn");
            ticks++;
            lastTurn = world.clock().elapsed();
            quietTicks = 0;
            last = null;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** Lets time pass, a turn a second. */
    SimLoop run(Duration time) {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) step();
        return this;
    }

    /** A turn a second until it is so. */
    SimLoop until(String what, Duration atMost, BooleanSupplier so) {
        for (var left = atMost; !so.getAsBoolean(); left = left.minus(STEP)) {
            if (!left.isPositive()) throw new AssertionError("not within " + atMost + ": " + what + "\n" + lastLines(40));
            step();
        }
        return this;
    }

    void step() {
        world.advance(STEP);
        tick();
    }

    void tell(String line) {
        story.add("T+" + world.clock().elapsed().toSeconds() + " s  " + line);
    }

    /** How many turns went by since something was last planned. */
    int quietTicks() {
        return quietTicks;
    }

    long ticks() {
        return ticks;
    }

    /** In how many turns an earlier decision was let stand. */
    long stood() {
        return stood;
    }

    /** A decision that is let stand is the one that would be made. */
    private void holdAgainstANewPlan(Tick tick, Memory memory) {
        stood++;
        var anew = Planner.decide(config, tick.snapshot(), memory);
        if (!anew.plan().equals(tick.plan()) || !anew.memory().equals(tick.memory())) {
            tell("STALE " + tick.plan() + " instead of " + anew.plan());
            throw new AssertionError("at T+" + world.clock().elapsed().toSeconds() + " s an old decision was let stand");
        }
    }

    /** A mistake that somebody has made in a part of the loop. */
    static final class Planted extends RuntimeException {
        Planted() {
            super("planted");
        }
    }

    /** The steps of this kind that the other side accepted, in order. */
    <A extends Action> List<A> done(Class<A> kind) {
        return performed.stream().filter(each -> each.outcome() instanceof Outcome.Done).map(each -> each.step().action()).filter(kind::isInstance)
                .map(kind::cast).toList();
    }

    /** The steps of this kind, whatever came of them. */
    <A extends Action> List<A> tried(Class<A> kind) {
        return performed.stream().map(each -> each.step().action()).filter(kind::isInstance).map(kind::cast).toList();
    }

    String lastLines(int count) {
        return String.join("\n", story.subList(Math.max(0, story.size() - count), story.size()));
    }
}
