package testbed;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Etcd, API server, controller manager, scheduler and kwok as processes of this machine. */
final class ControlPlane implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final int TRIES = 3;

    private final GoTools tools;
    private final Path folder;
    private final int etcdPort = Ports.free();
    private final int etcdPeerPort = Ports.free();
    private final int apiPort = Ports.free();
    private final ServiceAccountKeys keys;
    private final Path kubeconfig;
    private final String adminToken = UUID.randomUUID().toString();
    private @Nullable Child etcd;
    private @Nullable Child apiServer;
    private @Nullable Child controllerManager;
    private @Nullable Child scheduler;
    private @Nullable Child kwok;
    private @Nullable KubernetesClient client;

    private ControlPlane(GoTools tools, Path folder) throws IOException {
        this.tools = tools;
        this.folder = folder;
        this.keys = ServiceAccountKeys.create(folder);
        this.kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(folder.resolve("tokens.csv"), adminToken + ",admin,admin,\"system:masters\"\n");
    }

    /** Starts all of it below this folder; on a port clash once more on other ports. */
    static ControlPlane start(Path parent) {
        GoTools tools = GoTools.ensure();
        for (int attempt = 1;; attempt++) {
            try {
                ControlPlane plane = new ControlPlane(tools, Files.createDirectories(parent.resolve("plane-" + attempt)));
                try {
                    plane.startAll();
                    return plane;
                } catch (RuntimeException | IOException e) {
                    plane.close();
                    throw e;
                }
            } catch (StartFailed e) {
                if (!e.portTaken() || attempt == TRIES) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void startAll() throws IOException {
        startEtcd();
        Child api = launchApiServer();
        Path certificate = folder.resolve("certs").resolve("apiserver.crt");
        Waiting.until("the API server's certificate", START_LIMIT, api, () -> Files.exists(certificate) && Files.size(certificate) > 0);
        credentials(certificate).write(kubeconfig, "admin", adminToken);
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig.toFile())).build();
        awaitApiServer(api);
        startControllers();
    }

    private Kubeconfig credentials(Path certificate) throws IOException {
        return new Kubeconfig("https://127.0.0.1:" + apiPort, Files.readString(certificate));
    }

    Kubeconfig credentials() {
        try {
            return credentials(folder.resolve("certs").resolve("apiserver.crt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startEtcd() throws IOException {
        String url = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + etcdPeerPort;
        etcd = child("etcd", List.of(tools.etcd(), "--data-dir", folder.resolve("etcd").toString(), "--listen-client-urls", url,
                "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                "default=" + peer, "--unsafe-no-fsync", "--log-level", "error"));
    }

    private Child launchApiServer() throws IOException {
        apiServer = launchApiServer("kube-apiserver", apiPort, etcdPort);
        return apiServer;
    }

    private Child launchApiServer(String name, int port, int etcd) throws IOException {
        return child(name, List.of(tools.kubeApiserver(), "--etcd-servers=http://127.0.0.1:" + etcd,
                "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certs"), "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-signing-key-file=" + keys.signing(), "--service-account-key-file=" + keys.verifying(),
                "--token-auth-file=" + folder.resolve("tokens.csv"), "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24",
                "--endpoint-reconciler-type=none",
                // Pods here never run a process that could use a token, so they need none.
                "--disable-admission-plugins=ServiceAccount"));
    }

    /** A second API server on the same etcd, ready; it is up beside the first until the pair is closed. */
    ApiServerPair pair() {
        int port = Ports.free();
        // Of each kind the API server has connections of its own, and etcd's protocol names keys in clear: so they are known apart.
        Wire toEtcd = Wire.to(etcdPort, "/registry/leases/", "/registry/health");
        Wire front = Wire.to(apiPort);
        try {
            Child second = launchApiServer("kube-apiserver-second", port, toEtcd.port());
            ApiServerPair pair = new ApiServerPair(this, toEtcd, front, port, second, folder);
            try (KubernetesClient asked = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(pair.secondKubeconfig().toFile())).build()) {
                Waiting.until("the second API server", START_LIMIT, second, () -> "ok".equals(asked.raw("/readyz")));
            } catch (RuntimeException e) {
                pair.close();
                throw e;
            }
            return pair;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int apiPort() {
        return apiPort;
    }

    /** Writes a kubeconfig of the administrator for another address of this plane. */
    Path adminKubeconfig(String url, Path file) {
        return new Kubeconfig(url, credentials().certificateAuthority()).write(file, "admin", adminToken);
    }

    private void awaitApiServer(Child api) {
        Waiting.until("the API server", START_LIMIT, api, () -> "ok".equals(client().raw("/readyz")));
    }

    private void startControllers() throws IOException {
        String config = "--kubeconfig=" + kubeconfig;
        controllerManager = child("kube-controller-manager", List.of(tools.kubeControllerManager(), config,
                "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
                "--service-account-private-key-file=" + keys.signing(), "--leader-elect=false", "--secure-port=0", "--kube-api-qps=500",
                "--kube-api-burst=1000", "--concurrent-deployment-syncs=20", "--concurrent-replicaset-syncs=20",
                "--controllers=*,-nodeipam,-route,-cloud-node-lifecycle"));
        scheduler = child("kube-scheduler", List.of(tools.kubeScheduler(), config, "--authentication-kubeconfig=" + kubeconfig,
                "--authorization-kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=1000",
                "--kube-api-burst=2000"));
        kwok = startKwok(tools, folder, kubeconfig);
    }

    /** The process that plays the kubelets of all nodes of a cluster. */
    static Child startKwok(GoTools tools, Path folder, Path kubeconfig) throws IOException {
        // Without --node-port: it would listen on all interfaces.
        return Child.start("kwok", folder.resolve("kwok.log"), Map.of(), List.of(tools.kwok(), "--kubeconfig", kubeconfig.toString(),
                "--config", tools.stages().toString(), "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
                "--node-lease-duration-seconds", "40"));
    }

    private Child child(String name, List<String> command) throws IOException {
        return Child.start(name, folder.resolve(name + ".log"), Map.of(), command);
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    KubernetesClient client() {
        return AbstractTestBed.present(client, Part.CONTROL_PLANE);
    }

    /** Process ids by name, for measurements. */
    Map<String, Long> pids() {
        Map<String, Long> pids = new TreeMap<>();
        for (Child child : children()) {
            pids.put(child.name(), child.pid());
        }
        return pids;
    }

    /**
     * Ends the API server, and its controllers with it as where one process is all of them; etcd keeps the objects. Controllers that lived on would come back
     * up to a minute after the API server, by their own back-off.
     */
    void stopApiServer() {
        for (Child child : Stream.of(kwok, scheduler, controllerManager, apiServer).filter(Objects::nonNull).toList()) {
            child.stop(STOP_GRACE);
        }
    }

    /** Starts it again on the same port and waits until it is ready. */
    void startApiServer() {
        try {
            awaitApiServer(launchApiServer());
            startControllers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Child> children() {
        return Stream.of(kwok, scheduler, controllerManager, apiServer, etcd).filter(Objects::nonNull).toList();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        // The API server before etcd: without etcd it does not end on SIGTERM.
        for (Child child : children()) {
            if (child == etcd) {
                child.stop(STOP_GRACE);
            } else {
                child.kill();
            }
        }
        Folders.remove(folder);
    }
}
