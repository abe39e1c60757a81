package executorscaler.plan;

import executorscaler.plan.Candidates.Candidate;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Packing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes nodes away that nobody needs: idle for long enough, then closed, looked at again in a later tick, emptied through the eviction API, and ended when
 * nothing but residents is left. All that can go begins to go in one tick, over all pools the dearest first: empty nodes, then those whose pods find room on
 * nodes that stay.
 */
final class PoolShrink {

    private final World world;
    private final List<ExecutorSizing.Sized> sized;
    private final PoolGrowth.Grown grown;
    private final Protection protection;
    private final Evictions evictions;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final SortedMap<String, PoolTurn> turns = new TreeMap<>(); // by pool
    private final SortedSet<String> closed = new TreeSet<>(); // nodes that this plan cordons

    PoolShrink(World world, List<ExecutorSizing.Sized> sized, PoolGrowth.Grown grown, Protection protection, Evictions evictions,
            List<Plan.Step> steps,
            List<Plan.Held> held) {
        this.world = world;
        this.sized = sized;
        this.grown = grown;
        this.protection = protection;
        this.evictions = evictions;
        this.steps = steps;
        this.held = held;
    }

    /**
     * Plans all steps down.
     *
     * @param certain whether every source was read whole: otherwise timers run on and nothing is taken away
     * @return by node uid, since when the node has been idle
     */
    SortedMap<String, Instant> shrink(boolean certain) {
        for (var config : world.config.nodePools()) {
            world.pool(config).ifPresent(pool -> turns.put(config.name(), new PoolTurn(world, grown, config, pool, certain)));
        }
        for (PoolTurn turn : turns.values()) {
            if (turn.mayReplace && !turn.may) hold("pool/" + turn.config.name(), new Reason.PodsHomeless(grown.homeless()));
        }
        var candidates = new Candidates(world, grown.bins(), held); // reads the bins before more is put into them
        var needed = OnDemandBase.keep(world, sized, grown, turns, held);
        ComingDue.stays(world, sized, grown.bins(), turns).forEach(needed::putIfAbsent);
        Rollouts.needed(sized, turns).forEach(needed::putIfAbsent);
        var closing = new Closing(world, needed, protection, steps, held);
        for (PoolTurn turn : turns.values()) {
            candidates.look(turn, needed);
            closing.look(turn, grown);
        }
        var inOrder = candidates.inOrder();
        for (Candidate candidate : inOrder) {
            if (candidate.empty()) closeEmpty(candidate);
        }
        if (closing.hasLeaving() || inOrder.stream().anyMatch(candidate -> !candidate.empty())) move(inOrder, closing, needed);
        for (PoolTurn turn : turns.values()) {
            for (var instance : world.alive(turn.pool)) {
                if (world.hostOf(instance).isEmpty() && world.pastDeadline(turn.config, instance.launchedAt())) unjoined(turn, instance);
            }
        }
        return candidates.idleSince();
    }

    private void closeEmpty(Candidate candidate) {
        boolean may = candidate.useful(world) ? candidate.turn().may : candidate.turn().mayReplace;
        if (canSpare(candidate) && may) close(candidate);
    }

    private boolean canSpare(Candidate candidate) {
        var unseen = candidate.turn().unseen();
        if (unseen.isPresent()) {
            hold(candidate.node(), unseen.get());
            return false;
        }
        boolean can = candidate.turn().canSpare(candidate.weight());
        if (!can) hold(candidate.node(), new Reason.AtMinSize(candidate.turn().min));
        return can;
    }

    private void close(Candidate candidate) {
        var node = candidate.node();
        candidate.turn().take(candidate.weight());
        closed.add(node.name());
        steps.add(new Plan.Step(new Action.Cordon(node.name(), node.uid()), candidate.why()));
    }

    /** Pods of nodes that were closed before have the first choice of the room that there is. */
    private void move(List<Candidate> inOrder, Closing closing, Map<String, Reason> needed) {
        var moves = new Moves(rooms(inOrder, needed));
        var blockers = new Blockers(world.social());
        closing.empty(moves, blockers, evictions);
        for (Candidate candidate : inOrder) {
            if (candidate.empty() || moves.receives(candidate.node().name())) continue; // where others go to is not idle
            if (!canSpare(candidate) || !candidate.turn().may) continue;
            var stays = stays(candidate, moves, blockers, evictions);
            if (stays.isPresent()) {
                hold(candidate.node(), stays.get());
                continue;
            }
            moves.close(candidate.node().name());
            evictions.reserve(candidate.guests());
            close(candidate);
        }
    }

