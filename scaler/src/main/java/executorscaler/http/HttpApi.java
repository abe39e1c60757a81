package executorscaler.http;

import executorscaler.report.Failure;
import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickJson;
import executorscaler.report.TickMetrics;
import executorscaler.report.TickStates;
import executorscaler.report.Why;
import executorscaler.report.WhyJson;
import executorscaler.report.WhyText;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The service over HTTP: probes, metrics, the state as JSON, and the page. Read-only, and never on the loop's thread. */
public final class HttpApi implements AutoCloseable {
    private static final int TICKS = 200;
    private static final String JSON = "application/json";
    private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private static final String WHY = "/api/v1/why";

    private final Vertx vertx;
    private final HttpSettings settings;
    private final TickHistory history;
    private final TickMetrics metrics;
    private final Health health;
    private final Page page = new Page();
    private final Answers answers = new Answers();
    private final TickStates states;
    private final StateStream stream;
    private final HttpServer server;

    /** Listens when the constructor returns; throws where the port is taken. */
    public HttpApi(HttpSettings settings, TickHistory history, TickMetrics metrics, Health health) {
        this.settings = settings;
        this.history = history;
        this.metrics = metrics;
        this.health = health;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(1));
        states = new TickStates(history);
        stream = new StateStream(vertx, vertx.getOrCreateContext(), states, settings.asksForTokens());
        var options = new HttpServerOptions().setHost(settings.host()).setPort(settings.port()).setIdleTimeout(0).setMaxHeaderSize(8192);
        try {
            server = vertx.createHttpServer(options).requestHandler(this::handle).listen().toCompletionStage().toCompletableFuture().join();
        } catch (RuntimeException taken) {
            states.close();
            vertx.close();
            throw new CannotListen("cannot listen on " + settings.host() + ":" + settings.port() + ": " + taken.getMessage(), taken);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        stream.close();
        states.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        var response = request.response().putHeader("Content-Security-Policy", POLICY).putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer").putHeader("Cache-Control", "no-cache");
        var path = path(request);
        var file = page.at(path);
        boolean facts = Page.isIndex(path) || isApi(path);
        if (file.isEmpty() && !facts && !isOpen(path)) {
            Reply.text(response.setStatusCode(404), "not found");
        } else if (!request.method().equals(HttpMethod.GET)) {
            Reply.text(response.setStatusCode(405).putHeader("Allow", "GET"), "only GET");
        } else if (file.isPresent()) {
            Reply.file(request, file.get());
        } else if (facts) {
            response.putHeader("Cache-Control", "no-store");
            answerIfAllowed(request, path);
        } else {
            answerAnybody(request, path);
        }
    }

    /** {@code ?subject=kind/name}, and {@code &format=text} for people. 400: no subject, 404: there is no such thing, 503: nothing was looked at yet. */
    private void why(HttpServerRequest request) {
        var response = request.response();
        var subject = request.getParam("subject");
        boolean words = "text".equals(request.getParam("format"));
        var tick = history.latest();
        if (tick.isEmpty()) {
            told(response.setStatusCode(503).putHeader("Retry-After", "1"), words, "there was no look at the world yet");
            return;
        }
        vertx.executeBlocking(() -> answers.of(tick.get(), subject == null ? "" : subject), false).onSuccess(answer -> {
            switch (answer) {
                case Why.Unknown unknown -> told(response.setStatusCode(unknown.understood() ? 404 : 400), words, unknown.message());
                case Why.Explained explained when words -> response.putHeader("Content-Type", "text/plain; charset=utf-8")
                        .end(WhyText.of(explained.explanation()));
                case Why.Explained explained -> response.putHeader("Content-Type", JSON).end(WhyJson.of(explained.explanation()));
            }
        }).onFailure(broken -> failed(request, broken));
    }

    private static void told(HttpServerResponse response, boolean words, String message) {
        if (words) Reply.text(response, message);
        else
            response.putHeader("Content-Type", JSON).end(Failure.json(List.of(message)));
    }

    /** {@code /api/state} is {@code /api/v1/state}. */
    private static String path(HttpServerRequest request) {
        var path = request.path() == null ? "" : request.path();
        return path.startsWith("/api/") && !path.startsWith("/api/v") ? "/api/v1/" + path.substring("/api/".length()) : path;
    }

    private static boolean isOpen(String path) {
        return switch (path) {
            case "/live", "/ready", "/started", "/metrics" -> true;
            default -> false;
        };
    }

