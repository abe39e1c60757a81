package executorscaler.cli;

import executorscaler.redis.DemoJobs;
import executorscaler.sim.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The simulated workers' end of the real queue. The demo has one executor, so the name says nothing more.
 *
 * @param gone is told why, each time that Redis does not answer; the world goes on as if there were no jobs
 */
record DemoQueue(DemoJobs redis, Consumer<String> gone) implements Jobs {

    private static final Duration ANY_OTHER_JOB = Duration.ofSeconds(30);

    @Override
    public void push(String executor, List<Job> jobs) {
        attempt(() -> redis.push(jobs.stream().map(Job::text).toList()));
    }

    @Override
    public void pushLater(String executor, Job job, Instant due) {
        attempt(() -> redis.pushDelayed(job.text(), due));
    }

    @Override
    public Optional<Job> take(String executor, Instant now) {
        try {
            return redis.take().map(text -> Job.parse(text, ANY_OTHER_JOB, now));
        } catch (DemoJobs.Gone trouble) {
            gone.accept(String.valueOf(trouble.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public void finish(String executor, Job job) {
        attempt(() -> redis.finish(job.text()));
    }

    @Override
    public Counts counts(String executor, Instant now) {
        throw new UnsupportedOperationException("the demo's service reads the real Redis itself");
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("the demo's Redis is real: restart it by hand to see what happens");
    }

    private void attempt(Runnable command) {
        try {
            command.run();
        } catch (DemoJobs.Gone trouble) {
            gone.accept(String.valueOf(trouble.getMessage()));
        }
    }
}
