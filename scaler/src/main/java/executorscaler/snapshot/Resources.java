package executorscaler.snapshot;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An amount of what the scheduler counts on a node: a pod's requests, a node's allocatable, or the room that is left. Every method returns a
 * new value; amounts may become negative where more is requested than there is.
 *
 * @param cpuMillis thousandths of a CPU
 * @param memoryBytes bytes of memory
 * @param ephemeralBytes bytes of local ephemeral storage
 * @param pods how many pods (1 for a pod's requests)
 * @param extended extended resources by name, e.g. {@code nvidia.com/gpu}; names with amount 0 are left out
 */
public record Resources(long cpuMillis, long memoryBytes, long ephemeralBytes, long pods, SortedMap<String, Long> extended) {

    public static final Resources NONE = new Resources(0, 0, 0, 0, Collections.emptySortedMap());

    public Resources {
        extended = withoutZeros(extended);
    }

    public Resources plus(Resources other) {
        return combine(other, 1);
    }

    public Resources minus(Resources other) {
        return combine(other, -1);
    }

    public Resources times(long factor) {
        if (factor == 1) return this;
        return NONE.combine(this, factor);
    }

    /** A part of everything, rounded down; negative amounts stay whole. */
    public Resources dividedBy(long parts) {
        if (parts == 1) return this;
        var shares = new TreeMap<>(extended);
        shares.replaceAll((_, amount) -> share(amount, parts));
        return new Resources(share(cpuMillis, parts), share(memoryBytes, parts), share(ephemeralBytes, parts), share(pods, parts), shares);
    }

    private static long share(long amount, long parts) {
        return amount < 0 ? amount : amount / parts;
    }

    /** Whether a pod with these requests goes into {@code room}. A resource that is not requested does not count, even where the room is negative. */
    public boolean fitsIn(Resources room) {
        return timesIntoAtMost(room, 1) == 1;
    }

    /** How many pods with these requests go into {@code room}: 0 or more; a pod that requests nothing at all is limited by {@code limit} alone. */
    public int timesIntoAtMost(Resources room, int limit) {
        // Dividing is slow, and most nodes that are looked at are full.
        if ((cpuMillis > 0 && cpuMillis > room.cpuMillis) || (memoryBytes > 0 && memoryBytes > room.memoryBytes)) return 0;
        long times = limit;
        times = Math.min(times, times(cpuMillis, room.cpuMillis));
        times = Math.min(times, times(memoryBytes, room.memoryBytes));
        times = Math.min(times, times(ephemeralBytes, room.ephemeralBytes));
        times = Math.min(times, times(pods, room.pods));
        for (var request : extended.entrySet()) {
            times = Math.min(times, times(request.getValue(), room.extended.getOrDefault(request.getKey(), 0L)));
        }
        return (int) Math.max(0, times);
    }

    /** The smaller amount of each resource: what is sure to be there when two nodes of one kind differ. */
    public Resources least(Resources other) {
        var names = new TreeMap<String, Long>();
        extended.forEach((name, amount) -> names.put(name, Math.min(amount, other.extended.getOrDefault(name, 0L))));
        return new Resources(Math.min(cpuMillis, other.cpuMillis), Math.min(memoryBytes, other.memoryBytes),
                Math.min(ephemeralBytes, other.ephemeralBytes),
                Math.min(pods, other.pods), names);
    }

    /** Adds up without a new value for every summand. */
    public static final class Sum {
        private long cpuMillis;
        private long memoryBytes;
        private long ephemeralBytes;
        private long pods;
        private Resources extended = NONE;

        /** One more. */
        public void add(Resources more) {
            cpuMillis += more.cpuMillis;
            memoryBytes += more.memoryBytes;
            ephemeralBytes += more.ephemeralBytes;
            pods += more.pods;
            if (!more.extended.isEmpty()) extended = extended.plus(new Resources(0, 0, 0, 0, more.extended));
        }

        /** What was added so far. */
        public Resources total() {
            if (cpuMillis == 0 && memoryBytes == 0 && ephemeralBytes == 0 && pods == 0 && extended.extended.isEmpty()) return NONE;
            return new Resources(cpuMillis, memoryBytes, ephemeralBytes, pods, extended.extended);
        }
    }

    private static long times(long request, long room) {
        return request <= 0 ? Long.MAX_VALUE : Math.floorDiv(room, request);
    }

    private Resources combine(Resources other, long factor) {
        SortedMap<String, Long> sum = extended;
        if (!other.extended.isEmpty()) {
            var merged = new TreeMap<>(extended);
            other.extended.forEach((name, amount) -> merged.merge(name, amount * factor, Long::sum));
            sum = merged;
        }
        return new Resources(cpuMillis + factor * other.cpuMillis, memoryBytes + factor * other.memoryBytes,
                ephemeralBytes + factor * other.ephemeralBytes,
                pods + factor * other.pods, sum);
    }

    private static SortedMap<String, Long> withoutZeros(SortedMap<String, Long> amounts) {
        if (amounts.isEmpty()) return Collections.emptySortedMap();
        var kept = new TreeMap<>(amounts);
        kept.values().removeIf(amount -> amount == 0);
        return kept.isEmpty() ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(kept);
    }
}
