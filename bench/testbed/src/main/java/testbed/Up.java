package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** Keeps a whole bed up for other processes until it is told to end. */
final class Up {
    private Up() {
    }

    static int run(Map<String, String> options) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(options.get("dir")));
        Path env = folder.resolve("env");
        // A file of an earlier bed would send its reader to servers that are gone.
        Files.deleteIfExists(env);
        ScalerConfig config = ScalerConfig.read(Path.of(options.get("config")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(env), "testbed-end"));
        TestBed bed = TestBed.plan().everything().pools(config.pools())
                .bootDelay(Duration.ofSeconds(Long.parseLong(options.getOrDefault("boot-seconds", "5")))).start();
        config.namespaces().forEach(namespace -> createNamespace(bed, namespace));
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(bed.env()).forEach((key, value) -> lines.append("export ").append(key).append('=').append(value).append('\n'));
        Files.writeString(env, lines);
        System.out.println("ready");
        System.out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static void createNamespace(TestBed bed, String namespace) {
        if (!namespace.equals("default") && !namespace.equals("kube-system")) {
            bed.kubectl("create", "namespace", namespace);
        }
    }

    // Ending on SIGTERM is this command's proper end, so its exit code is 0 and not the JVM's 143.
    private static void end(Path env) {
        int code = 0;
        try {
            OpenBeds.closeAll();
            Files.deleteIfExists(env);
        } catch (IOException | RuntimeException e) {
            System.err.println("testbed: " + e);
            code = 1;
        }
        Runtime.getRuntime().halt(code);
    }
}
