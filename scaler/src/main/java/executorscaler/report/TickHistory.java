package executorscaler.report;

import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The last ticks in few words, equal ones that follow each other folded into one, and the newest tick whole. Any thread may read. */
public final class TickHistory implements TickListener {
    /** How many entries are kept. */
    public static final int KEPT = 2000;

    /**
     * One tick, or several that saw and did the same.
     *
     * @param number of the first of them
     * @param ticks how many
     * @param from when the first began
     * @param until when the last began
     * @param jobs in all queues
     * @param nodes in the cluster
     */
    public record Entry(long number, long ticks, Instant from, Instant until, long jobs, int nodes, List<Line> lines, List<Plan.Held> held) {
        public Entry {
            lines = List.copyOf(lines);
            held = List.copyOf(held);
        }

        private boolean continues(Entry earlier) {
            // What was done is told each time; what is tried in every tick and fails would push everything else out.
            boolean nothingDone = lines.stream().noneMatch(line -> line.outcome().equals("Done"));
            return nothingDone && lines.equals(earlier.lines) && jobs == earlier.jobs && nodes == earlier.nodes && held.equals(earlier.held);
        }

        private Entry joinedWith(Entry later) {
            return new Entry(number, ticks + later.ticks, from, later.until, jobs, nodes, lines, held);
        }
    }

    /**
     * One decision as people read it.
     *
     * @param kind of the action, {@code Finding} where the safety check removed a step, {@code Config}, {@code ConfigRejected}, {@code SourceLost} or
     *        {@code SourceBack}
     * @param what in the imperative
     * @param outcome {@code Done}, {@code Stale}, {@code Refused}, {@code Failed} or {@code Rejected}; {@code Seen} where nothing was done, and something happened
     * @param result the outcome as a sentence
     * @param lowers whether it takes something away
     */
    public record Line(String kind, String subject, String what, String why, String outcome, String result, boolean lowers) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>(); // guarded by this
    private Optional<Tick> latest = Optional.empty(); // guarded by this
    private final List<Consumer<Tick>> ticked = new CopyOnWriteArrayList<>();

    @Override
    public void ticked(Tick tick) {
        synchronized (this) {
            var entry = entry(tick, latest);
            latest = Optional.of(tick);
            var last = entries.peekLast();
            if (last != null && entry.continues(last)) {
                entries.removeLast();
                entries.addLast(last.joinedWith(entry));
            } else {
                if (entries.size() == KEPT) entries.removeFirst();
                entries.addLast(entry);
            }
        }
        ticked.forEach(listener -> listener.accept(tick));
    }

    /** The newest tick; empty: none yet. */
    public synchronized Optional<Tick> latest() {
        return latest;
    }

    /** The newest entries, the newest first. */
    public synchronized List<Entry> newest(int atMost) {
        var newest = new ArrayList<Entry>();
        for (var entries = this.entries.descendingIterator(); entries.hasNext() && newest.size() < atMost;) newest.add(entries.next());
        return Collections.unmodifiableList(newest);
    }

    /** The newest entries in which something was done or refused, the newest first. */
    public synchronized List<Entry> newestEventful(int atMost) {
        var newest = new ArrayList<Entry>();
        for (var entries = this.entries.descendingIterator(); entries.hasNext() && newest.size() < atMost;) {
            var entry = entries.next();
            if (!entry.lines().isEmpty()) newest.add(entry);
        }
        return Collections.unmodifiableList(newest);
    }

    /** Calls back after every tick, on the loop's thread: must be quick. The answer ends it. */
    public Runnable onTick(Consumer<Tick> listener) {
        ticked.add(listener);
        return () -> ticked.remove(listener);
    }

    private static Entry entry(Tick tick, Optional<Tick> before) {
        var seen = tick.snapshot();
        var lines = new ArrayList<>(lines(tick));
        before.ifPresent(earlier -> lines.addAll(Turns.between(earlier, tick)));
        return new Entry(tick.number(), 1, seen.takenAt(), seen.takenAt(), seen.queues().stream().mapToLong(Queue::jobs).sum(), seen.nodes().size(),
                lines, tick.plan().held());
    }

    /** What a tick did, and what the safety check took out of it. */
    static List<Line> lines(Tick tick) {
        var lines = new ArrayList<Line>();
        for (var done : tick.performed()) {
            var action = done.step().action();
            lines.add(new Line(kind(action), action.subject(), Sentences.of(action), Sentences.of(done.step().why()),
                    done.outcome().getClass().getSimpleName(), Sentences.of(done.outcome()), action.lowers()));
        }
        for (var finding : tick.findings()) {
            var action = finding.step().action();
            lines.add(new Line("Finding", action.subject(), "not done: " + Sentences.of(action),
                    finding.rule() + ": " + Sentences.quote(finding.finding()),
                    "Rejected", "removed by the safety check", action.lowers()));
        }
        return lines;
    }

    private static String kind(Action action) {
        return action.getClass().getSimpleName();
    }
}
