package executorscaler.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import redis.embedded.RedisServer;

/** A real Redis for the demo: the one that REDIS_URL names, else one of our own that goes when the demo goes. */
final class DemoRedis implements AutoCloseable {

    private final Optional<RedisServer> server;
    private final String url;

    private DemoRedis(Optional<RedisServer> server, String url) {
        this.server = server;
        this.url = url;
    }

    static DemoRedis start(Optional<String> existing) throws IOException {
        if (existing.isPresent()) return new DemoRedis(Optional.empty(), existing.get());
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var server = RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").setting("save \"\"").setting("appendonly no").build();
        server.start();
        return new DemoRedis(Optional.of(server), "redis://127.0.0.1:" + port + "/0");
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        server.ifPresent(running -> {
            try {
                running.stop();
            } catch (IOException failed) {
                throw new IllegalStateException("the demo's Redis did not stop", failed);
            }
        });
    }
}
