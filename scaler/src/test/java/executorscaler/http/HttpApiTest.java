package executorscaler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.config.Config;
import executorscaler.config.RedisConfig;
import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickMetrics;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.IOException;
import java.net.URI;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        client.shutdownNow(); // streams would keep it waiting
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
    void startedOnceTheLoopHasTurned() throws Exception {
        assertThat(get("/started").statusCode()).isEqualTo(503);
        world.fail(Source.AWS, "no credentials");
        loop.tick();
        assertThat(get("/started").statusCode()).as("what cannot be read yet is not for the kubelet to mend").isEqualTo(200);
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
            "/api/v1/state, application/json", "/api/v1/ticks, application/json", "/api/v1/history, application/json",
            "/api/v1/config, application/json", "/api/state, application/json", "/api/v1/why?subject=pool/gpu-nodes, application/json"})
    void everyAnswerIsStrictAboutWhatABrowserMayDo(String path, String type) throws Exception {
        loop.tick();
        var answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.headers().firstValue("content-security-policy").orElse("")).startsWith("default-src 'self';").doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    @Test
    void whyIsAnsweredForProgramsAndForPeople() throws Exception {
        assertThat(get("/api/v1/why?subject=executor/executor").statusCode()).as("before the first look").isEqualTo(503);
        world.push("executor", 3, Duration.ofMinutes(1));
        loop.tick();
        var json = get("/api/v1/why?subject=executor/executor");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body()).contains("\"apiVersion\" : \"executor-scaler/v1\"", "\"subject\" : \"executor/executor\"", "3 waiting");
        var text = get("/api/v1/why?subject=executor%2Fexecutor&format=text");
        assertThat(text.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
        assertThat(text.body()).startsWith("executor/executor: 3 jobs wait").contains("3 waiting + 0 due + 0 running = 3");
        assertThat(get("/api/v1/why?subject=pool/none").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/why?subject=pool/none").body()).contains("\"error\"", "there is no pool none");
        assertThat(get("/api/v1/why").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/why?subject=%00").statusCode()).isEqualTo(400);
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
        loop.tick();
        var page = get("/").body();
        assertThat(page).doesNotContain("http://", "https://", "style=", "onclick").doesNotContainPattern("<script>");
        assertThat(get("/page.js").body()).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }

    @Test
    void theWholePageIsLessThanSixtyKilobytes() throws Exception {
        world.push("executor", 100, Duration.ofMinutes(1));
        loop.tick();
        int bytes = 0;
        for (var path : List.of("/", "/page.js", "/page.css")) {
            var packed = client.send(request(path).header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(packed.headers().firstValue("content-encoding")).as(path).contains("gzip");
            var again = client.send(request(path).header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(again.body()).as("what is packed once is sent often").isEqualTo(packed.body());
            assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                    .isEqualTo(client.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray()).body());
            bytes += packed.body().length;
        }
        assertThat(bytes).isLessThan(60_000);
    }

    @Test
    void theFirstAnswerHoldsTheState() throws Exception {
        assertThat(get("/").body()).contains("Waiting for the first look at the world.</p>");
        world.fail(Source.REDIS, "</script><b>refused & gone</b>");
        loop.tick();
        var page = get("/").body();
        assertThat(page).contains("&lt;/script&gt;&lt;b&gt;refused &amp; gone&lt;/b&gt;").doesNotContain("<b>refused");
        var inside = page.substring(page.indexOf("id=\"first\">") + 11, page.lastIndexOf("</script>"));
        assertThat(new ObjectMapper().readTree(inside)).isEqualTo(new ObjectMapper().readTree(get("/api/v1/state").body()));
    }

    @Test
    void aStateOfThePastIsWhatItWas() throws Exception {
        loop.tick();
        world.advance(Duration.ofSeconds(2));
        world.push("executor", 3, Duration.ofMinutes(1));
        loop.tick();
        var then = get("/api/v1/state").body();
        world.advance(Duration.ofSeconds(2));
        loop.tick();
        assertThat(get("/api/v1/state").body()).isNotEqualTo(then);
        assertThat(get("/api/v1/state?tick=2").body()).isEqualTo(then);
        assertThat(get("/api/v1/state?at=2026-01-05T09:00:03Z").body()).isEqualTo(then);
        assertThat(get("/api/v1/history?after=1").body()).startsWith("{\"points\":[[2,").contains("ScaleExecutor,RaiseCapacity");
        assertThat(get("/api/v1/state?tick=0").statusCode()).as("older than all").isEqualTo(404);
        assertThat(get("/api/v1/state?tick=two").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/state?at=noon").statusCode()).isEqualTo(400);
    }

    @Test
    void theStreamSendsAStateAndThenWhatChanges() throws Exception {
        loop.tick();
        var lines = new CopyOnWriteArrayList<String>();
        var answer = listen(lines);
        assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        await().until(() -> lines.containsAll(List.of("event: state", "id: 1")));
        world.push("executor", 3, Duration.ofMinutes(1));
        loop.tick();
        await().until(() -> lines.contains("id: 2") && lines.getLast().isEmpty() && lines.contains("event: beat"));
        var events = events(lines);
        var first = events.getOrDefault("state", List.of());
        var delta = events.getOrDefault("delta", List.of());
        var state = applied(first, delta);
        assertThat(String.join("\n", state)).isEqualTo(get("/api/v1/state").body());
        assertThat(delta.size()).as("a delta is shorter").isLessThan(first.size());
        answer.body().close();
    }

    @Test
    void whoComesBackIsToldWhatTheyMissed() throws Exception {
        for (int i = 0; i < 3; i++) {
            loop.tick();
            get("/api/v1/state"); // ticks that did nothing give way where they come faster than they are looked at
            world.advance(Duration.ofSeconds(2));
        }
        var lines = new CopyOnWriteArrayList<String>();
        var answer = listen(lines, "Last-Event-ID", "1");
        await().until(() -> lines.contains("event: state") && lines.getLast().isEmpty());
        assertThat(events(lines).get("history")).singleElement().asString().contains("[2,").contains("[3,").doesNotContain("[1,");
        answer.body().close();
    }

    @Test
    void oneClientTooManyIsSentAway() throws Exception {
        loop.tick();
        var open = new ArrayList<HttpResponse<InputStream>>();
        for (int i = 0; i < StateStream.MOST_CLIENTS; i++) open.add(listen(new CopyOnWriteArrayList<>()));
        assertThat(get("/api/v1/stream").statusCode()).isEqualTo(503);
        open.removeLast().body().close();
        await("a place that is free again").until(() -> client.send(request("/api/v1/stream").build(), HttpResponse.BodyHandlers.ofInputStream())
                .statusCode() == 200);
        for (var each : open) each.body().close();
    }

    @Test
    void factsAreForWhoHasTheToken(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("token"), "open-sesame\n");
        loop.tick();
        try (var guarded = new HttpApi(new HttpSettings("127.0.0.1", 0, new TokenFile(file)), history, metrics, health)) {
            for (var path : List.of("/api/v1/state", "/api/state", "/api/v1/state?tick=1", "/api/v1/history", "/api/v1/ticks", "/api/v1/config",
                    "/api/v1/stream")) {
                assertThat(get(guarded, path, "").statusCode()).as(path).isEqualTo(401);
                assertThat(get(guarded, path, "Bearer open-sesam").statusCode()).as(path).isEqualTo(401);
                assertThat(get(guarded, path, "Basic open-sesame").statusCode()).as(path).isEqualTo(401);
            }
            assertThat(get(guarded, "/api/v1/state", "").headers().firstValue("www-authenticate").orElse("")).startsWith("Bearer");
            assertThat(get(guarded, "/", "").body()).contains("Connecting.").doesNotContain("compute-optimized");
            assertThat(get(guarded, "/api/v1/state", "Bearer open-sesame").body()).contains("compute-optimized");
            for (var path : List.of("/live", "/ready", "/metrics", "/page.js"))
                assertThat(get(guarded, path, "").statusCode()).as(path).isEqualTo(200);
            Files.writeString(file, "another");
            assertThat(get(guarded, "/api/v1/state", "Bearer open-sesame").statusCode()).as("a rotated token").isEqualTo(401);
            Files.writeString(file, "\n");
            assertThat(get(guarded, "/api/v1/state", "Bearer ").statusCode()).as("an empty file lets nobody in").isEqualTo(401);
            Files.delete(file);
            assertThat(get(guarded, "/api/v1/state", "Bearer another").statusCode()).as("nor one that is gone").isEqualTo(401);
        }
    }

    @Test
    void nothingSecretIsInAnyAnswer(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("password"), "hunter2-of-the-file");
        var plain = PlatformConfig.config();
        var secret = new Config(new RedisConfig("redis://hunter2-user:hunter2-password@redis:6379/0", "", file.toString(), "", 500),
                plain.executors(),
                plain.nodePools(), plain.scaleDown(), plain.control(), plain.placeholderImage(), plain.priorityCutoff());
        new NaiveLoop(world, secret, "compute-optimized", history).tick();
        world.push("executor", 3, Duration.ofMinutes(1));
        new NaiveLoop(world, secret, "compute-optimized", history).tick();
        assertThat(get("/api/v1/config").body()).contains("redis://redis:6379/0").contains(file.toString());
        for (var path : List.of("/", "/api/v1/state", "/api/v1/history", "/api/v1/ticks", "/api/v1/config", "/metrics", "/live", "/ready")) {
            assertThat(get(path).body()).as(path).doesNotContain("hunter2");
        }
    }

    @Test
    void aTakenPortIsSaid() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new HttpApi(new HttpSettings("127.0.0.1", api.port()), history, metrics, health))
                .isInstanceOf(CannotListen.class).hasMessageContaining("cannot listen on 127.0.0.1:" + api.port());
    }

    private HttpResponse<InputStream> listen(List<String> lines, String... headers) throws Exception {
        var request = request("/api/v1/stream");
        if (headers.length > 0) request.headers(headers);
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(() -> collect(answer, lines));
        return answer;
    }

    private static void collect(HttpResponse<InputStream> answer, List<String> lines) {
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
        } catch (IOException closed) {
            lines.add("closed");
        }
    }

    /** By kind of event the lines of its data, of the last of each. */
    private static Map<String, List<String>> events(List<String> lines) {
        var events = new TreeMap<String, List<String>>();
        var data = new ArrayList<String>();
        for (var line : lines) {
            if (line.startsWith("event: ")) {
                data = new ArrayList<>();
                events.put(line.substring(7), data);
            } else if (line.startsWith("data: ")) {
                data.add(line.substring(6));
            }
        }
        return events;
    }

    /** As the page does it. */
    private static List<String> applied(List<String> lines, List<String> delta) {
        var next = new ArrayList<String>();
        for (var line : delta) {
            if (line.startsWith("+")) {
                next.add(line.substring(1));
            } else {
                var numbers = line.substring(1).split(",", -1);
                int from = Integer.parseInt(numbers[0]);
                next.addAll(lines.subList(from, from + Integer.parseInt(numbers[1])));
            }
        }
        return next;
    }

    private HttpResponse<String> get(HttpApi other, String path, String authorization) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + other.port() + path)).timeout(Duration.ofSeconds(10));
        if (!authorization.isEmpty()) request.header("Authorization", authorization);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path)).timeout(Duration.ofSeconds(10));
    }
}
