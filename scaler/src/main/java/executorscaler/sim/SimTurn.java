package executorscaler.sim;

import executorscaler.act.Outcome;
import executorscaler.loop.Signals;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Missing.Source;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One caller at a time, and the world as far as the clock is before anybody looks at it or changes it. */
final class SimTurn {
    private final ReentrantLock lock = new ReentrantLock();
    // All that follows is guarded by lock.
    private final SimClock clock;
    private final Timeline timeline;
    private final Faults faults;
    private final SimWorkers workers;
    private Optional<Signals> signals = Optional.empty();

    SimTurn(SimClock clock, Timeline timeline, Faults faults, SimWorkers workers) {
        this.clock = clock;
        this.timeline = timeline;
        this.faults = faults;
        this.workers = workers;
    }

    void wakes(Signals listener) {
        change(() -> signals = Optional.of(listener));
    }

    <T> T look(Supplier<T> question) {
        lock.lock();
        try {
            catchUp();
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    void change(Runnable what) {
        lock.lock();
        try {
            catchUp();
            var before = timeline.hash();
            what.run();
            workers.serveAll();
            wakeIfChangedSince(before);
        } finally {
            lock.unlock();
        }
    }

    /** A question that a source answers, if it answers at all. */
    Outcome ask(Source source, Supplier<Outcome> question) {
        return look(() -> faults.whole(source).<Outcome>map(fault -> new Outcome.Failed(fault.error())).orElseGet(question));
    }

    /** A write that a source may refuse to hear, or whose reply may get lost. */
    Outcome write(Source source, Supplier<Outcome> write) {
        return look(() -> {
            var fault = faults.whole(source).map(Missing::error);
            if (fault.isPresent()) return new Outcome.Failed(fault.get());
            var outcome = write.get();
            return faults.losesReply(source) ? new Outcome.Failed("the reply was lost") : outcome;
        });
    }

    /** A running clock has gone on by itself; a clock moved by hand stands where the world stands. */
    private void catchUp() {
        var before = timeline.hash();
        timeline.advanceTo(clock.now());
        wakeIfChangedSince(before); // what a reader's own call brought about may be news to what it has read before
    }

    private void wakeIfChangedSince(long hash) {
        if (timeline.hash() != hash) signals.ifPresent(listener -> listener.raise(Signals.Cause.CLUSTER));
    }
}
