package executorscaler.config;

/**
 * What an executor's workers tell about themselves, and what they do when they are told to stop.
 *
 * @param busy where it is said which of the pods run jobs
 * @param drainsOnSigterm whether a worker that gets SIGTERM takes no more jobs and ends those that it has
 * @param longestJobSeconds how long a job takes at most; 0: not said
 */
public record WorkerConfig(BusySource busy, boolean drainsOnSigterm, int longestJobSeconds) {

    /** Workers of which nothing is known. */
    public static final WorkerConfig SILENT = new WorkerConfig(BusySource.NONE, false, 0);

    /** In a queue's {@code running} key, stands for the name of a pod. */
    public static final String POD = "{pod}";

    /** Where it is said which pods run jobs. */
    public enum BusySource {
        /** Nowhere. */
        NONE,
        /** A key for each busy pod, {@code busy:DEPLOYMENT:POD}, whose value is the number of its jobs and which its worker renews. */
        LEASE,
        /** A list of running jobs for each pod: the queue's {@code running} key has {@value #POD} in it. */
        QUEUE
    }

    public WorkerConfig {
        if (longestJobSeconds < 0) throw new IllegalArgumentException("longestJobSeconds must not be negative, was " + longestJobSeconds);
        if (drainsOnSigterm && longestJobSeconds == 0) throw new IllegalArgumentException("drainsOnSigterm needs longestJobSeconds");
    }

    /** Whether anybody says which pods run jobs. */
    public boolean tells() {
        return busy != BusySource.NONE;
    }
}
