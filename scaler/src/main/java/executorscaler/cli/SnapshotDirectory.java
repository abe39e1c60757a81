package executorscaler.cli;

import executorscaler.aws.DescribeFiles;
import executorscaler.aws.UnreadableDescription;
import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.kubernetes.ManifestException;
import executorscaler.kubernetes.ManifestReader;
import executorscaler.observe.Observer;
import executorscaler.observe.QueueReader;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A world in files: cluster.yaml, asgs.json, instance-types.json, queues.yaml, and where they are needed instances.json and now. */
final class SnapshotDirectory {

    /** A file that is not there or does not say what it should. */
    static final class Unreadable extends RuntimeException {
        Unreadable(Path file, String why, Throwable cause) {
            super(file + ": " + why, cause);
        }

        Unreadable(RuntimeException said) {
            super(said.getMessage(), said);
        }
    }

    private final Path directory;

    SnapshotDirectory(Path directory) {
        this.directory = directory;
    }

    /** What the files show, as of the instant in {@code now}, or of this moment without that file. */
    Snapshot read(Config config) throws InterruptedException {
        var now = now();
        var queues = queues(config, now);
        try {
            var cluster = new ManifestReader(directory.resolve("cluster.yaml"));
            var cloud = new DescribeFiles(directory.resolve("asgs.json"), directory.resolve("instance-types.json"),
                    directory.resolve("instances.json"));
            // Read once here, so that what is wrong with a file is an error of the command and not an unknown source.
            var clusterSeen = cluster.read(config, now);
            var cloudSeen = cloud.read(config, now);
            return new Observer((_, _, _) -> queues, (_, _) -> clusterSeen, (_, _) -> cloudSeen, Runnable::run).observe(config, now);
        } catch (ManifestException | UnreadableDescription said) {
            throw new Unreadable(said);
        }
    }

    private Instant now() {
        var file = directory.resolve("now");
        if (!Files.exists(file)) return Instant.now();
        var text = text(file).strip();
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw new Unreadable(file, "must be an instant such as 2026-11-21T12:00:00Z, was " + text, wrong);
        }
    }

    private QueueReader.Queues queues(Config config, Instant now) {
        var file = directory.resolve("queues.yaml");
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(text(file));
        } catch (YamlEngineException wrong) {
            throw new Unreadable(file, "is not YAML: " + wrong.getMessage(), wrong);
        }
        if (!(root instanceof Map<?, ?> byName))
            throw new Unreadable(file, "must be a map of executor names to {waiting, due, running}", new IllegalArgumentException());
        for (Object name : byName.keySet()) {
            if (config.executors().stream().noneMatch(executor -> executor.name().equals(name))) {
                throw new Unreadable(file, name + ": the config has no executor of this name", new IllegalArgumentException());
            }
        }
        var queues = new ArrayList<Queue>();
        var missing = new ArrayList<Missing>();
        for (ExecutorConfig executor : config.executors()) {
            if (byName.get(executor.name()) instanceof Map<?, ?> counts) {
                for (Object key : counts.keySet()) {
                    if (!List.of("waiting", "due", "running").contains(key)) {
                        throw new Unreadable(file, executor.name() + "." + key + ": unknown; a queue has waiting, due and running",
                                new IllegalArgumentException());
                    }
                }
                var unread = List.of("waiting", "running").stream().filter(key -> !counts.containsKey(key)).map(key -> key + " is not in queues.yaml")
                        .collect(Collectors.joining(", "));
                queues.add(new Queue(executor.name(), count(file, executor, counts, "waiting"), count(file, executor, counts, "due"),
                        count(file, executor, counts, "running"), "file", unread, now));
            } else if (byName.get(executor.name()) == null) {
                missing.add(new Missing(Missing.Source.REDIS, executor.name(), now, "not in queues.yaml"));
            } else {
                throw new Unreadable(file, executor.name() + ": must be {waiting: N, due: N, running: N}", new IllegalArgumentException());
            }
        }
        queues.sort(Comparator.comparing(Queue::executor));
        return new QueueReader.Queues(queues, missing);
    }

    private static long count(Path file, ExecutorConfig executor, Map<?, ?> counts, String key) {
        var value = counts.get(key);
        if (value == null) return 0;
        if (value instanceof Number number && (value instanceof Integer || value instanceof Long) && number.longValue() >= 0)
            return number.longValue();
        throw new Unreadable(file, executor.name() + "." + key + " must be a whole number of 0 or more, was " + value,
                new IllegalArgumentException());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new Unreadable(file, "there is no such file", missing);
        } catch (IOException failed) {
            throw new Unreadable(file, "cannot be read: " + failed.getMessage(), failed);
        }
    }
}
