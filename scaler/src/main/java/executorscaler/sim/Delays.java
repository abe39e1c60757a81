package executorscaler.sim;

import java.time.Duration;

/**
 * How long things take in the simulated world.
 *
 * @param controller from a written replica count to its pods
 * @param scheduler from a change to the next scheduling pass
 * @param podStart from an assigned pod to a ready one
 * @param podStop from a deleted pod to its end
 * @param launch from a raised desired capacity to an instance that the group lists
 * @param boot from a launched instance to its node's registration, where the pool has no time of its own
 * @param bootJitter boots take up to this much longer, each by chance
 * @param ready from a registered node to a ready one
 * @param accelerators from a ready node to its allocatable accelerators
 * @param shutdown from an instance told to end to its node's disappearance
 */
public record Delays(Duration controller, Duration scheduler, Duration podStart, Duration podStop, Duration launch, Duration boot,
        Duration bootJitter,
        Duration ready, Duration accelerators, Duration shutdown) {

    /** As a plain EC2 cluster behaves: a node is ready some 92 s after it was ordered. */
    public static final Delays TYPICAL = new Delays(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(1),
            Duration.ofSeconds(2), Duration.ofSeconds(80), Duration.ofSeconds(8), Duration.ofSeconds(10), Duration.ofSeconds(20),
            Duration.ofSeconds(20));

    /** As the platform document has it: 174 s from the order (its T+6 s) to the joined node (its T+180 s), so that only the control path differs from it. */
    public static final Delays PLATFORM = TYPICAL.withBoot(Duration.ofSeconds(162), Duration.ZERO);

    /** The same with other boot times. */
    public Delays withBoot(Duration time, Duration jitter) {
        return new Delays(controller, scheduler, podStart, podStop, launch, time, jitter, ready, accelerators, shutdown);
    }
}
