package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.config.PoolScaleDown;
import executorscaler.config.RedisConfig;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader.Queues;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What the reader makes of a real Redis. */
@Tag("redis")
class RedisQueuesIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

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
    void countsAllQueuesInOneRoundTrip() {
        try (var client = redis.client()) {
            client.lpush("render", "a", "b", "c");
            client.lpush("render:running", "d");
            client.lpush("mail", "e");
            read(redis.queues("render", "mail"));
            long commands = commands(client);
            var seen = read(redis.queues("render", "mail"));
            assertThat(seen.missing()).isEmpty();
            assertThat(seen.queues()).extracting(Queue::executor).containsExactly("mail", "render");
            assertThat(seen.queues()).extracting(Queue::waiting).containsExactly(1L, 3L);
            assertThat(seen.queues()).extracting(Queue::running).containsExactly(0L, 1L);
            assertThat(seen.queues()).allMatch(Queue::whole);
            assertThat(commands(client) - commands).as("two INFO, six counts, two looks at the oldest and our own INFO").isEqualTo(11);
        }
    }

    @Test
    void delayedJobsCountOnlyWhenDue() {
        try (var client = redis.client()) {
            client.zadd("render:delayed", NOW.toEpochMilli() - 1.0, "past");
            client.zadd("render:delayed", NOW.toEpochMilli() + 0.0, "now");
            client.zadd("render:delayed", NOW.toEpochMilli() + 1.0, "later");
        }
        assertThat(only(read(redis.queues("render"))).due()).isEqualTo(2);
    }

    @Test
    void theOldestDelayedJobIsKnownOnceItIsDueAndTheAclLetsUsAsk() {
        try (var client = redis.client()) {
            client.zadd("render:delayed", NOW.toEpochMilli() + 5.0, "later");
            assertThat(only(read(redis.queues("render"))).oldestDue()).as("nothing is due").isEmpty();
            client.zadd("render:delayed", NOW.toEpochMilli() - 90_000.0, "oldest");
            client.zadd("render:delayed", NOW.toEpochMilli() - 10.0, "past");
            assertThat(only(read(redis.queues("render"))).oldestDue()).contains(NOW.minusSeconds(90));
            client.aclSetUser("narrow", "on", ">p", "resetchannels", "~render*", "+ping", "+info", "+llen", "+zcount");
        }
        var narrow = only(read(RealRedis.queues(new RedisConfig("redis://narrow:p@127.0.0.1:" + redis.port(), "", "", "", 1000), "render")));
        assertThat(narrow.oldestDue()).as("not known").isEmpty();
        assertThat(narrow.due()).as("all else is").isEqualTo(2);
        assertThat(narrow.whole()).isTrue();
    }

    /** As far ahead as nodes are kept for them: 300 s by default, and 900 s in one pool. */
    @Test
    void delayedJobsThatComeDueSoonAreCountedInTheSameRoundTrip() {
        try (var client = redis.client()) {
            client.zadd("render:delayed", NOW.toEpochMilli() + 0.0, "now");
            client.zadd("render:delayed", NOW.toEpochMilli() + 1.0, "soon");
            client.zadd("render:delayed", NOW.toEpochMilli() + 300_000.0, "just in time");
            client.zadd("render:delayed", NOW.toEpochMilli() + 300_001.0, "later");
        }
        var config = redis.queues("render").withPools(List.of(pool("a", OptionalInt.empty()), pool("b", OptionalInt.of(900))));
        var queue = only(read(config));
        assertThat(queue.coming()).containsExactly(Map.entry(300, 2L), Map.entry(900, 3L));
        assertThat(queue.jobs()).as("what comes is not there yet").isEqualTo(1);
    }

    private static PoolConfig pool(String name, OptionalInt minNodeLifetimeSeconds) {
        var plain = new PoolConfig(name, name, "", PoolConfig.CapacityType.ON_DEMAND, 0, 1, new TreeMap<>(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 600);
        return plain.with(new PoolScaleDown(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalDouble.empty(),
                minNodeLifetimeSeconds, OptionalInt.empty()));
    }

    @Test
    void aKeyOfTheWrongTypeMakesTheReadingALowerBound() {
        try (var client = redis.client()) {
            client.lpush("render", "a", "b");
            client.set("render:running", "not a list");
        }
        var queue = only(read(redis.queues("render")));
        assertThat(queue.waiting()).isEqualTo(2);
        assertThat(queue.running()).isZero();
        assertThat(queue.whole()).isFalse();
        assertThat(queue.unread()).startsWith("LLEN render:running: WRONGTYPE");
    }

    @Test
    void aMissingKeyIsZero() {
        var queue = only(read(redis.queues("render")));
        assertThat(queue.jobs()).isZero();
        assertThat(queue.whole()).isTrue();
    }

    @Test
    void aStoppedServerIsMissingAndRecovers() throws IOException {
        var config = redis.queues("render");
        assertThat(read(config).missing()).isEmpty();
        redis.stop();
        var missing = read(config).missing();
        assertThat(missing).singleElement().satisfies(one -> {
            assertThat(one.source()).isEqualTo(Missing.Source.REDIS);
            assertThat(one.subject()).isEqualTo("render");
            assertThat(one.error()).isEqualTo("TCP: 127.0.0.1:" + redis.port() + " Connection refused");
            assertThat(one.since()).isEqualTo(NOW);
        });
        var later = queues.read(config, PodNames.UNKNOWN, NOW.plusSeconds(9)).missing();
        assertThat(later).extracting(Missing::since).as("since it was first found missing").containsExactly(NOW);
        redis.startAgain();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(read(config).missing()).isEmpty());
    }

    @Test
    void aServerThatNeverAnswersHoldsUpOneReadingOnly() throws IOException {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var config = RealRedis.queues(new RedisConfig("redis://127.0.0.1:" + silent.getLocalPort(), "", "", "", 300), "render");
            long began = System.nanoTime();
            assertThat(read(config).missing()).singleElement().satisfies(one -> assertThat(one.error()).contains("timed out"));
            assertThat(read(config).missing()).hasSize(1);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(550));
        }
    }

    @Test
    void aRestartGivesAnotherEpoch() throws IOException {
        var config = redis.queues("render");
        var before = only(read(config)).epoch();
        assertThat(only(read(config)).epoch()).isEqualTo(before);
        redis.stop();
        redis.startAgain();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(read(config).queues()).hasSize(1));
        assertThat(only(read(config)).epoch()).isNotEqualTo(before);
    }

    @Test
    void aReplicaThatLostItsMasterIsMissing() throws IOException {
        try (var client = redis.client()) {
            client.replicaof("127.0.0.1", RealRedis.freePort());
            assertThat(read(redis.queues("render")).missing()).singleElement().satisfies(one -> assertThat(one.error()).contains("lost its master"));
        }
    }

    @Test
    void aWrongPasswordIsMissingAndNamesTheStep(@TempDir Path folder) throws IOException {
        try (var guarded = new RealRedis("requirepass right")) {
            var file = Files.writeString(folder.resolve("password"), "wrong-secret\n");
            var config = RealRedis.queues(new RedisConfig(guarded.url(), "", file.toString(), "", 1000), "render");
            assertThat(read(config).missing()).singleElement().satisfies(one -> {
                assertThat(one.error()).startsWith("AUTH: as the default user: WRONGPASS");
                assertThat(one.error()).doesNotContain("wrong-secret");
            });
            Files.writeString(file, "right\n");
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(read(config).queues()).hasSize(1));
            var none = RealRedis.queues(new RedisConfig(guarded.url(), "", "", "", 1000), "render");
            assertThat(read(none).missing()).singleElement().satisfies(one -> assertThat(one.error()).startsWith("AUTH: without a password: NOAUTH"));
        }
    }

    @Test
    void theDocumentedAclIsEnoughAndOneKeyOutsideItIsMissingAlone() {
        try (var client = redis.client()) {
            client.aclSetUser("scaler", "on", ">p%ss", "resetchannels", "~render*", "+ping", "+info", "+llen", "+zcount");
        }
        var url = "redis://scaler:p%25ss@127.0.0.1:" + redis.port();
        var seen = read(RealRedis.queues(new RedisConfig(url, "", "", "", 1000), "render", "secret"));
        assertThat(seen.queues()).extracting(Queue::executor).containsExactly("render");
        assertThat(seen.missing()).singleElement().satisfies(one -> {
            assertThat(one.subject()).isEqualTo("secret");
            assertThat(one.error()).startsWith("command ZCOUNT secret:delayed: NOPERM");
        });
    }

    @Test
    void anotherDatabaseIsSelectedAndOneThatIsNotThereIsNamed() {
        try (var client = redis.client()) {
            client.select(3);
            client.lpush("render", "a");
        }
        assertThat(only(read(RealRedis.queues(new RedisConfig(redis.url() + "/3", "", "", "", 1000), "render"))).waiting()).isEqualTo(1);
        assertThat(read(RealRedis.queues(new RedisConfig(redis.url() + "/99", "", "", "", 1000), "render")).missing()).singleElement()
                .satisfies(one -> assertThat(one.error()).startsWith("SELECT: database 99: ERR DB index is out of range"));
    }

    @Test
    void aNameWithoutAnAddressIsMissingByDns() {
        var config = RealRedis.queues(new RedisConfig("redis://no-such-host.invalid:6379", "", "", "", 3000), "render");
        assertThat(read(config).missing()).singleElement().satisfies(one -> assertThat(one.error()).startsWith("DNS: "));
    }

    private Queues read(Config config) {
        return queues.read(config, PodNames.UNKNOWN, NOW);
    }

    private static Queue only(Queues seen) {
        assertThat(seen.missing()).isEmpty();
        return seen.queues().get(0);
    }

    private static long commands(Jedis client) {
        var name = "total_commands_processed:";
        return client.info("stats").lines().filter(line -> line.startsWith(name)).mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .sum();
    }
}
