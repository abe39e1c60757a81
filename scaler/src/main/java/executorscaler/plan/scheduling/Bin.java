package executorscaler.plan.scheduling;

import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Room that pods can be put into while packing: a node that is there, one on its way, or one that would have to be bought. Not shared between packings. */
public final class Bin implements Site {

    /** What kind of node this is, cheapest first. */
    public enum Kind { OPEN, CLOSED_BY_US, ON_THE_WAY, NEW }

    /** All that decides which pods go in, and what it is to have them there: bins with equal faces are filled alike. */
    public record Face(Kind kind, String pool, String node, SortedMap<String, String> labels, List<String> zones, List<Taint> taints,
            List<HostPort> ports,
            Resources free, @Nullable Resources headroom) {}

    private final Kind kind;
    private final String pool;
    private final String node;
    private final SortedMap<String, String> labels;
    private final SortedMap<String, String> expected;
    private final List<String> zones;
    private final List<Taint> taints;
    private List<HostPort> ports;
    private Resources free;
    private final Resources room; // free at first
    private final List<HostPort> portsAtFirst;
    private final Resources all;
    private final boolean devices;
    private @Nullable Resources headroom;
    private boolean vacant;
    private String joining = "";
    private int placed;

    /**
     * A bin with {@code free} room.
     *
     * @param pool the pool's name, empty for a node of no pool
     * @param node the node's name, empty while it has none
     * @param expected labels that the node will have with values that are not known for sure: a host name of its own, the zone that it should come up in. They
     *        say which domain it belongs to, and are no reason to promise it to a pod that selects by them
     * @param zones in which the node may come up while it is not there; none: nobody knows
     * @param ports taken by pods that are there
     * @param all allocatable, whoever has it
     */
    public Bin(Kind kind, String pool, String node, SortedMap<String, String> labels, SortedMap<String, String> expected, List<String> zones,
            List<Taint> taints, List<HostPort> ports, Resources free, Resources all) {
        this.kind = kind;
        this.pool = pool;
        this.node = node;
        this.labels = labels;
        this.expected = expected;
        this.zones = List.copyOf(zones);
        this.taints = List.copyOf(taints);
        this.ports = List.copyOf(ports);
        this.free = free;
        this.all = all;
        portsAtFirst = this.ports;
        room = free;
        devices = !free.extended().isEmpty();
        vacant = kind == Kind.ON_THE_WAY || kind == Kind.NEW;
    }

    /** Nothing but residents is on the node. */
    public Bin asVacant() {
        vacant = true;
        return this;
    }

    /** The node has registered under this name, and is not complete yet. */
    public Bin asJoining(String name) {
        joining = name;
        return this;
    }

    /** Somebody else's room is on the node. */
    public Bin asShared() {
        vacant = false;
        return this;
    }

    /** So much of the free room has pods on it that the scheduler evicts for others: it is none for a pod for which it does not. */
    public Bin withHeadroom(Resources preemptible) {
        headroom = preemptible;
        return this;
    }

    /** A bin of which nobody knows in which zones it may come up. */
    public Bin(Kind kind, String pool, String node, SortedMap<String, String> labels, SortedMap<String, String> expected, List<Taint> taints,
            List<HostPort> ports, Resources free, Resources all) {
        this(kind, pool, node, labels, expected, List.of(), taints, ports, free, all);
    }

    /** A bin of which all labels are known, with no port taken. */
    public Bin(Kind kind, String pool, String node, SortedMap<String, String> labels, List<Taint> taints, Resources free) {
        this(kind, pool, node, labels, Collections.emptySortedMap(), taints, List.of(), free, free);
    }

    /** The same bin, to be filled by itself. */
    public Bin copy() {
        var copy = unfilled();
        copy.free = free;
        copy.ports = ports;
        copy.placed = placed;
        return copy;
    }

