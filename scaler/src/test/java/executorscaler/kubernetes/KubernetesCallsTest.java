package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each call to the API server is counted once, by what came of it. */
@Tag("unit")
class KubernetesCallsTest {

    @TempDir
    private Path temp;

    private final List<String> counted = new CopyOnWriteArrayList<>();

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"200, ok", "201, ok", "404, refused", "409, refused", "429, throttled", "500, failed", "503, failed"})
    void aCallIsCountedByItsAnswer(int status, String result) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            var body = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (var clients = KubernetesClients.connect(Optional.of(kubeconfig(server.getAddress().getPort())), this::count)) {
            assertThat(answered(clients)).isTrue();
            await("counted").atMost(Duration.ofSeconds(5)).until(() -> !counted.isEmpty());
            assertThat(counted).containsExactly("GET " + result);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aCallThatNobodyAnswersIsCounted() throws IOException {
        int nobody;
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (var clients = KubernetesClients.connect(Optional.of(kubeconfig(nobody)), this::count)) {
            assertThat(answered(clients)).isFalse();
            await("counted").atMost(Duration.ofSeconds(5)).until(() -> !counted.isEmpty());
            assertThat(counted).containsExactly("GET unanswered");
        }
    }

    private void count(String method, String result) {
        counted.add(method + " " + result);
    }

    private static boolean answered(KubernetesClients clients) {
        try {
            new Api(clients.calling(), Duration.ofSeconds(3)).get("/api/v1/namespaces/default");
            return true;
        } catch (Api.NoAnswer none) {
            return false;
        }
    }

    private Path kubeconfig(int port) throws IOException {
        return Files.writeString(temp.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                users: [{name: u, user: {}}]
                clusters: [{name: k, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                """.formatted(port));
    }
}
