package executorscaler.redis;

import executorscaler.config.ExecutorConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Queue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands that count one executor's jobs, and what their replies mean. They are sent in the direction in which jobs flow (delayed, waiting,
 * running): a pipeline is no transaction, and a job that moves meanwhile is then counted twice, which only holds something up, and never missed.
 */
final class QueueKeys {

    /** No list or set of Redis comes near to this (2^32 - 1 elements is its limit for a set): such a reply is not a count. */
    static final long ABSURD = 1L << 53;

    private enum Part { DUE, COMING, WAITING, RUNNING }

    /** @param seconds how far a count of what is coming looks ahead, else 0 */
    private record Count(Part part, int seconds, String key, CommandArguments command) {}

    private final ExecutorConfig executor;
    private final List<Count> counts = new ArrayList<>();
    private final Optional<BusyKeys> busy;

    /**
     * @param pods whose workers are asked whether they are busy, where that is to be known; empty: not known
     * @param lookAhead for how many seconds from {@code now} delayed jobs are counted that are not due
     */
    QueueKeys(ExecutorConfig executor, Optional<List<String>> pods, Instant now, Collection<Integer> lookAhead) {
        this.executor = executor;
        this.busy = pods.map(names -> new BusyKeys(executor, names));
        switch (executor.queue()) {
            case QueueConfig.Lists lists -> {
                if (!lists.delayed().isEmpty()) {
                    var unit = lists.delayedUnit();
                    add(Part.DUE, 0, lists.delayed(), "-inf", score(now, unit));
                    for (int seconds : lookAhead)
                        add(Part.COMING, seconds, lists.delayed(), "(" + score(now, unit), score(now.plusSeconds(seconds), unit));
                }
                counts.add(new Count(Part.WAITING, 0, lists.waiting(), new CommandArguments(Command.LLEN).key(lists.waiting())));
                if (!byPod()) counts.add(new Count(Part.RUNNING, 0, lists.running(), new CommandArguments(Command.LLEN).key(lists.running())));
            }
        }
    }

    private boolean byPod() {
        return executor.worker().busy() == WorkerConfig.BusySource.QUEUE;
    }

    private void add(Part part, int seconds, String key, String from, String to) {
        counts.add(new Count(part, seconds, key, new CommandArguments(Command.ZCOUNT).key(key).add(from).add(to)));
    }

    String executor() {
        return executor.name();
    }

    List<CommandArguments> commands() {
        var commands = new ArrayList<>(counts.stream().map(Count::command).toList());
        // Leases are asked for before the number of jobs that run: of a job that begins in between only the number knows, and that holds everything. Lists
        // of running jobs are the end of the flow.
        commands.addAll(byPod() ? commands.size() : 0, busy.map(BusyKeys::commands).orElse(List.of()));
        return commands;
    }

    /** What asks for the oldest delayed job, where there is a key for them. Its own right ({@code +zrange}): without it the age is not known, and all else is. */
    Optional<CommandArguments> oldest() {
        return switch (executor.queue()) {
            case QueueConfig.Lists lists when !lists.delayed().isEmpty() ->
                Optional.of(new CommandArguments(Command.ZRANGE).key(lists.delayed()).add(0).add(0).add("WITHSCORES"));
            case QueueConfig.Lists _ -> Optional.empty();
        };
    }

    /** When the job that {@link #oldest} found came due; empty: none is due yet, or the reply is none. */
    Optional<Instant> oldestDue(Object reply, Instant now) {
        if (!(reply instanceof List<?> pair) || pair.size() != 2 || !(pair.get(1) instanceof byte[] score)) return Optional.empty();
        var unit = switch (executor.queue()) {
            case QueueConfig.Lists lists -> lists.delayedUnit();
        };
        try {
            double number = Double.parseDouble(new String(score, StandardCharsets.US_ASCII));
            double millis = unit == QueueConfig.TimeUnit.SECONDS ? number * 1000 : number;
            return millis >= 0 && millis <= now.toEpochMilli() ? Optional.of(Instant.ofEpochMilli((long) millis)) : Optional.empty();
        } catch (NumberFormatException notAScore) {
            return Optional.empty();
        }
    }

    /**
     * What the replies to {@link #commands} add up to. A key of the wrong type counts 0 and makes the reading a lower bound; any other error means
     * that nothing is known of the whole queue.
     *
     * @throws Unreadable with the key, the command and the server's words
     */
    Queue queue(List<Object> replies, String epoch, Instant now) throws Unreadable {
        var unread = new ArrayList<String>();
        var amounts = new EnumMap<Part, Long>(Part.class);
        var coming = new TreeMap<Integer, Long>();
        int leases = byPod() ? 0 : replies.size() - counts.size();
        var ofPods = byPod() ? replies.subList(counts.size(), replies.size()) : replies.subList(0, leases);
        var who = busy.isPresent() ? busy.get().busy(ofPods) : Busy.UNKNOWN;
        if (byPod()) amounts.put(Part.RUNNING, running(ofPods, who, unread));
        for (int i = 0; i < counts.size(); i++) {
            var count = counts.get(i);
            var name = count.command().getCommand() + " " + count.key();
            switch (replies.get(leases + i)) {
                case Long amount when amount >= 0 && amount < ABSURD -> {
                    if (count.part() == Part.COMING) coming.put(count.seconds(), amount);
                    else
                        amounts.put(count.part(), amount);
                }
                case JedisDataException error when said(error).startsWith("WRONGTYPE") -> unread.add(name + ": " + said(error));
                case JedisDataException error -> throw new Unreadable("command " + name + ": " + said(error));
                case Object other -> unread.add(name + " answered " + other);
            }
        }
        return new Queue(executor.name(), amounts.getOrDefault(Part.WAITING, 0L), amounts.getOrDefault(Part.DUE, 0L),
                amounts.getOrDefault(Part.RUNNING, 0L), coming, who, epoch,
                String.join("; ", unread), now);
    }

    /** Jobs in the lists of all pods. A list of the wrong type is taken for as long as it may be: the sum is then too large rather than too small. */
    private long running(List<Object> lists, Busy who, List<String> unread) throws Unreadable {
        if (busy.isEmpty()) unread.add("the pods are not known, and with them their lists of running jobs");
        for (Object reply : lists) {
            if (reply instanceof JedisDataException error && !said(error).startsWith("WRONGTYPE"))
                throw new Unreadable("command LLEN of a pod's running jobs: " + said(error));
        }
        return who.admitted() + (long) executor.jobsPerPod() * who.unread().size();
    }

    /** The highest score that is due: whole milliseconds, or seconds with three decimals, because {@code 1.5} is due at 1.7 s. */
    private static String score(Instant now, QueueConfig.TimeUnit unit) {
        return switch (unit) {
            case MILLISECONDS -> Long.toString(now.toEpochMilli());
            case SECONDS -> BigDecimal.valueOf(now.toEpochMilli(), 3).toPlainString();
        };
    }

    static String said(JedisDataException error) {
        var message = error.getMessage();
        return message == null ? "an error without words" : message;
    }

    /** One executor's queue could not be read, others may. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String words) {
            super(words);
        }
    }
}