    /** The same bin as it was before anything was put in. */
    public Bin unfilled() {
        var copy = new Bin(kind, pool, node, labels, expected, zones, taints, portsAtFirst, room, all);
        copy.vacant = vacant;
        copy.headroom = headroom;
        copy.joining = joining;
        return copy;
    }

    /** As it is now. */
    public Face face() {
        return new Face(kind, pool, node, labels, zones, taints, ports, free, headroom);
    }

    /** How many pods of {@code shape} would go in, at most {@code count}, as far as the rules of other pods allow. */
    public int fits(PodShape shape, int count) {
        return fits(shape, count, false);
    }

    private int fits(PodShape shape, int count, boolean selected) {
        int fits = shape.requests().timesIntoAtMost(freeFor(shape), count);
        if (fits == 0 || !(selected ? Fit.tolerates(shape, taints) : Fit.accepts(shape, node, labels, zones, taints))) return 0;
        var wanted = shape.rules().hostPorts();
        if (wanted.isEmpty()) return fits;
        return wanted.stream().anyMatch(port -> ports.stream().anyMatch(port::conflicts)) ? 0 : 1;
    }

    /** Puts as many pods of {@code shape} in as fit, at most {@code count}, and says how many. */
    public int place(PodShape shape, int count) {
        return place(shape, count, false);
    }

    /** The same, where it is known whether node selector and node affinity name the node. */
    int place(PodShape shape, int count, boolean selected) {
        int fits = fits(shape, count, selected);
        if (fits == 0) return 0;
        free = free.minus(shape.requests().times(fits));
        placed += fits;
        if (!shape.rules().hostPorts().isEmpty()) {
            var all = new ArrayList<>(ports);
            all.addAll(shape.rules().hostPorts());
            ports = all;
        }
        return fits;
    }

    /** Whether nothing but residents was on it when the packing began. */
    public boolean vacant() {
        return vacant;
    }

    /** Whether there is any device, such as a GPU, to be had. */
    public boolean devices() {
        return devices;
    }

    /** What pods may request on it in all, whoever does. */
    Resources all() {
        return all;
    }

    /** Whether the node is for pods of this shape at all. */
    boolean accepts(PodShape shape) {
        return Fit.accepts(shape, node, labels, zones, taints);
    }

    /** Whether a pod of this shape would go on the node if nobody else did. */
    public boolean isFor(PodShape shape) {
        return accepts(shape) && shape.requests().fitsIn(room);
    }

    /** Whether one more pod of a shape that the node is for finds room and ports. */
    boolean hasRoom(PodShape shape) {
        return shape.requests().fitsIn(freeFor(shape))
                && shape.rules().hostPorts().stream().noneMatch(port -> ports.stream().anyMatch(port::conflicts));
    }

    private Resources freeFor(PodShape shape) {
        return headroom == null || shape.preempts() ? free : free.minus(headroom);
    }

    public Resources free() {
        return free;
    }

    @Override
    @Nullable
    public String domain(String topologyKey) {
        var sure = labels.get(topologyKey);
        var domain = sure != null ? sure : expected.get(topologyKey);
        if (domain != null || !node.isEmpty() || !Fit.isZone(topologyKey) || topologyKey.equals(Fit.ZONE)) return domain;
        return domain(Fit.ZONE);
    }

    @Override
    public List<String> zones() {
        return zones;
    }

    @Override
    public SortedMap<String, String> labels() {
        return labels;
    }

    /** With those that are only expected. */
    public SortedMap<String, String> allLabels() {
        var all = new TreeMap<>(labels);
        all.putAll(expected);
        return all;
    }

    @Override
    public List<Taint> taints() {
        return taints;
    }

    public Kind kind() {
        return kind;
    }

    public String pool() {
        return pool;
    }

    @Override
    public String node() {
        return node;
    }

    /** The name of a node on its way that has registered already; empty: it has none yet, or is there. */
    public String joining() {
        return joining;
    }

    /** How many pods were put in. */
    public int placed() {
        return placed;
    }
}
