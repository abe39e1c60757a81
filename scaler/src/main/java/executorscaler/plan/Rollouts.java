package executorscaler.plan;

import executorscaler.plan.scheduling.Fit;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Rollout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What the rollout of an executor means for everything else: while one is under way nothing shrinks that it may need; one that has got stuck holds nobody. */
final class Rollouts {
    private static final Comparator<Pod> BY_AGE = Comparator.comparing(Pod::createdAt);

    private Rollouts() {}

    /**
     * Why an executor's replicas may not fall because of its rollout. Of two ReplicaSets it is not one that chooses who goes, so that pods may go whoever is idle;
     * where no job is left that does not matter, and a rollout that stands still may do so for ever.
     *
     * @param idle whether no job is anywhere
     */
    static Optional<Reason> holds(Executor executor, boolean idle) {
        var rollout = executor.rollout();
        if (rollout.underWay()) return Optional.of(rollingOut(executor));
        return rollout.halted() && !idle ? Optional.of(new Reason.NotRolledOut()) : Optional.empty();
    }

    /** The nodes that pods of a rollout may need, each with its reason: open ones stay open, and those that we closed are given back. */
    static Map<String, Reason> needed(List<ExecutorSizing.Sized> sized, SortedMap<String, PoolTurn> turns) {
        var needed = new LinkedHashMap<String, Reason>();
        for (var each : sized) {
            if (!each.feeds() || !each.executor().rollout().underWay()) continue;
            for (PoolTurn turn : turns.values()) {
                for (Host host : turn.hosts) {
                    if (host.node().ready() && couldRun(each.executor(), host.node()))
                        needed.putIfAbsent(host.node().name(), rollingOut(each.executor()));
                }
            }
        }
        return needed;
    }

    private static boolean couldRun(Executor executor, Node node) {
        var taints = node.taints().stream().filter(taint -> !taint.key().equals(World.CORDON_TAINT)).toList();
        return Fit.accepts(executor.shape(), node.name(), node.labels(), taints);
    }

    private static Reason rollingOut(Executor executor) {
        var rollout = executor.rollout();
        return new Reason.RollingOut(executor.name(), rollout.updated(), executor.replicas(), rollout.surge(), rollout.unavailable());
    }

    /** Says of each rollout that does not get on what the one cause is, as far as it is known. */
    static void explain(World world, List<ExecutorSizing.Sized> sized, List<Plan.Held> held) {
        var found = new ArrayList<Plan.Held>();
        for (var each : sized) {
            var rollout = each.executor().rollout();
            var subject = "executor/" + each.config().name();
            if (rollout.state() == Rollout.State.PAUSED) {
                found.add(new Plan.Held(subject, new Reason.RolloutPaused(rollout.updated(), each.executor().replicas())));
            } else if (rollout.underWay() || rollout.state() == Rollout.State.STUCK) {
                cause(each, subject, sized, held).or(() -> stranded(world, each.executor()))
                        .or(() -> Optional.of(rollout.trouble()).filter(words -> !words.isEmpty()))
                        .map(because -> new Reason.RolloutBlocked(rollout.updated(), each.executor().replicas(), !rollout.underWay(), because))
                        .ifPresent(why -> found.add(new Plan.Held(subject, why)));
            }
        }
        held.addAll(found);
    }

    /** What keeps its pods without a node, or from starting. Equal pods of several executors are planned together, under the name of one of them. */
    private static Optional<String> cause(ExecutorSizing.Sized each, String subject, List<ExecutorSizing.Sized> all, List<Plan.Held> held) {
        var alike = all.stream().filter(other -> other.executor().shape().equals(each.executor().shape()))
                .map(other -> "executor/" + other.config().name()).toList();
        for (Plan.Held one : held) {
            boolean own = one.subject().equals(subject);
            if (!own && !alike.contains(one.subject())) continue;
            var because = switch (one.why()) {
                case Reason.NoPoolFits none -> String.join("; ", none.because());
                case Reason.NoRoomNow none -> String.join("; ", none.because());
                case Reason.FitUnknown unknown -> String.join("; ", unknown.because());
                case Reason.NotReadyToSchedule not -> String.join("; ", not.waitsFor());
                case Reason.BelowPriorityCutoff below -> "priority " + below.priority() + " is below priorityCutoff " + below.cutoff();
                case Reason.AwaitingDeployment awaiting when own && awaiting.pods() > 0 -> "image " + awaiting.image() + " cannot be pulled";
                default -> "";
            };
            if (!because.isEmpty()) return Optional.of(because);
        }
        return Optional.empty();
    }

    /** An old pod that must go before a new one comes, and whose node is silent: only the node's return ends it, or the end of its Node object. */
    private static Optional<String> stranded(World world, Executor executor) {
        if (!executor.rollout().recreate()) return Optional.empty();
        for (Pod pod : world.leaving(executor)) {
            var node = world.host(pod.node()).map(Host::node).filter(each -> !each.ready());
            if (node.isPresent())
                return Optional.of(
                        "pod " + pod.path() + " cannot end while node " + pod.node() + " is not ready; where its machine is gone, delete the node");
        }
        return Optional.empty();
    }

    /**
     * The image that no pod of the newest template can pull: all of its pods that have a node say so, and the template still names it. Empty: there is none. Which
     * template is the newest, the newest pods say.
     */
    static String unpulled(Executor executor, List<Pod> pods) {
        if (pods.stream().allMatch(pod -> pod.unpulled().isEmpty())) return "";
        var newest = pods.stream().max(BY_AGE);
        if (newest.isEmpty()) return "";
        var hash = hash(newest.get());
        var image = "";
        for (Pod pod : pods) {
            if (!hash(pod).equals(hash)) {
                if (pod.createdAt().equals(newest.get().createdAt())) return ""; // whose template is newer nobody can say
                continue;
            }
            if (!pod.assigned()) continue; // nobody has tried
            if (pod.unpulled().isEmpty()) return "";
            image = pod.unpulled();
        }
        return executor.images().contains(image) ? image : "";
    }

    /** How many of the executor's pods could not pull it. */
    static int failing(List<Pod> pods, String image) {
        return (int) pods.stream().filter(pod -> pod.unpulled().equals(image)).count();
    }

    private static String hash(Pod pod) {
        return pod.labels().getOrDefault(Victims.TEMPLATE_HASH, "");
    }
}
