package executorscaler.http;

import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickJson;
import executorscaler.report.TickMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Callable;

/** The service over HTTP: probes, metrics, the state as JSON, and the page. Read-only, and never on the loop's thread. */
public final class HttpApi implements AutoCloseable {
    private static final int TICKS = 200;
    private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private final Vertx vertx;
    private final TickHistory history;
    private final TickMetrics metrics;
    private final Health health;
    private final Page page = new Page();
    private final StateStream stream;
    private final HttpServer server;

    /** Listens when the constructor returns; throws where the port is taken. */
    public HttpApi(HttpSettings settings, TickHistory history, TickMetrics metrics, Health health) {
        this.history = history;
        this.metrics = metrics;
        this.health = health;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(1));
        stream = new StateStream(vertx, vertx.getOrCreateContext(), history);
        var options = new HttpServerOptions().setHost(settings.host()).setPort(settings.port()).setIdleTimeout(0).setMaxHeaderSize(8192);
        try {
            server = vertx.createHttpServer(options).requestHandler(this::handle).listen().toCompletionStage().toCompletableFuture().join();
        } catch (RuntimeException taken) {
            vertx.close();
            throw new IllegalStateException("cannot listen on " + settings.host() + ":" + settings.port() + ": " + taken.getMessage(), taken);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        stream.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        var response = request.response().putHeader("Content-Security-Policy", POLICY).putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer").putHeader("Cache-Control", "no-cache");
        var path = request.path() == null ? "" : request.path();
        var file = page.at(path);
        boolean known = file.isPresent() || switch (path) {
            case "/live", "/ready", "/metrics", "/api/state", "/api/ticks", "/api/stream" -> true;
            default -> false;
        };
        if (!known) {
            text(response.setStatusCode(404), "not found");
        } else if (!request.method().equals(HttpMethod.GET)) {
            text(response.setStatusCode(405).putHeader("Allow", "GET"), "only GET");
        } else if (file.isPresent()) {
            response.putHeader("Content-Type", file.get().type()).end(file.get().content());
        } else {
            answer(path, response);
        }
    }

    private void answer(String path, HttpServerResponse response) {
        switch (path) {
            case "/live" -> verdict(response, health.live());
            case "/ready" -> verdict(response, health.ready());
            case "/metrics" -> made(response, "text/plain; version=0.0.4; charset=utf-8", metrics::scrape);
            case "/api/state" -> made(response, "application/json", () -> TickJson.state(history));
            case "/api/ticks" -> made(response, "application/json", () -> TickJson.ticks(history, TICKS));
            case "/api/stream" -> {
                if (!stream.add(response)) text(response.setStatusCode(503).putHeader("Retry-After", "10"), "too many streams");
            }
            default -> throw new IllegalStateException(path); // known paths only
        }
    }

    /** Made on a worker thread: it may take some milliseconds. */
    private void made(HttpServerResponse response, String type, Callable<String> content) {
        vertx.executeBlocking(content, false)
                .onSuccess(text -> response.putHeader("Content-Type", type).end(Buffer.buffer(text)))
                .onFailure(broken -> text(response.setStatusCode(500), "cannot be made: " + broken));
    }

    private static void verdict(HttpServerResponse response, Health.Verdict verdict) {
        text(response.setStatusCode(verdict.ok() ? 200 : 503), verdict.words());
    }

    private static void text(HttpServerResponse response, String words) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(words + "\n");
    }
}
