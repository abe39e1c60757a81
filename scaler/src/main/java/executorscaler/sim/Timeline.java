package executorscaler.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Time, chance and order of one world: due events run by time and then in the order in which they were made. Keeps a hash of all that happened. */
final class Timeline {
    private static final long HASH_START = 0xcbf29ce484222325L; // FNV-1a, 64 bits
    private static final long HASH_FACTOR = 0x100000001b3L;
    private static final int KEPT_LINES = 500;

    private record Event(Instant at, long sequence, Runnable what) {}

    private final SimClock clock;
    private final RandomGenerator random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::sequence));
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private Instant now;
    private long sequence;
    private long version = 1000;
    private long hash = HASH_START;
    private boolean advancing;

    Timeline(SimClock clock, long seed) {
        this.clock = clock;
        this.random = new SplittableRandom(seed);
        this.now = clock.start();
    }

    Instant now() {
        return now;
    }

    RandomGenerator random() {
        return random;
    }

    /** A new resource version: every write gets a larger one. */
    long nextVersion() {
        return ++version;
    }

    void in(Duration delay, Runnable what) {
        at(now.plus(delay), what);
    }

    void at(Instant time, Runnable what) {
        events.add(new Event(time.isBefore(now) ? now : time, sequence++, what));
    }

    /** Runs everything that is due until {@code time}, which is the time afterwards. An instant that has passed changes nothing, nor does a call by an event. */
    void advanceTo(Instant time) {
        if (advancing) return;
        advancing = true;
        try {
            runUntil(time);
        } finally {
            advancing = false;
        }
    }

    private void runUntil(Instant time) {
        for (var next = events.peek(); next != null && !next.at().isAfter(time); next = events.peek()) {
            events.remove();
            now = next.at();
            clock.moveTo(now);
            next.what().run();
        }
        if (time.isAfter(now)) {
            now = time;
            clock.moveTo(time);
        }
    }

    /** Notes that something happened. */
    void trace(String what) {
        var line = "T+" + Duration.between(clock.start(), now).toMillis() + "ms " + what;
        for (byte octet : line.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * HASH_FACTOR;
        }
        if (lines.size() == KEPT_LINES) lines.removeFirst();
        lines.addLast(line);
    }

    long hash() {
        return hash;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** {@code length} lower case letters and digits. */
    String letters(int length) {
        var alphabet = "bcdfghjklmnpqrstvwxz2456789";
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        return text.toString();
    }

    /** {@code length} hexadecimal digits. */
    String hex(int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append(Character.forDigit(random.nextInt(16), 16));
        return text.toString();
    }
}
