package executorscaler.snapshot;

/**
 * How far a Deployment's newest template has come, by the words of its controller.
 *
 * @param recreate whether all old pods go before a new one comes (strategy {@code Recreate})
 * @param updated pods of the newest template
 * @param old pods of older templates
 * @param surge how many pods there may be beyond {@code replicas} meanwhile ({@code maxSurge}; of a percentage rounded up)
 * @param unavailable how many of {@code replicas} may be missing meanwhile ({@code maxUnavailable}; of a percentage rounded down)
 * @param trouble what the controller says against it, e.g. that a quota forbids more pods; empty: nothing
 */
public record Rollout(State state, boolean recreate, int updated, int old, int surge, int unavailable, String trouble) {

    /** Where it stands. */
    public enum State {
        /** All pods are there, and all are of the newest template. */
        COMPLETE,
        /** Pods of one template are being made or deleted, or the controller has not looked at the newest template yet. */
        SCALING,
        /** Pods of the newest template are replacing others. */
        UNDER_WAY,
        /** A person has stopped it in the middle ({@code spec.paused}). */
        PAUSED,
        /** It has made no progress for its {@code progressDeadlineSeconds}. */
        STUCK
    }

    /** Nothing to replace. */
    public static final Rollout NONE = new Rollout(State.COMPLETE, false, 0, 0, 0, 0, "");

    /** Pods are being made or deleted; nobody knows more. */
    public static final Rollout SCALING = new Rollout(State.SCALING, false, 0, 0, 0, 0, "");

    /** Whether pods are being replaced now, and will be soon. */
    public boolean underWay() {
        return state == State.UNDER_WAY;
    }

    /** Whether it stands still in the middle: pods of several templates may stay beside each other for good. */
    public boolean halted() {
        return state == State.PAUSED || state == State.STUCK;
    }

    /**
     * How many pods will come that are not there yet.
     *
     * @param replicas that the Deployment asks for
     * @param pods that it has, those that are being deleted not counted
     * @param leaving pods that are being deleted and still have their room
     */
    public int coming(int replicas, int pods, int leaving) {
        int missing = Math.max(0, replicas - pods);
        if (state != State.UNDER_WAY && state != State.STUCK) return missing;
        if (recreate) return Math.max(0, missing - leaving); // into the room of those, and not before they have gone
        return Math.max(missing, Math.min(replicas + surge - pods, replicas - updated));
    }
}
