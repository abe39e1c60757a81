package executorscaler.http;

/**
 * Where the server listens, and whom it tells what.
 *
 * @param host address to bind; {@code 127.0.0.1} keeps it to this machine
 * @param port 0: any free one
 * @param tokens whose token the page's facts are given to; probes and metrics ask for none
 */
public record HttpSettings(String host, int port, TokenCheck tokens) {

    public static final HttpSettings LOCAL = new HttpSettings("127.0.0.1", 8080);

    /** Without tokens. */
    public HttpSettings(String host, int port) {
        this(host, port, TokenCheck.NONE);
    }

    public HttpSettings {
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("http.port must be from 0 to 65535, was " + port);
    }

    boolean asksForTokens() {
        return !tokens.equals(TokenCheck.NONE);
    }
}
