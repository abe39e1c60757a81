package executorscaler.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node pool's Auto Scaling Group.
 *
 * @param name the pool's name in the config
 * @param group the ASG's name
 * @param min the ASG's own minimum, in units of capacity
 * @param max the ASG's own maximum, in units of capacity
 * @param desired desired capacity, in units
 * @param instances all that the group lists, in whatever state
 * @param offers what the group may launch, never empty; more than one under a mixed-instances policy
 * @param zones availability zones the group launches into
 * @param setup what else the group says of itself
 * @param failures launches of late that AWS could not make, the newest first
 * @param readAt when the answer came
 */
public record Pool(String name, String group, int min, int max, int desired, List<Instance> instances, List<Offer> offers, List<String> zones,
        Setup setup, List<LaunchFailure> failures, Instant readAt) {

    public Pool {
        if (offers.isEmpty()) throw new IllegalArgumentException(name + ": a pool must offer at least one machine");
        instances = List.copyOf(instances);
        offers = List.copyOf(offers);
        zones = List.copyOf(zones);
        failures = List.copyOf(failures);
    }

    /** A group of one kind of machine, of which nothing else is to be said. */
    public Pool(String name, String group, int min, int max, int desired, List<Instance> instances, MachineType type, List<String> zones,
            Instant readAt) {
        this(name, group, min, max, desired, instances, List.of(new Offer(type, 1, OptionalDouble.empty())), zones, Setup.PLAIN, List.of(), readAt);
    }

    /** Units of capacity that the smallest of its machines fills. */
    public int leastWeight() {
        return offers.stream().mapToInt(Offer::weight).min().orElseThrow();
    }

    /** Units of capacity that its instances fill, those that are pending among them. */
    public int filled() {
        return instances.stream().filter(Instance::counts).mapToInt(Instance::weight).sum();
    }

    /** The same, as read at another time. */
    public Pool readAt(Instant time) {
        return new Pool(name, group, min, max, desired, instances, offers, zones, setup, failures, time);
    }

    /** Whether the other says the same, whenever it was read. */
    boolean alike(Pool other) {
        return equals(other.readAt(readAt));
    }

    /**
     * A machine that the group may launch.
     *
     * @param weight units of capacity that one of it fills
     * @param spotPrice dollars an hour, the highest of the group's zones; empty where not known
     */
    public record Offer(MachineType type, int weight, OptionalDouble spotPrice) {
        public Offer {
            if (weight < 1) throw new IllegalArgumentException(type.name() + ": a weight is at least 1, was " + weight);
        }
    }

    /**
     * An instance that the group lists.
     *
     * @param privateIp empty where not known
     * @param privateDns empty where not known
     * @param launchedAt when EC2 launched it
     * @param weight units of capacity that it fills
     * @param healthy whether the group takes it to be; others it replaces
     * @param protectedFromScaleIn whether the group may not choose it as a victim
     */
    public record Instance(String id, Lifecycle lifecycle, String privateIp, String privateDns, String type, String zone, Instant launchedAt,
            int weight,
            boolean healthy, boolean protectedFromScaleIn) {

        /** Of weight 1, healthy, and not protected. */
        public Instance(String id, Lifecycle lifecycle, String privateIp, String privateDns, String type, String zone, Instant launchedAt) {
            this(id, lifecycle, privateIp, privateDns, type, zone, launchedAt, 1, true, false);
        }

        /** Whether the group counts it towards what it desires. */
        public boolean counts() {
            return lifecycle == Lifecycle.PENDING || lifecycle == Lifecycle.IN_SERVICE;
        }
    }

    /** The ASG's lifecycle states, as far as decisions tell them apart: LEAVING is every Terminating state, OTHER is Standby, Detached and Warmed. */
    public enum Lifecycle {
        PENDING, IN_SERVICE, LEAVING, OTHER
    }

    /**
     * What a group says of itself beside its size.
     *
     * @param labels of its nodes, by tags {@code k8s.io/cluster-autoscaler/node-template/label/...}
     * @param taints of its nodes, by tags {@code .../taint/...}
     * @param resources of its nodes, by tags {@code .../resources/...}: {@code cpu} in millis, {@code memory} and {@code ephemeral-storage} in bytes, others
     *        counted
     * @param options by tags {@code .../autoscaling-options/...}, as they are written
     * @param suspended processes that are suspended, e.g. {@code Launch}
     * @param protectsNew whether new instances are protected from scale-in
     * @param warm instances that wait in its warm pool
     * @param troubles what about the group cannot be as it says, one sentence each
     * @param heldSince since when we hold the group from ending instances, by a tag of ours; empty: we do not
     */
    public record Setup(SortedMap<String, String> labels, List<Taint> taints, SortedMap<String, Long> resources, SortedMap<String, String> options,
            SortedSet<String> suspended, boolean protectsNew, int warm, List<String> troubles, Optional<Instant> heldSince) {

        /** Nothing to be said. */
        public static final Setup PLAIN = new Setup(Collections.emptySortedMap(), List.of(), Collections.emptySortedMap(),
                Collections.emptySortedMap(), Collections.emptySortedSet(), false, 0, List.of(), Optional.empty());

        /** Of a group that we do not hold. */
        public Setup(SortedMap<String, String> labels, List<Taint> taints, SortedMap<String, Long> resources, SortedMap<String, String> options,
                SortedSet<String> suspended, boolean protectsNew, int warm, List<String> troubles) {
            this(labels, taints, resources, options, suspended, protectsNew, warm, troubles, Optional.empty());
        }

        public Setup {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
            taints = List.copyOf(taints);
            resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
            options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
            suspended = Collections.unmodifiableSortedSet(new TreeSet<>(suspended));
            troubles = List.copyOf(troubles);
        }
    }

    /**
     * A launch that AWS could not make: a scaling activity that failed or was cancelled.
     *
     * @param activity its id
     * @param at when it ended
     * @param zone that it was about, empty: not said
     * @param type instance type that it was about, empty: not said
     * @param message AWS's own words
     */
    public record LaunchFailure(String activity, Instant at, Cause cause, String zone, String type, String message) {

        /** What is to be done about it. */
        public enum Cause {
            /** AWS has none now: another zone, another type or a later time will do. */
            NO_CAPACITY,
            /** The account may have no more: waiting does not help, a person does. */
            QUOTA,
            /** The launch template, its image or a right is wrong: no launch will succeed until a person has mended it. */
            TEMPLATE,
            /** Anything else. */
            OTHER
        }
    }
}
