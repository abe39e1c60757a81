package executorscaler.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import testbed.ProcessEnd;
import testbed.TestBed;

/** The service in a process of its own, with the JVM options that the chart gives it and the heap that the chart's memory limit allows. */
final class Service implements AutoCloseable {

    private static final Pattern PAGE = Pattern.compile("page at http://([^/ ]+)/");
    private static final int CLOCK_TICKS = 100; // a second, in /proc/PID/stat

    private final Process process;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private Service(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it on this bed and waits until it has read every source. */
    static Service start(TestBed bed, String config) throws IOException {
        var file = Files.writeString(bed.directory().resolve("config.yaml"), config);
        var log = bed.directory().resolve("service.log");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(
                List.of("-jar", Objects.requireNonNull(System.getenv("SCALER_JAR")), "run", "--config", file.toString(), "--http", "127.0.0.1:0"));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(bed.env());
        var service = new Service(builder.start(), log);
        Until.so("the service is ready", () -> service.log().contains("page at") && service.ready());
        return service;
    }

    /** The chart's, but a share of the container's memory becomes that share of the chart's limit: here is no container. */
    private static List<String> jvmOptions() throws IOException {
        var values = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of(Objects.requireNonNull(System.getenv("CHART_VALUES")))));
        var limits = (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(values.get("resources"))).get("limits"));
        var limit = String.valueOf(limits.get("memory"));
        if (!limit.endsWith("Mi")) throw new IllegalStateException("the chart's memory limit is " + limit);
        int mebibytes = Integer.parseInt(limit.substring(0, limit.length() - 2));
        var share = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
        return Pattern.compile(" ").splitAsStream(String.valueOf(values.get("jvmOptions")).strip())
                .map(option -> share.matcher(option).replaceAll(found -> "-Xmx" + mebibytes * Integer.parseInt(found.group(1)) / 100 + "m")).toList();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The body of one of its pages. */
    String get(String path) {
        return send(path).body();
    }

    private boolean ready() {
        return send("/ready").statusCode() == 200;
    }

    /** Where its page is: {@code http://127.0.0.1:port/}. */
    String address() {
        var address = PAGE.matcher(log());
        if (!address.find()) throw new IllegalStateException("no page yet:\n" + log());
        return "http://" + address.group(1) + "/";
    }

    private HttpResponse<String> send(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(address() + path.substring(1))).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** From {@code /proc/PID/status}, in KiB: {@code VmRSS}, {@code RssAnon}, {@code VmHWM}. */
    Map<String, Long> memory() throws IOException {
        var memory = new TreeMap<String, Long>();
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            var words = line.split("[:\\s]+", 3);
            if (words.length == 3 && List.of("VmRSS", "RssAnon", "VmHWM").contains(words[0])) memory.put(words[0], Long.valueOf(words[1]));
        }
        return memory;
    }

    /** CPU time used so far, in seconds. */
    double cpuSeconds() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) CLOCK_TICKS;
    }

    @Override
    public void close() {
        ProcessEnd.within(process, Duration.ofSeconds(10));
    }
}
