package testbed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** An address of the API server without TLS, where it is seen what is written. For clients of HTTP/1.1 that ask one thing at a time on a connection. */
public final class ApiTap implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final Pattern WRITE = Pattern.compile("^((?:PATCH|POST|PUT|DELETE) [^ ?]+)\\S* HTTP/1");
    private static final Pattern ACCEPTED = Pattern.compile("^HTTP/1\\.1 2\\d\\d");

    private final ServerSocket server;
    private final SSLSocketFactory tls;
    private final int target;
    private final Path kubeconfig;
    private final Consumer<String> applied;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param applied is told of each write, as {@code PATCH /api/v1/nodes/a}, when the API server has done it and before its answer goes on */
    ApiTap(ControlPlane plane, Path folder, Consumer<String> applied) {
        this.applied = applied;
        this.target = plane.apiPort();
        try {
            this.server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
            this.tls = trusting(plane.credentials().certificateAuthority());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        this.kubeconfig = plane.adminKubeconfig("http://127.0.0.1:" + server.getLocalPort(), folder.resolve("kubeconfig-tap"));
        daemon(this::accept);
    }

    /** The administrator's kubeconfig for this address. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void close() {
        quietly(server);
        open.forEach(ApiTap::quietly);
    }

    private static SSLSocketFactory trusting(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int i = 0;
        for (var certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
            store.setCertificateEntry("ca-" + i++, certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                daemon(() -> link(client));
            } catch (IOException e) {
                // Closed, or a client that was gone before it was there.
            }
        }
    }

    private void link(Socket client) {
        open.add(client);
        try {
            Socket onward = tls.createSocket(InetAddress.getLoopbackAddress(), target);
            open.add(onward);
            client.setTcpNoDelay(true);
            onward.setTcpNoDelay(true);
            Link link = new Link(client, onward);
            daemon(link::requests);
            daemon(link::answers);
        } catch (IOException e) {
            end(client);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        quietly(socket);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "testbed-api-tap");
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is to be gone, and it is.
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket onward;
        // What was asked and is not answered; empty: a read.
        private volatile String write = "";

        Link(Socket client, Socket onward) {
            this.client = client;
            this.onward = onward;
        }

        void requests() {
            pump(client, onward, head -> {
                Matcher asked = WRITE.matcher(head);
                if (asked.find()) {
                    write = asked.group(1);
                }
            });
        }

        void answers() {
            pump(onward, client, head -> {
                String done = write;
                if (!done.isEmpty() && head.startsWith("HTTP/1.1 ")) {
                    write = "";
                    if (ACCEPTED.matcher(head).find()) {
                        applied.accept(done);
                    }
                }
            });
        }

        private void pump(Socket from, Socket to, Consumer<String> seen) {
            byte[] chunk = new byte[CHUNK];
            try {
                for (int read = from.getInputStream().read(chunk); read >= 0; read = from.getInputStream().read(chunk)) {
                    seen.accept(new String(chunk, 0, Math.min(read, 2000), StandardCharsets.ISO_8859_1));
                    to.getOutputStream().write(Arrays.copyOf(chunk, read));
                    to.getOutputStream().flush();
                }
            } catch (IOException e) {
                // Either end is gone: so is the other.
            }
            end(client);
            end(onward);
        }
    }
}
