package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.report.TickJson.Made;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The page's states: the newest, and those of the last {@link #KEPT} ticks, so that one can go back in time. Kept are ticks in which something was done, and
 * of the others one a second; each as what differs from the one before, with a whole one now and then. A thread of its own makes them, a twentieth of one
 * core at most, so that the loop never waits for it. Any thread may read.
 */
public final class TickStates implements AutoCloseable {
    /** How many states are kept at least, if they are no more than {@link #MOST_BYTES}. */
    public static final int KEPT = 2000;
    /** More are given up, the oldest first, whatever their number: a small heap has other uses. */
    public static final long MOST_BYTES = Math.min(12 << 20, Runtime.getRuntime().maxMemory() / 16);

    private static final int A_RUN = 50; // states, the first of them whole
    private static final int WAITING = 8; // ticks, where they come faster than states are made
    private static final Duration APART = Duration.ofSeconds(1);
    private static final int SHARE = 20;
    private static final long LONGEST_PAUSE = 2000; // ms

    /**
     * What the page shows of one tick.
     *
     * @param tick its number; 0: before the first
     * @param lines of JSON, which only together are a text
     */
    public record State(long tick, Instant at, List<String> lines) {
        public State {
            lines = List.copyOf(lines);
        }

        /** The JSON. */
        public String text() {
            return String.join("\n", lines);
        }

        /** The same in sentences, for who reads no JSON: the most important first, then one for each executor and each pool. */
        public List<String> sentences() {
            return TickJson.sentences(text());
        }

        /** What makes {@code earlier} into this: {@code =12,30} takes thirty of its lines from line 12 on (the first is 0), {@code +...} is a new one. */
        public List<String> since(State earlier) {
            return LineDelta.between(earlier.lines, lines);
        }
    }

    /** A tick that is to be made. */
    private record Next(Tick tick, boolean did) {}

    private static final class Kept {
        private final TickPoint point;
        private final byte[] packed;

        Kept(TickPoint point, byte[] packed) {
            this.point = point;
            this.packed = packed;
        }
    }

    private final TickHistory history;
    private final Boots boots = new Boots(); // guarded by making
    private final Object making = new Object();
    private final ArrayDeque<Next> waiting = new ArrayDeque<>(); // guarded by itself
    private Optional<Tick> lastTick = Optional.empty(); // guarded by making
    private Optional<Made> lastMade = Optional.empty(); // guarded by making
    private final ArrayDeque<List<Kept>> runs = new ArrayDeque<>(); // guarded by this, and so are the next four
    private State newest = new State(0, Instant.EPOCH, TickJson.nothingYet());
    private State lastKept = newest;
    private int kept;
    private long bytes;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Runnable unsubscribe;
    private final Thread thread;

    /** Takes every tick from there, from now on. */
    public TickStates(TickHistory history) {
        this.history = history;
        unsubscribe = history.onTick(this::ticked);
        history.latest().ifPresent(this::ticked);
        thread = Thread.ofVirtual().name("states").start(this::work);
    }

    /** The newest state; what has been seen until now is in it. */
    public State newest() {
        makeAll();
        synchronized (this) {
            return newest;
        }
    }

    /** The last kept state that is not of a later tick; empty: older than all. */
    public Optional<State> at(long tick) {
        return last(point -> point.tick() <= tick);
    }

    /** The last kept state that was not seen later; empty: older than all. */
    public Optional<State> at(Instant time) {
        return last(point -> !point.at().isAfter(time));
    }

    /** {@code {"points": [[tick, ms, waiting, running, slots, desired, ready, events], ...]}} of what is kept after that tick, the oldest first. */
    public String points(long after) {
        makeAll();
        var points = Json.array();
        synchronized (this) {
            for (var run : runs) {
                for (var each : run) {
                    if (each.point.tick() > after) points.add(each.point.json());
                }
            }
        }
        var whole = Json.object();
        whole.set("points", points);
        return Json.compact(whole);
    }

    /** How many states are kept. */
    public synchronized int size() {
        return kept;
    }

    /** How many bytes they take, packed. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Calls back when there is a newer state, on the thread that makes them: must be quick. The answer ends it. */
    public Runnable onState(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        unsubscribe.run();
        thread.interrupt();
    }

