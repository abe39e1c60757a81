package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP address that leads to another one of this machine. It can stand still: bytes that come are kept and connections stay open, as on a way on which
 * packets are lost without a word. It can lead elsewhere from one moment to the next, and forget connections without telling their ends.
 */
public final class Wire implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final ServerSocket server;
    private final List<String> marks;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile int target;
    // Both guarded by this.
    private boolean frozen;
    private boolean marked;

    /** A wire to this port; a connection whose client has sent one of the marks in clear is a marked one. */
    public static Wire to(int target, String... marks) {
        try {
            Wire wire = new Wire(target, List.of(marks));
            daemon(wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Wire(int target, List<String> marks) throws IOException {
        this.target = target;
        this.marks = marks;
        this.server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** Everything stands still, new connections too. */
    public synchronized void freeze() {
        frozen = true;
        marked = false;
    }

    /** As {@link #freeze}, but connections that are marked by now go on. */
    synchronized void freezeAllButMarked() {
        frozen = true;
        marked = true;
    }

    /** What was kept goes on its way, in its order. */
    public synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    /** Nothing ever passes again on connections that are open now, and nobody closes them; later ones go on. */
    public void strand() {
        links.forEach(link -> link.stranded = true);
    }

    /** From now on it leads to this port; connections to the old one are cut. */
    public void leadTo(int port) {
        target = port;
        links.forEach(Link::cut);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::cut);
        thaw();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                daemon(() -> open(client));
            } catch (IOException e) {
                // Closed, or a client that was gone before it was there.
            }
        }
    }

    private void open(Socket client) {
        try {
            Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
            links.add(link);
            daemon(() -> link.pump(link.client, link.onward, true));
            daemon(() -> link.pump(link.onward, link.client, false));
        } catch (IOException e) {
            quietly(client);
        }
    }

    private synchronized void pass(Link link) throws InterruptedException {
        while ((link.stranded || (frozen && !(marked && link.marked))) && links.contains(link)) {
            wait();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "testbed-wire");
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is to be gone, and it is.
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket onward;
        private volatile boolean marked;
        private volatile boolean stranded;

        Link(Socket client, Socket onward) throws IOException {
            this.client = client;
            this.onward = onward;
            client.setTcpNoDelay(true);
            onward.setTcpNoDelay(true);
        }

        void pump(Socket from, Socket to, boolean fromClient) {
            byte[] chunk = new byte[CHUNK];
            String before = "";
            try {
                for (int read = from.getInputStream().read(chunk); read >= 0; read = from.getInputStream().read(chunk)) {
                    if (fromClient && !marked && !marks.isEmpty()) {
                        String seen = before + new String(chunk, 0, read, StandardCharsets.ISO_8859_1);
                        marked = marks.stream().anyMatch(seen::contains);
                        before = seen.substring(Math.max(0, seen.length() - 100));
                    }
                    pass(this);
                    to.getOutputStream().write(Arrays.copyOf(chunk, read));
                }
            } catch (IOException e) {
                // Either end is gone: so is the other.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cut();
        }

        void cut() {
            links.remove(this);
            quietly(client);
            quietly(onward);
            synchronized (Wire.this) {
                Wire.this.notifyAll();
            }
        }
    }
}
