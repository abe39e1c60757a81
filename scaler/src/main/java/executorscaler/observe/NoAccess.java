package executorscaler.observe;

/** Something that the operator has to give before anything can be looked at is missing or cannot be used: its message says what, and nothing broke. */
public final class NoAccess extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param message for the operator, one sentence */
    public NoAccess(String message) {
        super(message);
    }

    /** @param message for the operator, one sentence */
    public NoAccess(String message, Throwable cause) {
        super(message, cause);
    }
}
