package testbed;

import java.nio.file.Path;

/**
 * The bed's API server, and a second one on the same etcd whose way to etcd can stand still: from then on it shows the past, or nothing. Both have the same
 * certificate, and a third address leads to one of them.
 */
public final class ApiServerPair implements AutoCloseable {
    private final ControlPlane plane;
    private final Wire toEtcd;
    private final Wire front;
    private final int secondPort;
    private final Child second;
    private final Path folder;

    ApiServerPair(ControlPlane plane, Wire toEtcd, Wire front, int secondPort, Child second, Path folder) {
        this.plane = plane;
        this.toEtcd = toEtcd;
        this.front = front;
        this.secondPort = secondPort;
        this.second = second;
        this.folder = folder;
    }

    /** The administrator's kubeconfig for the second one. */
    public Path secondKubeconfig() {
        return plane.adminKubeconfig("https://127.0.0.1:" + secondPort, folder.resolve("kubeconfig-second"));
    }

    /** The administrator's kubeconfig for the address that leads to the first one, until {@link #leadToSecond}. */
    public Path switchedKubeconfig() {
        return plane.adminKubeconfig("https://127.0.0.1:" + front.port(), folder.resolve("kubeconfig-switched"));
    }

    /** From now on the switched address leads to the second one; connections to the first are cut. */
    public void leadToSecond() {
        front.leadTo(secondPort);
    }

    public void leadToFirst() {
        front.leadTo(plane.apiPort());
    }

    /** Nothing passes between the second one and etcd any more; no connection is closed. */
    public void freezeSecond() {
        toEtcd.freeze();
    }

    /** As {@link #freezeSecond}, but the second one still reads and writes Leases, and calls itself alive: all else that it shows from memory is the past. */
    public void freezeSecondButLeases() {
        toEtcd.freezeAllButMarked();
    }

    public void thawSecond() {
        toEtcd.thaw();
    }

    @Override
    public void close() {
        front.close();
        second.kill();
        toEtcd.close();
    }
}
