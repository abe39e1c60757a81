package executorscaler.redis;

import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** Redis could not be asked: which step failed, and what was said. The message never holds a password. */
final class RedisTrouble extends Exception {

    private static final long serialVersionUID = 1;

    private final Step step;

    RedisTrouble(Step step, String said, @Nullable Throwable cause) {
        super(step.words + ": " + said, cause);
        this.step = step;
    }

    Step step() {
        return step;
    }

    /** The steps to an answer, in their order: an operator looks for the fault in another place for each. */
    enum Step {
        ADDRESS("redis.url"), FILES("credentials file"), DNS("DNS"), TCP("TCP"), TLS("TLS"), AUTH("AUTH"), SELECT("SELECT"), COMMAND("command");

        private final String words;

        Step(String words) {
            this.words = words;
        }
    }

    /** The innermost cause in plain words: libraries wrap the sentence that helps in ones that do not. */
    static String said(Throwable trouble) {
        Throwable inner = trouble;
        for (int depth = 0; depth < 10 && inner.getCause() != null; depth++) inner = inner.getCause();
        if (inner instanceof SocketTimeoutException) return "timed out";
        var message = inner.getMessage();
        return message == null || message.isBlank() ? inner.getClass().getSimpleName() : message.strip();
    }
}
