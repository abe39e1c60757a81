package executorscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Actuator;
import executorscaler.config.ConfigSource;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Elector;
import executorscaler.loop.Lease;
import executorscaler.loop.LeaseStore;
import executorscaler.loop.Signals;
import executorscaler.observe.Observer;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way out: in which order a service ends what it does. */
@Tag("unit")
class ServiceTest {

    private static final String IDENTITY = "one";

    private final List<String> story = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final SimWorld world = SimWorld.of(PlatformConfig.config()).seed(1).build();

    /** A Lease that notes when it is taken and given back. */
    private final class NotedLease implements LeaseStore {
        private Lease lease = new Lease("", 0, Optional.empty(), Optional.empty(), 0, 100);

        @Override
        public Optional<Lease> read() {
            return Optional.of(lease);
        }

        @Override
        public Optional<Lease> create(Lease wanted) {
            throw new IllegalStateException("it is there already");
        }

        @Override
        public Optional<Lease> replace(Lease wanted) {
            lease = wanted;
            if (wanted.holder().isEmpty()) story.add("the lease is given back");
            return Optional.of(wanted);
        }
    }

    /** S19: whoever gets it writes at once. */
    @Test
    void theLeaseIsGivenBackOnceTheLastStepHasEnded() throws Exception {
        var state = new ConfigSource.State(PlatformConfig.config(), 1, List.of(), world.clock().start());
        var elector = new Elector(new NotedLease(), IDENTITY, world.clock(), () -> {});
        elector.turn();
        assertThat(elector.role().writes()).isTrue();
        world.push("executor", 10, Duration.ofMinutes(1));
        var observer = new Observer(world.queues(), world.cluster(), world.cloud(), Runnable::run);
        var actuator = new Actuator(world.clusterWrites(), world.cloudWrites(), step -> Thread.ofVirtual().start(() -> slowly(step)),
                world.clock()::elapsed);
        var loop = new ControlLoop(() -> state, observer, actuator, world.clock(), elector, List.of());
        var service = new Service(() -> state, new Signals(), loop, Optional.of(elector), "", List.of(() -> story.add("parts are closed")));
        var turning = Thread.ofPlatform().start(service::run);
        begun.await();

        var closing = Thread.ofPlatform().start(service::close);
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        mayEnd.countDown();
        closing.join();
        turning.join();
        assertThat(story).startsWith("a step ends").endsWith("the lease is given back", "parts are closed")
                .containsOnlyOnce("the lease is given back");
    }

    private void slowly(Runnable step) {
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        story.add("a step ends");
        step.run();
    }
}
