package testbed;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What beds have in common: their folder, commands, pools, the AWS side, and an end in the reverse order of the beginning. */
abstract class AbstractTestBed implements TestBed {
    final BedPlan plan;
    private final Path directory = Folders.temporary("testbed-");
    private final List<Pool> pools = new CopyOnWriteArrayList<>();
    private final AwsFaults faults = new AwsFaults();
    // Guarded by this.
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    // Guarded by this.
    private boolean closed;
    private @Nullable Moto moto;
    private @Nullable AwsProxy proxy;

    AbstractTestBed(BedPlan plan) {
        this.plan = plan;
        OpenBeds.add(this);
    }

    /** Keeps a part for the end; one that came up after the end is ended at once. */
    final <T extends AutoCloseable> T keep(T part) {
        synchronized (this) {
            if (!closed) {
                parts.push(part);
                return part;
            }
        }
        end(part);
        throw new IllegalStateException("the test bed was closed while it started");
    }

    final void startAws(Moto started) {
        moto = keep(started);
        proxy = keep(AwsProxy.start(started, faults));
    }

    final void startBridge() {
        if (plan.has(Part.AWS) && plan.has(Part.CONTROL_PLANE)) {
            keep(new NodeBridge(moto(), kubernetes(), this::pools, plan.boot()).start());
        }
    }

    abstract Kubeconfig credentials();

    @Override
    public final Path directory() {
        return directory;
    }

    @Override
    public final Path kubeconfigFor(String namespace, String serviceAccount) {
        String token = kubectl("create", "token", serviceAccount, "--namespace", namespace, "--duration", "1h").trim();
        return credentials().write(directory.resolve("kubeconfig-" + namespace + "-" + serviceAccount), serviceAccount, token);
    }

    @Override
    public final String kubectl(String... args) {
        return command(GoTools.ensure().kubectl(), "", args);
    }

    @Override
    public final String kubectlApply(String yaml) {
        return command(GoTools.ensure().kubectl(), yaml, "apply", "-f", "-");
    }

    @Override
    public final String helm(String... args) {
        return command(GoTools.ensure().helm(), "", args);
    }

    private String command(String program, String stdin, String... args) {
        Map<String, String> env = new HashMap<>(Map.of("KUBECONFIG", kubeconfig().toString(), "KUBECACHEDIR",
                directory.resolve("kubectl").toString()));
        for (String home : List.of("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")) {
            env.put(home, directory.resolve("helm").toString());
        }
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(Arrays.asList(args));
        return Commands.run(Path.of("."), env, stdin, command);
    }

    @Override
    public final java.net.URI awsEndpoint() {
        return present(proxy, Part.AWS).endpoint();
    }

    @Override
    public final AwsFaults aws() {
        present(proxy, Part.AWS);
        return faults;
    }

    @Override
    public final Moto moto() {
        present(proxy, Part.AWS).settle();
        return present(moto, Part.AWS);
    }

    static <T> T present(@Nullable T part, Part name) {
        if (part == null) {
            throw new IllegalStateException("this test bed has no " + name);
        }
        return part;
    }

    @Override
    public final Map<String, String> env() {
        Map<String, String> env = new HashMap<>();
        if (plan.has(Part.CONTROL_PLANE)) {
            env.put("KUBECONFIG", kubeconfig().toString());
        }
        if (plan.has(Part.REDIS)) {
            env.put("REDIS_URL", redisUrl());
        }
        if (plan.has(Part.AWS)) {
            env.putAll(AwsCredentials.env());
            env.put("AWS_ENDPOINT_URL", awsEndpoint().toString());
        }
        return env;
    }

    @Override
    public final List<Pool> pools() {
        return List.copyOf(pools);
    }

    @Override
    public final void addPool(Pool pool) {
        moto().create(pool);
        pools.add(pool);
    }

    @Override
    public final void close() {
        List<AutoCloseable> ending;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ending = List.copyOf(parts);
            ending.forEach(AbstractTestBed::end);
            Folders.remove(directory);
        }
        OpenBeds.remove(this);
    }

    // One part that does not end must not keep the others alive.
    private static void end(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            System.err.println("testbed: could not end " + part.getClass().getSimpleName() + ": " + e);
        }
    }
}