    private static boolean isApi(String path) {
        return switch (path) {
            case "/api/v1/state", "/api/v1/history", "/api/v1/ticks", "/api/v1/config", "/api/v1/stream", WHY -> true;
            default -> false;
        };
    }

    private void answerAnybody(HttpServerRequest request, String path) {
        switch (path) {
            case "/live" -> verdict(request.response(), health.live());
            case "/ready" -> verdict(request.response(), health.ready());
            case "/started" -> verdict(request.response(), health.started());
            case "/metrics" -> made(request, "text/plain; version=0.0.4; charset=utf-8", metrics::scrape);
            default -> throw new IllegalStateException(path); // known paths only
        }
    }

    private void answerIfAllowed(HttpServerRequest request, String path) {
        if (!settings.asksForTokens()) {
            answer(request, path);
            return;
        }
        vertx.executeBlocking(() -> settings.tokens().accepts(token(request)), false).onSuccess(accepted -> {
            if (accepted) {
                answer(request, path);
            } else if (Page.isIndex(path)) {
                made(request, "text/html; charset=utf-8", page::empty); // the script asks for a token
            } else {
                Reply.text(request.response().setStatusCode(401).putHeader("WWW-Authenticate", "Bearer realm=\"executor-scaler\""),
                        "a bearer token is needed");
            }
        }).onFailure(broken -> Reply.text(request.response().setStatusCode(503), "whether the token is good could not be found out"));
    }

    private void answer(HttpServerRequest request, String path) {
        switch (path) {
            case "/", "/index.html" -> made(request, "text/html; charset=utf-8", () -> page.index(states.newest()));
            case "/api/v1/state" -> state(request);
            case "/api/v1/history" -> made(request, JSON, () -> states.points(number(request, "after").orElse(0L)));
            case "/api/v1/ticks" -> made(request, JSON, () -> TickJson.ticks(history, TICKS));
            case "/api/v1/config" -> made(request, JSON, () -> TickJson.config(history));
            case WHY -> why(request);
            case "/api/v1/stream" -> {
                if (!stream.add(request.response(), lastSeen(request))) {
                    Reply.text(request.response().setStatusCode(503).putHeader("Retry-After", "10"), "too many streams");
                }
            }
            default -> throw new IllegalStateException(path); // known paths only
        }
    }

    /** The newest state, or the one that was kept of a tick, by its number or its time. */
    private void state(HttpServerRequest request) {
        var tick = number(request, "tick");
        var at = time(request, "at");
        if ((request.getParam("tick") != null && tick.isEmpty()) || (request.getParam("at") != null && at.isEmpty())) {
            Reply.text(request.response().setStatusCode(400), "tick is a number, at a time like 2026-01-05T09:00:00Z");
            return;
        }
        vertx.executeBlocking(() -> tick.isPresent() ? states.at(tick.get()) : at.isPresent() ? states.at(at.get()) : Optional.of(states.newest()),
                false)
                .onSuccess(found -> found.ifPresentOrElse(state -> made(request, JSON, state::text),
                        () -> Reply.text(request.response().setStatusCode(404), "so long ago nothing is kept any more")))
                .onFailure(broken -> failed(request, broken));
    }

    private static Optional<Long> number(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getParam(name)).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
    }

    private static Optional<Instant> time(HttpServerRequest request, String name) {
        try {
            return Optional.ofNullable(request.getParam(name)).map(Instant::parse);
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    private static long lastSeen(HttpServerRequest request) {
        var id = request.getHeader("Last-Event-ID");
        return id != null && id.matches("[0-9]{1,18}") ? Long.parseLong(id) : -1;
    }

    private static String token(HttpServerRequest request) {
        var header = request.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7) ? header.substring(7).strip() : "";
    }

    /** Made on a worker thread: it may take some milliseconds. */
    private void made(HttpServerRequest request, String type, Callable<String> content) {
        record Made(int length, Buffer packed) {}
        vertx.executeBlocking(() -> {
            var whole = Reply.buffer(content.call());
            return new Made(whole.length(), Reply.packed(request, whole));
        }, false).onSuccess(made -> Reply.end(request, type, made.length, made.packed)).onFailure(broken -> failed(request, broken));
    }

    private static void failed(HttpServerRequest request, Throwable broken) {
        Reply.text(request.response().setStatusCode(500), "cannot be made: " + broken);
    }

    private static void verdict(HttpServerResponse response, Health.Verdict verdict) {
        Reply.text(response.setStatusCode(verdict.ok() ? 200 : 503), verdict.words());
    }
}
