package executorscaler.cli.importing;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Job frameworks, by how they call the list of jobs to take; docs/configuration.md says the same of them. */
enum Framework {
    BULLMQ("[^:]+:.+:wait",
            "by its name a list of BullMQ or Bull, which keeps the list of running jobs, too; delayed jobs, and BullMQ's with a priority,"
                    + " are not counted (docs/configuration.md)"), RQ("rq:queue:.+",
                            "by its name a list of RQ, which keeps its running jobs in a sorted set (docs/configuration.md)"), RESQUE(
                                    "(.+:)?queue:[^:]+",
                                    "by its name a list of Sidekiq or Resque, which keep no list of running jobs (docs/configuration.md)"), CELERY(
                                            "celery", "by its name a list of Celery, which keeps no list of running jobs (docs/configuration.md)");

    private final Pattern waiting;
    private final String remark;

    Framework(String waiting, String remark) {
        this.waiting = Pattern.compile(waiting);
        this.remark = remark;
    }

    /** Whose list this is, as far as its name tells. */
    static Optional<Framework> of(String list) {
        return Arrays.stream(values()).filter(framework -> framework.waiting.matcher(list).matches()).findFirst();
    }

    /** The list of running jobs that the framework itself keeps beside this one; empty: it keeps none. */
    String running(String list) {
        return this == BULLMQ ? list.replaceFirst("wait$", "active") : "";
    }

    String remark() {
        return remark;
    }
}
