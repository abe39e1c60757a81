package executorscaler.sim;

import java.time.Duration;
import java.util.List;

/**
 * Who submits how much, and when: the arrivals of a demonstration.
 *
 * @param bursts in any order
 */
public record DemoStory(List<Burst> bursts) {

    /**
     * Jobs that arrive together.
     *
     * @param at after the world's start
     * @param executor whose queue
     * @param work how long one job takes
     */
    public record Burst(Duration at, String executor, int jobs, Duration work) {}

    public DemoStory {
        bursts = List.copyOf(bursts);
    }

    /** A hundred jobs from nothing; a second wave while the nodes are still there; and, after everything has been given back, a small one. */
    public static DemoStory standard(String executor) {
        return new DemoStory(List.of(new Burst(Duration.ofSeconds(5), executor, 100, Duration.ofSeconds(60)),
                new Burst(Duration.ofSeconds(240), executor, 40, Duration.ofSeconds(45)),
                new Burst(Duration.ofMinutes(16), executor, 12, Duration.ofSeconds(30))));
    }

    /** One burst and nothing else. */
    public static DemoStory of(String executor, int jobs, Duration work) {
        return new DemoStory(List.of(new Burst(Duration.ofSeconds(5), executor, jobs, work)));
    }

    /** Lets the bursts arrive in this world at their times. */
    public void happenIn(SimWorld world) {
        for (var burst : bursts) {
            world.at(world.clock().start().plus(burst.at()), () -> world.push(burst.executor(), burst.jobs(), burst.work()));
        }
    }

    /** When the last burst arrives. */
    public Duration lastArrival() {
        return bursts.stream().map(Burst::at).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
