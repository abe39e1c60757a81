package executorscaler.redis;

import executorscaler.config.Config;
import executorscaler.config.WorkerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * The rules of an ACL under which the service can read the queues of a config, and do nothing else (Redis documentation, "ACL"). They are read off the commands
 * that it would send, so that none can be forgotten.
 */
public final class AclRules {

    private AclRules() {}

    /**
     * Patterns of keys and commands, such as {@code ~jobs} and {@code +llen}, in a stable order.
     *
     * @throws IllegalArgumentException where {@code redis.url} is not one
     */
    public static List<String> of(Config config) {
        var keys = new TreeSet<String>();
        var commands = new TreeSet<String>();
        var readers = config.executors().stream()
                .map(executor -> new QueueKeys(executor, Optional.of(List.of(WorkerConfig.POD)), Instant.EPOCH, config.lookAheadSeconds())).toList();
        for (var command : RedisQueues.commands(readers)) {
            commands.add("+" + name(command));
            for (var key : command.getKeys()) keys.add("~" + pattern(String.valueOf(key)));
        }
        // Without it every change is found by polling alone. HELLO is sent too, but no ACL forbids what may be said before logging in.
        for (var command : RedisLink.tracking())
            if (command.getCommand() == Command.CLIENT) commands.add("+" + name(command) + "|" + word(command, 1));
        if (database(config) != 0) commands.add("+select");
        var rules = new ArrayList<>(keys);
        rules.addAll(commands);
        return rules;
    }

    /** The user that {@code redis.url} names; empty: none. */
    public static String user(Config config) {
        try {
            return RedisAddress.of(config.redis().url()).user();
        } catch (RedisTrouble wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    private static int database(Config config) {
        try {
            return RedisAddress.of(config.redis().url()).database();
        } catch (RedisTrouble wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    private static String name(CommandArguments command) {
        return word(command, 0);
    }

    private static String word(CommandArguments command, int index) {
        return new String(command.get(index).getRaw(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    }

    /** A key as a glob that fits it alone, or every pod's where a pod's name is in it. No rule may hold a space or the like: one unknown character stands for it. */
    private static String pattern(String key) {
        return key.replaceAll("[\\\\*?\\[\\]]", "\\\\$0").replaceAll("[\\s\\p{Cntrl}]", "?").replace(WorkerConfig.POD, "*");
    }
}
