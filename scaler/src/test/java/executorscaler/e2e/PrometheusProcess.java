package executorscaler.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import testbed.ProcessEnd;

/** A real Prometheus on the loopback address, which asks one service every second. */
final class PrometheusProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final Process process;
    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** A rule as Prometheus judges it: {@code health} is {@code ok} where its expression evaluates, {@code state} is inactive, pending or firing. */
    record Rule(String name, String health, String state) {}

    /** Starts it and waits until it answers. */
    static PrometheusProcess start(Path parent, String target, Path rules) throws IOException {
        var folder = Files.createDirectories(parent.resolve("prometheus"));
        var config = Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                - job_name: executor-scaler
                  static_configs: [{targets: ['%s'], labels: {namespace: production-platform}}]
                """.formatted(rules.toAbsolutePath().normalize(), target));
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var log = folder.resolve("prometheus.log").toFile();
        var started = new ProcessBuilder("prometheus", "--config.file=" + config, "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port).redirectErrorStream(true).redirectOutput(log).start();
        var prometheus = new PrometheusProcess(started, "http://127.0.0.1:" + port);
        Awaitility.await("Prometheus").atMost(Duration.ofSeconds(30)).until(() -> !started.isAlive() || prometheus.ready());
        if (!started.isAlive()) throw new IllegalStateException("Prometheus ended:\n" + Files.readString(log.toPath()));
        return prometheus;
    }

    /** All numbers that the expression had since then; not those that are none (NaN). */
    List<Double> values(String expr, Instant since) {
        var answer = get("/api/v1/query_range?step=1&start=" + since.getEpochSecond() + "&end=" + (Instant.now().getEpochSecond() + 1) + "&query="
                + URLEncoder.encode(expr, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) throw new IllegalStateException(expr + ": " + answer.path("error").asText());
        var values = new ArrayList<Double>();
        for (var series : answer.path("data").path("result")) {
            for (var value : series.path("values")) {
                double number = Double.parseDouble(value.path(1).asText().replace("Inf", "Infinity"));
                if (!Double.isNaN(number)) values.add(number);
            }
        }
        return values;
    }

    /** All rules, in the order of the file. */
    List<Rule> rules() {
        var rules = new ArrayList<Rule>();
        for (var group : get("/api/v1/rules").path("data").path("groups")) {
            for (var rule : group.path("rules"))
                rules.add(new Rule(rule.path("name").asText(), rule.path("health").asText(), rule.path("state").asText()));
        }
        return rules;
    }

    private boolean ready() {
        try {
            return send("/-/ready").statusCode() == 200;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    private JsonNode get(String path) {
        try {
            return JSON.readTree(send(path).body());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private HttpResponse<String> send(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    @Override
    public void close() {
        ProcessEnd.within(process, Duration.ofSeconds(10));
        http.close();
    }
}
