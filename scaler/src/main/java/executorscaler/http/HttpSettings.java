package executorscaler.http;

/**
 * Where the server listens.
 *
 * @param host address to bind; {@code 127.0.0.1} keeps it to this machine
 * @param port 0: any free one
 */
public record HttpSettings(String host, int port) {

    public static final HttpSettings LOCAL = new HttpSettings("127.0.0.1", 8080);

    public HttpSettings {
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("http.port must be from 0 to 65535, was " + port);
    }
}