    private void ticked(Tick tick) {
        boolean did = history.newest(1).stream().anyMatch(entry -> !entry.lines().isEmpty());
        synchronized (waiting) {
            // Of ticks that wait to be made, those in which nothing happened give way to the next.
            if (!waiting.isEmpty() && (!waiting.getLast().did || waiting.size() == WAITING)) waiting.removeLast();
            waiting.addLast(new Next(tick, did));
        }
        wanted.release();
    }

    private void work() {
        try {
            while (true) {
                wanted.acquire();
                wanted.drainPermits();
                long began = System.nanoTime();
                makeAll();
                listeners.forEach(Runnable::run);
                Thread.sleep(Math.min(LONGEST_PAUSE, (System.nanoTime() - began) * (SHARE - 1) / 1_000_000));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void makeAll() {
        synchronized (making) {
            while (true) {
                Next next;
                synchronized (waiting) {
                    next = waiting.pollFirst();
                }
                if (next == null) return;
                make(next.tick);
            }
        }
    }

    private void make(Tick tick) {
        boolean rests = lastTick.filter(earlier -> rests(earlier, tick)).isPresent();
        var made = rests ? lastMade.orElseThrow().at(tick) : TickJson.made(tick, history, boots);
        lastTick = Optional.of(tick);
        lastMade = Optional.of(made);
        var state = new State(tick.number(), tick.snapshot().takenAt(), made.lines());
        synchronized (this) {
            newest = state;
            if (kept == 0 || !made.point().events().isEmpty() || !state.at.isBefore(lastKept.at.plus(APART))) keep(state, made.point());
        }
    }

    /** Whether the later tick shows the same: its decision stood, and that of the tick right before it, if that is not the same. */
    private static boolean rests(Tick earlier, Tick later) {
        return later.stood() && later.number() == earlier.number() + 1 && later.role().equals(earlier.role()) && !earlier.eventful()
                && later.config().generation() == earlier.config().generation() && later.config().rejected().equals(earlier.config().rejected());
    }

    private void keep(State state, TickPoint point) {
        boolean whole = runs.isEmpty() || runs.getLast().size() == A_RUN;
        if (whole) runs.addLast(new ArrayList<>());
        var packed = pack(whole ? state.lines : state.since(lastKept));
        runs.getLast().add(new Kept(point, packed));
        lastKept = state;
        kept++;
        bytes += packed.length;
        while (runs.size() > 1 && (kept - runs.getFirst().size() >= KEPT || bytes > MOST_BYTES)) {
            var oldest = runs.removeFirst();
            kept -= oldest.size();
            for (var each : oldest) bytes -= each.packed.length;
        }
    }

    private Optional<State> last(Predicate<TickPoint> wanted) {
        makeAll();
        var chain = new ArrayList<Kept>();
        synchronized (this) {
            for (var run : runs) {
                if (!wanted.test(run.getFirst().point)) break;
                chain.clear();
                run.stream().takeWhile(each -> wanted.test(each.point)).forEach(chain::add);
            }
        }
        if (chain.isEmpty()) return Optional.empty();
        var lines = unpack(chain.getFirst().packed);
        for (var each : chain.subList(1, chain.size())) lines = LineDelta.applied(lines, unpack(each.packed));
        var point = chain.getLast().point;
        return Optional.of(new State(point.tick(), point.at(), lines));
    }

    private static byte[] pack(List<String> lines) {
        try (var deflater = new Deflater()) {
            deflater.setInput(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            var packed = new ByteArrayOutputStream();
            var buffer = new byte[4096];
            while (!deflater.finished()) packed.write(buffer, 0, deflater.deflate(buffer));
            return packed.toByteArray();
        }
    }

    private static List<String> unpack(byte[] packed) {
        try (var inflater = new Inflater()) {
            inflater.setInput(packed);
            var text = new ByteArrayOutputStream();
            var buffer = new byte[4096];
            while (!inflater.finished()) text.write(buffer, 0, inflater.inflate(buffer));
            return List.of(text.toString(StandardCharsets.UTF_8).split("\n", -1));
        } catch (DataFormatException broken) {
            throw new IllegalStateException("packed by ourselves", broken);
        }
    }
}
