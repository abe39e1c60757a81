package testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Kubernetes, a Redis and an AWS to test against, or some of them. Asking for a part it lacks is an IllegalStateException. */
public interface TestBed extends AutoCloseable {
    /** Begins the description of a bed. */
    static BedPlan plan() {
        return new BedPlan();
    }

    /** A folder that goes with the bed. */
    Path directory();

    /** The administrator's kubeconfig. */
    Path kubeconfig();

    /** A kubeconfig that logs in as a service account that exists, with a bound token of one hour. */
    Path kubeconfigFor(String namespace, String serviceAccount);

    /** The administrator's client; the bed closes it. */
    KubernetesClient kubernetes();

    String redisUrl();

    /** Runs a Redis command: String, Long, List of those, or null. */
    @Nullable
    Object redis(String... command);

    /** The address that stands for AWS: the proxy. */
    URI awsEndpoint();

    /** The proxy's knobs and its record of calls. */
    AwsFaults aws();

    /** Moto behind the proxy, when it has carried out every order of capacity that was accepted so far. */
    Moto moto();

    /** KUBECONFIG, REDIS_URL, AWS_ENDPOINT_URL and the AWS credentials, as far as the bed has the parts. */
    Map<String, String> env();

    /** Runs kubectl as administrator and returns what it printed; otherwise throws {@link CommandFailed} with its errors. */
    String kubectl(String... args);

    /** kubectl apply of these documents. */
    String kubectlApply(String yaml);

    /** Runs helm as administrator and returns what it printed. */
    String helm(String... args);

    /** The pools so far. */
    List<Pool> pools();

    /** Makes one more pool. */
    void addPool(Pool pool);

    void stopRedis();

    /** Ends Redis without warning. */
    void killRedis();

    /** Starts Redis on the same port with what it held. */
    void startRedis();

    /** Restarts Redis on the same port with nothing in it. */
    void startRedisEmpty();

    /** Starts a second API server on the same etcd, and waits until it is ready; a local bed's alone. */
    ApiServerPair secondApiServer();

    /**
     * Opens one more address of the API server; a local bed's alone.
     *
     * @param applied is told of each write there, such as {@code PATCH /api/v1/nodes/a}, when it is done and before it is answered
     */
    ApiTap apiTap(Consumer<String> applied);

    /** Ends the API server and the cluster's controllers; objects stay. */
    void stopApiServer();

    /** Starts the API server on the same port, waits until it is ready, and starts the controllers. */
    void startApiServer();

    @Override
    void close();
}
