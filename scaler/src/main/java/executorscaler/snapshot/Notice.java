package executorscaler.snapshot;

import java.time.Instant;
import java.util.List;

/**
 * A message of the queue of notices: what AWS says about instances.
 *
 * @param message the message's id, the same each time it is delivered
 * @param instances ids of those that it is about
 * @param at when AWS said it, and never later than {@code receivedAt}
 * @param until when AWS takes the instances; {@link Instant#MAX}: not said
 * @param hook the lifecycle hook that waits; empty: none
 * @param trouble why the message is nothing that we act on, in words; empty: it is
 * @param receivedAt when it was first received by this process
 */
public record Notice(String message, Kind kind, List<String> instances, Instant at, Instant until, String hook, String trouble,
        Instant receivedAt) {

    /** What AWS says, in the order of EventBridge's detail types that the rules of k8s/aws let through. */
    public enum Kind {
        /** EC2 takes a spot instance back, two minutes after it said so. */
        INTERRUPTION,
        /** A spot instance is more likely than others to be taken back. */
        REBALANCE,
        /** The group ends the instance, and one of its lifecycle hooks waits. */
        TERMINATING,
        /** EC2 stops, reboots or retires the instance at a time that it names, often days ahead. */
        MAINTENANCE,
        /** The instance stops or has ended already. */
        GONE,
        /** Anything else, and what cannot be read. */
        OTHER
    }

    public Notice {
        instances = List.copyOf(instances);
    }
}
