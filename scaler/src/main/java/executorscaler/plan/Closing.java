package executorscaler.plan;

import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes that we closed in an earlier tick: looked at again, emptied through the eviction API, ended when nothing but residents is left, or given back. */
final class Closing {

    /** A node whose pods have to leave it. */
    private record Leaving(PoolTurn turn, Node node, List<Pod> guests, boolean settled) {}

    private final World world;
    private final Map<String, Reason> needed;
    private final Protection protection;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final List<Leaving> leaving = new ArrayList<>();

    /** @param needed by node, why it is needed again */
    Closing(World world, Map<String, Reason> needed, Protection protection, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.needed = needed;
        this.protection = protection;
        this.steps = steps;
        this.held = held;
    }

    /** Gives back and ends what can be, and notes what is to be emptied. */
    void look(PoolTurn turn, PoolGrowth.Grown grown) {
        var closing = turn.hosts.stream()
                .filter(host -> host.node().cordon() instanceof Node.Cordon.ByUs && !grown.uncordoned().contains(host.node().name()))
                .filter(host -> !world.departures.decides(host)).toList();
        // What is closing already counts as gone: the minimum has to hold when all of it is.
        for (Host host : closing) turn.take(turn.weight(host));
        for (Host host : closing) look(turn, host, ((Node.Cordon.ByUs) host.node().cordon()).since());
    }

    private void look(PoolTurn turn, Host host, Instant since) {
        var node = host.node();
        var guests = host.guests();
        var executor = guests.stream().filter(world::executes).findFirst();
        var why = needed.get(node.name());
        var settles = since.plusSeconds(turn.options.cordonSettleSeconds());
        boolean looked = world.moment.past(since); // in a snapshot that is newer than the cordon
        boolean settled = looked && world.moment.reached(settles);
        if (executor.isPresent()) {
            giveBack(turn, host, new Reason.ExecutorLanded(executor.get().path()));
        } else if (!node.staysFor().isEmpty()) {
            giveBack(turn, host, new Reason.NodeStays(node.staysFor()));
        } else if (why != null) {
            giveBack(turn, host, why);
        } else if (!settled) {
            if (looked) protection.comesOff(turn, host, settles);
            hold(node, new Reason.CordonSettling(since, turn.options.cordonSettleSeconds()));
            if (!guests.isEmpty()) leaving.add(new Leaving(turn, node, guests, false));
        } else if (turn.unseen().isPresent()) {
            hold(node, turn.unseen().get());
        } else if (!turn.canSpare(0)) {
            giveBack(turn, host, new Reason.AtMinSize(turn.min));
        } else if (!guests.isEmpty() && world.moment.past(since.plusSeconds(turn.options.drainTimeoutSeconds()))) {
            giveBack(turn, host, new Reason.DrainTimedOut(since, guests.getFirst().path()));
        } else if (!guests.isEmpty()) {
            protection.comesOff(turn, host, settles);
            leaving.add(new Leaving(turn, node, guests, true));
        } else if (protection.comesOff(turn, host, settles)) {
            hold(node, new Reason.StillProtected(turn.instance(host).id()));
        } else if (host.useful(world) ? turn.may : turn.mayReplace) {
            var end = new Action.Terminate(node.name(), node.uid(), turn.config.name(), turn.pool.group(), turn.instance(host).id());
            steps.add(new Plan.Step(end, new Reason.CordonedAndEmpty(since)));
        }
    }

    /** Whether any node that we closed still has to be emptied. */
    boolean hasLeaving() {
        return !leaving.isEmpty();
    }

    /** Empties what is to be emptied as far as pods may go and find room, and keeps room and budgets for the rest of them. */
    void empty(Moves moves, Blockers blockers, Evictions evictions) {
        for (var each : leaving) {
            boolean leave = mayLeave(each, moves, blockers);
            if (leave && each.settled && each.turn.may) each.guests.forEach(pod -> evict(each.node, pod, evictions));
        }
        for (var each : leaving) {
            if (!each.settled) evictions.reserve(each.guests);
        }
    }

    /** A node that one pod keeps is not emptied of the others: it would be given back without them. */
    private boolean mayLeave(Leaving each, Moves moves, Blockers blockers) {
        if (!each.node.ready()) {
            if (each.settled) hold(each.node, Candidates.unreadyWith(each.guests, each.node));
            return false; // nobody would see them end
        }
        for (Pod pod : each.guests) {
            var blocker = pod.terminating() ? Optional.<Reason>empty() : blockers.of(pod);
            if (blocker.isPresent()) {
                if (each.settled) hold(each.node, blocker.get());
                return false;
            }
        }
        var homeless = moves.take(each.node.name(), each.guests);
        homeless.filter(_ -> each.settled).ifPresent(pod -> hold(each.node, new Reason.PodCannotMove(pod.path(), Reason.PodCannotMove.NO_ROOM)));
        return homeless.isEmpty();
    }

    private void evict(Node node, Pod pod, Evictions evictions) {
        if (pod.terminating()) return;
        var budget = evictions.refuses(pod);
        if (budget.isPresent()) {
            hold(node, new Reason.BudgetExhausted(budget.get().namespace() + "/" + budget.get().name()));
            return;
        }
        evictions.spend(pod);
        steps.add(new Plan.Step(new Action.Evict(pod.namespace(), pod.name(), pod.uid(), node.name()), new Reason.DrainsNode(node.name())));
    }

    private void giveBack(PoolTurn turn, Host host, Reason why) {
        var node = host.node();
        turn.giveBack(turn.weight(host));
        steps.add(new Plan.Step(new Action.Uncordon(node.name(), node.uid()), why));
    }

    private void hold(Node node, Reason why) {
        held.add(new Plan.Held("node/" + node.name(), why));
    }
}
