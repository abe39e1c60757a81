package executorscaler.act;

/**
 * What the cluster is told about a Deployment, to be read with {@code kubectl describe}. Two that are equal but for their note are one that happened again.
 *
 * @param uid of the Deployment
 * @param warning whether it needs somebody's eye
 * @param reason one word in camel case, e.g. {@code ReplicasPutBack}
 * @param action what was done, one word in camel case
 * @param note a sentence with its numbers
 */
public record ClusterEvent(String namespace, String deployment, String uid, boolean warning, String reason, String action, String note) {}
