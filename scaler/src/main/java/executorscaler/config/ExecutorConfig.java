package executorscaler.config;

/**
 * One executor Deployment and the queue that feeds it.
 *
 * @param namespace the Deployment's namespace
 * @param deployment the Deployment's name
 * @param jobsPerPod how many jobs one pod works on at a time
 * @param worker what its workers tell and do
 */
public record ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas,
        WorkerConfig worker) {

    /** Default of {@link #jobsPerPod()}. */
    public static final int DEFAULT_JOBS_PER_POD = 2;

    /** An executor whose workers tell nothing. */
    public ExecutorConfig(String name, String namespace, String deployment, QueueConfig queue, int jobsPerPod, int minReplicas, int maxReplicas) {
        this(name, namespace, deployment, queue, jobsPerPod, minReplicas, maxReplicas, WorkerConfig.SILENT);
    }

    public ExecutorConfig {
        if (jobsPerPod < 1) throw new IllegalArgumentException(name + ": jobsPerPod must be at least 1, was " + jobsPerPod);
        if (minReplicas < 0) throw new IllegalArgumentException(name + ": minReplicas must not be negative, was " + minReplicas);
        if (maxReplicas < minReplicas) {
            throw new IllegalArgumentException(name + ": maxReplicas " + maxReplicas + " is below minReplicas " + minReplicas);
        }
    }

    /** {@code namespace/name} of the Deployment */
    public String path() {
        return namespace + "/" + deployment;
    }
}
