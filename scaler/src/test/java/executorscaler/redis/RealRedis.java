package executorscaler.redis;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** A real redis-server on loopback that keeps nothing, and configs that point to it. */
final class RealRedis implements AutoCloseable {

    private final int port;
    private final String[] settings;
    private RedisServer server;

    RealRedis(String... settings) throws IOException {
        this.settings = settings;
        port = freePort();
        server = start();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private RedisServer start() throws IOException {
        var builder = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").setting("appendonly no");
        for (var setting : settings) builder.setting(setting);
        var started = builder.build();
        started.start();
        return started;
    }

    void stop() throws IOException {
        server.stop();
    }

    void startAgain() throws IOException {
        server = start();
    }

    Jedis client() {
        return new Jedis("127.0.0.1", port);
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    RedisConfig config() {
        return new RedisConfig(url(), "", "", "", 1000);
    }

    static QueueConfig.Lists lists(String name) {
        return new QueueConfig.Lists(name, name + ":running", name + ":delayed", QueueConfig.TimeUnit.MILLISECONDS);
    }

    Config queues(String... names) {
        return queues(config(), names);
    }

    static Config queues(RedisConfig redis, String... names) {
        var executors = Arrays.stream(names).map(name -> new ExecutorConfig(name, "default", name, lists(name), 1, 0, 10)).toList();
        return new Config(redis, executors, List.of(), ScaleDownConfig.DEFAULT, ControlConfig.DEFAULT, "TO_BE_DEPLOYED",
                Config.DEFAULT_PRIORITY_CUTOFF);
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
