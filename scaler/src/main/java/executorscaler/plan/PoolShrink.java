package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes nodes away that nobody needs: idle for long enough, then closed, looked at again in a later tick, emptied through the eviction API, and ended when
 * nothing but residents is left.
 */
final class PoolShrink {

    private static final String NO_CONTROLLER = "nothing would make it again: it has no controller";

    private final World world;
    private final PoolGrowth.Grown grown;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final Evictions evictions;
    private final SortedMap<String, Bin> rooms = new TreeMap<>();
    private final SortedSet<String> closed = new TreeSet<>(); // nodes that this plan cordons
    private final SortedMap<String, Instant> idleSince = new TreeMap<>();
    private @Nullable Set<PodTerm> avoiding; // once somebody asks

    PoolShrink(World world, PoolGrowth.Grown grown, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.grown = grown;
        this.steps = steps;
        this.held = held;
        this.evictions = new Evictions(world.snapshot.budgets());
        for (Bin bin : grown.bins()) {
            if (bin.kind() == Bin.Kind.OPEN) rooms.put(bin.node(), bin);
        }
    }

    /**
     * Plans all steps down.
     *
     * @param certain whether every source was read whole: otherwise timers run on and nothing is taken away
     * @return by node uid, since when the node has been idle
     */
    SortedMap<String, Instant> shrink(boolean certain) {
        for (var config : world.config.nodePools()) {
            var pool = world.pool(config);
            if (pool.isEmpty()) continue;
            new PoolTurn(config, pool.get(), certain).take();
        }
        return idleSince;
    }

    /** What pods of this cluster keep away from themselves. */
    private Set<PodTerm> avoiding() {
        if (avoiding == null) {
            avoiding = new LinkedHashSet<>();
            for (Pod pod : world.snapshot.pods()) avoiding.addAll(pod.shape().rules().apart());
        }
        return avoiding;
    }

    /** One pool's turn. */
    private final class PoolTurn {
        private final PoolConfig config;
        private final Pool pool;
        private final boolean may;
        private final boolean mayReplace;
        private final int min;
        private int size; // units of capacity
        private boolean movedOne;

        PoolTurn(PoolConfig config, Pool pool, boolean certain) {
            this.config = config;
            this.pool = pool;
            this.min = world.min(config, pool);
            boolean raised = grown.raised().contains(config.name());
            if (certain && !raised && grown.homeless() > 0) hold("pool/" + config.name(), new Reason.PodsHomeless(grown.homeless()));
            // While we hold the group, what is desired follows what is there: nothing else may change it.
            boolean held = pool.setup().heldSince().isPresent();
            this.may = certain && !raised && !held && grown.homeless() == 0;
            // No pod is on it, and while it counts against the maximum nothing can take its place.
            this.mayReplace = certain && !raised && !held;
        }

        void take() {
            var nodes = world.nodes(pool);
            var closing = nodes.stream()
                    .filter(node -> node.cordon() instanceof Node.Cordon.ByUs && !grown.uncordoned().contains(node.name()) && !ended(node))
                    .toList();
            // What is closing already counts as gone: the minimum has to hold when all of it is.
            size = world.desired(pool) - closing.stream().mapToInt(this::weight).sum();
            for (Node node : closing) close(node, ((Node.Cordon.ByUs) node.cordon()).since());
            for (Node node : nodes) {
                if (!ended(node)) consider(node);
            }
            for (var instance : world.alive(pool)) {
                if (world.joining.nodeOf(instance).isEmpty() && world.pastDeadline(config, instance.launchedAt())) unjoined(instance);
            }
        }

        private boolean ended(Node node) {
            return world.joining.placeOf(node).filter(place -> place.instance().counts() && !world.memory.ended().containsKey(place.instance().id()))
                    .isEmpty();
        }

        private void close(Node node, Instant since) {
            var guests = world.guestsOn(node);
            var executor = guests.stream().filter(world::executes).findFirst();
            if (executor.isPresent()) {
                giveBack(node, new Reason.ExecutorLanded(executor.get().path()));
            } else if (since.plusSeconds(world.config.scaleDown().cordonSettleSeconds()).isAfter(world.now)) {
                hold(node, new Reason.CordonSettling(since, world.config.scaleDown().cordonSettleSeconds()));
            } else if (size < min) {
                giveBack(node, new Reason.AtMinSize(min));
            } else if (!guests.isEmpty() && since.plusSeconds(world.config.scaleDown().drainTimeoutSeconds()).isBefore(world.now)) {
                giveBack(node, new Reason.DrainTimedOut(since, guests.getFirst().path()));
            } else if (may && guests.isEmpty()) {
                var instance = world.joining.placeOf(node).orElseThrow().instance();
                var terminate = new Action.Terminate(node.name(), node.uid(), config.name(), pool.group(), instance.id());
                steps.add(new Plan.Step(terminate, new Reason.CordonedAndEmpty(since)));
            } else if (may) {
                guests.forEach(pod -> evict(node, pod));
            }
        }

        private void giveBack(Node node, Reason why) {
            size += weight(node);
            steps.add(new Plan.Step(new Action.Uncordon(node.name(), node.uid()), why));
        }

        private void evict(Node node, Pod pod) {
            if (pod.terminating()) return;
            if (pod.owner().isEmpty()) {
                hold(node, new Reason.PodCannotMove(pod.path(), NO_CONTROLLER));
                return;
            }
            var budget = evictions.refuses(pod);
            if (budget.isPresent()) {
                hold(node, new Reason.BudgetExhausted(budget.get().namespace() + "/" + budget.get().name()));
                return;
            }
            evictions.spend(pod);
            steps.add(new Plan.Step(new Action.Evict(pod.namespace(), pod.name(), pod.uid(), node.name()), new Reason.DrainsNode(node.name())));
        }

