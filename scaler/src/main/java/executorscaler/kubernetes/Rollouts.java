package executorscaler.kubernetes;

import executorscaler.snapshot.Rollout;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads off a Deployment's status how far its rollout is (Kubernetes documentation, "Deployments", "Deployment status" and "Strategy"). */
final class Rollouts {

    /** The condition by which the controller tells of its progress; its reasons are those below. */
    private static final String PROGRESSING = "Progressing";
    private static final String DONE = "NewReplicaSetAvailable";
    private static final String OVERDUE = "ProgressDeadlineExceeded";
    /** The condition that says why pods cannot be made, e.g. a quota. */
    private static final String REPLICA_FAILURE = "ReplicaFailure";

    private static final String DEFAULT_BOUND = "25%"; // of maxSurge and of maxUnavailable

    private Rollouts() {}

    /** @param replicas {@code spec.replicas} with the API's default */
    static Rollout of(Deployment deployment, int replicas) {
        var strategy = deployment.getSpec().getStrategy();
        boolean recreate = strategy != null && "Recreate".equals(strategy.getType());
        int surge = recreate ? 0 : bound(strategy, true, replicas);
        int unavailable = recreate ? replicas : bound(strategy, false, replicas);
        if (surge == 0 && unavailable == 0) unavailable = 1; // as the controller takes it: with neither it could not begin
        var status = deployment.getStatus();
        if (status == null) return new Rollout(Rollout.State.SCALING, recreate, 0, 0, surge, unavailable, "");
        int updated = number(status.getUpdatedReplicas());
        int old = Math.max(0, number(status.getReplicas()) - updated);
        var generation = deployment.getMetadata().getGeneration();
        boolean observed = generation == null || (status.getObservedGeneration() != null && status.getObservedGeneration() >= generation);
        var progress = condition(status.getConditions(), PROGRESSING);
        var failure = condition(status.getConditions(), REPLICA_FAILURE).filter(condition -> "True".equals(condition.getStatus()));
        boolean paused = Boolean.TRUE.equals(deployment.getSpec().getPaused());
        var state = state(observed, updated == replicas && old == 0, old > 0 || replacing(progress, updated, replicas), paused, progress);
        var trouble = failure.or(() -> progress.filter(Rollouts::overdue)).map(DeploymentCondition::getMessage).orElse("");
        return new Rollout(state, recreate, updated, old, surge, unavailable, trouble == null ? "" : trouble);
    }

    private static Rollout.State state(boolean observed, boolean complete, boolean replacing, boolean paused,
            Optional<DeploymentCondition> progress) {
        if (!observed) return Rollout.State.SCALING;
        if (complete) return Rollout.State.COMPLETE;
        if (!replacing) return Rollout.State.SCALING;
        if (paused) return Rollout.State.PAUSED;
        return progress.filter(Rollouts::overdue).isPresent() ? Rollout.State.STUCK : Rollout.State.UNDER_WAY;
    }

    /** With Recreate there is a time in which no pod is left of the old template and none of the new one there yet. */
    private static boolean replacing(Optional<DeploymentCondition> progress, int updated, int replicas) {
        return updated < replicas && progress.filter(condition -> !DONE.equals(condition.getReason())).isPresent();
    }

    private static boolean overdue(DeploymentCondition condition) {
        return "False".equals(condition.getStatus()) && OVERDUE.equals(condition.getReason());
    }

    private static Optional<DeploymentCondition> condition(List<DeploymentCondition> conditions, String type) {
        return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
    }

    /** Worked: 25 % of 10 is 3 of surge and 2 of unavailable. */
    private static int bound(@Nullable DeploymentStrategy strategy, boolean surge, int replicas) {
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        var given = rolling == null ? null : surge ? rolling.getMaxSurge() : rolling.getMaxUnavailable();
        var value = given == null ? new IntOrString(DEFAULT_BOUND) : given;
        if (value.getIntVal() != null) return Math.max(0, value.getIntVal());
        var text = value.getStrVal() == null ? "" : value.getStrVal().strip();
        if (!text.matches("[0-9]{1,4}%")) return 0; // the API server takes no other text
        long hundredths = (long) replicas * Integer.parseInt(text.substring(0, text.length() - 1));
        return Math.toIntExact(surge ? Math.ceilDiv(hundredths, 100L) : hundredths / 100);
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
