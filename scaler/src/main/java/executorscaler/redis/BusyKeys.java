package executorscaler.redis;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Busy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands that ask which pods of one executor are busy: one a pod, and not one MGET for all, which answers for a key of the wrong type as if it were not
 * there, and so would call a busy pod idle.
 */
final class BusyKeys {

    private final List<String> pods;
    private final List<CommandArguments> commands = new ArrayList<>();

    BusyKeys(ExecutorConfig executor, List<String> pods) {
        this.pods = executor.worker().tells() ? pods : List.of();
        for (var pod : this.pods) {
            switch (executor.worker().busy()) {
                case LEASE -> commands.add(new CommandArguments(Command.GET).key(lease(executor.deployment(), pod)));
                case QUEUE -> commands.add(new CommandArguments(Command.LLEN).key(list(executor.queue(), pod)));
                case NONE -> {
                }
            }
        }
    }

    /** The key that a busy worker keeps. */
    static String lease(String deployment, String pod) {
        return "busy:" + deployment + ":" + pod;
    }

    private static String list(QueueConfig queue, String pod) {
        return switch (queue) {
            case QueueConfig.Lists lists -> lists.running().replace(WorkerConfig.POD, pod);
        };
    }

    List<CommandArguments> commands() {
        return commands;
    }

    /** What the replies to {@link #commands} say of each pod. No answer is idle but a number that says so, or a key that is not there. */
    Busy busy(List<Object> replies) {
        var jobs = new TreeMap<String, Long>();
        var unread = new TreeMap<String, String>();
        for (int i = 0; i < pods.size(); i++) {
            var pod = pods.get(i);
            Object reply = replies.get(i);
            long count = count(reply);
            if (count >= 0) {
                jobs.put(pod, count);
            } else {
                unread.put(pod, commands.get(i).getCommand() + ": " + said(reply));
            }
        }
        return new Busy(jobs, unread);
    }

    /** -1: no number of jobs. */
    private static long count(@Nullable Object reply) {
        return switch (reply) {
            case null -> 0;
            case Long length when length >= 0 && length < QueueKeys.ABSURD -> length;
            case byte[] text when text.length > 0 && text.length <= 9 && digits(text) -> Long.parseLong(new String(text, StandardCharsets.US_ASCII));
            default -> -1;
        };
    }

    private static boolean digits(byte[] text) {
        for (byte each : text) {
            if (each < '0' || each > '9') return false;
        }
        return true;
    }

    private static String said(@Nullable Object reply) {
        return switch (reply) {
            case null -> "nothing";
            case JedisDataException error -> QueueKeys.said(error);
            case byte[] text -> "'" + new String(text, 0, Math.min(text.length, 40), StandardCharsets.UTF_8) + "' is no number of jobs";
            default -> String.valueOf(reply);
        };
    }
}
