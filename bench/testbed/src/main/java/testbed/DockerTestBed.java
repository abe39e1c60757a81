package testbed;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** A bed of containers: K3s, Redis and Moto; kwok still runs as a process and plays the kubelets of the fake nodes. */
public final class DockerTestBed extends AbstractTestBed {
    private static final DockerImageName K3S = DockerImageName.parse("rancher/k3s:v1.34.1-k3s1");
    private static final DockerImageName REDIS = DockerImageName.parse("redis:7.4-alpine");
    private static final DockerImageName MOTO = DockerImageName.parse("motoserver/moto:5.2.5");
    private static final int REDIS_PORT = 6379;
    private static final int MOTO_PORT = 5000;
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);

    private @Nullable K3sContainer k3s;
    private @Nullable GenericContainer<?> redis;
    private @Nullable KubernetesClient client;

    private DockerTestBed(BedPlan plan) {
        super(plan);
    }

    static DockerTestBed start(BedPlan plan) {
        DockerTestBed bed = new DockerTestBed(plan);
        try {
            bed.startParts();
            return bed;
        } catch (IOException e) {
            bed.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void startParts() throws IOException {
        if (plan.has(Part.REDIS)) {
            redis = keep(container(REDIS, REDIS_PORT));
        }
        if (plan.has(Part.AWS)) {
            GenericContainer<?> moto = keep(container(MOTO, MOTO_PORT));
            startAws(new Moto(URI.create("http://" + moto.getHost() + ":" + moto.getMappedPort(MOTO_PORT))));
            plan.pools().forEach(this::addPool);
        }
        if (plan.has(Part.CONTROL_PLANE)) {
            startCluster();
        }
        startBridge();
    }

    private void startCluster() throws IOException {
        K3sContainer cluster = keep(new K3sContainer(K3S));
        k3s = cluster;
        cluster.start();
        Files.writeString(kubeconfig(), cluster.getKubeConfigYaml());
        client = keep(new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig().toFile())).build());
        Child kwok = ControlPlane.startKwok(GoTools.ensure(), directory(), kubeconfig());
        keep(() -> kwok.stop(STOP_GRACE));
    }

    private static GenericContainer<?> container(DockerImageName image, int port) {
        GenericContainer<?> container = new GenericContainer<>(image);
        container.withExposedPorts(port);
        container.start();
        return container;
    }

    @Override
    Kubeconfig credentials() {
        String ca = kubernetes().getConfiguration().getCaCertData();
        return new Kubeconfig(kubernetes().getMasterUrl().toString(), new String(Base64.getDecoder().decode(ca), StandardCharsets.UTF_8));
    }

    @Override
    public Path kubeconfig() {
        return directory().resolve("kubeconfig");
    }

    @Override
    public KubernetesClient kubernetes() {
        return present(client, Part.CONTROL_PLANE);
    }

    private GenericContainer<?> redisContainer() {
        return present(redis, Part.REDIS);
    }

    @Override
    public String redisUrl() {
        return "redis://" + redisContainer().getHost() + ":" + redisContainer().getMappedPort(REDIS_PORT) + "/0";
    }

    @Override
    public @Nullable Object redis(String... command) {
        try (Resp resp = new Resp(redisContainer().getHost(), redisContainer().getMappedPort(REDIS_PORT))) {
            return resp.call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // A restarted container would get another port, so "stopped" is paused here: the port takes connections and never answers.
    private static void pause(GenericContainer<?> container) {
        container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
    }

    private static void unpause(GenericContainer<?> container) {
        container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void stopRedis() {
        pause(redisContainer());
    }

    @Override
    public void killRedis() {
        pause(redisContainer());
    }

    @Override
    public void startRedis() {
        unpause(redisContainer());
    }

    @Override
    public void startRedisEmpty() {
        unpause(redisContainer());
        redis("FLUSHALL");
    }

    @Override
    public ApiServerPair secondApiServer() {
        throw new IllegalStateException("a cluster in a container has one API server");
    }

    @Override
    public ApiTap apiTap(Consumer<String> applied) {
        throw new IllegalStateException("a cluster in a container is reached directly");
    }

    @Override
    public void stopApiServer() {
        pause(present(k3s, Part.CONTROL_PLANE));
    }

    @Override
    public void startApiServer() {
        unpause(present(k3s, Part.CONTROL_PLANE));
    }
}
