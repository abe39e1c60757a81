package executorscaler.config;

import java.util.List;

/**
 * One executor Deployment and the queue that feeds it.
 *
 * @param namespace the Deployment's namespace
 * @param deployment the Deployment's name
 * @param jobsPerPod how many jobs one pod works on at a time
 * @param worker what its workers tell and do
 * @param scaleDown how its replicas fall
 * @param schedules times of the week in which it has another minimum
 * @param onDemandBase for how many of its pods there should be room on nodes that AWS cannot take back
 */
public record ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas,
        WorkerConfig worker, ExecutorScaleDown scaleDown, List<Schedule> schedules, int onDemandBase) {

    /** Default of {@link #jobsPerPod()}. */
    public static final int DEFAULT_JOBS_PER_POD = 2;

    /** An executor whose workers tell nothing. */
    public ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas) {
        this(name, namespace, deployment, queue, jobsPerPod, minReplicas, maxReplicas, WorkerConfig.SILENT);
    }

    /** An executor whose replicas fall as all do, with one minimum. */
    public ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas,
            WorkerConfig worker) {
        this(name, namespace, deployment, queue, jobsPerPod, minReplicas, maxReplicas, worker, ExecutorScaleDown.NONE, List.of(), 0);
    }

    /** An executor whose workers tell nothing, with a floor of on-demand. */
    public ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas,
            int onDemandBase) {
        this(name, namespace, deployment, queue, jobsPerPod, minReplicas, maxReplicas, WorkerConfig.SILENT, ExecutorScaleDown.NONE, List.of(),
                onDemandBase);
    }

    public ExecutorConfig {
        schedules = List.copyOf(schedules);
        if (jobsPerPod < 1) throw new IllegalArgumentException(name + ": jobsPerPod must be at least 1, was " + jobsPerPod);
        if (minReplicas < 0) throw new IllegalArgumentException(name + ": minReplicas must not be negative, was " + minReplicas);
        if (maxReplicas < minReplicas) {
            throw new IllegalArgumentException(name + ": maxReplicas " + maxReplicas + " is below minReplicas " + minReplicas);
        }
        if (onDemandBase < 0 || onDemandBase > maxReplicas)
            throw new IllegalArgumentException(name + ": onDemandBase must be from 0 to maxReplicas " + maxReplicas + ", was " + onDemandBase);
    }

    /** {@code namespace/name} of the Deployment */
    public String path() {
        return namespace + "/" + deployment;
    }
}
