package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Action;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Tells a demonstration on a console: what happened when, counted from the arrival of the jobs, and beside each line the platform document's own
 * timeline up to that time. Reads nothing but ticks.
 */
public final class DemoTimeline implements TickListener {
    private static final int WIDTH = 62;

    /** A line of the platform's timeline for one job from nothing. */
    private record Theirs(int seconds, String what) {}

    private static final Theirs[] PLATFORM = {new Theirs(0, "user submits evaluation"), new Theirs(1, "API creates job in queue"),
            new Theirs(2, "HPA sees queue > threshold"), new Theirs(3, "HPA creates executor pod"), new Theirs(4, "pod is Pending"),
            new Theirs(5, "autoscaler sees pending pod"), new Theirs(6, "launches EC2 instance"), new Theirs(180, "instance joins cluster"),
            new Theirs(185, "pod scheduled on node"), new Theirs(190, "executor starts job")};

    private final Consumer<String> out;
    private Instant start = Instant.MAX; // of the burst that is being told; MAX: none
    private int toldTheirs;
    private boolean nodeTold;
    private boolean first = true;
    private long jobs;
    private long ready;
    private long readyNodes;
    private long nodes;
    private boolean done;

    /** @param out takes one line at a time */
    public DemoTimeline(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void ticked(Tick tick) {
        var seen = tick.snapshot();
        if (!seen.missing().isEmpty()) return; // nothing is known of what cannot be read
        long jobsNow = seen.queues().stream().mapToLong(Queue::jobs).sum();
        if (jobsNow > jobs) arrived(seen.takenAt(), jobsNow - jobs);
        ordered(tick);
        var executors = seen.executors().stream().map(one -> one.owner()).toList();
        var working = seen.pods().stream().filter(pod -> pod.ready() && !pod.terminating() && executors.contains(pod.owner())).toList();
        long readyNow = working.size();
        long homes = working.stream().map(pod -> pod.node()).distinct().count();
        long readyNodesNow = seen.nodes().stream().filter(Node::ready).count();
        long nodesNow = seen.pools().stream().flatMap(pool -> pool.instances().stream()).filter(Pool.Instance::counts).count();
        if (first) readyNodes = readyNodesNow;
        if (readyNodesNow > readyNodes && !nodeTold) {
            tell(seen.takenAt(), "first new node ready");
            nodeTold = true;
        }
        if (readyNow > 0 && ready == 0) tell(seen.takenAt(), Sentences.count(readyNow, "executor") + " ready, jobs start");
        long wanted = seen.executors().stream().mapToLong(one -> one.replicas()).sum();
        if (readyNow == wanted && readyNow > ready && readyNow > 1)
            tell(seen.takenAt(), "all " + readyNow + " executors ready on " + Sentences.count(homes, "node"));
        if (jobsNow == 0 && jobs > 0) {
            tell(seen.takenAt(), "all jobs done");
            done = true;
        }
        if (nodesNow < nodes && nodesNow == floor(tick)) tell(seen.takenAt(), "back to " + Sentences.count(nodesNow, "node"));
        first = false;
        jobs = jobsNow;
        ready = readyNow;
        readyNodes = readyNodesNow;
        nodes = nodesNow;
    }

    private void arrived(Instant at, long count) {
        if (done || start.equals(Instant.MAX)) {
            start = at;
            toldTheirs = done ? PLATFORM.length : 0; // the comparison is told once, for the burst from nothing
            done = false;
            nodeTold = false;
            out.accept("");
        }
        tell(at, Sentences.count(count, "job") + (count == 1 ? " arrives" : " arrive"));
    }

    private void ordered(Tick tick) {
        int closed = 0;
        int ended = 0;
        var at = tick.snapshot().takenAt();
        for (var one : tick.performed()) {
            if (!(one.outcome() instanceof Outcome.Done)) continue;
            switch (one.step().action()) {
                case Action.ScaleExecutor a -> tell(at, a.executor() + ": " + Sentences.count(a.replicas(), "replica") + " written");
                case Action.RaiseCapacity a -> tell(at, a.pool() + ": " + Sentences.count(a.desired() - a.expected(), "node") + " ordered");
                case Action.Cordon _ -> closed++;
                case Action.Terminate _,Action.TerminateUnjoined _ -> ended++;
                case Action.SetDeletionCost _,Action.Uncordon _,Action.Evict _,Action.Nominate _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.ResumeTerminate _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _,Action.ExtendHook _,Action.CompleteHook _ -> {
                    // too small for the story; the page shows them
                }
            }
        }
        if (closed > 0) tell(at, Sentences.count(closed, "idle node") + " closed");
        if (ended > 0) tell(at, Sentences.count(ended, "empty node") + " given back");
    }

    /** One line of ours, and theirs until then. Theirs that come between two of ours stand on lines of their own. */
    private void tell(Instant at, String what) {
        if (start.equals(Instant.MAX)) return;
        var since = Duration.between(start, at);
        while (toldTheirs < PLATFORM.length && PLATFORM[toldTheirs].seconds() * 1000L < since.toMillis()) {
            out.accept(" ".repeat(WIDTH) + theirs());
        }
        boolean same = toldTheirs < PLATFORM.length && PLATFORM[toldTheirs].seconds() * 1000L == since.toMillis();
        var ours = String.format(Locale.ROOT, "T+%6.1f s  %s", since.toMillis() / 1000.0, what);
        out.accept(same ? String.format(Locale.ROOT, "%-" + WIDTH + "s%s", ours, theirs()) : ours);
    }

    private String theirs() {
        var next = PLATFORM[toldTheirs++];
        return "| T+" + next.seconds() + " s  " + next.what();
    }

    private static long floor(Tick tick) {
        return tick.snapshot().pools().stream().mapToLong(Pool::min).sum();
    }

    /**
     * The head of the two columns.
     *
     * @param boot where the boot times of this demonstration come from: most of both columns is waiting for EC2, and theirs is what the document says
     */
    public void head(String boot) {
        out.accept(String.format(Locale.ROOT, "%-" + WIDTH + "s%s", "Executor Scaler", "| HPA and Cluster Autoscaler (platform document)"));
        out.accept("Boot times: " + boot);
    }
}
