package executorscaler.kubernetes;

import executorscaler.loop.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the API server answers at all. {@code /livez} may be read by every authenticated client by default, and an answer that forbids it is an answer
 * too. {@link #feel} is called by one thread, again and again; the rest by any.
 */
final class Pulse {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Api api;
    private final Clock clock;
    private Duration lastAsked; // of the asking thread
    private volatile Duration lastAnswer;
    private volatile boolean returning; // answered once after a silence
    private volatile String error = "";

    Pulse(Api api, Clock clock) {
        this.api = api;
        this.clock = clock;
        this.lastAnswer = clock.elapsed();
        this.lastAsked = lastAnswer.minus(EVERY);
    }

    /** Asks, a second after the last question ended. */
    void feel() {
        var now = clock.elapsed();
        if (now.minus(lastAsked).compareTo(EVERY) < 0) return;
        ask(now);
        lastAsked = clock.elapsed();
    }

    private void ask(Duration now) {
        try {
            var answer = api.get("/livez");
            if (answer.status() < 500) {
                // After a silence the first answer alone clears nothing: what happened meanwhile has a second to come through the watches.
                returning = !returning && trouble(now).isPresent();
                error = "";
                if (!returning) lastAnswer = now;
            } else {
                returning = false;
                error = "it says " + answer.status() + " " + answer.body().strip();
            }
        } catch (Api.NoAnswer silence) {
            returning = false;
            error = Api.words(silence);
        }
    }

    /** Whether the newest question went without an answer. */
    boolean lost(Duration now) {
        return !error.isEmpty() || trouble(now).isPresent();
    }

    /** What is wrong in plain words, after the same grace that a watch has. */
    Optional<String> trouble(Duration now) {
        if (now.minus(lastAnswer).compareTo(WatchCache.GRACE) <= 0) return Optional.empty();
        if (returning) return Optional.of("the API server has only just come back");
        return Optional.of("the API server does not answer: " + (error.isEmpty() ? "no answer in time" : error));
    }
}
