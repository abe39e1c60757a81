package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S18: what a Redis says that lost its data, or that can say only a part, lowers nothing. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class RedisRestartIT {

    private static final Duration TRUST = Duration.ofSeconds(8);

    @Test
    void theZerosOfARedisThatCameBackEmptyLowerNothingUntilTheyHaveStood(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 6);
        try (var scaler = ScalerProcess.ready(bed, Platform.configWith("trustSeconds: 2", "trustSeconds: " + TRUST.toSeconds()))) {
            Platform.soon("3 pods run", () -> Platform.runningPods(bed) == 3);

            bed.killRedis();
            long restarted = System.nanoTime();
            bed.startRedisEmpty();
            Platform.soon("its zeros are read and not trusted", () -> scaler.held("executor/executor", "ReadingNotTrusted").isPresent());
            assertThat(scaler.state().path("executors").path(0).path("queue").path("running").asLong(-1)).isZero();
            Platform.stays(TRUST.minusSeconds(3), () -> {
                assertThat(Platform.replicas(bed)).isEqualTo(3);
                assertThat(Platform.cordoned(bed)).isEmpty();
            });

            Platform.soon("then they count", () -> Platform.replicas(bed) == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - restarted)).isGreaterThan(TRUST);
        }
    }

    @Test
    void aKeyOfAnotherKindMayRaiseButNotLower(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 6);
        try (var scaler = ScalerProcess.ready(bed, Platform.CONFIG)) {
            Platform.soon("3 pods run", () -> Platform.runningPods(bed) == 3);

            bed.redis("SET", "jobs:running", "not a list");
            Platform.push(bed, 10, 1);
            Platform.soon("raised for what can be read", () -> Platform.replicas(bed) == 5);
            bed.redis("DEL", "jobs");
            Platform.soon("it says what cannot be read",
                    () -> scaler.held("executor/executor", "ReadingIncomplete").filter(why -> why.contains("jobs:running")).isPresent());
            Platform.stays(Duration.ofSeconds(6), () -> {
                assertThat(Platform.replicas(bed)).isEqualTo(5);
                assertThat(Platform.cordoned(bed)).isEmpty();
            });

            bed.redis("DEL", "jobs:running");
            Platform.soon("whole again, so its zeros count", () -> Platform.replicas(bed) == 0);
        }
    }
}
