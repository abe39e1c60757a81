package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One redis-server process that can end and come back on the same port. */
final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    private static final int TRIES = 3;

    private final Path folder;
    private final String program;
    private int port = Ports.free();
    private @Nullable Child child;

    private RedisServer(Path folder) {
        this.folder = folder;
        this.program = RedisBinary.locate(folder);
    }

    static RedisServer start(Path parent) {
        try {
            RedisServer redis = new RedisServer(Files.createDirectories(parent.resolve("redis")));
            for (int attempt = 1;; attempt++) {
                try {
                    redis.launch();
                    return redis;
                } catch (StartFailed e) {
                    redis.kill();
                    if (!e.portTaken() || attempt == TRIES) {
                        throw e;
                    }
                    redis.port = Ports.free();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again with what it held when it ended; does nothing while it runs. */
    void start() {
        if (child == null || !child.alive()) {
            try {
                launch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts it again with nothing in it, as a cache without persistence does. */
    void startEmpty() {
        stop();
        for (String name : List.of("appendonly.aof", "dump.rdb", "appendonlydir")) {
            Folders.remove(folder.resolve(name));
        }
        start();
    }

    private void launch() throws IOException {
        // The append-only file is written at once but never forced to disk: it outlives the process, which is all we need.
        Child started = Child.start("redis-server", folder.resolve("redis.log"), Map.of(),
                List.of(program, "--bind", "127.0.0.1", "--port", String.valueOf(port), "--dir", folder.toString(), "--save", "",
                        "--appendonly", "yes", "--appendfsync", "no", "--daemonize", "no"));
        child = started;
        Waiting.until("Redis", START_LIMIT, started, () -> {
            try (Resp resp = new Resp("127.0.0.1", port)) {
                return "PONG".equals(resp.call("PING"));
            }
        });
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    /** Runs one command on a connection of its own. */
    @Nullable
    Object call(String... command) {
        try (Resp resp = new Resp("127.0.0.1", port)) {
            return resp.call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void stop() {
        if (child != null) {
            child.stop(STOP_GRACE);
        }
    }

    void kill() {
        if (child != null) {
            child.kill();
        }
    }

    @Override
    public void close() {
        kill();
        Folders.remove(folder);
    }
}
