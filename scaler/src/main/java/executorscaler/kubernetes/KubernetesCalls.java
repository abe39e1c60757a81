package executorscaler.kubernetes;

/** Told of every call to the API server; called on the client's threads, and must return quickly. */
@FunctionalInterface
public interface KubernetesCalls {

    /**
     * Counts one call. A watch is one call, when it is opened.
     *
     * @param method e.g. {@code PATCH}
     * @param result {@code ok}, {@code throttled} (429), {@code refused} (another 4xx), {@code failed} (5xx) or {@code unanswered}
     */
    void called(String method, String result);
}
