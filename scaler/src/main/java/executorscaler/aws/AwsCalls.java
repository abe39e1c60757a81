package executorscaler.aws;

/** Told of every attempt to call AWS; called on the caller's thread, and must return quickly. */
@FunctionalInterface
public interface AwsCalls {

    /**
     * Counts one attempt.
     *
     * @param operation e.g. {@code SetDesiredCapacity}
     * @param result {@code ok}, {@code throttled}, {@code refused} (4xx), {@code failed} (5xx) or {@code unanswered}
     */
    void called(String operation, String result);
}
