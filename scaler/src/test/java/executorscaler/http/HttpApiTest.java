package executorscaler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickMetrics;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server answers, over real HTTP. */
@Tag("unit")
class HttpApiTest {
    private final TickHistory history = new TickHistory();
    private final TickMetrics metrics = new TickMetrics();
    private final SimWorld world = SimWorld.of(PlatformConfig.config()).platform().clock(SimClock.byHand(Instant.parse("2026-01-05T09:00:00Z")))
            .build();
    private final Health health = new Health(world.clock(), Duration.ofSeconds(10));
    private final NaiveLoop loop = new NaiveLoop(world, PlatformConfig.config(), "compute-optimized", tick -> {
        metrics.ticked(tick);
        health.ticked(tick);
        history.ticked(tick);
    });
    private final HttpApi api = new HttpApi(new HttpSettings("127.0.0.1", 0), history, metrics, health);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        api.close();
        metrics.close();
    }

    @Test
    void liveWhileTicksFollowEachOther() throws Exception {
        assertThat(get("/live").statusCode()).isEqualTo(200);
        loop.tick();
        world.advance(Duration.ofSeconds(11));
        assertThat(get("/live").statusCode()).isEqualTo(503);
        assertThat(get("/live").body()).isEqualTo("the loop stands still: last tick 11000 ms ago, at most 10000 ms allowed\n");
        loop.tick();
        assertThat(get("/live").statusCode()).isEqualTo(200);
    }

    @Test
    void readyOnceEverySourceHasAnswered() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        world.fail(Source.AWS, "no credentials");
        loop.tick();
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).isEqualTo("not every source has been read yet\nmissing: AWS since 09:00:00Z: no credentials\n");
        world.heal(Source.AWS);
        loop.tick();
        assertThat(get("/ready").body()).isEqualTo("ready\n");
        world.fail(Source.REDIS, "gone");
        loop.tick();
        assertThat(get("/ready").statusCode()).as("a service that is careful is not unhealthy").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/, text/html", "/page.js, text/javascript", "/page.css, text/css", "/favicon.svg, image/svg+xml", "/metrics, text/plain",
            "/api/state, application/json", "/api/ticks, application/json"})
    void everyAnswerIsStrictAboutWhatABrowserMayDo(String path, String type) throws Exception {
        loop.tick();
        var answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.headers().firstValue("content-security-policy").orElse("")).startsWith("default-src 'self';").doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    @Test
    void onlyKnownPathsAndOnlyGet() throws Exception {
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/../META-INF/MANIFEST.MF").statusCode()).isEqualTo(404);
        var post = client.send(request("/api/state").POST(HttpRequest.BodyPublishers.ofString("{}")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET");
    }

    @Test
    void thePageHasNoInlineCodeAndNoStranger() throws Exception {
        var page = get("/").body();
        assertThat(page).doesNotContain("http://", "https://", "style=", "onclick").doesNotContainPattern("<script>");
        assertThat(get("/page.js").body()).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(").hasSizeLessThan(25_000);
    }

    @Test
    void theStreamSendsChangesAndBetweenThemThatTimePasses() throws Exception {
        loop.tick();
        var lines = new CopyOnWriteArrayList<String>();
        var answer = client.send(request("/api/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        Thread.ofVirtual().start(() -> collect(answer, lines));
        await().until(() -> lines.contains("event: state"));
        loop.tick();
        await().until(() -> lines.contains("event: beat"));
        world.push("executor", 3, Duration.ofMinutes(1));
        loop.tick();
        await().until(() -> lines.stream().anyMatch(line -> line.startsWith("data: ") && line.contains("\"waiting\":3")));
        answer.body().close();
    }

    @Test
    void aTakenPortIsSaid() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new HttpApi(new HttpSettings("127.0.0.1", api.port()), history, metrics, health))
                .hasMessageContaining("cannot listen on 127.0.0.1:" + api.port());
    }

    private static void collect(HttpResponse<java.io.InputStream> answer, List<String> lines) {
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
        } catch (IOException closed) {
            lines.add("closed");
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path)).timeout(Duration.ofSeconds(10));
    }
}
