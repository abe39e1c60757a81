package executorscaler.http;

import executorscaler.report.TickStates;
import executorscaler.report.TickStates.State;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Server-sent events to every client: a {@code state} first, then a {@code delta} for each newer one, at most every 250 ms, and each second a {@code beat}, so
 * that silence means a broken line. A client that reads slowly gets the newest state when it can, never a backlog. Lives on one event loop, so that nothing
 * here needs a lock.
 */
final class StateStream {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration PING = Duration.ofSeconds(15);
    private static final Duration TURN = Duration.ofMinutes(5);
    private static final State NOTHING = new State(-1, Instant.EPOCH, List.of());
    static final int MOST_CLIENTS = 50;

    private final Vertx vertx;
    private final Context context;
    private final TickStates states;
    private final boolean endsTurns;
    private final AtomicBoolean woken = new AtomicBoolean(); // set by the thread that makes states, cleared here
    private final Map<HttpServerResponse, Client> clients = new LinkedHashMap<>();
    private final Runnable unsubscribe;
    private long lastSent;

    /** Somebody who listens. */
    private static final class Client {
        /** Number of the tick up to which it knows the history; -1: it asks for that by itself. */
        private long knows;
        /** What it was sent last. */
        private State sent;

        Client(long knows, State sent) {
            this.knows = knows;
            this.sent = sent;
        }
    }

    /**
     * Without clients yet.
     *
     * @param endsTurns whether a stream ends after some minutes: the client comes again, and has to show its token anew
     */
    StateStream(Vertx vertx, Context context, TickStates states, boolean endsTurns) {
        this.vertx = vertx;
        this.context = context;
        this.states = states;
        this.endsTurns = endsTurns;
        unsubscribe = states.onState(this::wake);
        vertx.setPeriodic(BEAT.toMillis(), _ -> toAll("event: beat\ndata:\n\n"));
        vertx.setPeriodic(PING.toMillis(), _ -> toAll(": ping\n\n"));
    }

    /**
     * Adds a client; false: there are enough.
     *
     * @param knows the last event that it had before its line broke, -1: none
     */
    boolean add(HttpServerResponse client, long knows) {
        if (clients.size() >= MOST_CLIENTS) return false;
        client.putHeader("Content-Type", "text/event-stream; charset=utf-8").putHeader("X-Accel-Buffering", "no").setChunked(true);
        client.closeHandler(_ -> clients.remove(client));
        client.exceptionHandler(_ -> clients.remove(client));
        client.drainHandler(_ -> wake());
        client.write("retry: 1000\n\n");
        clients.put(client, new Client(knows, NOTHING));
        if (endsTurns) vertx.setTimer(TURN.toMillis(), _ -> end(client));
        wake();
        return true;
    }

    void close() {
        unsubscribe.run();
    }

    private void end(HttpServerResponse client) {
        if (clients.remove(client) != null) client.end();
    }

    private void toAll(String event) {
        clients.keySet().forEach(client -> {
            if (!client.writeQueueFull()) client.write(event);
        });
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) context.runOnContext(_ -> sendSoon());
    }

    private void sendSoon() {
        long wait = lastSent + PAUSE.toNanos() - System.nanoTime();
        if (lastSent == 0 || wait <= 0) {
            send();
        } else {
            vertx.setTimer(Math.max(1, wait / 1_000_000), _ -> send());
        }
    }

    /** What each client is to get is worked out on a worker thread, once for all that have the same. */
    private void send() {
        woken.set(false);
        lastSent = System.nanoTime();
        if (clients.isEmpty()) return;
        var asking = new LinkedHashMap<HttpServerResponse, Client>(clients);
        asking.keySet().removeIf(HttpServerResponse::writeQueueFull); // its drain handler wakes us
        record Events(State state, Map<HttpServerResponse, String> byClient) {}
        vertx.executeBlocking(() -> {
            var state = states.newest();
            var bySent = new IdentityHashMap<State, String>();
            var events = new LinkedHashMap<HttpServerResponse, String>();
            asking.forEach((response, client) -> {
                if (client.sent.tick() == state.tick()) return;
                var event = bySent.computeIfAbsent(client.sent, sent -> event(sent, state));
                events.put(response, client.knows >= 0 ? "event: history\ndata: " + states.points(client.knows) + "\n\n" + event : event);
            });
            return new Events(state, events);
        }).onSuccess(events -> events.byClient.forEach((response, event) -> {
            var client = clients.get(response);
            if (client == null) return; // gone meanwhile
            client.sent = events.state;
            client.knows = -1;
            response.write(event);
        }));
    }

    private static String event(State sent, State state) {
        boolean whole = sent.tick() < 0;
        var lines = whole ? state.lines() : state.since(sent);
        var event = new StringBuilder("event: ").append(whole ? "state" : "delta").append("\nid: ").append(state.tick()).append('\n');
        lines.forEach(line -> event.append("data: ").append(line).append('\n'));
        return event.append('\n').toString();
    }
}
