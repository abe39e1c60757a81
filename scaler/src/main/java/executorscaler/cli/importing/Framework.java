package executorscaler.cli.importing;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Job frameworks, by how they call the list of jobs to take; docs/configuration.md says the same of them. */
enum Framework {
    BULLMQ("[^:]+:.+:wait"), RQ("rq:queue:.+"), RESQUE("(.+:)?queue:[^:]+"), CELERY("celery");

    private final Pattern waiting;

    Framework(String waiting) {
        this.waiting = Pattern.compile(waiting);
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
        return "by its name a list of " + switch (this) {
            case BULLMQ -> "BullMQ or Bull, which keeps the list of running jobs, too; delayed jobs, and BullMQ's with a priority, are not counted";
            case RQ -> "RQ, which keeps its running jobs in a sorted set";
            case RESQUE -> "Sidekiq or Resque, which keep no list of running jobs";
            case CELERY -> "Celery, which keeps no list of running jobs";
        } + " (docs/configuration.md)";
    }
}
