package executorscaler.http;

import executorscaler.loop.Tick;
import executorscaler.report.Why;
import java.util.HashMap;
import java.util.Map;

/** Answers to why, each worked out once a tick however many pages ask for it. Any thread may ask. */
final class Answers {
    private static final int MOST = 100;

    private long tick = -1; // guarded by this, and so are the answers
    private final Map<String, Why.Answer> bySubject = new HashMap<>();

    synchronized Why.Answer of(Tick newest, String subject) {
        if (newest.number() != tick || bySubject.size() >= MOST) {
            bySubject.clear();
            tick = newest.number();
        }
        return bySubject.computeIfAbsent(subject, asked -> Why.of(newest, asked));
    }
}
