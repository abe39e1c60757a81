package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.observe.PodNames;
import executorscaler.loop.Signals;
import executorscaler.loop.Signals.Cause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the watch wakes the loop, on a real Redis. */
@Tag("redis")
class QueueWatchIT {

    private static final Duration LONG = Duration.ofSeconds(10);

    private RealRedis redis;
    private final Signals signals = new Signals();
    private final RedisQueues queues = new RedisQueues(() -> signals.raise(Cause.QUEUE));

    @BeforeEach
    void start() throws IOException {
        redis = new RealRedis();
    }

    @AfterEach
    void stop() throws IOException {
        queues.close();
        redis.close();
    }

    @Test
    void everyPushWakesTheLoop() throws Exception {
        follow();
        pushAndAwait(50);
    }

    @Test
    void withoutTrackingThePollWakesTheLoop() throws Exception {
        try (var client = redis.client()) {
            client.aclSetUser("scaler", "on", "nopass", "~*", "+ping", "+info", "+llen", "+zcount");
        }
        queues.read(RealRedis.queues(new RedisConfig("redis://scaler:x@127.0.0.1:" + redis.port(), "", "", "", 1000), "render"), PodNames.UNKNOWN,
                Instant.now());
        assertThat(signals.await(LONG)).contains(Cause.QUEUE);
        pushAndAwait(10);
    }

    private void pushAndAwait(int pushes) throws InterruptedException {
        try (var jobs = new DemoJobs(redis.url(), RealRedis.lists("render"))) {
            for (int i = 0; i < pushes; i++) {
                jobs.push(List.of("job " + i));
                assertThat(signals.await(LONG)).as("push %s", i).contains(Cause.QUEUE);
            }
        }
    }

    @Test
    void takingAndFinishingAJobWakesTheLoop() throws Exception {
        follow();
        try (var jobs = new DemoJobs(redis.url(), RealRedis.lists("render"))) {
            jobs.push(List.of("job"));
            assertThat(signals.await(LONG)).contains(Cause.QUEUE);
            assertThat(jobs.take(Duration.ofSeconds(1))).contains("job");
            assertThat(signals.await(LONG)).contains(Cause.QUEUE);
            assertThat(jobs.finish("job")).isTrue();
            assertThat(signals.await(LONG)).contains(Cause.QUEUE);
            assertThat(jobs.take()).isEmpty();
        }
    }

    @Test
    void aDelayedJobWakesTheLoopWhenItBecomesDue() throws Exception {
        follow();
        try (var jobs = new DemoJobs(redis.url(), RealRedis.lists("render"))) {
            var due = Instant.now().plusMillis(700);
            jobs.pushDelayed("later", due);
            assertThat(signals.await(LONG)).contains(Cause.QUEUE);
            assertThat(Instant.now()).isAfterOrEqualTo(due);
        }
    }

    @Test
    void aQueueWhereNothingHappensWakesNobody() throws Exception {
        follow();
        assertThat(signals.await(Duration.ofMillis(400))).containsOnly(Cause.TIMER);
    }

    @Test
    void itSurvivesAnOutageAndSaysThatItIsOver() throws Exception {
        follow();
        redis.stop();
        assertThat(signals.await(LONG)).as("gone").contains(Cause.QUEUE);
        var config = redis.queues("render");
        assertThat(queues.read(config, PodNames.UNKNOWN, Instant.now()).missing()).hasSize(1);
        redis.startAgain();
        assertThat(signals.await(LONG)).as("back").contains(Cause.QUEUE);
        assertThat(queues.read(config, PodNames.UNKNOWN, Instant.now()).missing()).as("the first reading after the signal succeeds").isEmpty();
    }

    @Test
    void aBusyQueueWakesTheLoopAtABoundedPace() {
        var woken = new AtomicInteger();
        try (var counting = new RedisQueues(woken::incrementAndGet); var client = redis.client()) {
            counting.read(redis.queues("render"), PodNames.UNKNOWN, Instant.now());
            await().atMost(LONG).until(() -> woken.get() == 1);
            long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
            int pushes = 0;
            for (; System.nanoTime() < end; pushes++) client.lpush("render", "job");
            assertThat(pushes).isGreaterThan(1000);
            assertThat(woken.get()).isBetween(5, 70);
        }
    }

    private void follow() throws InterruptedException {
        assertThat(RealRedis.lists("render").delayedUnit()).isEqualTo(QueueConfig.TimeUnit.MILLISECONDS);
        queues.read(redis.queues("render"), PodNames.UNKNOWN, Instant.now());
        assertThat(signals.await(LONG)).as("the first count").contains(Cause.QUEUE);
    }
}
