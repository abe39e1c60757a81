package executorscaler.plan;

import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What keeps a pod on its node, budgets and room elsewhere aside. It matters only where the node would have to be emptied. */
final class Blockers {

    private final Set<PodTerm> avoiding = new LinkedHashSet<>(); // what pods of this cluster keep away from themselves

    /** @param social shapes of the pods that ask something of the pods around them */
    Blockers(Set<PodShape> social) {
        for (PodShape shape : social) avoiding.addAll(shape.rules().apart());
    }

    /** The first that applies, by what it is. */
    Optional<Reason> of(Pod pod) {
        if (!pod.staysFor().isEmpty()) return cannotMove(pod, pod.staysFor());
        if (pod.shape().rules().social() || isAvoided(pod))
            return cannotMove(pod, "there are rules about the pods around it, and whether they hold elsewhere is not tried");
        if (!pod.shape().notModelled().isEmpty())
            return cannotMove(pod, "where it may go is not modelled: " + String.join(", ", pod.shape().notModelled()));
        return Optional.empty();
    }

    private static Optional<Reason> cannotMove(Pod pod, String because) {
        return Optional.of(new Reason.PodCannotMove(pod.path(), because));
    }

    private boolean isAvoided(Pod pod) {
        return avoiding.stream().anyMatch(term -> term.means(pod.namespace(), pod.labels()));
    }
}
