package executorscaler.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The config in a file, usually a mounted ConfigMap. Looked at again on every call, so that an edit counts from the next tick on; the last good text
 * stays in force while the newest one is bad or gone (rule S15).
 */
public final class ConfigFile implements ConfigSource {

    /** Bytes of a text, or why there are none. Equal when both are. */
    private record Text(ByteBuffer bytes, String trouble) {
        static Text missing(String trouble) {
            return new Text(ByteBuffer.allocate(0), trouble);
        }
    }

    private final Path path;
    private final Map<String, String> environment;
    private final InstantSource time;
    private final ReentrantLock looking = new ReentrantLock();

    /** The newest text; guarded by {@link #looking}. */
    private Text newest;

    /** Written under {@link #looking}, read by anyone. */
    private volatile State state;

    private ConfigFile(Path path, Map<String, String> environment, InstantSource time, Text first, State state) {
        this.path = path;
        this.environment = environment;
        this.time = time;
        this.newest = first;
        this.state = state;
    }

    /**
     * Reads the file for the first time.
     *
     * @param environment where {@link ConfigReader#REDIS_URL} may be
     * @param time for {@link ConfigSource.State#since()}
     * @throws ConfigRejected when the file cannot be read or is no config: without a good one there is nothing to fall back on
     */
    public static ConfigFile open(Path path, Map<String, String> environment, InstantSource time) throws ConfigRejected {
        var text = look(path);
        return switch (judge(text, path, environment)) {
            case ConfigReader.Invalid invalid -> throw new ConfigRejected(invalid.problems());
            case ConfigReader.Valid valid ->
                new ConfigFile(path, Map.copyOf(environment), time, text, new State(valid.config(), 1, List.of(), time.instant()));
        };
    }

    /**
     * {@inheritDoc} Never throws. A caller that comes while another one reads the file gets what was in force before.
     */
    @Override
    public State current() {
        if (looking.tryLock()) {
            try {
                // Always the content, never only time and size: an edit of equal length within one tick of the file system's clock would be missed,
                // and a ConfigMap's few kilobytes lie in the page cache.
                var text = look(path);
                if (!text.equals(newest)) {
                    newest = text;
                    state = next(state, judge(text, path, environment));
                }
            } finally {
                looking.unlock();
            }
        }
        return state;
    }

    /** A text that says the same in other words, or returns to what is in force, is no new generation. */
    private State next(State before, ConfigReader.Result result) {
        return switch (result) {
            case ConfigReader.Invalid invalid -> new State(before.config(), before.generation(), invalid.problems(), time.instant());
            case ConfigReader.Valid valid -> {
                boolean changed = !valid.config().equals(before.config());
                yield new State(valid.config(), before.generation() + (changed ? 1 : 0), List.of(), time.instant());
            }
        };
    }

    private static Text look(Path path) {
        try (var in = Files.newInputStream(path)) {
            return new Text(ByteBuffer.wrap(in.readNBytes(YamlText.MAX_BYTES + 1)), "");
        } catch (NoSuchFileException e) {
            return Text.missing("there is no such file");
        } catch (IOException e) {
            return Text.missing(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static ConfigReader.Result judge(Text text, Path path, Map<String, String> environment) {
        if (!text.trouble().isEmpty()) return rejected(path + " cannot be read: " + text.trouble());
        if (text.bytes().remaining() > YamlText.MAX_BYTES) return rejected("must not be larger than 1 MiB");
        try {
            var yaml = StandardCharsets.UTF_8.newDecoder().decode(text.bytes().duplicate()).toString();
            return ConfigReader.read(yaml, environment);
        } catch (CharacterCodingException e) {
            return rejected("must be UTF-8 text");
        }
    }

    private static ConfigReader.Result rejected(String message) {
        return new ConfigReader.Invalid(List.of(new Problem("", message, 0)));
    }
}
