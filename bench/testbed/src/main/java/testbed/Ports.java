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

    /** The number of this test process among those that run at once, from 1; 0 is a process that knows of none. */
    private static final int FORK = Integer.getInteger("testbed.fork", 0);
    private static final int FORKS = 8;

    private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

    private Ports() {
    }

    /** A port nobody listens on now; another process may still be quicker, so a start is tried again on a clash. */
    static int free() {
        return free(FORK);
    }

    /**
     * Test processes that run at once never take each other's: the port of a server that is stopped for a while looks free, and whoever asked there for it
     * would find a stranger's.
     */
    static int free(int fork) {
        for (int i = 0; i < TRIES; i++) {
            int any = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            int port = fork == 0 ? any : any - any % FORKS + fork % FORKS;
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
