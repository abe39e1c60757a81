package executorscaler.plan;

import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes AWS is about to take: by what their annotations keep, and by notices that have come since. What is announced is in force until AWS should long
 * have done it, so that a notice that was wrong closes no node for ever.
 */
final class Departures {

    /** An instance that is still there so long after AWS should have taken it is not taken. */
    static final Duration OVERDUE = Duration.ofMinutes(10);

    /** Maintenance is announced days ahead: a node is used until so long before. */
    static final Duration AHEAD = Duration.ofHours(1);

    /** A describe may still show an instance in service so long after its group began to end it. */
    static final Duration DESCRIBED = Duration.ofMinutes(1);

    private final World world;
    private final Map<Host, List<Announced>> announced = new LinkedHashMap<>(); // what is in force, by node in name order
    private final TreeSet<String> instances = new TreeSet<>(); // of all that leave now, those that have no node yet among them

    Departures(World world) {
        this.world = world;
        var news = new TreeMap<String, List<Announced>>(); // by instance
        for (Notice notice : world.snapshot.notices()) {
            if (!notice.trouble().isEmpty() || notice.kind() == Kind.GONE || notice.kind() == Kind.OTHER) continue;
            for (var id : notice.instances()) {
                var said = read(notice);
                if (!inForce(said, world.instance(id))) continue;
                news.computeIfAbsent(id, _ -> new ArrayList<>()).add(said);
                if (leavesNow(said)) instances.add(id);
            }
        }
        for (Host host : world.hosts()) {
            var instance = host.place().map(place -> place.instance());
            var here = instance.map(each -> news.getOrDefault(each.id(), List.of())).orElse(List.of());
            if (here.isEmpty() && host.node().announced().isEmpty()) continue;
            var all = new TreeMap<Kind, Announced>();
            for (Announced each : host.node().announced()) {
                if (inForce(each, instance)) all.put(each.kind(), each);
            }
            for (Announced each : here) all.merge(each.kind(), each, (old, now) -> now.at().isAfter(old.at()) ? now : old);
            announced.put(host, List.copyOf(all.values()));
            if (all.values().stream().anyMatch(this::leavesNow)) instance.ifPresent(each -> instances.add(each.id()));
        }
    }

    /** What a notice says, as its node is to keep it. */
    Announced read(Notice notice) {
        var until = notice.kind() == Kind.REBALANCE ? notice.at().plusSeconds(world.config.notices().rebalanceSeconds()) : notice.until();
        return new Announced(notice.kind(), notice.at(), until, notice.hook());
    }

    /** Whether it still counts. */
    boolean inForce(Announced said, Optional<Pool.Instance> instance) {
        return switch (said.kind()) {
            case INTERRUPTION, MAINTENANCE -> !world.moment.reached(later(said.until(), OVERDUE));
            case REBALANCE -> !world.moment.reached(said.until());
            case TERMINATING -> instance.isEmpty() || !instance.get().counts() || !described(said.at().plus(DESCRIBED), instance.get());
            case GONE, OTHER -> false;
        };
    }

    /** Nodes about which anything is in force, or was. In name order. */
    Collection<Host> hosts() {
        return Collections.unmodifiableSet(announced.keySet());
    }

    /** Whether any node leaves, or any instance that has none yet. */
    boolean any() {
        return !instances.isEmpty() || announced.keySet().stream().anyMatch(this::leaves);
    }

    /** What is in force about the node, one of a kind. */
    List<Announced> of(Host host) {
        return announced.getOrDefault(host, List.of());
    }

    /** Whether the node is to be left, and takes nothing any more. */
    boolean leaves(Host host) {
        return of(host).stream().anyMatch(this::leavesNow);
    }

    /** Whether the instance, which may have no node yet, is to be left. */
    boolean leaves(Pool.Instance instance) {
        return instances.contains(instance.id());
    }

    /** Whether nothing may be planned onto the node: it is to be left, or closed still because it was. */
    boolean takesNothing(Host host) {
        return leaves(host) || (host.node().cordon() instanceof Node.Cordon.ByUs && decides(host));
    }

    /** Whether what becomes of the node is decided by what AWS said or took back, and by nothing else in this plan. */
    boolean decides(Host host) {
        return leaves(host) || (announced.containsKey(host) && !of(host).equals(host.node().announced()));
    }

    /** When AWS takes the node, whatever runs on it; {@link Instant#MAX}: not said. */
    Instant end(Host host) {
        return of(host).stream().filter(said -> said.forced() && leavesNow(said)).map(Announced::until).min(Instant::compareTo).orElse(Instant.MAX);
    }

    /** Whether anything that could be known of the instance has been read since then. */
    boolean lookedSince(Instant time) {
        return world.snapshot.missing().stream().noneMatch(missing -> missing.source() == Missing.Source.AWS)
                && readSince(world.snapshot.pools(), time);
    }

    private boolean leavesNow(Announced said) {
        return said.kind() != Kind.MAINTENANCE || world.moment.reached(said.until().minus(AHEAD));
    }

    private boolean described(Instant time, Pool.Instance instance) {
        return readSince(world.snapshot.pools().stream().filter(pool -> pool.instances().contains(instance)).toList(), time);
    }

    private boolean readSince(List<Pool> pools, Instant time) {
        boolean old = pools.stream().anyMatch(pool -> pool.readAt().isBefore(time));
        if (old) world.moment.readAgain();
        return !old;
    }

    private static Instant later(Instant time, Duration by) {
        return time.isAfter(Instant.MAX.minus(by)) ? Instant.MAX : time.plus(by);
    }
}
