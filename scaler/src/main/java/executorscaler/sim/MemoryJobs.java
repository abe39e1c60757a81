package executorscaler.sim;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Jobs in memory. */
public final class MemoryJobs implements Jobs {

    private record Later(Job job, Instant due, long sequence) {}

    private static final class Lists {
        private final Deque<Job> waiting = new ArrayDeque<>();
        private final PriorityQueue<Later> delayed = new PriorityQueue<>(Comparator.comparing(Later::due).thenComparingLong(Later::sequence));
        private final List<Job> running = new ArrayList<>();
    }

    private final Map<String, Lists> byExecutor = new TreeMap<>();
    private long sequence;

    @Override
    public void push(String executor, List<Job> jobs) {
        lists(executor).waiting.addAll(jobs);
    }

    @Override
    public void pushLater(String executor, Job job, Instant due) {
        lists(executor).delayed.add(new Later(job, due, sequence++));
    }

    @Override
    public Optional<Job> take(String executor, Instant now) {
        var lists = lists(executor);
        var job = Optional.ofNullable(lists.waiting.pollFirst());
        if (job.isEmpty()) {
            var later = lists.delayed.peek();
            if (later != null && !later.due().isAfter(now)) {
                lists.delayed.remove();
                job = Optional.of(later.job());
            }
        }
        job.ifPresent(lists.running::add);
        return job;
    }

    @Override
    public void finish(String executor, Job job) {
        lists(executor).running.remove(job);
    }

    @Override
    public Counts counts(String executor, Instant now) {
        var lists = lists(executor);
        long due = lists.delayed.stream().filter(later -> !later.due().isAfter(now)).count();
        return new Counts(lists.waiting.size(), due, lists.running.size());
    }

    @Override
    public Optional<Instant> oldestDue(String executor, Instant now) {
        return Optional.ofNullable(lists(executor).delayed.peek()).map(Later::due).filter(due -> !due.isAfter(now));
    }

    @Override
    public void clear() {
        byExecutor.clear();
    }

    private Lists lists(String executor) {
        return byExecutor.computeIfAbsent(executor, _ -> new Lists());
    }
}
