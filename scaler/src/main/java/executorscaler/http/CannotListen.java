package executorscaler.http;

/** The address of the page is another's. */
public final class CannotListen extends IllegalStateException {

    CannotListen(String message, Throwable cause) {
        super(message, cause);
    }
}
