package executorscaler.redis;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.RedisConfig;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Reads all queues in one round trip on a connection that stays open. The smallest ACL that it works with is that of {@link AclRules}, on Redis 6.2 and later.
 */
public final class RedisQueues implements QueueReader, AutoCloseable {

    /** How long a server that could not be reached is taken as still out of reach: a tick must not wait for each time-out anew. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable QueueWatch watch;
    private final Map<String, Instant> missingSince = new HashMap<>(); // guarded by lock
    private @Nullable RedisLink link; // guarded by lock
    private @Nullable RedisConfig linkedTo; // guarded by lock
    private @Nullable RedisTrouble lastTrouble; // guarded by lock
    private long troubleAt; // guarded by lock; System.nanoTime()
    private volatile boolean reachableAgain;

    /** Only reads: for commands that look once. */
    public RedisQueues() {
        watch = null;
    }

    /** Reads, and from the first reading on watches the same queues and calls {@code changed} soon after one of them changed. */
    public RedisQueues(Runnable changed) {
        watch = new QueueWatch(() -> {
            reachableAgain = true;
            changed.run();
        });
    }

    /**
     * Counts every executor's jobs. Takes at most two time-outs of the config (connecting, then asking), and no time at all within a second after
     * Redis was out of reach.
     */
    @Override
    public Queues read(Config config, PodNames pods, Instant now) {
        if (watch != null) watch.follow(config, pods);
        boolean mine = false;
        try {
            mine = lock.tryLock(config.redis().timeoutMillis(), TimeUnit.MILLISECONDS);
            if (mine) return readLocked(config, pods, now);
            return new Queues(List.of(),
                    sorted(config).stream().map(executor -> missing(executor.name(), now, "an earlier reading still waits")).toList());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Queues(List.of(), sorted(config).stream().map(executor -> missing(executor.name(), now, "interrupted")).toList());
        } finally {
            if (mine) lock.unlock();
        }
    }

    private Queues readLocked(Config config, PodNames pods, Instant now) {
        var lookAhead = config.lookAheadSeconds();
        var keys = sorted(config).stream().map(executor -> new QueueKeys(executor, pods.of(executor), now, lookAhead)).toList();
        var queues = new ArrayList<Queue>();
        var missing = new ArrayList<Missing>();
        try {
            var replies = ask(config.redis(), commands(keys));
            var epoch = epoch(replies.get(0), replies.get(1));
            int next = 2;
            for (var key : keys) {
                int end = next + key.commands().size();
                boolean asked = key.oldest().isPresent();
                try {
                    var queue = key.queue(replies.subList(next, end), epoch, now);
                    queues.add(asked ? queue.dueSince(key.oldestDue(replies.get(end), now)) : queue);
                } catch (QueueKeys.Unreadable unreadable) {
                    missing.add(missing(key.executor(), since(key.executor(), now), said(unreadable)));
                }
                next = asked ? end + 1 : end;
            }
        } catch (RedisTrouble trouble) {
            for (var key : keys) missing.add(missing(key.executor(), since(key.executor(), now), said(trouble)));
        }
        var gone = new HashSet<String>();
        for (var one : missing) gone.add(one.subject());
        missingSince.keySet().retainAll(gone);
        return new Queues(queues, missing);
    }

    /** What one reading sends. */
    static List<CommandArguments> commands(List<QueueKeys> keys) {
        var commands = new ArrayList<CommandArguments>();
        // Sections one by one: only Redis 7 takes several at once, and plain INFO is ten times as long.
        commands.add(new CommandArguments(Command.INFO).add("server"));
        commands.add(new CommandArguments(Command.INFO).add("replication"));
        for (var key : keys) {
            commands.addAll(key.commands());
            key.oldest().ifPresent(commands::add);
        }
        return commands;
    }

    private List<Object> ask(RedisConfig config, List<CommandArguments> commands) throws RedisTrouble {
        var old = link;
        if (old != null && config.equals(linkedTo)) {
            try {
                return old.ask(commands);
            } catch (RedisTrouble trouble) {
                disconnect();
                // A connection that had been idle may be dead for no fault of Redis; a time-out is one, and waiting twice would hold up the tick.
                if (RedisTrouble.said(trouble).equals("timed out")) throw remember(trouble);
            }
        }
        try {
            return connect(config).ask(commands);
        } catch (RedisTrouble trouble) {
            disconnect();
            throw remember(trouble);
        }
    }

    private RedisLink connect(RedisConfig config) throws RedisTrouble {
        boolean tooSoon = lastTrouble != null && config.equals(linkedTo) && !reachableAgain && System.nanoTime() - troubleAt < RETRY_NANOS;
        if (tooSoon) throw lastTrouble;
        disconnect();
        linkedTo = config;
        reachableAgain = false;
        lastTrouble = null;
        var opened = RedisLink.open(config);
        link = opened;
        return opened;
    }

    private RedisTrouble remember(RedisTrouble trouble) {
        if (trouble != lastTrouble) {
            lastTrouble = trouble;
            troubleAt = System.nanoTime();
        }
        return trouble;
    }

    private void disconnect() {
        if (link != null) link.close();
        link = null;
    }

    /** Which data set answered. A restart changes {@code run_id}; a failover behind one address changes it too, and {@code master_replid} with it. */
    private static String epoch(Object server, Object replication) throws RedisTrouble {
        var runId = field(server, "INFO server", "run_id");
        var replicationId = field(replication, "INFO replication", "master_replid");
        // A replica without its master goes on answering with what it last heard (replica-serve-stale-data).
        if (field(replication, "INFO replication", "role").equals("slave")
                && field(replication, "INFO replication", "master_link_status").equals("down")) {
            throw new RedisTrouble(RedisTrouble.Step.COMMAND, "INFO replication: this is a replica that has lost its master, its data is stale",
                    null);
        }
        return runId + "/" + replicationId;
    }

    private static String field(Object reply, String command, String name) throws RedisTrouble {
        if (reply instanceof JedisDataException error) {
            throw new RedisTrouble(RedisTrouble.Step.COMMAND, command + ": " + RedisTrouble.said(error), error);
        }
        var text = reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
        return text.lines().filter(line -> line.startsWith(name + ":")).map(line -> line.substring(name.length() + 1)).findFirst().orElse("");
    }

    private static List<ExecutorConfig> sorted(Config config) {
        return config.executors().stream().sorted(Comparator.comparing(ExecutorConfig::name)).toList();
    }

    private Instant since(String executor, Instant now) {
        return missingSince.computeIfAbsent(executor, _ -> now);
    }

    private static Missing missing(String executor, Instant since, String error) {
        return new Missing(Missing.Source.REDIS, executor, since, error);
    }

    private static String said(Exception trouble) {
        return String.valueOf(trouble.getMessage());
    }

    /** Ends the watch and the connection. */
    @Override
    public void close() {
        if (watch != null) watch.close();
        lock.lock();
        try {
            disconnect();
        } finally {
            lock.unlock();
        }
    }
}