        private void consider(Node node) {
            if (node.cordon() instanceof Node.Cordon.ByOthers) {
                hold(node, new Reason.CordonedByOthers());
                return;
            }
            if (!node.open() || !world.complete(node, config, pool)) return;
            var room = rooms.get(node.name());
            if (room == null || room.placed() > 0) return; // pods of this plan are on their way here
            var guests = world.guestsOn(node);
            if (guests.stream().anyMatch(world::executes)) return;
            double below = world.config.scaleDown().utilizationThreshold() * 100;
            if (!guests.isEmpty() && below == 0) return;
            int percent = guests.isEmpty() ? 0 : usedPercent(guests, node.allocatable());
            if (!guests.isEmpty() && percent >= below) return;
            var since = world.memory.idleSince().getOrDefault(node.uid(), world.now);
            idleSince.put(node.uid(), since);
            int idleSeconds = world.config.scaleDown().idleSeconds();
            if (since.plusSeconds(idleSeconds).isAfter(world.now)) {
                hold(node, new Reason.IdleSince(since, idleSeconds));
            } else if (size - weight(node) < min) {
                hold(node, new Reason.AtMinSize(min));
            } else if (may && (guests.isEmpty() || moves(node, guests))) {
                size -= weight(node);
                Reason why = guests.isEmpty() ? new Reason.NodeIdle(since) : new Reason.NodeUnderused(since, percent, guests.size());
                closed.add(node.name());
                steps.add(new Plan.Step(new Action.Cordon(node.name(), node.uid()), why));
            }
        }

        /** Whether all guests may be evicted and fit on other open nodes; that room is then taken. At most one such node a pool and tick. */
        private boolean moves(Node node, List<Pod> guests) {
            if (movedOne) return false;
            for (Pod pod : guests) {
                var stays = stays(pod);
                if (stays.isPresent()) {
                    hold(node, stays.get());
                    return false;
                }
            }
            for (Pod pod : guests) {
                boolean placed = rooms.values().stream()
                        .anyMatch(bin -> !bin.node().equals(node.name()) && !closes(bin.node()) && bin.place(pod.shape(), 1) == 1);
                if (!placed) {
                    hold(node, new Reason.PodCannotMove(pod.path(), "no other node has room for it"));
                    return false;
                }
            }
            movedOne = true;
            return true;
        }

        private boolean closes(String node) {
            return closed.contains(node);
        }

        private Optional<Reason> stays(Pod pod) {
            if (pod.owner().isEmpty()) return Optional.of(new Reason.PodCannotMove(pod.path(), NO_CONTROLLER));
            if (pod.shape().rules().social() || isAvoided(pod)) {
                return Optional.of(new Reason.PodCannotMove(pod.path(),
                        "there are rules about the pods around it, and whether they hold elsewhere is not tried"));
            }
            if (!pod.shape().notModelled().isEmpty()) {
                return Optional
                        .of(new Reason.PodCannotMove(pod.path(), "where it may go is not modelled: " + String.join(", ", pod.shape().notModelled())));
            }
            return evictions.refuses(pod).map(budget -> new Reason.BudgetExhausted(budget.namespace() + "/" + budget.name()));
        }

        private boolean isAvoided(Pod pod) {
            return avoiding().stream().anyMatch(term -> term.means(pod.namespace(), pod.labels()));
        }

        private static int usedPercent(List<Pod> guests, Resources all) {
            Resources used = Resources.NONE;
            for (Pod pod : guests) used = used.plus(pod.shape().requests());
            double share = Math.max(share(used.cpuMillis(), all.cpuMillis()), share(used.memoryBytes(), all.memoryBytes()));
            return (int) Math.ceil(share * 100);
        }

        private static double share(long part, long whole) {
            return whole <= 0 ? 1 : part / (double) whole;
        }

        private void unjoined(Pool.Instance instance) {
            if (instance.lifecycle() != Pool.Lifecycle.IN_SERVICE) return;
            // Any node that matches nothing and came after the launch may be this instance's: then "never joined" would be a guess.
            var stranger = world.joining.strangers().stream().filter(node -> !node.createdAt().isBefore(instance.launchedAt().minusSeconds(60)))
                    .findFirst();
            if (instance.privateIp().isEmpty() && instance.privateDns().isEmpty()) {
                // EC2 has not told its addresses: on K3s its node could not be recognised if it stood here.
                hold("pool/" + config.name(), new Reason.MappingIncomplete(instance.id(), "any: its addresses are not known"));
            } else if (stranger.isPresent()) {
                hold("pool/" + config.name(), new Reason.MappingIncomplete(instance.id(), stranger.get().name()));
            } else if (size - instance.weight() < min) {
                hold("pool/" + config.name(), new Reason.AtMinSize(min));
            } else if (mayReplace) {
                size -= instance.weight();
                var action = new Action.TerminateUnjoined(config.name(), pool.group(), instance.id(), instance.privateIp(), instance.privateDns());
                steps.add(new Plan.Step(action, new Reason.NeverJoined(instance.id(), instance.launchedAt(), world.provisionSeconds(config))));
            }
        }

        private int weight(Node node) {
            return world.joining.placeOf(node).map(place -> place.instance().weight()).orElse(1);
        }

        private void hold(Node node, Reason why) {
            hold("node/" + node.name(), why);
        }

        private void hold(String subject, Reason why) {
            held.add(new Plan.Held(subject, why));
        }
    }
}
