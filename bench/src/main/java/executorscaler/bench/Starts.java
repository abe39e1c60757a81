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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import testbed.ProcessEnd;

/** How long somebody waits who types a command: for the verdict on a config, and in the demo for the first nodes that are ordered from nothing. */
final class Starts {

    private static final int VALIDATIONS = 20;
    private static final int DEMOS = 5;
    private static final double VALIDATE_BUDGET = 400; // ms
    private static final double DEMO_BUDGET = 20_000;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Pattern PAGE = Pattern.compile("page at (http://[^ ]+/)");

    private final Path results;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param results a folder for what the commands say */
    Starts(Path results) {
        this.results = results;
    }

    /** Whether both are within their budgets. */
    boolean measure() throws IOException, InterruptedException {
        var config = Path.of(Objects.requireNonNull(System.getenv("CHART_VALUES"))).resolve("../../../docs/examples/platform.yaml").normalize();
        var validations = new double[VALIDATIONS];
        for (int i = -1; i < VALIDATIONS; i++) { // the first one brings the files into memory
            long start = System.nanoTime();
            var validate = start("validate", "validate", "-f", config.toString());
            if (!validate.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS) || validate.exitValue() != 0)
                throw new IllegalStateException(said("validate"));
            if (i >= 0) validations[i] = (System.nanoTime() - start) / 1e6;
        }
        var demos = new double[DEMOS];
        for (int i = 0; i < DEMOS; i++) demos[i] = demo();
        System.out.println("from the start of the process, milliseconds");
        print("validate ends", validations);
        print("demo: nodes ordered", demos);
        double validate = Latency.percentile(validations, 95);
        double demo = Latency.percentile(demos, 100);
        System.out.printf("validate p95 %.0f ms, budget %.0f; demo at most %.0f ms, budget %.0f%n", validate, VALIDATE_BUDGET, demo, DEMO_BUDGET);
        return validate <= VALIDATE_BUDGET && demo <= DEMO_BUDGET;
    }

    /** Until its page has them. */
    private double demo() throws IOException {
        long start = System.nanoTime();
        var demo = start("demo", "demo", "--http", "127.0.0.1:0");
        try {
            Until.so("the page", () -> PAGE.matcher(said("demo")).find());
            Until.so("nodes are ordered", () -> state().contains("\"desired\":17"));
            return (System.nanoTime() - start) / 1e6;
        } finally {
            ProcessEnd.within(demo, Duration.ofSeconds(10));
        }
    }

    private String state() {
        var page = PAGE.matcher(said("demo"));
        if (!page.find()) throw new IllegalStateException(said("demo"));
        try {
            return http.send(HttpRequest.newBuilder(URI.create(page.group(1) + "api/v1/state")).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private Process start(String log, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                Objects.requireNonNull(System.getenv("SCALER_JAR"))));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(results.resolve(log + ".log").toFile()).start();
    }

    private String said(String log) {
        try {
            return Files.readString(results.resolve(log + ".log"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void print(String what, double[] millis) {
        System.out.printf("%-20s min %5.0f  p50 %5.0f  p95 %5.0f  max %5.0f%n", what, Latency.percentile(millis, 0), Latency.percentile(millis, 50),
                Latency.percentile(millis, 95), Latency.percentile(millis, 100));
    }
}
