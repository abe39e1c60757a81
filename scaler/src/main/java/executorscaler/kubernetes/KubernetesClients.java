package executorscaler.kubernetes;

import executorscaler.observe.NoAccess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two connections to one cluster: one for lists and watches, one for single calls, so that a flood of events never stands before a write. Neither retries on
 * its own; credentials that rotate on disk are read again by fabric8.
 */
public final class KubernetesClients implements AutoCloseable {

    /** How this service names itself to the API server. */
    public static final String USER_AGENT = "executor-scaler";

    private static final int CONNECT_MILLIS = 2_000;
    private static final int LIST_MILLIS = 15_000; // a page of 500 pods from a busy server
    private static final int CALL_MILLIS = 4_000;
    private static final int RECONNECT_MILLIS = 100; // doubles up to 32 times this: an API server that comes back is seen after 3.2 s at the latest

    private final KubernetesClient watching;
    private final KubernetesClient calling;

    private KubernetesClients(KubernetesClient watching, KubernetesClient calling) {
        this.watching = watching;
        this.calling = calling;
    }

    /**
     * Makes the clients; connects to nothing yet.
     *
     * @param kubeconfig the file to use; empty: the one that {@code KUBECONFIG} or {@code ~/.kube/config} names, else the pod's service account
     * @param calls told of every call of either
     * @throws NoAccess where the file cannot be read
     */
    public static KubernetesClients connect(Optional<Path> kubeconfig, KubernetesCalls calls) {
        return new KubernetesClients(client(kubeconfig, LIST_MILLIS, calls), client(kubeconfig, CALL_MILLIS, calls));
    }

    /** The same, and nobody counts. */
    public static KubernetesClients connect(Optional<Path> kubeconfig) {
        return connect(kubeconfig, (_, _) -> {});
    }

    /** For lists and watches. */
    public KubernetesClient watching() {
        return watching;
    }

    /** For single calls: reads before a write, writes, evictions, leases. */
    public KubernetesClient calling() {
        return calling;
    }

    @Override
    public void close() {
        watching.close();
        calling.close();
    }

    private static KubernetesClient client(Optional<Path> kubeconfig, int requestMillis, KubernetesCalls calls) {
        var config = kubeconfig.map(KubernetesClients::read).orElseGet(() -> Config.autoConfigure(null));
        config.setUserAgent(USER_AGENT);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(requestMillis);
        config.setRequestRetryBackoffLimit(0);
        config.setWatchReconnectInterval(RECONNECT_MILLIS);
        config.setWatchReconnectLimit(-1);
        // One connection for many calls would be given up by nobody when its other end is gone without a word; over HTTP/1.1 a call that times out closes its own.
        config.setHttp2Disable(true);
        var counter = new CallCounter(calls);
        return new KubernetesClientBuilder().withConfig(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("calls", counter).tag(counter)).build();
    }

    private static Config read(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) throw new NoAccess("--kubeconfig: " + kubeconfig + " cannot be read: is there such a file?");
        try {
            return Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException unusable) { // what its parser throws is of several libraries, and a page long
            throw new NoAccess("--kubeconfig: " + kubeconfig + " is no kubeconfig", unusable);
        }
    }
}
