package executorscaler.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import testbed.ProcessEnd;

/** The demo as people run it: the executable jar in a process of its own, with a Redis of its own. */
public final class DemoProcess implements AutoCloseable {

    private static final Pattern PAGE = Pattern.compile("page at (http://[^ ]+/)");

    private final Process process;
    private final Path log;

    private DemoProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the demo with these arguments and variables, on any port. */
    public static DemoProcess start(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                        "-Djava.io.tmpdir=" + directory, "-jar", System.getProperty("scaler.jar", "target/executor-scaler.jar"), "demo", "--http",
                        "127.0.0.1:0"));
        command.addAll(List.of(arguments));
        var log = Files.createTempFile(directory, "demo", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("LOG_") || name.equals("REDIS_URL"));
        builder.environment().putAll(environment);
        return new DemoProcess(builder.start(), log);
    }

    /** The page's address, once it is served. */
    public String page() {
        awaitSaid("page at ");
        var found = PAGE.matcher(said());
        if (!found.find()) throw new IllegalStateException(said());
        return found.group(1);
    }

    /** Everything it printed so far. */
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    void awaitSaid(String words) {
        Awaitility.await("the demo says " + words).atMost(Duration.ofSeconds(60)).until(() -> said().contains(words) || !process.isAlive());
        if (!said().contains(words)) throw new IllegalStateException("the demo ended with " + process.exitValue() + ":\n" + said());
    }

    /** Everything that it started. */
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
            throw new IllegalStateException("the demo did not end within " + limit + ":\n" + said());
        return process.exitValue();
    }

    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        var children = children();
        ProcessEnd.within(process, Duration.ofSeconds(10));
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
