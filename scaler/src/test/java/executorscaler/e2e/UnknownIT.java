package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S1: what cannot be seen is left as it is, the service says which source and since when, and goes on by itself. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class UnknownIT {

    private static final String GROUP = "executors-c5";
    private static final String DESCRIBE = "DescribeAutoScalingGroups";

    /** Longer than idleSeconds and cordonSettleSeconds together, and than stabilizationWindowSeconds with trustSeconds. */
    private static final Duration LONG = Duration.ofSeconds(6);

    @Test
    void withoutRedisNothingIsTakenAwayAndLaterItGoesOn(TestBed bed) throws Exception {
        try (var scaler = fivePodsAtWork(bed)) {
            var before = Instant.now();
            bed.stopRedis();
            try {
                missing(scaler, "Redis", "executor", before);
                twoNodesMoreThatNobodyNeeds(bed, 4);

                Platform.stays(LONG, () -> {
                    assertThat(Platform.replicas(bed)).isEqualTo(5);
                    assertThat(Platform.desired(bed, GROUP)).isEqualTo(4);
                    assertThat(Platform.cordoned(bed)).isEmpty();
                    assertThat(scaler.status("/ready")).isEqualTo(200);
                    assertThat(scaler.held("executor/executor", "SourceMissing")).isPresent();
                });
            } finally {
                bed.startRedis();
            }
            isBack(scaler, "Redis (executor)");
            Platform.soon("the idle nodes go", () -> Platform.desired(bed, GROUP) == 2);
            assertThat(Platform.replicas(bed)).isEqualTo(5);
            bed.redis("DEL", "jobs:running");
            Platform.soon("the work is done, so the pods go", () -> Platform.replicas(bed) == 0);
            assertThat(Platform.orders(bed)).containsExactly("2");
        }
    }

    @Test
    void withoutTheApiServerNothingIsWrittenAndLaterItGoesOn(TestBed bed) throws Exception {
        try (var scaler = fivePodsAtWork(bed)) {
            var before = Instant.now();
            bed.stopApiServer();
            try {
                missing(scaler, "Kubernetes", "", before);
                Platform.push(bed, 10, 1);
                bed.aws().clearCalls();

                Platform.stays(LONG, () -> {
                    assertThat(Platform.desired(bed, GROUP)).isEqualTo(2);
                    assertThat(Platform.orders(bed)).isEmpty();
                    assertThat(Platform.terminations(bed)).isZero();
                    assertThat(scaler.status("/ready")).isEqualTo(200);
                    assertThat(scaler.status("/live")).isEqualTo(200);
                });
            } finally {
                bed.startApiServer();
            }
            isBack(scaler, "Kubernetes");
            Platform.soon("what came meanwhile is served", () -> Platform.runningPods(bed) == 10);
            assertThat(Platform.orders(bed)).containsExactly("4");
            assertThat(Platform.terminations(bed)).isZero();
        }
    }

    @Test
    void withoutAwsPodsMayComeAndNoCapacityChangesAndLaterItGoesOn(TestBed bed) throws Exception {
        try (var scaler = fivePodsAtWork(bed)) {
            var before = Instant.now();
            bed.aws().fail(DESCRIBE, 503, "ServiceUnavailable", 8).throttle(DESCRIBE, Integer.MAX_VALUE);
            Platform.push(bed, 10, 1);

            Platform.soon("replicas need no AWS", () -> Platform.replicas(bed) == 10);
            missing(scaler, "AWS", "", before);
            assertThat(scaler.source("AWS").path("error").asText()).contains("throttled");
            twoNodesMoreThatNobodyNeeds(bed, 6);
            Platform.stays(LONG, () -> {
                assertThat(Platform.replicas(bed)).isEqualTo(10);
                assertThat(Platform.desired(bed, GROUP)).isEqualTo(6);
                assertThat(Platform.cordoned(bed)).isEmpty();
                assertThat(Platform.orders(bed)).containsExactly("2");
                assertThat(scaler.status("/ready")).isEqualTo(200);
            });

            bed.aws().clear();
            isBack(scaler, "AWS");
            Platform.soon("the idle nodes go", () -> Platform.desired(bed, GROUP) == 4);
            assertThat(Platform.runningPods(bed)).isEqualTo(10);
            assertThat(Platform.orders(bed)).containsExactly("2");
        }
    }

    @Test
    void itStartsWithNothingInReachAndDoesItsJobOnceAllIsThere(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.push(bed, 10, 1);
        var before = Instant.now();
        bed.stopRedis();
        bed.stopApiServer();
        bed.aws().throttle(DESCRIBE, Integer.MAX_VALUE);
        try (var scaler = ScalerProcess.run(Platform.config(bed, Platform.CONFIG), bed.env(), bed.directory())) {
            try {
                missing(scaler, "Redis", "executor", before);
                missing(scaler, "Kubernetes", "", before);
                missing(scaler, "AWS", "", before);
                assertThat(scaler.status("/ready")).isEqualTo(503);
                assertThat(scaler.get("/ready")).contains("missing: Redis (executor) since", "missing: Kubernetes since", "missing: AWS since");
                assertThat(scaler.status("/live")).isEqualTo(200);
            } finally {
                bed.startRedis();
                bed.startApiServer();
            }
            Platform.soon("replicas need no AWS", () -> Platform.replicas(bed) == 5);
            assertThat(scaler.status("/ready")).as("AWS is still missing").isEqualTo(503);
            assertThat(Platform.orders(bed)).isEmpty();

            bed.aws().clear();
            Platform.soon("all is read", () -> scaler.status("/ready") == 200);
            Platform.soon("the job is done", () -> Platform.runningPods(bed) == 5);
            assertThat(Platform.orders(bed)).containsExactly("2");
        }
    }

    private static ScalerProcess fivePodsAtWork(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 10);
        var scaler = ScalerProcess.ready(bed, Platform.CONFIG);
        Platform.soon("5 pods on 2 nodes", () -> Platform.runningPods(bed) == 5 && Platform.desired(bed, GROUP) == 2);
        return scaler;
    }

    private static void twoNodesMoreThatNobodyNeeds(TestBed bed, int desired) {
        Platform.setDesiredByHand(bed, GROUP, desired);
        Platform.soon("they have joined", () -> Platform.nodes(bed) == desired);
    }

    /** State and log name the source, the subject, since when, and what was said. */
    private static void missing(ScalerProcess scaler, String source, String subject, Instant notBefore) {
        Platform.soon(source + " is missing", () -> scaler.source(source).path("ok").asText().equals("false"));
        var seen = scaler.source(source);
        assertThat(seen.path("subject").asText()).isEqualTo(subject);
        assertThat(Instant.parse(seen.path("since").asText())).isBetween(notBefore.minusMillis(1), Instant.now());
        assertThat(seen.path("error").asText()).isNotEmpty();
        assertThat(scaler.log()).contains(source + (subject.isEmpty() ? "" : " (" + subject + ")") + " missing since ");
    }

    private static void isBack(ScalerProcess scaler, String source) {
        Platform.soon("all sources are read again", scaler::allSourcesRead);
        assertThat(scaler.log()).contains(source + " is back after ");
    }
}
