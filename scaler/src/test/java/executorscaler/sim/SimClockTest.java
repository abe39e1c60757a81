package executorscaler.sim;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.PodNames;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Virtual time that runs: what the demonstration goes by. */
@Tag("simulation")
class SimClockTest {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
    private final AtomicReference<Duration> real = new AtomicReference<>(Duration.ofHours(5));

    @Test
    void aRunningClockIsAMultipleOfRealTimeAndTheWorldFollowsIt() throws InterruptedException {
        var clock = SimClock.scaled(START, 20, new Clock() {
            @Override
            public Instant now() {
                return START;
            }

            @Override
            public Duration elapsed() {
                return real.get();
            }
        });
        var config = PlatformConfig.config();
        var world = SimWorld.of(config).platform().clock(clock).build();
        var signals = new Signals();
        world.wakes(signals);
        DemoStory.of("executor", 10, Duration.ofMinutes(1)).happenIn(world);
        real.set(Duration.ofHours(5).plusMillis(300));
        assertThat(clock.now()).isEqualTo(START.plusSeconds(6));
        assertThat(world.queues().read(config, PodNames.UNKNOWN, clock.now()).queues().getFirst().waiting()).isEqualTo(10);
        assertThat(signals.await(Duration.ZERO)).containsExactly(Signals.Cause.CLUSTER);
        world.advanceTo(clock.now());
        assertThat(signals.await(Duration.ZERO)).as("nothing has happened since").containsExactly(Signals.Cause.TIMER);
    }
}
