package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The Moto server process. */
final class MotoServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int TRIES = 3;

    /** With Python's own settings each hundredth answer or so takes 200 ms more, for a collection of all that Moto holds. Here nearly all garbage goes young. */
    private static final String SERVE = "import gc, sys; gc.set_threshold(50000, 10, 1000); from moto.server import main; main(sys.argv[1:])";

    private final Child child;
    private final URI endpoint;

    private MotoServer(Child child, URI endpoint) {
        this.child = child;
        this.endpoint = endpoint;
    }

    static MotoServer start(Path folder) {
        PythonTools tools = PythonTools.ensure();
        for (int attempt = 1;; attempt++) {
            int port = Ports.free();
            try {
                Child child = Child.start("moto", folder.resolve("moto.log"), Map.of("PYTHONUNBUFFERED", "1"),
                        List.of(tools.python(), "-c", SERVE, "-H", "127.0.0.1", "-p", String.valueOf(port)));
                MotoServer server = new MotoServer(child, URI.create("http://127.0.0.1:" + port));
                try {
                    server.await();
                    return server;
                } catch (StartFailed e) {
                    server.close();
                    throw e;
                }
            } catch (StartFailed e) {
                if (!e.portTaken() || attempt == TRIES) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void await() {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/moto-api/data.json")).timeout(Duration.ofSeconds(5)).build();
        Waiting.until("Moto", START_LIMIT, child, () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
    }

    URI endpoint() {
        return endpoint;
    }

    long pid() {
        return child.pid();
    }

    @Override
    public void close() {
        child.kill();
    }
}
