package executorscaler.redis;

import executorscaler.config.QueueConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Both ends of a list queue as producers and workers use it, for demos and simulations on a real Redis. Safe for use by many threads; the service
 * itself never writes to Redis.
 */
public final class DemoJobs implements AutoCloseable {

    private final RedisClient redis;
    private final QueueConfig.Lists keys;

    /** Redis did not do what was asked; the message says why in plain words. */
    public static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone(JedisException cause) {
            super(RedisTrouble.said(cause), cause);
        }
    }

    /**
     * Connects when first used, and every use may throw {@link Gone}.
     *
     * @param url {@code redis[s]://[user:password@]host:port[/database]}
     * @throws IllegalArgumentException where the URL is none
     */
    public DemoJobs(String url, QueueConfig.Lists keys) {
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(64);
        pool.setMaxIdle(8);
        try {
            var address = RedisAddress.of(url);
            var client = DefaultJedisClientConfig.builder().database(address.database());
            if (address.tls()) client.sslOptions(SslOptions.defaults());
            if (!address.user().isEmpty()) client.user(address.user());
            if (!address.password().isEmpty()) client.password(address.password());
            redis = RedisClient.builder().poolConfig(pool).hostAndPort(address.host(), address.port()).clientConfig(client.build()).build();
        } catch (RedisTrouble malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
        this.keys = keys;
    }

    /** Adds jobs to take, each a text of the caller's. */
    public void push(Collection<String> jobs) {
        if (!jobs.isEmpty()) ask(() -> redis.lpush(keys.waiting(), jobs.toArray(String[]::new)));
    }

    /** Adds a job for later. */
    public void pushDelayed(String job, Instant due) {
        double score = switch (keys.delayedUnit()) {
            case SECONDS -> due.toEpochMilli() / 1000.0;
            case MILLISECONDS -> due.toEpochMilli();
        };
        ask(() -> redis.zadd(keys.delayed(), score, job));
    }

    /** Takes the oldest waiting job at once, or none; from then on it is running. */
    public Optional<String> take() {
        return ask(() -> Optional.ofNullable(redis.lmove(keys.waiting(), keys.running(), ListDirection.RIGHT, ListDirection.LEFT)));
    }

    /** Takes the oldest waiting job, waiting for one as long as that; holds a connection meanwhile. */
    public Optional<String> take(Duration atMost) {
        double seconds = Math.max(0.001, atMost.toNanos() / (double) TimeUnit.SECONDS.toNanos(1)); // 0 would wait for ever
        return ask(() -> Optional.ofNullable(redis.blmove(keys.waiting(), keys.running(), ListDirection.RIGHT, ListDirection.LEFT, seconds)));
    }

    /** Says that a running job is done; false: it was not running. */
    public boolean finish(String job) {
        return ask(() -> redis.lrem(keys.running(), 1, job)) > 0;
    }

    private static <T> T ask(Supplier<T> command) {
        try {
            return command.get();
        } catch (JedisException trouble) {
            throw new Gone(trouble);
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
