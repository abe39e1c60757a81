package executorscaler.report;

import executorscaler.act.Actuator;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.loop.TickListener;
import executorscaler.observe.Observer;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The real loop on the simulated platform, a tick a second; its workers say who is busy. */
final class Turning {

    static final String EXECUTOR = "executor";
    static final String POOL = "compute-optimized";

    final SimWorld world;
    private final ControlLoop loop;

    Turning(TickListener... listeners) {
        this(PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0)), listeners);
    }

    private Turning(Config config, TickListener... listeners) {
        world = SimWorld.of(config).platform().build();
        var state = new ConfigSource.State(config, 1, List.of(), world.clock().start());
        var observer = new Observer(world.queues(), world.cluster(), world.cloud(), world.notices(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed);
        loop = new ControlLoop(() -> state, observer, actuator, world.clock(), Leadership.alone("a test"), List.of(listeners));
    }

    /** So many ticks, and a second after each. */
    void seconds(int count) {
        for (int second = 0; second < count; second++) {
            tick();
            world.advance(Duration.ofSeconds(1));
        }
    }

    private void tick() {
        try {
            loop.tick(EnumSet.of(Signals.Cause.TIMER));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
