package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.observe.PodNames;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Queue;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Who is busy, as a real Redis tells it. */
@Tag("redis")
class BusyIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PodNames PODS = new PodNames(new TreeMap<>(Map.of("render", List.of("pod-a", "pod-b", "pod-c"))));

    private RealRedis redis;
    private final RedisQueues queues = new RedisQueues();

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
    void aLeaseSaysHowManyJobsItsPodRunsAndNoLeaseSaysNone() {
        try (var client = redis.client()) {
            client.rpush("jobs:running", "x", "y");
            client.set("busy:worker:pod-a", "2", SetParams.setParams().ex(30));
            client.set("busy:worker:pod-c", "0", SetParams.setParams().ex(30));
            client.set("busy:other:pod-b", "1");
        }
        var queue = only(lease("jobs:running"), PODS);
        assertThat(queue.busy().jobs()).containsExactly(entry("pod-a", 2L), entry("pod-b", 0L), entry("pod-c", 0L));
        assertThat(queue.busy().unread()).isEmpty();
        assertThat(queue.running()).isEqualTo(2);
    }

    @Test
    void allIsReadInOneRoundTripWithTheQueue() {
        try (var client = redis.client()) {
            only(lease("jobs:running"), PODS);
            long commands = commands(client);
            only(lease("jobs:running"), PODS);
            assertThat(commands(client) - commands).as("two INFO, two counts, three leases and our own INFO").isEqualTo(8);
        }
    }

    @Test
    void whatIsNoNumberOfJobsIsSaidAndNeverIdle() {
        try (var client = redis.client()) {
            client.set("busy:worker:pod-a", "-1");
            client.set("busy:worker:pod-b", "yes");
            client.hset("busy:worker:pod-c", "jobs", "1");
        }
        var busy = only(lease("jobs:running"), PODS).busy();
        assertThat(busy.jobs()).isEmpty();
        assertThat(busy.unread()).containsOnlyKeys("pod-a", "pod-b", "pod-c").containsEntry("pod-b", "GET: 'yes' is no number of jobs");
        assertThat(busy.unread().get("pod-c")).startsWith("GET: WRONGTYPE");
        assertThat(busy.idle("pod-a") || busy.idle("pod-b") || busy.idle("pod-c")).isFalse();
    }

    @Test
    void withoutTheRightToLeasesNobodyIsIdleAndTheCountsGoOn() {
        try (var client = redis.client()) {
            client.aclSetUser("narrow", "on", ">p", "resetchannels", "~jobs*", "+ping", "+info", "+llen", "+zcount");
            client.aclSetUser("wide", "on", ">p", "resetchannels", "~jobs*", "~busy:*", "+ping", "+info", "+llen", "+zcount", "+get");
            client.rpush("jobs", "x");
        }
        var narrow = only(config(as("narrow"), BusySource.LEASE, "jobs:running"), PODS);
        assertThat(narrow.waiting()).isEqualTo(1);
        assertThat(narrow.busy().jobs()).isEmpty();
        assertThat(narrow.busy().unread().get("pod-a")).startsWith("GET: NOPERM");
        assertThat(only(config(as("wide"), BusySource.LEASE, "jobs:running"), PODS).busy().jobs()).hasSize(3);
    }

    @Test
    void listsByPodSayWhoIsBusyAndHowManyJobsRun() {
        try (var client = redis.client()) {
            client.rpush("jobs:running:pod-a", "x", "y");
            client.rpush("jobs:running:gone", "z");
        }
        var queue = only(config(redis.config(), BusySource.QUEUE, "jobs:running:{pod}"), PODS);
        assertThat(queue.busy().jobs()).containsExactly(entry("pod-a", 2L), entry("pod-b", 0L), entry("pod-c", 0L));
        assertThat(queue.running()).as("what a pod has left behind that is gone is not found").isEqualTo(2);
        assertThat(queue.whole()).isTrue();
    }

    @Test
    void aListOfTheWrongTypeCountsAsFull() {
        try (var client = redis.client()) {
            client.rpush("jobs:running:pod-a", "x");
            client.set("jobs:running:pod-b", "x");
        }
        var queue = only(config(redis.config(), BusySource.QUEUE, "jobs:running:{pod}"), PODS);
        assertThat(queue.running()).as("one, and four of the pod that cannot be read").isEqualTo(5);
        assertThat(queue.busy().idle("pod-b")).isFalse();
    }

    @Test
    void podsThatAreNotKnownAreNotIdle() {
        assertThat(only(lease("jobs:running"), PodNames.UNKNOWN).busy()).isEqualTo(Busy.UNKNOWN);
        var byPod = only(config(redis.config(), BusySource.QUEUE, "jobs:running:{pod}"), PodNames.UNKNOWN);
        assertThat(byPod.whole()).isFalse();
        assertThat(byPod.busy().idle("pod-a")).isFalse();
    }

    private RedisConfig as(String user) {
        return new RedisConfig("redis://" + user + ":p@127.0.0.1:" + redis.port(), "", "", "", 1000);
    }

    private Config lease(String running) {
        return config(redis.config(), BusySource.LEASE, running);
    }

    private static Config config(RedisConfig redis, BusySource busy, String running) {
        var lists = new QueueConfig.Lists("jobs", running, "", QueueConfig.TimeUnit.SECONDS);
        var executor = new ExecutorConfig("render", "default", "worker", lists, 4, 0, 10, new WorkerConfig(busy, false, 0));
        return new Config(redis, List.of(executor), List.of(), ScaleDownConfig.DEFAULT, ControlConfig.DEFAULT, "TO_BE_DEPLOYED",
                Config.DEFAULT_PRIORITY_CUTOFF);
    }

    private Queue only(Config config, PodNames pods) {
        var seen = queues.read(config, pods, NOW);
        assertThat(seen.missing()).isEmpty();
        return seen.queues().getFirst();
    }

    private static long commands(Jedis client) {
        var name = "total_commands_processed:";
        return client.info("stats").lines().filter(line -> line.startsWith(name)).mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .sum();
    }
}
