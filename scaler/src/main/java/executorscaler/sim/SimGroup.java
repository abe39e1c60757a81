package executorscaler.sim;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One Auto Scaling Group. */
final class SimGroup {
    private static final Duration REMEMBERED = Duration.ofMinutes(30);

    final PoolConfig config;
    final String name;
    final MachineType type;
    final List<String> zones;
    final Optional<Duration> boot; // empty: as all do
    final SortedMap<String, SimCloud.SimInstance> instances = new TreeMap<>();
    int min;
    int max;
    int desired;
    int launched;
    boolean refused;
    boolean neverJoins;
    boolean reconciling;
    boolean terminateSuspended;
    boolean comesMeanwhile; // what is wanted comes between the next look and the write that follows it
    Duration ran = Duration.ZERO; // all instances that are gone
    Optional<Instant> heldSince = Optional.empty();
    final Deque<Pool.LaunchFailure> failures = new ArrayDeque<>(); // the newest first

    SimGroup(PoolConfig config, MachineType type, List<String> zones, Optional<Duration> boot) {
        this.config = config;
        this.name = config.autoScalingGroup();
        this.type = type;
        this.zones = zones;
        this.boot = boot;
        this.min = config.minSize();
        this.max = config.maxSize();
    }

    Pool record(Instant readAt) {
        var listed = instances.values().stream()
                .map(one -> new Pool.Instance(one.id, one.lifecycle, one.ip, one.dns, type.name(), one.zone, one.launchedAt, 1, true, one.shielded))
                .toList();
        failures.removeIf(failure -> failure.at().plus(REMEMBERED).isBefore(readAt));
        var none = Collections.<String, String>emptySortedMap();
        var setup = new Pool.Setup(none, List.of(), Collections.emptySortedMap(), none,
                new TreeSet<>(terminateSuspended ? Set.of("Terminate") : Set.of()),
                false, 0, List.of(), heldSince);
        return new Pool(config.name(), name, min, max, desired, listed, List.of(new Pool.Offer(type, 1, OptionalDouble.empty())), zones, setup,
                List.copyOf(failures), readAt);
    }
}
