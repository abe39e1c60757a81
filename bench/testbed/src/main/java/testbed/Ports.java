package testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Picks ports of the loopback address that are free. */
final class Ports {
    // Below the ranges systems take outgoing ports from: a client that retries a stopped server on such a port
    // may otherwise be given that very port, and would then be connected to itself.
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 200;

    private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

    private Ports() {
    }

    /** A port nobody listens on now; another process may still be quicker, so a start is tried again on a clash. */
    static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
