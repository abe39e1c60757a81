package executorscaler.snapshot;

/**
 * What a person has written on a Deployment: that its replicas stay, or what they shall be.
 *
 * @param replicas the number of {@link Kind#FORCE}
 * @param trouble what is wrong with what was written, which then counts as {@link Kind#HOLD}; empty: nothing
 */
public record Pause(Kind kind, int replicas, String trouble) {

    /** What may be done in the meantime. */
    public enum Kind {
        /** Nothing was written. */
        NONE,
        /** Neither more nor fewer. */
        HOLD,
        /** Never fewer. */
        HOLD_IN,
        /** Never more. */
        HOLD_OUT,
        /** That many. */
        FORCE
    }

    /** Nothing was written. */
    public static final Pause NONE = new Pause(Kind.NONE, 0, "");

    /** Whether replicas may rise because of the work that there is. */
    public boolean mayRise() {
        return kind == Kind.NONE || kind == Kind.HOLD_IN || kind == Kind.FORCE;
    }

    /** Whether replicas may fall because of the work that there is. */
    public boolean mayFall() {
        return kind == Kind.NONE || kind == Kind.HOLD_OUT || kind == Kind.FORCE;
    }
}
