package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Tells pods of several kinds their nodes while these come up (docs/decisions/0013). The scheduler takes pods in the order of their age and prefers the emptiest
 * node, so a small pod may go on the large node that was bought for another, which then waits for a node of its own, while the one for the small pod stays empty.
 * Equal pods need not be told: whichever of them goes where, the others fit.
 *
 * <p>Not told are pods with required affinity to other pods: one that waits for another to be placed would keep the room from it. And pods that ask anything of those
 * around them, or for ports of the host, and never preempt: of these alone the scheduler does not forget where they were told to go when that has become impossible, and so they would keep
 * each other away for ever, two to a host that takes one of them.
 */
final class Nominations {

    /** Of one tick: a write for each. The next tick goes on. */
    private static final int MOST = 100;

    private final Demand demand;
    private final Homes homes;
    private final List<Plan.Step> steps;
    private final IdentityHashMap<Group, Deque<Pod>> left = new IdentityHashMap<>();
    private int count;

    /** For pods of this demand; steps go to the list. */
    Nominations(Demand demand, Homes homes, List<Plan.Step> steps) {
        this.demand = demand;
        this.homes = homes;
        this.steps = steps;
    }

    /** One step for each pod that was put on a node which has registered and is not complete yet. */
    void add() {
        var packing = homes.packing();
        if (demand.groups().size() < 2) return;
        for (Bin bin : packing.bins()) {
            packing.onJoining(bin).forEach((group, pods) -> {
                if (!told(group)) return;
                var waiting = left.computeIfAbsent(group, _ -> new ArrayDeque<>(demand.waiting(group)));
                for (int i = 0; i < pods && !waiting.isEmpty() && count < MOST; i++, count++) nominate(waiting.removeFirst(), bin);
            });
        }
    }

    /** Whether pods of the group are told their nodes. */
    static boolean told(Group group) {
        var rules = group.shape().rules();
        return rules.near().isEmpty() && (group.shape().preempts() || rules.equals(PodRules.NONE));
    }

    private void nominate(Pod pod, Bin bin) {
        steps.add(new Plan.Step(new Action.Nominate(pod.namespace(), pod.name(), pod.uid(), pod.nominated(), bin.joining()),
                new Reason.PlannedThere(bin.pool())));
    }
}
