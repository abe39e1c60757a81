package executorscaler.sim;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One Auto Scaling Group. */
final class SimGroup {
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

    SimGroup(PoolConfig config, List<String> zones, Optional<Duration> boot) {
        this.config = config;
        this.name = config.autoScalingGroup();
        this.type = Machines.byName(config.instanceType());
        this.zones = zones;
        this.boot = boot;
        this.min = config.minSize();
        this.max = config.maxSize();
    }

    Pool record(Instant readAt) {
        var listed = instances.values().stream()
                .map(one -> new Pool.Instance(one.id, one.lifecycle, one.ip, one.dns, type.name(), one.zone, one.launchedAt)).toList();
        return new Pool(config.name(), name, min, max, desired, listed, type, zones, readAt);
    }
}
