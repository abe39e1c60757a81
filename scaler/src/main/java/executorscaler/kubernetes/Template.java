package executorscaler.kubernetes;

import executorscaler.snapshot.Executor;
import java.util.List;

/**
 * A Deployment as an executor, and what its template names and does not say itself.
 *
 * @param executor under the Deployment's own name, its shape without what other objects say
 * @param claims names of the PersistentVolumeClaims that all its pods mount
 * @param claimClasses StorageClasses of claims that are made for each pod; an empty name: the default class
 * @param priorityClass empty: none is named
 * @param priorityGiven whether the template has a priority of its own
 */
record Template(Executor executor, List<String> claims, List<String> claimClasses, String priorityClass, boolean priorityGiven) {

    Template {
        claims = List.copyOf(claims);
        claimClasses = List.copyOf(claimClasses);
    }

    boolean hasVolumes() {
        return !claims.isEmpty() || !claimClasses.isEmpty();
    }

    /** Whether the other is as good to a planner: every write to a Deployment's status changes its version, and that alone is no reason to look. */
    boolean alike(Template other) {
        return asGood(executor, other.executor) && claims.equals(other.claims) && claimClasses.equals(other.claimClasses)
                && priorityClass.equals(other.priorityClass) && priorityGiven == other.priorityGiven;
    }

    private static boolean asGood(Executor one, Executor other) {
        return one.replicas() == other.replicas() && one.ready() == other.ready() && one.rollout().equals(other.rollout())
                && one.pause().equals(other.pause()) && one.author().equals(other.author())
                && one.uid().equals(other.uid())
                && one.shape().equals(other.shape()) && one.images().equals(other.images());
    }
}
