package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule S17: descriptions that are older than the term decide nothing about groups. */
@Tag("unit")
class TakeOverTest {

    private static final Config CONFIG = PlatformConfig.config();

    @ParameterizedTest(name = "{0}, won {1} s ago, described {2} s ago: missing is {3}")
    @CsvSource({"leader, 5, 6, true", "leader, 5, 5, false", "leader, 5, 4, false", "follower, 5, 6, false", "alone, 5, 6, false",
            "leader whose wall clock was set back, -3600, 1, false"})
    void groupsThatWereDescribedBeforeTheTermAreUnknown(String who, long won, long described, boolean missing) {
        var world = SimWorld.of(CONFIG).build();
        var pools = world.cloud().read(CONFIG, world.clock().now()).pools();
        var now = pools.getFirst().readAt().plusSeconds(described);
        var snapshot = new Snapshot(now, List.of(), List.of(), pools, List.of(), List.of(), List.of(), List.of(), List.of());
        var since = now.minusSeconds(won);

        var believed = TakeOver.believed(role(who, since), snapshot);

        assertThat(believed.missing()).isEqualTo(missing
                ? List.of(new Missing(Missing.Source.AWS, "", since, "not described yet since this process leads"))
                : List.of());
        assertThat(believed.pools()).isEqualTo(pools);
    }

    private static Role role(String who, Instant since) {
        return who.startsWith("leader") ? new Role.Leader("a", 7, since) : who.equals("alone") ? new Role.Alone("") : new Role.Follower("a", "b", "");
    }
}
