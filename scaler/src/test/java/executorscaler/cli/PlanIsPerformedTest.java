package executorscaler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Actuator;
import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.observe.Observer;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.report.PlanJson;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code plan} prints is what a tick with the same inputs does, step by step and letter for letter. */
@Tag("simulation")
class PlanIsPerformedTest {

    private static final int SEEDS = 20;
    private static final int SECONDS = 900;
    private static final Config CONFIG = PlatformConfig.config(new WorkerConfig(WorkerConfig.BusySource.LEASE, false, 0));

    private final TreeMap<String, Integer> kinds = new TreeMap<>(); // of steps that were performed
    private int ticks;
    private int acting;

    @Test
    void ofThousandsOfTicks() throws InterruptedException {
        for (long seed = 0; seed < SEEDS; seed++) live(seed);
        System.out.println(ticks + " ticks, in " + acting + " of which something was done: " + kinds);
        assertThat(ticks).isEqualTo(SEEDS * SECONDS);
        assertThat(acting).as("ticks in which something was done").isGreaterThan(500);
        assertThat(kinds).containsKeys(name(Action.ScaleExecutor.class), name(Action.RaiseCapacity.class), name(Action.Cordon.class),
                name(Action.Terminate.class));
    }

    /** Bursts of jobs, answers that are lost, a pool for which AWS has nothing, and a Redis that is gone for a while. */
    private void live(long seed) throws InterruptedException {
        var random = new SplittableRandom(seed);
        var world = SimWorld.of(CONFIG).platform().seed(seed).build();
        var state = new ConfigSource.State(CONFIG, 1, List.of(), world.clock().start());
        var observer = new Observer(world.queues(), world.cluster(), world.cloud(), world.notices(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed);
        var loop = new ControlLoop(() -> state, observer, actuator, world.clock(), Leadership.alone("a test"), List.of());
        var before = Memory.EMPTY;
        for (int second = 0; second < SECONDS; second++) {
            if (random.nextInt(60) == 0) world.push("executor", random.nextInt(1, 40), Duration.ofSeconds(random.nextInt(5, 120)));
            if (random.nextInt(200) == 0) world.loseReplies(random.nextBoolean() ? Source.AWS : Source.KUBERNETES, 1);
            if (random.nextInt(300) == 0) world.refuseCapacity("compute-optimized", random.nextBoolean());
            if (random.nextInt(300) == 0) world.fail(Source.REDIS, "gone");
            if (random.nextInt(20) == 0) world.heal(Source.REDIS);
            var tick = loop.tick(EnumSet.of(Signals.Cause.TIMER));
            var planned = Offline.tick(CONFIG, tick.snapshot(), before).plan();
            var performed = tick.performed().stream().map(Performed::step).toList();
            assertThat(PlanJson.of(planned)).as("seed %d, second %d", seed, second)
                    .isEqualTo(PlanJson.of(new Plan(performed, tick.plan().held())));
            ticks++;
            if (!performed.isEmpty()) acting++;
            performed.forEach(step -> kinds.merge(name(step.action().getClass()), 1, Integer::sum));
            before = tick.memory();
            world.advance(Duration.ofSeconds(1));
        }
    }

    private static String name(Class<?> kind) {
        return kind.getSimpleName();
    }
}
