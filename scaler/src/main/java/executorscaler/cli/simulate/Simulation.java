package executorscaler.cli.simulate;

import executorscaler.act.Actuator;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.PoolConfig;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.observe.Observer;
import executorscaler.plan.Price;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SteadyCluster;
import executorscaler.snapshot.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * The real control loop on a simulated world, as fast as it goes: a turn whenever something has happened or the config's interval is over, at most one a second of
 * the world's time. Equal arrivals, settings and configs make equal trials.
 */
public final class Simulation {

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int SAMPLES = 600;

    private final Config config;
    private final Setup setup;
    private final SimWorld world;
    private final ControlLoop loop;
    private final Signals signals = new Signals();
    private final Flaps flaps;
    private final List<Trial.Sample> samples = new ArrayList<>();
    private Duration lastTurn = Duration.ZERO;
    private long mostWaiting;
    private long findings;
    private long ticks;

    /** A simulation that has not begun. */
    public Simulation(Config config, Setup setup) {
        this(config, setup, List.of());
    }

    /** One whose ticks are told to these. */
    public Simulation(Config config, Setup setup, List<TickListener> listeners) {
        this.config = config;
        this.setup = setup;
        world = setup.world(config);
        flaps = new Flaps(setup.flapTime());
        var state = new ConfigSource.State(config, 1, List.of(), world.clock().start());
        var observer = new Observer(world.queues(), new SteadyCluster(world.cluster()), world.cloud(), world.notices(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed);
        world.wakes(signals);
        loop = new ControlLoop(() -> state, observer, actuator, world.clock(), Leadership.alone("a simulation"), listeners);
    }

    /**
     * Lets the jobs arrive and the time pass.
     *
     * @param arrivals by time
     * @param progress is told now and then which share of the time is over, 0 to 1
     */
    public Trial run(String name, List<Arrival> arrivals, Duration time, DoubleConsumer progress) throws InterruptedException {
        int next = 0;
        long every = Math.max(1, time.toSeconds() / SAMPLES);
        for (long second = 0; second < time.toSeconds(); second++) {
            var until = STEP.multipliedBy(second + 1);
            for (; next < arrivals.size() && arrivals.get(next).at().compareTo(until) < 0; next++) arrive(arrivals.get(next));
            world.advance(STEP);
            boolean woken = !signals.await(Duration.ZERO).equals(EnumSet.of(Signals.Cause.TIMER));
            var pause = world.clock().elapsed().minus(lastTurn);
            if (woken || second == 0 || pause.toMillis() >= config.control().intervalMillis()) turn(second / every * every);
            if (second % every == 0) progress.accept(second / (double) time.toSeconds());
        }
        return trial(name, time);
    }

    private void arrive(Arrival arrival) {
        world.at(world.clock().start().plus(arrival.at()), () -> world.push(arrival.executor(), arrival.jobs(), arrival.work()));
    }

    private void turn(long bucket) throws InterruptedException {
        var tick = loop.tick(EnumSet.of(Signals.Cause.TIMER));
        ticks++;
        lastTurn = world.clock().elapsed();
        findings += tick.findings().size();
        flaps.saw(world.clock().now(), tick.performed());
        sample(tick, bucket);
    }

    /** The last turn of each time says what there was; of jobs that wait, the most. */
    private void sample(Tick tick, long bucket) {
        var queues = tick.snapshot().queues();
        long waiting = queues.stream().mapToLong(queue -> queue.waiting() + queue.due()).sum();
        boolean same = !samples.isEmpty() && samples.getLast().seconds() == bucket;
        mostWaiting = same ? Math.max(mostWaiting, waiting) : waiting;
        var nodes = config.nodePools().stream().map(pool -> tick.snapshot().pools().stream().filter(one -> one.name().equals(pool.name())).findFirst()
                .map(one -> one.instances().size()).orElse(0)).toList();
        int ready = tick.snapshot().executors().stream().mapToInt(executor -> executor.ready()).sum();
        if (same) samples.removeLast();
        samples.add(new Trial.Sample(bucket, mostWaiting, queues.stream().mapToLong(Queue::running).sum(), ready, nodes));
    }

    private Trial trial(String name, Duration time) {
        var stats = world.stats();
        var pools = new TreeMap<String, Trial.PoolBill>();
        for (PoolConfig pool : config.nodePools()) {
            var price = Price.of(pool, world.live(pool.name()));
            pools.put(pool.name(),
                    new Trial.PoolBill(world.nodeSeconds(pool.name()) / 3600.0, price.hourly(), price.source() == Price.Source.CONFIG));
        }
        return new Trial(name, time, stats, stats.pushed() - stats.finished() - stats.killed(), stats.killed(), world.racedJobs(), flaps.count(),
                findings, ticks, pools, config.nodePools().stream().map(PoolConfig::name).toList(), samples, setup.assumed(config));
    }
}
