package executorscaler.snapshot;

/** A node's taint, and whether a toleration lets a pod past it (Kubernetes API reference, Toleration v1 core). */
public record Taint(String key, String value, Effect effect) {

    /** What a taint does to a pod that does not tolerate it. */
    public enum Effect { NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE }

    /** Whether this taint keeps a pod without a matching toleration off the node. */
    public boolean repels() {
        return effect != Effect.PREFER_NO_SCHEDULE;
    }
}
