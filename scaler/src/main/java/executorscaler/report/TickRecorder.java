package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records ticks for {@code replay}, in files of compressed JSON lines of which the oldest go. The loop is never held up: what cannot be written in time is left
 * out, and the next line says how many. A tick whose decision was let stand says nothing new and is left out, too.
 */
public final class TickRecorder implements TickListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TickRecorder.class);
    private static final String PREFIX = "ticks-";
    private static final int PARTS = 8;
    private static final int WAITING = 4;
    private static final long LAST_LINES_MILLIS = 2000;

    /**
     * How much is kept.
     *
     * @param ticks the newest of them
     * @param bytes in all files, compressed
     */
    public record Limits(long ticks, long bytes) {

        /** A day with a change every nine seconds, and no more disk than a log. */
        public static final Limits DEFAULT = new Limits(10_000, 256L << 20);

        public Limits {
            if (ticks < PARTS) throw new IllegalArgumentException("at least " + PARTS + " ticks are kept, was " + ticks);
            if (bytes < 1 << 20) throw new IllegalArgumentException("at least 1 MiB is kept, was " + bytes);
        }
    }

    private record Waiting(Tick tick, Memory before, long lost) {}

    private final Path directory;
    private final Limits limits;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread writing;
    private volatile boolean closed; // set by whoever closes
    private Memory before = Memory.EMPTY; // the loop's thread only, as lost
    private long lost;
    // What follows belongs to the thread that writes.
    private final Deque<Path> files = new ArrayDeque<>();
    private @Nullable GZIPOutputStream out;
    private long lines;

    /** Begins to record into this directory, which is made if it is not there; throws where it cannot be written. */
    public TickRecorder(Path directory, Limits limits) {
        this.directory = directory;
        this.limits = limits;
        try {
            Files.createDirectories(directory);
            if (!Files.isWritable(directory)) throw new IOException(directory + " cannot be written");
            files.addAll(recorded(directory)); // what an earlier process has recorded counts towards the limits
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        writing = Thread.ofPlatform().daemon().name("recorder").start(this::write);
    }

    /** The files of a directory that was recorded into, the oldest first. */
    public static List<Path> recorded(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            files.forEach(found::add);
        }
        Collections.sort(found);
        return found;
    }

    @Override
    public void ticked(Tick tick) {
        var began = before;
        before = tick.memory();
        if (tick.stood() || closed) return;
        if (waiting.offer(new Waiting(tick, began, lost))) lost = 0;
        else
            lost++;
    }

    /** Writes what is waiting, for at most two seconds. */
    @Override
    public void close() {
        closed = true;
        try {
            writing.join(LAST_LINES_MILLIS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (!closed || !waiting.isEmpty()) {
                var next = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) write(RecordedTick.of(next.tick, next.before, next.lost));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException broken) {
            LOG.error("ticks are recorded no more: {}", broken.toString());
            closed = true;
            waiting.clear();
        } finally {
            end();
        }
    }

    private void write(RecordedTick tick) throws IOException {
        if (out == null || lines >= limits.ticks() / PARTS || Files.size(files.getLast()) >= limits.bytes() / PARTS) next(tick);
        if (out == null) return;
        out.write((tick.line() + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush(); // whoever kills the process loses no line
        lines++;
    }

    /** The names of files sort by time. */
    private void next(RecordedTick first) throws IOException {
        end();
        while (files.size() >= PARTS) Files.deleteIfExists(files.removeFirst());
        var file = directory.resolve(PREFIX + "%013d-%09d.jsonl.gz".formatted(first.snapshot().takenAt().toEpochMilli(), first.number()));
        files.addLast(file);
        out = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16, true);
        lines = 0;
    }

    private void end() {
        var ended = out;
        out = null;
        if (ended == null) return;
        try {
            ended.close();
        } catch (IOException broken) {
            LOG.warn("the last lines of {} are lost: {}", files.peekLast(), broken.toString());
        }
    }
}
