package executorscaler.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import testbed.ProcessEnd;
import testbed.TestBed;

/** The service as people run it: the executable jar, in a process of its own, against whatever the environment names. */
public final class ScalerProcess implements AutoCloseable {

    private static final Pattern PAGE = Pattern.compile("page at http://([^/ ]+)/");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private ScalerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code run} with this config file and waits until the page is served. */
    public static ScalerProcess run(Path config, Map<String, String> environment, Path directory) throws IOException {
        var log = Files.createTempFile(directory, "scaler", ".log");
        var process = start(environment, log, log, List.of("run", "--config", config.toString(), "--http", "127.0.0.1:0"));
        var scaler = new ScalerProcess(process, log);
        Awaitility.await("the page").atMost(Duration.ofSeconds(30)).until(() -> scaler.address() != null || !process.isAlive());
        if (!process.isAlive()) throw new IllegalStateException("the service ended with " + process.exitValue() + ":\n" + scaler.log());
        return scaler;
    }

    /** What one command printed, and how it ended. */
    public record Ended(int exitCode, String output, String errors) {}

    /** Runs a command that ends by itself. */
    public static Ended command(Map<String, String> environment, Path directory, String... arguments) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "command", ".out");
        var errors = Files.createTempFile(directory, "command", ".err");
        var process = start(environment, output, errors, List.of(arguments));
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the command did not end:\n" + Files.readString(output) + Files.readString(errors));
        }
        return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private static Process start(Map<String, String> environment, Path output, Path errors, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar",
                System.getProperty("scaler.jar", "target/executor-scaler.jar")));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectOutput(output.toFile());
        if (output.equals(errors)) builder.redirectErrorStream(true);
        else
            builder.redirectError(errors.toFile());
        builder.environment().keySet()
                .removeIf(name -> name.startsWith("AWS_") || name.startsWith("POD_") || name.equals("KUBECONFIG") || name.equals("REDIS_URL"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Everything it logged so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** {@code /api/state}. */
    public JsonNode state() {
        return json("/api/state");
    }

    /** {@code /api/ticks}, newest first. */
    public JsonNode ticks() {
        return json("/api/ticks").path("ticks");
    }

    /** Starts the service on a shared bed and waits until it has read every source once. */
    static ScalerProcess ready(TestBed bed, String yaml) throws IOException {
        var scaler = run(Platform.config(bed, yaml), bed.env(), bed.directory());
        try {
            Awaitility.await("every source read").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100))
                    .until(() -> scaler.status("/ready") == 200);
            return scaler;
        } catch (RuntimeException late) {
            scaler.close();
            throw late;
        }
    }

    /** Starts the service as a pod of this name in {@link Platform#NAMESPACE} would: it stands for election there. */
    static ScalerProcess candidate(TestBed bed, String pod) throws IOException {
        var environment = new HashMap<>(bed.env());
        environment.put("POD_NAMESPACE", Platform.NAMESPACE);
        environment.put("POD_NAME", pod);
        return run(Platform.config(bed, Platform.CONFIG), environment, bed.directory());
    }

    /** {@code alone}, {@code leader} or {@code follower}. */
    String role() {
        return state().path("role").path("name").asText();
    }

    /** Sends a signal by its name, e.g. {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor() != 0)
            throw new IllegalStateException("kill -" + name);
    }

    /** One of Redis, Kubernetes and AWS, as {@code /api/state} has it. */
    JsonNode source(String name) {
        for (var source : state().path("sources")) {
            if (source.path("name").asText().equals(name)) return source;
        }
        return MissingNode.getInstance();
    }

    boolean allSourcesRead() {
        var sources = state().path("sources");
        return sources.size() == 3 && StreamSupport.stream(sources.spliterator(), false).allMatch(source -> source.path("ok").asBoolean());
    }

    /** Why this subject is held for a reason of this kind now; empty: it is not. */
    Optional<String> held(String subject, String kind) {
        return StreamSupport.stream(state().path("held").spliterator(), false)
                .filter(one -> one.path("subject").asText().equals(subject) && one.path("kind").asText().equals(kind))
                .map(one -> one.path("why").asText()).findFirst();
    }

    /**
     * All that was done or tried, the newest first: kind, subject, what, why, outcome, result. Of all that can be seen in the cluster by now: a thread of its own makes
     * the state when a tick is over, so this waits for a tick that began later.
     */
    List<JsonNode> lines() {
        var now = Instant.now();
        var lines = new ArrayList<JsonNode>();
        Awaitility.await("a later tick").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(this::state, state -> Instant.parse(state.path("now").asText("1970-01-01T00:00:00Z")).isAfter(now)).path("decisions")
                .forEach(entry -> entry.path("lines").forEach(lines::add));
        lines.removeIf(line -> line.path("outcome").asText().equals("Seen")); // sources that are lost or back, and configs
        return lines;
    }

    /** Lines of this kind with this outcome. */
    List<JsonNode> lines(String kind, String outcome) {
        return lines().stream().filter(line -> line.path("kind").asText().equals(kind) && line.path("outcome").asText().equals(outcome)).toList();
    }

    /** The number of the newest tick. */
    long tick() {
        return state().path("tick").asLong();
    }

    /** The body of a page of the service, whatever its status. */
    public String get(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(Duration.ofSeconds(5)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** The status that a page of the service answers with. */
    public int status(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(Duration.ofSeconds(5)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Where it is served. */
    String hostAndPort() {
        return Objects.requireNonNull(address(), "the page is served");
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** SIGTERM, and how long it took to end. */
    public Duration stop() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) throw new IllegalStateException("SIGTERM did not end the service:\n" + log());
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        ProcessEnd.within(process, Duration.ofSeconds(10));
    }

    private JsonNode json(String path) {
        try {
            return JSON.readTree(get(path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @org.jspecify.annotations.Nullable
    private String address() {
        var found = PAGE.matcher(log());
        return found.find() ? found.group(1) : null;
    }
}
