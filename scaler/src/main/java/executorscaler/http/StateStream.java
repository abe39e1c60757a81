package executorscaler.http;

import executorscaler.report.TickHistory;
import executorscaler.report.TickJson;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Server-sent events: the newest state to every client, at most every 250 ms, and between changes only that time has passed. A client that reads
 * slowly gets the newest state when it can, never a backlog. Lives on one event loop, so that nothing here needs a lock.
 */
final class StateStream {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PING = Duration.ofSeconds(15);
    static final int MOST_CLIENTS = 50;

    private final Vertx vertx;
    private final Context context;
    private final TickHistory history;
    private final AtomicBoolean woken = new AtomicBoolean(); // set by the loop's thread, cleared here
    private final Map<HttpServerResponse, String> clients = new LinkedHashMap<>(); // client and the body it was sent last
    private final Runnable unsubscribe;
    private long lastSent;

    StateStream(Vertx vertx, Context context, TickHistory history) {
        this.vertx = vertx;
        this.context = context;
        this.history = history;
        this.unsubscribe = history.onTick(_ -> wake());
        vertx.setPeriodic(PING.toMillis(), _ -> clients.keySet().forEach(client -> {
            if (!client.writeQueueFull()) client.write(": ping\n\n");
        }));
    }

    /** Adds a client; false: there are enough. */
    boolean add(HttpServerResponse client) {
        if (clients.size() >= MOST_CLIENTS) return false;
        client.putHeader("Content-Type", "text/event-stream; charset=utf-8").putHeader("X-Accel-Buffering", "no").setChunked(true);
        client.closeHandler(_ -> clients.remove(client));
        client.exceptionHandler(_ -> clients.remove(client));
        client.drainHandler(_ -> wake());
        client.write("retry: 1000\n\n");
        clients.put(client, "");
        wake();
        return true;
    }

    void close() {
        unsubscribe.run();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) context.runOnContext(_ -> sendSoon());
    }

    private void sendSoon() {
        long wait = lastSent + PAUSE.toNanos() - System.nanoTime();
        if (lastSent == 0 || wait <= 0) {
            render();
        } else {
            vertx.setTimer(Math.max(1, wait / 1_000_000), _ -> render());
        }
    }

    private void render() {
        woken.set(false);
        lastSent = System.nanoTime();
        if (clients.isEmpty()) return;
        vertx.executeBlocking(() -> TickJson.state(history)).onSuccess(this::send);
    }

    private void send(String state) {
        var body = state.substring(Math.max(0, state.indexOf("\"mood\""))); // what is before it, tick and time, changes always
        var full = "event: state\ndata: " + state + "\n\n";
        var beat = "event: beat\ndata: {" + state.substring(1, state.indexOf("\"mood\"")) + "\"same\":true}\n\n";
        for (var client : List.copyOf(clients.keySet())) {
            if (client.writeQueueFull()) continue; // its drain handler wakes us
            var sent = clients.put(client, body);
            client.write(body.equals(sent) ? beat : full);
        }
    }
}
