package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import testbed.Fault;
import testbed.RequiresTool;
import testbed.TestBed;

/**
 * A pool grows and shrinks again under a service that is killed with -9 at each of its writes, when the write is done and not yet answered, and is started again
 * each time. It ends as if nobody had been killed. (The simulation tries every such moment of twelve stories: {@code CrashMatrixTest}.)
 */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class KilledAtEveryWriteIT {

    private static final String GROUP = "executors-c5";
    /** Some starts of the service, on a machine that has much else to do. */
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final List<String> AWS_WRITES = List.of("SetDesiredCapacity", "SetInstanceProtection", "TerminateInstanceInAutoScalingGroup");

    private static final String CONFIG = Platform.configWith("stabilizationWindowSeconds: 3, idleSeconds: 3",
            "stabilizationWindowSeconds: 1, idleSeconds: 1",
            "trustSeconds: 2", "trustSeconds: 1", "cloudPollSeconds: 2", "cloudPollSeconds: 1");

    /** The writes at which it was killed. */
    private final List<String> deaths = new CopyOnWriteArrayList<>();
    private final AtomicReference<ScalerProcess> running = new AtomicReference<>();

    @Test
    void aPoolThatGrowsAndShrinksEndsAsIfNobodyHadBeenKilled(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        AWS_WRITES.forEach(action -> bed.aws().on(action, new Fault.Meanwhile(() -> kill(action))));
        try (var tap = bed.apiTap(this::written)) {
            var addresses = new HashMap<>(bed.env());
            addresses.put("KUBECONFIG", tap.kubeconfig().toString());
            Platform.inFlight(bed, 4);
            until("two pods run on a node that is protected", bed, addresses, () -> Platform.runningPods(bed) == 2 && isProtected(bed));
            var pods = uids(bed);
            aliveAndQuiet(bed, addresses);
            assertThat(Platform.desired(bed, GROUP)).as("instances").isBetween(1, 2);
            assertThat(Platform.cordoned(bed)).as("nodes that hold jobs")
                    .noneMatch(node -> !Platform.podsOn(bed, node.getMetadata().getName()).isEmpty());
            assertThat(uids(bed)).as("pods with jobs").isEqualTo(pods);

            bed.redis("DEL", "jobs:running");
            until("all is given back", bed, addresses,
                    () -> Platform.replicas(bed) == 0 && Platform.desired(bed, GROUP) == 0 && Platform.nodes(bed) == 0);
            aliveAndQuiet(bed, addresses);
        } finally {
            var last = running.get();
            if (last != null) last.close();
        }
        assertThat(deaths).as("kinds of writes at which it died").extracting(KilledAtEveryWriteIT::kind).contains("scale", "nodes")
                .containsAll(AWS_WRITES);
        assertThat(Platform.orders(bed)).as("capacity").isSubsetOf("1", "2");
        assertThat(Platform.desired(bed, "general-t3")).isZero();
    }

    /** Starts it whenever it is dead, until this is so. */
    private void until(String what, TestBed bed, Map<String, String> addresses, Callable<Boolean> so) {
        await(what).atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (so.call()) return true;
            startIfDead(bed, addresses);
            return false;
        });
    }

    /** It lives for some ticks, has read everything, and writes nothing. */
    private void aliveAndQuiet(TestBed bed, Map<String, String> addresses) {
        var quiet = new AtomicReference<ScalerProcess>();
        var from = new long[1];
        // It may die between a look at its log and a question.
        await("it lives and has nothing to write").atMost(LONGEST).pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(gone -> gone instanceof IOException || gone instanceof UncheckedIOException).until(() -> {
                    startIfDead(bed, addresses);
                    var scaler = running.get();
                    if (scaler == null || !scaler.log().contains("page at ") || !scaler.alive()) return false;
                    if (scaler.status("/ready") != 200) return false;
                    if (!scaler.equals(quiet.getAndSet(scaler))) from[0] = scaler.tick();
                    return scaler.tick() >= from[0] + 8;
                });
    }

    private void startIfDead(TestBed bed, Map<String, String> addresses) throws IOException {
        var before = running.get();
        if (before != null && before.alive()) return;
        running.set(ScalerProcess.begin(Platform.config(bed, CONFIG), addresses, bed.directory()));
    }

    /** Events are told to people, and nothing is decided by them. */
    private void written(String write) {
        if (!write.contains("/events")) kill(write);
    }

    private synchronized void kill(String write) {
        var scaler = running.get();
        if (scaler == null || !scaler.alive()) return;
        deaths.add(write);
        try {
            scaler.signal("KILL");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        await("dead").atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(5)).until(() -> !scaler.alive());
    }

    private static String kind(String write) {
        if (write.endsWith("/scale")) return "scale";
        return write.contains("/nodes/") ? "nodes" : write;
    }

    private static boolean isProtected(TestBed bed) {
        return bed.moto().group(GROUP).orElseThrow().instances().stream().anyMatch(Instance::protectedFromScaleIn);
    }

    private static List<String> uids(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().stream().map((Pod pod) -> pod.getMetadata().getUid())
                .sorted()
                .toList();
    }
}
