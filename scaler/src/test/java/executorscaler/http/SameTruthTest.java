package executorscaler.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.Main;
import executorscaler.act.Actuator;
import executorscaler.act.ClusterEvent;
import executorscaler.config.ConfigSource;
import executorscaler.loop.ControlLoop;
import executorscaler.loop.Leadership;
import executorscaler.loop.Signals;
import executorscaler.observe.Observer;
import executorscaler.report.Health;
import executorscaler.report.TickEvents;
import executorscaler.report.TickHistory;
import executorscaler.report.TickLog;
import executorscaler.report.TickMetrics;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The page, the command line, the event, the log and the metric tell one tick by the same word and the same numbers. */
@Tag("simulation")
class SameTruthTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EXECUTOR = "executor/executor";

    private final SimWorld world = SimWorld.of(PlatformConfig.config()).platform().clock(SimClock.byHand(Instant.parse("2026-01-05T09:00:00Z")))
            .build();
    private final ConfigSource.State config = new ConfigSource.State(PlatformConfig.config(), 1, List.of(), world.clock().now());
    private final List<ClusterEvent> events = new ArrayList<>();
    private final TickHistory history = new TickHistory();
    private final TickMetrics metrics = new TickMetrics();
    private final Health health = new Health(world.clock(), Duration.ofMinutes(10));
    private final ControlLoop loop = new ControlLoop(() -> config,
            new Observer(world.queues(), world.cluster(), world.cloud(), world.notices(), Runnable::run),
            new Actuator(world.clusterWrites(), world.cloudWrites(), world.noticeWrites(), Runnable::run, world.clock()::elapsed), world.clock(),
            Leadership.alone("a simulation"), List.of(metrics, health, history, new TickEvents(events::add, Optional.empty()), new TickLog()));
    private final HttpApi api = new HttpApi(new HttpSettings("127.0.0.1", 0), history, metrics, health);
    private final HttpClient client = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        client.shutdownNow();
        api.close();
        metrics.close();
    }

    /** Ten jobs need five pods. Somebody lowers them to two, is put back, and lowers them again within the minute. */
    @Test
    void whatIsHeldIsHeldByTheSameWordAndNumbersEverywhere() throws Exception {
        world.push("executor", 10, Duration.ofMinutes(30));
        tick();
        lower();
        tick();
        lower();
        tick();

        var page = held(state(), "YieldsToOthers");
        var why = why();
        var cause = causes(why).filter(one -> one.path("kind").asText().equals("YieldsToOthers")).findFirst().orElseThrow();
        assertThat(why.path("tick").asLong()).isEqualTo(state().path("tick").asLong());
        assertThat(cause).as("subject, code, weight, words and facts").isEqualTo(page);
        var facts = page.path("reason");
        assertThat(facts.path("seen").asInt()).isEqualTo(2);
        assertThat(facts.path("wanted").asInt()).isEqualTo(5);

        var words = page.path("why").asText();
        assertThat(words).contains("keda-operator").contains("2").contains("5");
        assertThat(events).filteredOn(event -> event.reason().equals("YieldsToOthers")).singleElement()
                .satisfies(event -> assertThat(event.note()).isEqualTo(words));
        assertThat(log.list)
                .filteredOn(line -> keys(line).equals(Map.of("tick", why.path("tick").asText(), "subject", EXECUTOR, "reason", "YieldsToOthers")))
                .singleElement().satisfies(line -> assertThat(line.getFormattedMessage()).isEqualTo(EXECUTOR + " held: " + words));
        assertThat(get("/metrics")).contains("executor_scaler_held{reason=\"YieldsToOthers\"} 1.0");
    }

    @Test
    void whatIsDoneIsDoneByTheSameWordAndNumbersEverywhere() throws Exception {
        world.push("executor", 10, Duration.ofMinutes(30));
        tick();
        lower();
        tick();

        var page = stream(state().path("decisions").path(0).path("lines")).filter(line -> line.path("kind").asText().equals("ScaleExecutor"))
                .findFirst().orElseThrow();
        var cause = stream(why().path("doing")).findFirst().orElseThrow();
        assertThat(cause.path("kind").asText()).isEqualTo("ScaleExecutor");
        assertThat(cause.path("reason").path("kind").asText()).isEqualTo("PutBack");
        assertThat(cause.path("reason").path("seen").asInt()).isEqualTo(2);
        assertThat(cause.path("why").asText()).isEqualTo(page.path("what").asText() + ", because " + page.path("why").asText())
                .contains("from 2 to 5");
        assertThat(events).filteredOn(event -> event.reason().equals("ReplicasPutBack")).singleElement()
                .satisfies(event -> assertThat(event.note()).isEqualTo(page.path("what").asText() + ": " + page.path("why").asText()));
        assertThat(log.list).filteredOn(line -> "PutBack".equals(keys(line).get("reason"))).singleElement().satisfies(line -> {
            assertThat(keys(line)).containsEntry("kind", "ScaleExecutor").containsEntry("outcome", "Done").containsEntry("subject", EXECUTOR);
            assertThat(line.getFormattedMessage()).startsWith(page.path("what").asText() + ": ").contains("(" + page.path("why").asText() + ")");
        });
        var replicas = state().path("executors").path(0).path("replicas");
        assertThat(get("/metrics")).contains("executor_scaler_decisions_total{kind=\"ScaleExecutor\",outcome=\"Done\"} 2.0")
                .contains("executor_scaler_decision_reasons_total{reason=\"PutBack\"} 1.0")
                .contains("executor_scaler_decision_reasons_total{reason=\"NodeIdle\"} 0.0")
                .contains("executor_scaler_executor_replicas{executor=\"executor\",state=\"wanted\"} " + replicas.path("wanted").asInt() + ".0")
                .contains("executor_scaler_executor_replicas{executor=\"executor\",state=\"actual\"} " + replicas.path("actual").asInt() + ".0");
    }

    @Test
    void sinceWhenTheOldestJobIsDueIsTheSameOnThePageInWhyAndInTheMetrics() throws Exception {
        world.pushLater("executor", 2, Duration.ofMinutes(1), world.clock().now());
        tick();
        tick();
        assertThat(state().path("executors").path(0).path("queue").path("oldestDue").asText()).isEqualTo("2026-01-05T09:00:00Z");
        assertThat(why().path("chain").path(0).path("words").asText()).contains("0 waiting + 2 due since 09:00:00Z + 0 running = 2");
        assertThat(get("/metrics")).contains("executor_scaler_queue_oldest_age_seconds{executor=\"executor\"} 1.0");
    }

    @Test
    void dollarsAnHourAreTheSameOnThePageAndInTheMetrics() throws Exception {
        world.push("executor", 10, Duration.ofMinutes(30));
        for (int i = 0; i < 240; i++) tick();
        double sum = 0;
        for (var pool : state().path("pools")) {
            sum += pool.path("dollarsPerHour").asDouble();
            assertThat(get("/metrics")).contains(
                    "executor_scaler_pool_cost_dollars_per_hour{pool=\"" + pool.path("name").asText() + "\"} "
                            + pool.path("dollarsPerHour").asDouble());
        }
        assertThat(sum).isPositive();
        assertThat(state().path("dollarsPerHour").asDouble()).isEqualTo(Math.round(sum * 10_000) / 10_000.0);
        world.fail(Source.AWS, "no credentials");
        tick();
        assertThat(state().has("dollarsPerHour")).as("nobody knows").isFalse();
        assertThat(state().path("pools").path(0).has("dollarsPerHour")).isFalse();
    }

    private void tick() throws InterruptedException {
        loop.tick(EnumSet.of(Signals.Cause.TIMER));
        world.advance(Duration.ofSeconds(1));
    }

    private void lower() {
        world.setReplicas("production-platform", "executor", 2, "keda-operator", true);
    }

    private JsonNode state() throws Exception {
        return JSON.readTree(get("/api/v1/state"));
    }

    /** As the command line prints it. */
    private JsonNode why() throws Exception {
        var out = new StringWriter();
        var address = "http://127.0.0.1:" + api.port();
        assertThat(Main.commandLine().setOut(new PrintWriter(out, true)).execute("why", EXECUTOR, "-o", "json", "--url", address)).isZero();
        return JSON.readTree(out.toString());
    }

    private static Stream<JsonNode> causes(JsonNode why) {
        return Stream.concat(Stream.of(why.path("blocker")), stream(why.path("others")));
    }

    private static JsonNode held(JsonNode state, String kind) {
        return stream(state.path("held")).filter(one -> one.path("kind").asText().equals(kind)).findFirst().orElseThrow();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Map<String, String> keys(ILoggingEvent line) {
        var pairs = line.getKeyValuePairs();
        var keys = new TreeMap<String, String>();
        if (pairs != null) pairs.forEach(pair -> keys.put(pair.key, String.valueOf(pair.value)));
        return keys;
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static Logger logger() {
        return (Logger) Objects.requireNonNull(LoggerFactory.getLogger("executorscaler"));
    }
}
