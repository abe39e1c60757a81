package executorscaler.aws;

import executorscaler.loop.Clock;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;

/**
 * Launches that failed, out of the groups' scaling activities. Asked for only where an instance is lacking, or lately was; the newest page alone; every two
 * seconds at first and then less often; and a few groups a look, those first that have waited longest, so that many groups in trouble cost no more calls.
 * One thread.
 */
final class Activities {

    private static final Logger LOG = LoggerFactory.getLogger(Activities.class);

    private static final Duration AT_FIRST = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(15);
    private static final Duration FIRST_MINUTES = Duration.ofMinutes(2);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);
    private static final Duration KEPT = Duration.ofMinutes(30);
    private static final int PAGE = 20;
    private static final int CALLS_A_LOOK = 5;

    private final AutoScalingClient groups;
    private final Clock clock;
    private final Map<String, Watched> watched = new HashMap<>();
    private String lastTrouble = "";

    /** What is remembered of one group. */
    private static final class Watched {
        private Duration askedAt = Duration.ofDays(-1);
        private Duration lackingSince = Duration.ZERO;
        private Duration suspectUntil = Duration.ZERO;
        private boolean lacking;
        private int desired;
        private Set<String> pending = Set.of();
        private List<LaunchFailure> failures = List.of();
    }

    Activities(AutoScalingClient groups, Clock clock) {
        this.groups = groups;
        this.clock = clock;
    }

    /** The failures of the last half hour by group, the newest first, after asking for those groups whose turn it is. */
    Map<String, List<LaunchFailure>> of(Collection<Pool> pools, Instant now) {
        var names = new HashSet<String>();
        for (var pool : pools) {
            names.add(pool.group());
            note(watched.computeIfAbsent(pool.group(), _ -> new Watched()), pool);
        }
        watched.keySet().retainAll(names);
        watched.entrySet().stream().filter(group -> due(group.getValue(), now))
                .sorted(Comparator.comparing((Map.Entry<String, Watched> group) -> group.getValue().askedAt).thenComparing(Map.Entry::getKey))
                .limit(CALLS_A_LOOK).toList().forEach(group -> ask(group.getKey(), group.getValue()));
        var failures = new HashMap<String, List<LaunchFailure>>();
        watched.forEach((name, group) -> {
            group.failures = group.failures.stream().filter(one -> one.at().isAfter(now.minus(KEPT))).toList();
            failures.put(name, group.failures);
        });
        return failures;
    }

    private void note(Watched group, Pool pool) {
        var elapsed = clock.elapsed();
        int counted = pool.instances().stream().filter(Pool.Instance::counts).mapToInt(Pool.Instance::weight).sum();
        boolean lacking = counted < pool.desired();
        // A new order is a new launch, and deserves to be watched closely again.
        if (lacking && (!group.lacking || pool.desired() > group.desired)) group.lackingSince = elapsed;
        group.lacking = lacking;
        group.desired = pool.desired();
        var pending = new HashSet<String>();
        var staying = new HashSet<String>();
        for (var instance : pool.instances()) {
            if (instance.lifecycle() == Pool.Lifecycle.PENDING) pending.add(instance.id());
            if (instance.counts()) staying.add(instance.id());
        }
        // An instance that is gone before it was in service did not come up: its activity says why.
        if (!staying.containsAll(group.pending)) group.suspectUntil = elapsed.plus(FIRST_MINUTES);
        group.pending = pending;
    }

    private boolean due(Watched group, Instant now) {
        var elapsed = clock.elapsed();
        boolean suspect = elapsed.compareTo(group.suspectUntil) < 0;
        boolean failedLately = !group.failures.isEmpty() && group.failures.getFirst().at().isAfter(now.minus(AFTER_FAILURE));
        if (!group.lacking && !suspect && !failedLately) return false;
        boolean close = suspect || (group.lacking && elapsed.minus(group.lackingSince).compareTo(FIRST_MINUTES) < 0);
        return elapsed.minus(group.askedAt).compareTo(close ? AT_FIRST : LATER) >= 0;
    }

    private void ask(String name, Watched group) {
        group.askedAt = clock.elapsed();
        try {
            // One page, the newest first: an activity that began earlier may fail later, so that knowing one of them is no reason to stop.
            var page = groups.describeScalingActivities(request -> request.autoScalingGroupName(name).maxRecords(PAGE)).activities();
            var seen = new HashSet<String>();
            page.forEach(activity -> seen.add(activity.activityId()));
            var failures = new ArrayList<LaunchFailure>();
            page.forEach(activity -> failures.addAll(LaunchFailures.of(activity)));
            group.failures.stream().filter(known -> !seen.contains(known.activity())).forEach(failures::add);
            failures.sort(Comparator.comparing(LaunchFailure::at).reversed());
            group.failures = List.copyOf(failures);
            lastTrouble = "";
        } catch (SdkException trouble) {
            // Capacity that does not come is given up by its deadline in any case; this only tells sooner, and why.
            var words = AwsWords.of(trouble);
            if (!words.equals(lastTrouble)) LOG.warn("DescribeScalingActivities: {}; why launches fail is not known until it answers", words);
            lastTrouble = words;
        }
    }
}
