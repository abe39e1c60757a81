package testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A bed of processes of this machine, all on the loopback address. */
public final class LocalTestBed extends AbstractTestBed {
    // Set once by start, before anybody else sees the bed.
    private @Nullable RedisServer redis;
    private @Nullable ControlPlane plane;
    private @Nullable MotoServer motoServer;

    private LocalTestBed(BedPlan plan) {
        super(plan);
    }

    static LocalTestBed start(BedPlan plan) {
        LocalTestBed bed = new LocalTestBed(plan);
        try {
            bed.startParts();
            return bed;
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void startParts() {
        // Before anything else starts: a program that was just written cannot be run while a child that is being forked holds it open ("Text file busy").
        if (plan.has(Part.REDIS)) {
            redis = keep(RedisServer.start(directory()));
        }
        // Moto and the control plane take seconds each, and neither waits for the other.
        CompletableFuture<Void> aws = CompletableFuture.runAsync(() -> {
            if (plan.has(Part.AWS)) {
                MotoServer server = keep(MotoServer.start(directory()));
                motoServer = server;
                startAws(new Moto(server.endpoint()));
                plan.pools().forEach(this::addPool);
            }
        });
        try {
            if (plan.has(Part.CONTROL_PLANE)) {
                plane = keep(ControlPlane.start(directory()));
            }
        } finally {
            join(aws);
        }
        startBridge();
    }

    private static void join(CompletableFuture<Void> aws) {
        try {
            aws.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The process ids of the control plane and Moto by name, for measurements. */
    public Map<String, Long> pids() {
        Map<String, Long> pids = new java.util.TreeMap<>();
        if (plane != null) {
            pids.putAll(plane.pids());
        }
        if (motoServer != null) {
            pids.put("moto", motoServer.pid());
        }
        return pids;
    }

    @Override
    Kubeconfig credentials() {
        return plane().credentials();
    }

    private ControlPlane plane() {
        return present(plane, Part.CONTROL_PLANE);
    }

    private RedisServer redisServer() {
        return present(redis, Part.REDIS);
    }

    @Override
    public Path kubeconfig() {
        return plane().kubeconfig();
    }

    @Override
    public KubernetesClient kubernetes() {
        return plane().client();
    }

    @Override
    public String redisUrl() {
        return redisServer().url();
    }

    @Override
    public @Nullable Object redis(String... command) {
        return redisServer().call(command);
    }

    @Override
    public void stopRedis() {
        redisServer().stop();
    }

    @Override
    public void killRedis() {
        redisServer().kill();
    }

    @Override
    public void startRedis() {
        redisServer().start();
    }

    @Override
    public void startRedisEmpty() {
        redisServer().startEmpty();
    }

    @Override
    public ApiServerPair secondApiServer() {
        return keep(plane().pair());
    }

    @Override
    public ApiTap apiTap(Consumer<String> applied) {
        return keep(new ApiTap(plane(), directory(), applied));
    }

    @Override
    public void stopApiServer() {
        plane().stopApiServer();
    }

    @Override
    public void startApiServer() {
        plane().startApiServer();
    }
}
