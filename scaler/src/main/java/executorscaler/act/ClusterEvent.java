package executorscaler.act;

/**
 * What the cluster is told about one of its objects, to be read with {@code kubectl describe}. Two that are equal but for their note are one that happened again.
 *
 * @param warning whether it needs somebody's eye
 * @param reason one word in camel case, e.g. {@code ReplicasPutBack}
 * @param action what was done, one word in camel case
 * @param note a sentence with its numbers
 */
public record ClusterEvent(About about, boolean warning, String reason, String action, String note) {

    /**
     * The object. {@code kubectl describe} finds its events by its uid.
     *
     * @param namespace empty: it is in none
     */
    public record About(String apiVersion, String kind, String namespace, String name, String uid) {

        /** A Deployment. */
        public static About deployment(String namespace, String name, String uid) {
            return new About("apps/v1", "Deployment", namespace, name, uid);
        }

        /** A node. */
        public static About node(String name, String uid) {
            return new About("v1", "Node", "", name, uid);
        }

        /** A pod. */
        public static About pod(String namespace, String name, String uid) {
            return new About("v1", "Pod", namespace, name, uid);
        }

        /** Where its events are: those of what is in no namespace are in {@code default} (API reference, "Event": {@code regarding}). */
        public String eventsIn() {
            return namespace.isEmpty() ? "default" : namespace;
        }
    }
}
