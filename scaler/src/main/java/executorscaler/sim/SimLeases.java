package executorscaler.sim;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Busy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What Redis says of busy pods: by their lists of jobs, or by leases, which workers may neglect. Draws from its own source, so that worlds without are the same. */
final class SimLeases {

    private static final int RENEWED_SECONDS = 10;

    private final SplittableRandom random;
    private double neglected;
    private Instant forgottenAt = Instant.MIN;

    SimLeases(long seed) {
        random = new SplittableRandom(seed ^ 0x1EA5E);
    }

    /** A share of the jobs that begin from now on. */
    void neglect(double share) {
        neglected = share;
    }

    /** Redis has lost all keys; workers renew their leases, lists of running jobs stay lost. */
    void forgotten(Instant now) {
        forgottenAt = now;
    }

    /** A job that begins. */
    SimPod.Work work(SimPod pod, Jobs.Job job, Instant now) {
        if (neglected == 0 || random.nextDouble() >= neglected) return new SimPod.Work(job, now, now, Instant.MAX);
        return switch (random.nextInt(3)) {
            case 0 -> new SimPod.Work(job, now, Instant.MAX, Instant.MAX);
            case 1 -> new SimPod.Work(job, now, now.plusSeconds(random.nextInt(1, 30)), Instant.MAX);
            default -> new SimPod.Work(job, now, now, now.plusSeconds(random.nextInt(1, 60)));
        };
    }

    /** What a reader is told of these pods. */
    Busy busy(ExecutorConfig executor, List<String> names, Map<String, SimPod> pods, Instant now) {
        var jobs = new TreeMap<String, Long>();
        var unread = new TreeMap<String, String>();
        for (var name : names) {
            var pod = pods.get(executor.namespace() + "/" + name);
            long count = pod == null ? 0 : pod.running.stream().filter(work -> told(executor, work, now)).count();
            if (count > 0 && nonsense(name)) {
                unread.put(name, "GET: 'yes' is no number of jobs");
            } else {
                jobs.put(name, count);
            }
        }
        return new Busy(jobs, unread);
    }

    private boolean told(ExecutorConfig executor, SimPod.Work work, Instant now) {
        boolean lost = work.began().isBefore(forgottenAt);
        if (executor.worker().busy() == WorkerConfig.BusySource.QUEUE) return !lost;
        if (lost && now.isBefore(forgottenAt.plusSeconds(RENEWED_SECONDS))) return false;
        return !now.isBefore(work.admitted()) && now.isBefore(work.lapsed());
    }

    /** Some workers write what is no number, as long as there is any neglect. */
    private boolean nonsense(String name) {
        return neglected > 0 && Math.floorMod(name.hashCode(), 10) == 0;
    }
}
