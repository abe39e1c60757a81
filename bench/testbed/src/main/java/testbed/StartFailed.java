package testbed;

/** A server did not come up. */
public final class StartFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean portTaken;

    StartFailed(String message, boolean portTaken) {
        super(message);
        this.portTaken = portTaken;
    }

    /** True when another process took the port first, so that a new try on another port makes sense. */
    public boolean portTaken() {
        return portTaken;
    }
}
