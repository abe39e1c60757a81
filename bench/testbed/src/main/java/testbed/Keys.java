package testbed;

/** The Redis lists the workers use. */
public record Keys(String waiting, String running, String started, String done) {
    /** jobs, jobs:running, started and done. */
    public static final Keys DEFAULT = new Keys("jobs", "jobs:running", "started", "done");
}
