package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which open nodes may go as far as they themselves are concerned: idle or hardly used for long enough, or not ready for long enough, and old enough. */
final class Candidates {

    /**
     * A node that may go.
     *
     * @param guests pods that would have to move
     * @param percent how much of it they use
     * @param price dollars an hour that go with it
     */
    record Candidate(PoolTurn turn, Host host, List<Pod> guests, int percent, double price, Reason why) {

        /** The dearest first, then the least used. */
        static final Comparator<Candidate> ORDER = Comparator.comparingDouble(Candidate::price).reversed().thenComparingInt(Candidate::percent)
                .thenComparing(candidate -> candidate.node().name());

        Node node() {
            return host.node();
        }

        /** Units of capacity that go with it. */
        int weight() {
            return turn.weight(host);
        }

        /** Whether pods could be put on it: otherwise it only counts against the pool's maximum. */
        boolean useful(World world) {
            return host.useful(world);
        }

        boolean empty() {
            return guests.isEmpty();
        }
    }

    private static final int EXAMPLES = 3;

    private final World world;
    private final Map<String, Boolean> rooms = new LinkedHashMap<>(); // open nodes that are room, and whether pods of this plan are on their way there
    private final List<Plan.Held> held;
    private final List<Candidate> candidates = new ArrayList<>();
    private final SortedMap<String, Instant> idleSince = new TreeMap<>();

    /** @param bins all room, as growth has filled it; they are not kept */
    Candidates(World world, Collection<Bin> bins, List<Plan.Held> held) {
        this.world = world;
        this.held = held;
        for (Bin bin : bins) {
            if (bin.kind() == Bin.Kind.OPEN) rooms.put(bin.node(), bin.placed() > 0);
        }
    }

    /** @param needed by node, why it will be needed */
    void look(PoolTurn turn, Map<String, Reason> needed) {
        for (Host host : turn.hosts) look(turn, host, Optional.ofNullable(needed.get(host.node().name())));
    }

    /** In the order in which they should go. */
    List<Candidate> inOrder() {
        return candidates.stream().sorted(Candidate.ORDER).toList();
    }

    /** By node uid, since when the node has been idle. */
    SortedMap<String, Instant> idleSince() {
        return idleSince;
    }

    /** Why a node that is not ready stays. */
    static Reason unreadyWith(List<Pod> guests, Node node) {
        return new Reason.UnreadyWithPods(node.unreadySince(), guests.size(), guests.stream().limit(EXAMPLES).map(Pod::path).toList());
    }

    private void look(PoolTurn turn, Host host, Optional<Reason> needed) {
        if (world.departures.decides(host)) return;
        var node = host.node();
        if (node.cordon() instanceof Node.Cordon.ByOthers) hold(node, new Reason.CordonedByOthers());
        if (!node.open()) return;
        if (!node.ready()) {
            lookAtUnready(turn, host);
            return;
        }
        if (host.executes()) return;
        if (!host.complete(world)) {
            lookAtIncomplete(turn, host, needed);
            return;
        }
        var promised = rooms.get(node.name());
        if (promised == null || promised) return;
        var guests = host.guests();
        var devices = NodeTemplate.devices(turn.pool, turn.instance(host).type());
        double below = 100 * (devices.isEmpty() ? turn.options.utilizationThreshold() : turn.options.deviceUtilizationThreshold());
        if (!guests.isEmpty() && below == 0) return;
        int percent = usedPercent(guests, node.allocatable(), devices);
        if (!guests.isEmpty() && percent >= below) return;
        var since = idleSince(node);
        var waits = waits(turn, node, since).or(() -> needed);
        if (waits.isPresent()) {
            hold(node, waits.get());
        } else {
            Reason why = guests.isEmpty() ? new Reason.NodeIdle(since) : new Reason.NodeUnderused(since, percent, guests.size());
            candidates.add(new Candidate(turn, host, guests, percent, turn.price(host), why));
        }
    }

    private Instant idleSince(Node node) {
        var since = world.memory.idleSince().getOrDefault(node.uid(), world.now);
        idleSince.put(node.uid(), since);
        return since;
    }

    /** What an idle node waits for. */
    private Optional<Reason> waits(PoolTurn turn, Node node, Instant since) {
        if (!world.moment.reached(since.plusSeconds(turn.options.idleSeconds())))
            return Optional.of(new Reason.IdleSince(since, turn.options.idleSeconds()));
        if (!node.staysFor().isEmpty()) return Optional.of(new Reason.NodeStays(node.staysFor()));
        if (world.moment.reached(node.createdAt().plusSeconds(turn.options.minNodeLifetimeSeconds()))) return Optional.empty();
        return Optional.of(new Reason.NodeYoung(node.createdAt(), turn.options.minNodeLifetimeSeconds()));
    }

    /** Its devices may still come until its time is over; after that it is of no use to the pods that it was bought for. */
    private void lookAtIncomplete(PoolTurn turn, Host host, Optional<Reason> needed) {
        var node = host.node();
        var launched = turn.instance(host).launchedAt();
        if (!host.guests().isEmpty() || !world.pastDeadline(turn.config, launched)) return;
        var waits = waits(turn, node, idleSince(node)).or(() -> needed);
        if (waits.isPresent()) {
            hold(node, waits.get());
            return;
        }
        var missing = Completeness.missingDevices(node, host.place().orElseThrow());
        candidates.add(new Candidate(turn, host, List.of(), 0, turn.price(host),
                new Reason.DevicesMissing(missing, launched, world.provisionSeconds(turn.config))));
    }

    /** It takes no pods and costs what it costs. While it may be booting it is on its way, and since when it is not ready must be known. */
    private void lookAtUnready(PoolTurn turn, Host host) {
        var node = host.node();
        var since = node.unreadySince();
        if (since.equals(Instant.MAX) || !world.pastDeadline(turn.config, turn.instance(host).launchedAt())) return;
        var guests = host.guests();
        if (!world.moment.reached(since.plusSeconds(turn.options.unreadySeconds()))) {
            hold(node, new Reason.UnreadySince(since, turn.options.unreadySeconds()));
        } else if (!guests.isEmpty()) {
            hold(node, unreadyWith(guests, node));
        } else if (!node.staysFor().isEmpty()) {
            hold(node, new Reason.NodeStays(node.staysFor()));
        } else {
            candidates.add(new Candidate(turn, host, guests, 0, turn.price(host), new Reason.NodeUnready(since)));
        }
    }

    /** Of the devices alone where the machine has any: what else is used of such a node is not what it is paid for. */
    private static int usedPercent(List<Pod> guests, Resources all, SortedMap<String, Long> devices) {
        if (guests.isEmpty()) return 0;
        var sum = new Resources.Sum();
        for (Pod pod : guests) sum.add(pod.shape().requests());
        var used = sum.total();
        double share = 0;
        for (var device : devices.keySet())
            share = Math.max(share, share(used.extended().getOrDefault(device, 0L), all.extended().getOrDefault(device, 0L)));
        if (devices.isEmpty()) share = Math.max(share(used.cpuMillis(), all.cpuMillis()), share(used.memoryBytes(), all.memoryBytes()));
        return (int) Math.ceil(share * 100);
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 1 : part / (double) whole;
    }

    private void hold(Node node, Reason why) {
        held.add(new Plan.Held("node/" + node.name(), why));
    }
}
