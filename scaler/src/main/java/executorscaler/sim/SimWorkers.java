package executorscaler.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What happens inside executor pods: each slot takes a job, works, and takes the next. A pod that stops loses what it works on. */
final class SimWorkers implements SimCluster.Workers {
    private static final Duration FINISH_RETRY = Duration.ofSeconds(1);

    /** Causes of a pod's end that are the cloud's doing, not the scaler's. */
    static final String INTERRUPTION = "interrupted by the cloud";
    static final String REBALANCE = "the group evens out its zones";
    /** The Deployment controller's own doing. */
    static final String ROLLOUT = "replaced by a rollout";
    /** Whoever else writes replicas. */
    static final String OTHERS = "somebody else lowered replicas";

    /** Whether the platform finds jobs that the cloud has cut off, and gives them back. */
    boolean givesBack;

    private final Timeline timeline;
    private final Jobs jobs;
    private final Faults faults;
    private final SimLeases leases;
    private final SimStats.Counters counters;
    private final SortedMap<String, Integer> jobsPerPod;
    private final SortedMap<String, Deque<SimPod>> free = new TreeMap<>(); // one entry a free slot, longest free first

    SimWorkers(Timeline timeline, Jobs jobs, Faults faults, SimLeases leases, SimStats.Counters counters, SortedMap<String, Integer> jobsPerPod) {
        this.leases = leases;
        this.timeline = timeline;
        this.jobs = jobs;
        this.faults = faults;
        this.counters = counters;
        this.jobsPerPod = jobsPerPod;
    }

    @Override
    public void started(SimPod pod) {
        if (pod.executor.isEmpty()) return;
        for (int slot = 0; slot < jobsPerPod.getOrDefault(pod.executor, 1); slot++) free(pod.executor).addLast(pod);
        serve(pod.executor);
    }

    @Override
    public void stopped(SimPod pod, String because, Instant ordered) {
        for (var work : pod.running) {
            timeline.trace("job " + work.job().text() + " LOST in " + pod.path() + ": " + because);
            // Done, and not to be told because Redis has been down for all of the grace period: the outage's doing.
            boolean untold = redisIsDown() && !timeline.now().isBefore(work.began().plus(work.job().work()));
            boolean others = untold || because.equals(ROLLOUT) || because.equals(OTHERS);
            if (!others && !work.began().isBefore(ordered)) {
                // Replicas had been lowered when the worker took it: nobody could have known. Only workers that finish their job when they are told to stop, or
                // that say that they are idle before they may be chosen, can close this gap.
                counters.raced++;
                giveBack(pod, work);
            } else if (because.equals(REBALANCE)) {
                counters.rebalanced++;
                giveBack(pod, work);
            } else if (others) {
                counters.cutOffByOthers++;
                giveBack(pod, work);
            } else if (because.equals(INTERRUPTION)) {
                counters.interrupted++;
                if (givesBack) giveBack(pod, work);
            } else {
                counters.killed++;
            }
        }
        pod.running.clear();
    }

    /** The platform finds it in the running list. */
    private void giveBack(SimPod pod, SimPod.Work work) {
        jobs.finish(pod.executor, work.job());
        jobs.push(pod.executor, List.of(work.job()));
    }

    /** Lets every free slot take a job, as long as there is one. */
    void serveAll() {
        for (var executor : jobsPerPod.keySet()) serve(executor);
    }

    void serve(String executor) {
        if (redisIsDown()) return;
        var slots = free(executor);
        for (var pod = slots.peekFirst(); pod != null; pod = slots.peekFirst()) {
            if (pod.canWork()) {
                var job = jobs.take(executor, timeline.now());
                if (job.isEmpty()) return;
                begin(pod, job.get());
            }
            slots.removeFirst();
        }
    }

    private void begin(SimPod pod, Jobs.Job job) {
        var work = leases.work(pod, job, timeline.now());
        pod.running.add(work);
        counters.waits.add(since(job.since()));
        timeline.trace("job " + job.text() + " begins in " + pod.path());
        timeline.in(job.work(), () -> end(pod, work));
    }

    private void end(SimPod pod, SimPod.Work work) {
        if (!pod.running.contains(work)) return; // lost meanwhile
        if (redisIsDown()) {
            timeline.in(FINISH_RETRY, () -> end(pod, work));
            return;
        }
        pod.running.remove(work);
        var job = work.job();
        jobs.finish(pod.executor, job);
        counters.finished++;
        timeline.trace("job " + job.text() + " done");
        if (pod.canWork()) free(pod.executor).addLast(pod);
        serve(pod.executor);
    }

    private Duration since(Instant then) {
        return then.isAfter(timeline.now()) ? Duration.ZERO : Duration.between(then, timeline.now());
    }

    private boolean redisIsDown() {
        return faults.whole(executorscaler.snapshot.Missing.Source.REDIS).isPresent();
    }

    private Deque<SimPod> free(String executor) {
        return free.computeIfAbsent(executor, _ -> new ArrayDeque<>());
    }
}
