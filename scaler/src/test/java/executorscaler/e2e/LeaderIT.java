package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rules S11, S17 and S19 with two processes and a real Lease: one of them writes. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class LeaderIT {

    private static final String LEASE = "executor-scaler";
    /** A whole lease, and a look before it; not less than a lease after a renewal and a whole pause. */
    private static final Duration SOONEST = Duration.ofSeconds(9);
    private static final Duration LATEST = Duration.ofSeconds(15);

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    @BeforeEach
    void aLeaseThatNobodyHolds(TestBed bed) {
        Platform.deployExecutor(bed, "example/executor:1");
        bed.kubernetes().leases().inNamespace(Platform.NAMESPACE).withName(LEASE).delete();
        bed.kubectlApply("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: executor-scaler, namespace: production-platform, "
                + "labels: {of: us}}}");
    }

    @Test
    void aLeaderThatDiesInTheMiddleOfAPurchaseIsFollowedAndNothingIsBoughtTwice(TestBed bed) throws Exception {
        try (var first = leading(bed, "scaler-a"); var second = following(bed, "scaler-b")) {
            bed.aws().dropAnswer("SetDesiredCapacity", 1);
            Platform.inFlight(bed, 20);
            Platform.soon("the order is accepted", () -> !Platform.orders(bed).isEmpty());
            first.signal("KILL");
            long killed = System.nanoTime();

            Platform.soon("the other leads", () -> second.role().equals("leader"));
            var took = Duration.ofNanos(System.nanoTime() - killed);
            System.out.println("after kill -9 the other led in " + took.toMillis() + " ms");
            assertThat(took).isBetween(SOONEST, LATEST);
            Platform.soon("10 pods run", () -> Platform.runningPods(bed) == 10);
            Platform.stays(Duration.ofSeconds(4), () -> {
                assertThat(Platform.orders(bed)).containsExactly("4");
                assertThat(Platform.desired(bed, "executors-c5")).isEqualTo(4);
            });
            Platform.inFlight(bed, 30);
            Platform.soon("25 pods run", () -> Platform.runningPods(bed) == 25);
            assertThat(second.lines("RaiseCapacity", "Done")).hasSize(1);
            assertThat(lease(bed).getLeaseTransitions()).isEqualTo(2);
        }
    }

    @Test
    void aLeaderThatWasStoppedForLongWritesNothingWhenItGoesOn(TestBed bed) throws Exception {
        try (var first = leading(bed, "scaler-a"); var second = following(bed, "scaler-b")) {
            first.signal("STOP");
            Platform.inFlight(bed, 20);
            Platform.soon("the other leads, and 10 pods run", () -> second.role().equals("leader") && Platform.runningPods(bed) == 10);
            assertThat(Platform.orders(bed)).containsExactly("4");
            // What the stopped one would undo if it could: it has seen no jobs, and its windows are long over.
            first.signal("CONT");
            Platform.soon("it follows", () -> first.role().equals("follower"));
            Platform.stays(Duration.ofSeconds(8), () -> {
                assertThat(first.role()).isEqualTo("follower");
                assertThat(first.lines()).as("what it did or tried").isEmpty();
                assertThat(Platform.orders(bed)).containsExactly("4");
                assertThat(Platform.runningPods(bed)).isEqualTo(10);
                assertThat(lease(bed).getHolderIdentity()).startsWith("scaler-b_");
            });
        }
    }

    @Test
    void aLeaderThatIsToldToStopGivesTheLeaseBackAndTheNextOneLeadsAtOnce(TestBed bed) throws Exception {
        try (var first = leading(bed, "scaler-a"); var second = following(bed, "scaler-b")) {
            Platform.inFlight(bed, 2);
            Platform.soon("a pod runs", () -> Platform.runningPods(bed) == 1);
            assertThat(first.stop()).isLessThan(Duration.ofSeconds(5));
            long stopped = System.nanoTime();
            Platform.soon("the other leads", () -> second.role().equals("leader"));
            var took = Duration.ofNanos(System.nanoTime() - stopped);
            System.out.println("after SIGTERM the other led in " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(5));
            Platform.inFlight(bed, 20);
            Platform.soon("11 pods run", () -> Platform.runningPods(bed) == 11);

            assertThat(second.stop()).isLessThan(Duration.ofSeconds(5));
            assertThat(lease(bed).getHolderIdentity()).isEmpty();
            assertThat(lease(bed).getLeaseDurationSeconds()).isEqualTo(1);
            assertThat(bed.kubectl("get", "lease", LEASE, "-n", Platform.NAMESPACE, "-o", "jsonpath={.metadata.labels.of}"))
                    .as("what others wrote there").isEqualTo("us");
        }
    }

    /** What a holder says of the time is read by people alone: its clock may be wrong by hours, either way. */
    @Test
    void timesInTheLeaseThatAreWrongByHoursMakeNobodyALeader(TestBed bed) throws Exception {
        try (var first = leading(bed, "scaler-a"); var second = following(bed, "scaler-b")) {
            var wrong = new AtomicInteger();
            await("for longer than a Lease lasts").pollDelay(Duration.ZERO).pollInterval(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        var time = ZonedDateTime.now(ZoneOffset.UTC).plusHours(wrong.incrementAndGet() % 2 == 0 ? 2 : -2).format(MICROS);
                        bed.kubectl("patch", "lease", LEASE, "-n", Platform.NAMESPACE, "--type=merge", "-p",
                                "{\"spec\": {\"renewTime\": \"" + time + "\"}}");
                        assertThat(first.role()).isEqualTo("leader");
                        assertThat(second.role()).isEqualTo("follower");
                        return wrong.get() >= 8;
                    });
            assertThat(lease(bed).getHolderIdentity()).startsWith("scaler-a_");
            Platform.inFlight(bed, 2);
            Platform.soon("a pod runs", () -> Platform.runningPods(bed) == 1);
        }
    }

    private static ScalerProcess leading(TestBed bed, String pod) throws IOException {
        var scaler = ScalerProcess.candidate(bed, pod);
        Platform.soon(pod + " leads and has read everything", () -> scaler.role().equals("leader") && scaler.allSourcesRead());
        assertThat(lease(bed).getHolderIdentity()).startsWith(pod + "_");
        assertThat(lease(bed).getLeaseDurationSeconds()).isEqualTo(12);
        assertThat(scaler.get("/metrics")).contains("executor_scaler_leader 1.0");
        return scaler;
    }

    private static ScalerProcess following(TestBed bed, String pod) throws IOException {
        var scaler = ScalerProcess.candidate(bed, pod);
        Platform.soon(pod + " has read everything", () -> scaler.status("/ready") == 200);
        assertThat(scaler.role()).isEqualTo("follower");
        assertThat(scaler.get("/ready")).contains("this process follows " + lease(bed).getHolderIdentity());
        assertThat(scaler.get("/metrics")).contains("executor_scaler_leader 0.0");
        return scaler;
    }

    private static LeaseSpec lease(TestBed bed) {
        return Objects.requireNonNull(bed.kubernetes().leases().inNamespace(Platform.NAMESPACE).withName(LEASE).get()).getSpec();
    }
}
