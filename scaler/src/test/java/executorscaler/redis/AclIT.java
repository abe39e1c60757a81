package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.config.RedisConfig;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader;
import executorscaler.snapshot.Queue;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Under exactly the rules that the command {@code acl} prints, a real Redis lets the service read every kind of queue, and each of them is needed. */
@Tag("redis")
class AclIT {

    private static RealRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = new RealRedis();
    }

    @AfterAll
    static void stop() throws IOException {
        if (redis != null) redis.close();
    }

    @BeforeEach
    void twoWaitingAndOneRunningOfEveryKind() {
        try (var client = redis.client()) {
            for (int database : List.of(0, 3)) {
                client.select(database);
                client.flushDB();
                client.lpush("jobs", "a", "b");
                client.lpush("jobs:running", "c");
                client.zadd("jobs:later", 1, "d");
                client.set("busy:render:render-1", "1");
                client.lpush("jobs:render-1:running", "c");
                client.lpush("odd *[key]?\\ name", "a", "b");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"lists | {kind: list, waiting: jobs, running: \"jobs:running\"} | none | 0",
            "lists with a set of delayed jobs | {kind: list, waiting: jobs, running: \"jobs:running\", delayed: \"jobs:later\"} | none | 0",
            "leases of busy workers | {kind: list, waiting: jobs, running: \"jobs:running\"} | lease | 0",
            "a list for each pod | {kind: list, waiting: jobs, running: \"jobs:{pod}:running\"} | queue | 0",
            "another database | {kind: list, waiting: jobs, running: \"jobs:running\"} | none | 3",
            "a key that looks like a pattern | {kind: list, waiting: \"odd *[key]?\\\\ name\", running: \"jobs:running\"} | none | 0"})
    void theRulesAreEnoughAndEachOfThemIsNeeded(String kind, String queue, String busy, int database) throws Exception {
        var config = config(queue, busy, database);
        var rules = AclRules.of(config);
        allow(rules);
        var all = only(read(config));
        assertThat(all.unread()).as(kind).isEmpty();
        assertThat(all.waiting()).isEqualTo(2);
        assertThat(all.running()).isEqualTo(1);
        assertThat(all.busy().unread()).isEmpty();
        try (var link = RedisLink.open(config.redis())) {
            assertThat(link.track()).as("changes are pushed").isTrue();
        }
        for (var rule : rules) {
            var others = new ArrayList<>(rules);
            others.remove(rule);
            allow(others);
            assertThat(errors(config)).as("without " + rule).singleElement().asString().contains(named(rule));
        }
    }

    @Test
    void nothingIsWrittenAndNothingElseIsReadUnderTheRules() {
        var config = config("{kind: list, waiting: jobs, running: 'jobs:running', delayed: 'jobs:later'}", "lease", 0);
        allow(AclRules.of(config));
        try (var client = new Jedis("127.0.0.1", redis.port())) {
            client.auth("scaler", "secret");
            for (var refused : List.<Runnable>of(() -> client.lpush("jobs", "x"), () -> client.lpop("jobs"), () -> client.del("jobs"),
                    () -> client.lrange("jobs", 0, 1), () -> client.llen("others"), () -> client.keys("*"), client::flushAll,
                    () -> client.configGet("*"))) {
                assertThat(said(refused)).startsWith("NOPERM");
            }
        }
    }

    private static String said(Runnable command) {
        try {
            command.run();
            return "allowed";
        } catch (JedisDataException no) {
            return Objects.toString(no.getMessage());
        }
    }

    /** Everything that is wrong under the rules in force, in the service's words; that changes are polled for, and that an age is not known, no reading tells. */
    private static List<String> errors(Config config) throws RedisTrouble {
        var read = read(config);
        var errors = new ArrayList<>(read.missing().stream().map(one -> one.error()).toList());
        for (var queue : read.queues()) {
            if (!queue.unread().isEmpty()) errors.add(queue.unread());
            queue.busy().unread().forEach((pod, why) -> errors.add(pod + " " + why));
            if (queue.due() > 0 && queue.oldestDue().isEmpty()) errors.add("no age of the oldest delayed job: zrange");
        }
        if (!errors.isEmpty()) return errors;
        try (var link = RedisLink.open(config.redis())) {
            return link.track() ? List.of() : List.of("no push: client|tracking");
        }
    }

    /** What an error about a rule names: the command; of a key Redis does not say which. */
    private static String named(String rule) {
        return rule.startsWith("+") ? rule.substring(1) : "NOPERM";
    }

    private static void allow(List<String> rules) {
        try (var client = redis.client()) {
            var words = new ArrayList<>(List.of("reset", "on", ">secret", "resetchannels"));
            words.addAll(rules);
            client.aclSetUser("scaler", words.toArray(String[]::new));
        }
    }

    private static Queue only(QueueReader.Queues read) {
        assertThat(read.missing()).isEmpty();
        return read.queues().getFirst();
    }

    private static QueueReader.Queues read(Config config) {
        try (var queues = new RedisQueues()) {
            return queues.read(config, new PodNames(new TreeMap<>(Map.of("render", List.of("render-1")))), Instant.now());
        }
    }

    private static Config config(String queue, String busy, int database) {
        var yaml = "redis: {url: 'redis://scaler@127.0.0.1:" + redis.port() + "/" + database + "'}\n"
                + "executors: [{name: render, deployment: farm/render, maxReplicas: 5, busy: " + busy + ", queue: " + queue + "}]\n"
                + "nodePools: [{name: p, autoScalingGroup: g, maxSize: 1}]\n";
        return switch (ConfigReader.read(yaml)) {
            case ConfigReader.Valid valid -> withPassword(valid.config());
            case ConfigReader.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
        };
    }

    /** In the address, which no config may have, instead of in a file. */
    private static Config withPassword(Config config) {
        var url = config.redis().url().replaceFirst("scaler@", "scaler:secret@");
        return new Config(new RedisConfig(url, "", "", "", config.redis().timeoutMillis()), config.executors(), config.nodePools(),
                config.scaleDown(), config.control(), config.placeholderImage(), config.priorityCutoff());
    }
}