    /** Why a node with pods stays; empty: they all may move, and room for them is taken. */
    private static Optional<Reason> stays(Candidate candidate, Moves moves, Blockers blockers, Evictions evictions) {
        for (Pod pod : candidate.guests()) {
            if (pod.terminating()) continue;
            var blocker = blockers.of(pod).or(() -> evictions.refuses(pod)
                    .map(budget -> new Reason.BudgetExhausted(budget.namespace() + "/" + budget.name())));
            if (blocker.isPresent()) return blocker;
        }
        return moves.take(candidate.node().name(), candidate.guests()).map(pod -> new Reason.PodCannotMove(pod.path(), Reason.PodCannotMove.NO_ROOM));
    }

    /** Nodes that stay: the fullest first; then those that would go, the last of them first; devices after all others. */
    private List<Bin> rooms(List<Candidate> inOrder, Map<String, Reason> needed) {
        var turn = new LinkedHashMap<String, Integer>(); // by node, when it would go
        for (Candidate candidate : inOrder) turn.put(candidate.node().name(), turn.size());
        record Room(Bin bin, int turn, double free) {}
        var rooms = new ArrayList<Room>();
        for (Bin bin : grown.bins()) {
            if (bin.kind() != Bin.Kind.OPEN || closed.contains(bin.node())) continue;
            if (bin.vacant() && bin.placed() == 0 && mayGo(bin) && !needed.containsKey(bin.node())) continue;
            rooms.add(new Room(bin, turn.getOrDefault(bin.node(), Integer.MAX_VALUE), Packing.size(bin.free())));
        }
        rooms.sort(Comparator.comparing((Room room) -> room.bin().devices()).thenComparing(Room::turn, Comparator.reverseOrder())
                .thenComparingDouble(Room::free).thenComparing(room -> room.bin().node()));
        return rooms.stream().map(Room::bin).toList();
    }

    /** To fill an empty node so that another can go would only swap the two, and move pods for nothing. */
    private boolean mayGo(Bin bin) {
        var turn = turns.get(bin.pool());
        var host = world.host(bin.node());
        return turn != null && host.isPresent() && host.get().node().staysFor().isEmpty() && turn.canSpare(turn.weight(host.get()));
    }

    private void unjoined(PoolTurn turn, Pool.Instance instance) {
        if (instance.lifecycle() != Pool.Lifecycle.IN_SERVICE) return;
        var subject = "pool/" + turn.config.name();
        // Any node that matches nothing and came after the launch may be this instance's: then "never joined" would be a guess.
        var stranger = world.strangers().stream().filter(node -> !node.createdAt().isBefore(instance.launchedAt().minusSeconds(60)))
                .findFirst();
        if (instance.privateIp().isEmpty() && instance.privateDns().isEmpty()) {
            // EC2 has not told its addresses: on K3s its node could not be recognised if it stood here.
            hold(subject, new Reason.MappingIncomplete(instance.id(), "any: its addresses are not known"));
        } else if (stranger.isPresent()) {
            hold(subject, new Reason.MappingIncomplete(instance.id(), stranger.get().name()));
        } else if (!turn.canSpare(instance.weight())) {
            hold(subject, new Reason.AtMinSize(turn.min));
        } else if (turn.mayReplace) {
            turn.take(instance.weight());
            var end = new Action.TerminateUnjoined(turn.config.name(), turn.pool.group(), instance.id(), instance.privateIp(), instance.privateDns());
            steps.add(new Plan.Step(end, new Reason.NeverJoined(instance.id(), instance.launchedAt(), world.provisionSeconds(turn.config))));
        }
    }

    private void hold(Node node, Reason why) {
        hold("node/" + node.name(), why);
    }

    private void hold(String subject, Reason why) {
        held.add(new Plan.Held(subject, why));
    }
}
