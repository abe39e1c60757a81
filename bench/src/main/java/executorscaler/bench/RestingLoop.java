package executorscaler.bench;

import executorscaler.act.Actuator;
import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.config.ConfigSource;
import executorscaler.loop.Clock;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.Observer;
import executorscaler.observe.QueueReader;
import executorscaler.report.TickHistory;
import executorscaler.report.TickLog;
import executorscaler.report.TickMetrics;
import executorscaler.snapshot.Queue;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;

/** The service's loop on a world in which nothing happens: what it reads is what it read before, at another time. Nothing may be written. */
final class RestingLoop {

    private final ControlLoop loop;
    private long millis;

    RestingLoop(LargeWorld world) {
        var seen = world.snapshot();
        var cluster = new ClusterReader.Cluster(seen.executors(), seen.nodes(), seen.pods(), seen.daemons(), seen.budgets(), List.of());
        var clock = new Clock() {
            @Override
            public Instant now() {
                return seen.takenAt().plusMillis(millis);
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
        var observer = new Observer((_, _, now) -> new QueueReader.Queues(
                seen.queues().stream()
                        .map(queue -> new Queue(queue.executor(), queue.waiting(), queue.due(), queue.running(), queue.epoch(), "", now))
                        .toList(),
                List.of()), (_, _) -> cluster, (_, _) -> new CloudReader.Cloud(seen.pools(), List.of()), Runnable::run);
        var state = new ConfigSource.State(world.config(), 1, List.of(), seen.takenAt());
        var actuator = new Actuator(nobody(ClusterWriter.class), nobody(CloudWriter.class), Runnable::run, clock::elapsed);
        loop = new ControlLoop(() -> state, observer, actuator, clock, Leadership.alone("a measurement"),
                List.of(new TickLog(), new TickMetrics(), new TickHistory()));
    }

    /** Turns until a decision stands. */
    void settle() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            if (tick().stood()) return;
        }
        throw new IllegalStateException("this world is not at rest: " + tick().plan());
    }

    Tick tick() throws InterruptedException {
        millis++;
        return loop.tick(EnumSet.of(Signals.Cause.TIMER));
    }

    private static <T> T nobody(Class<T> writer) {
        return writer.cast(Proxy.newProxyInstance(writer.getClassLoader(), new Class<?>[]{writer}, (_, method, _) -> {
            throw new IllegalStateException("nothing is to be written: " + method.getName());
        }));
    }
}
