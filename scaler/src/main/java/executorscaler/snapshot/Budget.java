package executorscaler.snapshot;

/** A PodDisruptionBudget and how many of its pods may be evicted now. */
public record Budget(String namespace, String name, Selector selector, int disruptionsAllowed) {

    public boolean covers(Pod pod) {
        return pod.namespace().equals(namespace) && selector.matches(pod.labels());
    }
}
