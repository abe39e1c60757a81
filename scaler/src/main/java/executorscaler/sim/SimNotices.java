package executorscaler.sim;

import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What AWS says of instances and then does with them, and the queue in which it says it. */
final class SimNotices {

    /** The lifecycle hook of every group. */
    static final String HOOK = "drain";

    private static final Duration WARNING = Duration.ofMinutes(2);
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);

    /** Whoever is told to stop so long before it must has been told in time. */
    private static final int EARLY_SECONDS = 15;

    private final Timeline timeline;
    private final SimCloud cloud;
    private final SortedMap<String, Notice> messages = new TreeMap<>(); // that nobody has deleted
    private int sent;

    SimNotices(Timeline timeline, SimCloud cloud) {
        this.timeline = timeline;
        this.cloud = cloud;
    }

    List<Notice> messages() {
        return List.copyOf(messages.values());
    }

    void delete(String message) {
        if (messages.remove(message) != null) timeline.trace("notice " + message + " deleted");
    }

    /** EC2 takes a spot instance in two minutes. The message comes as often as told, so much later. */
    void interrupt(String instanceId, int copies, Duration late) {
        find(instanceId).filter(found -> found.instance.counts()).ifPresent(found -> {
            if (found.instance.takenAt.isBefore(Instant.MAX)) return;
            found.instance.takenAt = timeline.now().plus(WARNING);
            timeline.trace("instance " + instanceId + " will be interrupted");
            timeline.at(found.instance.takenAt, () -> cloud.end(found.group, found.instance, SimWorkers.INTERRUPTION));
            send(Kind.INTERRUPTION, instanceId, found.instance.takenAt, "", "", copies, late);
        });
    }

    /** EC2 recommends to do without a spot instance, and does nothing. */
    void recommend(String instanceId, int copies, Duration late) {
        send(Kind.REBALANCE, instanceId, Instant.MAX, "", "", copies, late);
    }

    /** The group ends an instance of its choice; its hook waits as long as heartbeats come. */
    void endWithHook(String instanceId, int copies, Duration late) {
        find(instanceId).filter(found -> found.instance.lifecycle == Pool.Lifecycle.IN_SERVICE && found.instance.node.isPresent())
                .ifPresent(found -> {
                    timeline.trace("instance " + instanceId + " waits to end");
                    found.instance.lifecycle = Pool.Lifecycle.LEAVING;
                    found.instance.waitsUntil = timeline.now().plus(HEARTBEAT);
                    cloud.replace(found.group);
                    watch(found);
                    send(Kind.TERMINATING, instanceId, Instant.MAX, HOOK, "", copies, late);
                });
    }

    /** A message that is nothing to us: about an instance of others, or with a trouble. */
    void stranger(Kind kind, String instanceId, String trouble) {
        send(kind, instanceId, kind == Kind.INTERRUPTION ? timeline.now().plus(WARNING) : Instant.MAX, "", trouble, 1, Duration.ZERO);
    }

    private void send(Kind kind, String instanceId, Instant until, String hook, String trouble, int copies, Duration late) {
        var at = timeline.now();
        for (int i = 0; i < copies; i++) {
            timeline.in(late.multipliedBy(i + 1L), () -> {
                var message = "m-" + ++sent;
                messages.put(message, new Notice(message, kind, List.of(instanceId), at, until, hook, trouble, timeline.now()));
                timeline.trace("notice " + message + " of " + kind + " for " + instanceId);
            });
        }
    }

    /** Ends the wait of an instance when its hook is not heard of any more. */
    private void watch(Found found) {
        timeline.at(found.instance.waitsUntil, () -> {
            if (!waits(found.instance)) return;
            if (timeline.now().isBefore(found.instance.waitsUntil)) {
                watch(found);
            } else {
                found.instance.waitsUntil = Instant.MIN;
                cloud.finish(found.group, found.instance, SimWorkers.INTERRUPTION);
            }
        });
    }

    void extend(String instanceId) {
        find(instanceId).filter(found -> waits(found.instance)).ifPresent(found -> found.instance.waitsUntil = timeline.now().plus(HEARTBEAT));
    }

    void complete(String instanceId) {
        find(instanceId).filter(found -> waits(found.instance)).ifPresent(found -> {
            found.instance.waitsUntil = Instant.MIN;
            found.instance.node.ifPresent(node -> cloud.counters.stranded += node.pods.stream().filter(pod -> !pod.resident).count());
            cloud.finish(found.group, found.instance, "its hook is done");
        });
    }

    /** Whether AWS leaves such a pod no more time than its grace period, and a little. */
    boolean outOfTime(SimPod pod) {
        return cloud.groups.values().stream().flatMap(group -> group.instances.values().stream())
                .filter(instance -> instance.node.filter(node -> node.name.equals(pod.node())).isPresent())
                .anyMatch(instance -> instance.takenAt.isBefore(Instant.MAX)
                        && !timeline.now().isBefore(instance.takenAt.minusSeconds(pod.graceSeconds() + (long) EARLY_SECONDS)));
    }

    private static boolean waits(SimCloud.SimInstance instance) {
        return instance.waitsUntil.isAfter(Instant.MIN);
    }

    private record Found(SimGroup group, SimCloud.SimInstance instance) {}

    private Optional<Found> find(String instanceId) {
        return cloud.groups.values().stream().filter(group -> group.instances.containsKey(instanceId)).findFirst()
                .flatMap(group -> Optional.ofNullable(group.instances.get(instanceId)).map(instance -> new Found(group, instance)));
    }
}
