package executorscaler.http;

/** Who may see the page's facts: whoever brings a token that this accepts. Called on a worker thread, as it may ask somebody. */
@FunctionalInterface
public interface TokenCheck {

    /** Nobody is asked for a token. */
    TokenCheck NONE = _ -> true;

    /**
     * Whether whoever brings this token may see.
     *
     * @param token as it came; empty: none came
     */
    boolean accepts(String token);
}
