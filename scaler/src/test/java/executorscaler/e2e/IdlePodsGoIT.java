package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S3 where the real ReplicaSet controller chooses the victims, and leases lie in a real Redis. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class IdlePodsGoIT {

    private static final String LEASES = Platform.configWith("jobsPerPod: 2", "jobsPerPod: 2\n  busy: lease");
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    /** The busy ones are those that a ReplicaSet takes first by itself: two of three on one node. */
    @Test
    void exactlyTheIdlePodsGoWhileOthersWork(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 8);
        try (var scaler = ScalerProcess.ready(bed, LEASES)) {
            Platform.soon("4 pods run", () -> Platform.runningPods(bed) == 4 && ready(bed) == 4);
            var busy = fullestNode(bed).subList(0, 2);
            for (var pod : busy) lease(bed, pod, "1");
            bed.redis("LTRIM", "jobs:running", "0", "1");

            Platform.soon("two pods are left", () -> names(bed).size() == 2);
            Platform.stays(Duration.ofSeconds(3), () -> assertThat(names(bed)).containsExactlyInAnyOrderElementsOf(busy));
            assertThat(Platform.replicas(bed)).isEqualTo(2);
            assertThat(scaler.lines("SetDeletionCost", "Done")).as("each idle pod is marked once").hasSize(2);
            assertThat(pods(bed)).allMatch(pod -> cost(pod).isEmpty());
        }
    }

    @Test
    void jobsThatNoPodAdmitsToKeepAllAndAnOrderOfOthersStays(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.inFlight(bed, 8);
        try (var scaler = ScalerProcess.ready(bed, LEASES)) {
            Platform.soon("4 pods run", () -> Platform.runningPods(bed) == 4 && ready(bed) == 4);
            var all = names(bed);
            lease(bed, all.getFirst(), "1");
            bed.kubectl("annotate", "pod", "--namespace", Platform.NAMESPACE, all.getLast(), COST + "=7");
            bed.redis("LTRIM", "jobs:running", "0", "1");
            Platform.stays(Duration.ofSeconds(8), () -> assertThat(names(bed)).hasSize(4));

            lease(bed, all.get(1), "1");
            Platform.soon("the one idle pod that is nobody else's goes", () -> names(bed).size() == 3);
            assertThat(names(bed)).contains(all.getFirst(), all.get(1), all.getLast());
            Platform.stays(Duration.ofSeconds(3), () -> assertThat(names(bed)).hasSize(3));
            assertThat(pods(bed).stream().filter(pod -> pod.getMetadata().getName().equals(all.getLast())).map(IdlePodsGoIT::cost))
                    .containsExactly("7");
            assertThat(scaler.lines("SetDeletionCost", "Done")).hasSize(1);
        }
    }

    private static void lease(TestBed bed, String pod, String jobs) {
        bed.redis("SET", "busy:executor:" + pod, jobs, "EX", "300");
    }

    private static List<Pod> pods(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null).toList();
    }

    private static List<String> names(TestBed bed) {
        return pods(bed).stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    private static long ready(TestBed bed) {
        return pods(bed).stream().flatMap(pod -> pod.getStatus().getConditions().stream())
                .filter(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True")).count();
    }

    private static List<String> fullestNode(TestBed bed) {
        return pods(bed).stream().collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName(), TreeMap::new, Collectors.toList())).values()
                .stream()
                .max(Comparator.comparingInt(List::size)).orElseThrow().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private static String cost(Pod pod) {
        return pod.getMetadata().getAnnotations() == null ? "" : pod.getMetadata().getAnnotations().getOrDefault(COST, "");
    }
}
