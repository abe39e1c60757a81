package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a wire lets through, keeps, and sends elsewhere; at its other ends are servers that say their letter and then what they hear. */
@Tag("unit")
class WireTest {
    private ServerSocket a;
    private ServerSocket b;
    private Wire wire;

    @BeforeEach
    void start() throws IOException {
        a = echo("a");
        b = echo("b");
        wire = Wire.to(a.getLocalPort(), "/leases/");
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        a.close();
        b.close();
    }

    @Test
    void whatIsFrozenIsKeptAndComesInItsOrder() throws IOException {
        try (Socket open = client()) {
            assertThat(read(open, 1)).isEqualTo("a");
            wire.freeze();
            send(open, "one");
            send(open, "two");
            nothingComes(open);
            try (Socket later = client()) {
                nothingComes(later);
                wire.thaw();
                assertThat(read(open, 6)).isEqualTo("onetwo");
                assertThat(read(later, 1)).isEqualTo("a");
            }
        }
    }

    @Test
    void markedConnectionsGoOnThoughTheMarkCameInPieces() throws IOException {
        try (Socket marked = client(); Socket other = client()) {
            assertThat(read(marked, 1) + read(other, 1)).isEqualTo("aa");
            send(marked, "get /lea");
            assertThat(read(marked, 8)).isEqualTo("get /lea");
            send(marked, "ses/one");
            assertThat(read(marked, 7)).isEqualTo("ses/one");
            send(other, "get /pods/");
            assertThat(read(other, 10)).isEqualTo("get /pods/");
            wire.freezeAllButMarked();
            send(other, "x");
            send(marked, "y");
            assertThat(read(marked, 1)).isEqualTo("y");
            nothingComes(other);
            wire.freeze();
            send(marked, "z");
            nothingComes(marked);
        }
    }

    @Test
    void itLeadsElsewhereAndCutsWhatLedToTheOldPlace() throws IOException {
        try (Socket before = client()) {
            assertThat(read(before, 1)).isEqualTo("a");
            wire.leadTo(b.getLocalPort());
            assertThat(before.getInputStream().read()).isNegative();
        }
        try (Socket after = client()) {
            assertThat(read(after, 1)).isEqualTo("b");
        }
    }

    @Test
    void strandedConnectionsStayOpenAndSilentAndLaterOnesPass() throws IOException {
        try (Socket open = client()) {
            assertThat(read(open, 1)).isEqualTo("a");
            wire.strand();
            send(open, "one");
            nothingComes(open);
            try (Socket later = client()) {
                assertThat(read(later, 1)).isEqualTo("a");
            }
            wire.thaw();
            nothingComes(open);
        }
    }

    private Socket client() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), wire.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private static void nothingComes(Socket socket) throws IOException {
        int limit = socket.getSoTimeout();
        socket.setSoTimeout(200);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(limit);
    }

    private static ServerSocket echo(String letter) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                send(socket, letter);
                daemon(() -> socket.getInputStream().transferTo(socket.getOutputStream()));
            }
        });
        return server;
    }

    private interface Talk {
        void go() throws IOException;
    }

    private static void daemon(Talk talk) {
        Thread thread = new Thread(() -> {
            try {
                talk.go();
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
