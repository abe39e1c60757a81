package executorscaler.sim;

import executorscaler.snapshot.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which pods a ReplicaSet deletes first when its replicas fall (kubernetes.io, "ReplicaSet", scaling: there is no way to choose): unassigned,
 * then pending, then not ready ones; then those of the lowest deletion cost; then those that share their node with most siblings; then those ready, then those
 * made, for the shortest time, on a logarithmic scale; else by chance.
 */
final class DeletionOrder {
    private record Ranked(SimPod pod, int siblings, int readyScale, int ageScale, long chance) {}

    private static final Comparator<Ranked> FIRST_TO_GO = Comparator.<Ranked>comparingInt(ranked -> ranked.pod().node().isEmpty() ? 0 : 1)
            .thenComparingInt(ranked -> ranked.pod().phase() == Pod.Phase.PENDING ? 0 : 1)
            .thenComparingInt(ranked -> ranked.pod().ready() ? 1 : 0)
            .thenComparingInt(ranked -> ranked.pod().deletionCost())
            .thenComparingInt(ranked -> -ranked.siblings())
            .thenComparingInt(Ranked::readyScale)
            .thenComparingInt(Ranked::ageScale)
            .thenComparingLong(Ranked::chance);

    private final List<Ranked> ranked = new ArrayList<>();

    DeletionOrder(List<SimPod> pods, Instant now, RandomGenerator random) {
        Map<String, Integer> byNode = new TreeMap<>();
        pods.forEach(pod -> byNode.merge(pod.node(), 1, Integer::sum));
        for (var pod : pods) {
            ranked.add(new Ranked(pod, byNode.getOrDefault(pod.node(), 0), scale(pod.readyAt(), now), scale(pod.createdAt, now), random.nextLong()));
        }
    }

    List<SimPod> sorted() {
        return ranked.stream().sorted(FIRST_TO_GO).map(Ranked::pod).toList();
    }

    /** The power of two of the seconds since then: 0 for the future and the last second. Worked: 90 s ago is 6. */
    private static int scale(Instant since, Instant now) {
        if (since.isAfter(now)) return 0;
        long seconds = Duration.between(since, now).toSeconds();
        return seconds <= 0 ? 0 : 63 - Long.numberOfLeadingZeros(seconds);
    }
}
