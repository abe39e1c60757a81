package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.RedisConfig;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader.Queues;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, by a front of our own before a real Redis: the embedded one is built without. */
@Tag("redis")
class RedisTlsIT {

    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void theCaFileDecidesWhoIsTrustedAndTheNameMustMatch() throws Exception {
        var store = certificate();
        var ca = pem(store);
        try (var redis = new RealRedis(); var front = front(store)) {
            Thread.startVirtualThread(() -> accept(front, redis.port()));
            var trusted = read("rediss://localhost:" + front.getLocalPort(), ca.toString());
            assertThat(trusted.missing()).isEmpty();
            assertThat(trusted.queues()).hasSize(1);
            assertThat(error(read("rediss://localhost:" + front.getLocalPort(), ""))).startsWith("TLS: ")
                    .contains("unable to find valid certification path");
            assertThat(error(read("rediss://127.0.0.1:" + front.getLocalPort(), ca.toString()))).startsWith("TLS: ").contains("127.0.0.1");
            assertThat(error(read("rediss://localhost:" + redis.port(), ca.toString()))).startsWith("TLS: ");
            assertThat(error(read("rediss://localhost:" + front.getLocalPort(), folder.resolve("none.pem").toString()))).startsWith("TLS: ")
                    .contains("none.pem");
        }
    }

    private static Queues read(String url, String caFile) {
        try (var queues = new RedisQueues()) {
            return queues.read(RealRedis.queues(new RedisConfig(url, "", "", caFile, 2000), "render"), PodNames.UNKNOWN, Instant.now());
        }
    }

    private static String error(Queues seen) {
        assertThat(seen.missing()).hasSize(1);
        return seen.missing().get(0).error();
    }

    private KeyStore certificate() throws IOException, InterruptedException, GeneralSecurityException {
        var file = folder.resolve("store.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(keytool, "-genkeypair", "-alias", "redis", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
                "san=dns:localhost",
                "-validity", "2", "-storetype", "PKCS12", "-storepass", new String(STORE_PASSWORD), "-keystore", file.toString()).inheritIO().start();
        assertThat(made.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), STORE_PASSWORD);
    }

    private Path pem(KeyStore store) throws IOException, GeneralSecurityException {
        var text = Base64.getMimeEncoder().encodeToString(store.getCertificate("redis").getEncoded());
        return Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    }

    private static SSLServerSocket front(KeyStore store) throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, STORE_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static void accept(SSLServerSocket front, int port) {
        try {
            while (true) {
                var client = front.accept();
                var redis = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.startVirtualThread(() -> pump(client, redis));
                Thread.startVirtualThread(() -> pump(redis, client));
            }
        } catch (IOException closed) {
            assertThat(front.isClosed()).isTrue();
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException handshakeFailed) {
            // the client's side of the test sees it, too
        }
    }
}
