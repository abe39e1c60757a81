package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.config.ConfigSource;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.plan.Decision;
import executorscaler.plan.Given;
import executorscaler.plan.Memory;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the plan counts as on its way is on its way on the page, in the answer to why and in the metrics, too. */
@Tag("unit")
class OnTheWayTest {
    private static final String GPU = "nvidia.com/gpu";

    @Test
    void aReadyNodeWithoutItsDevicesIsNotReadyForAnybody() throws Exception {
        var given = gpuNode(0);
        var decision = given.decide(Memory.EMPTY);
        assertThat(decision.plan().steps()).as("no second node for the pod").isEmpty();
        var pool = pool(tick(given, decision));
        assertThat(pool.path("ready").asInt()).isZero();
        assertThat(pool.path("onTheWay").asInt()).isEqualTo(1);
        assertThat(pool.path("ordered").asInt()).as("not launched").isZero();
        assertThat(pool.path("nodes").path(0).path("state").asText()).isEqualTo("joining");
        assertThat(pool.path("nodes").path(0).path("waitsFor").asText()).isEqualTo("still without nvidia.com/gpu");
        assertThat(scrape(tick(given, decision))).contains("pool_nodes{pool=\"gpu\",state=\"on_the_way\"} 1.0")
                .contains("pool_nodes{pool=\"gpu\",state=\"ready\"} 0.0").contains("pool_nodes{pool=\"gpu\",state=\"joined\"} 1.0");
        assertThat(why(tick(given, decision), "node/gpu-1")).contains("ready, still without nvidia.com/gpu").contains("when it can take pods");
        assertThat(why(tick(given, decision), "pool/gpu")).contains("1 node on the way, 0 ready");
        assertThat(Headline.of(tick(given, decision)).sentence()).startsWith("Waiting for 1 node in gpu;");
    }

    @Test
    void withItsDevicesItIsReady() throws Exception {
        var given = gpuNode(1);
        var pool = pool(tick(given, given.decide(Memory.EMPTY)));
        assertThat(pool.path("ready").asInt()).isEqualTo(1);
        assertThat(pool.path("onTheWay").asInt()).isZero();
        assertThat(pool.path("nodes").path(0).path("state").asText()).isEqualTo("ready");
        assertThat(pool.path("nodes").path(0).has("waitsFor")).isFalse();
    }

    @Test
    void aTaintOfTheStartCountsUntilThePoolsTimeIsOver() throws Exception {
        var given = Given.executorsOnly().jobs(6, 0).replicas(3).executorPod("p0", "").executorPod("p1", "").executorPod("p2", "");
        var like = given.node("n0", "i-0");
        var taints = List.of(like.taints().getFirst(), new Taint("node.cilium.io/agent-not-ready", "", Taint.Effect.NO_SCHEDULE));
        given.nodes.add(new Node(like.name(), like.uid(), like.providerId(), "", like.name(), like.labels(), taints, like.allocatable(), true,
                like.cordon(), Given.NOW));
        given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(90)));
        var early = given.decide(Memory.EMPTY);
        assertThat(early.plan().steps()).isEmpty();
        assertThat(pool(tick(given, early)).path("onTheWay").asInt()).isEqualTo(1);
        assertThat(why(tick(given, early), "node/n0")).contains("ready, still with taint node.cilium.io/agent-not-ready");

        given.now = Given.NOW.plusSeconds(600);
        var late = given.decide(Memory.EMPTY);
        assertThat(Given.actions(late.plan())).containsExactly(new Action.RaiseCapacity("compute", "asg-compute", 1, 2));
        assertThat(pool(tick(given, late)).path("ready").asInt()).isEqualTo(1);
        assertThat(pool(tick(given, late)).path("onTheWay").asInt()).isZero();
    }

    @Test
    void unitsOfCapacityAreNotCountedAsNodes() throws Exception {
        var given = Given.executorsOnly();
        var heavy = new Pool.Instance("i-0", Pool.Lifecycle.IN_SERVICE, "", "", "c5.4xlarge", "us-east-1a", Given.NOW.minusSeconds(3600), 4, true,
                false);
        given.nodes.add(given.node("n0", "i-0"));
        given.pools.add(new Pool("compute", "asg-compute", 0, 20, 10, List.of(heavy),
                List.of(new Pool.Offer(Given.C5, 2, OptionalDouble.empty()), new Pool.Offer(Given.C5, 4, OptionalDouble.empty())),
                List.of("us-east-1a"), Pool.Setup.PLAIN, List.of(), Given.NOW));
        var pool = pool(tick(given, given.decide(Memory.EMPTY)));
        assertThat(pool.path("ready").asInt()).isEqualTo(1);
        assertThat(pool.path("onTheWay").asInt()).as("six units, two a node").isEqualTo(3);
        assertThat(pool.path("ordered").asInt()).isEqualTo(3);
    }

    /** A node of a pool with a GPU each, with so many allocatable, and a pod that waits for one. */
    private static Given gpuNode(long devices) {
        var given = new Given();
        given.poolConfigs.add(Given.gpu(0, 5));
        var fresh = new Pool.Instance("i-gpu", Pool.Lifecycle.IN_SERVICE, "", "", "g4dn.xlarge", "us-east-1a", Given.NOW.minusSeconds(90));
        given.jobs(0, 0).replicas(0).pool(given.poolConfigs.getFirst(), Given.G4, 1, fresh);
        var extended = new TreeMap<String, Long>();
        if (devices > 0) extended.put(GPU, devices);
        given.nodes.add(new Node("gpu-1", "uid-gpu-1", "aws:///us-east-1a/i-gpu", "", "gpu-1", new TreeMap<>(), List.of(),
                new Resources(3920, 14L << 30, 1L << 34, 29, extended), true, new Node.Cordon.None(), Given.NOW.minusSeconds(20)));
        var shape = new PodShape(new Resources(500, 1L << 28, 0, 1, new TreeMap<>(Map.of(GPU, 1L))), new TreeMap<>(), List.of(),
                List.of(new Toleration(GPU, true, "", "")), List.of());
        return given.pod("train-1", "Deployment/train", shape, "", false);
    }

    private static Tick tick(Given given, Decision decision) {
        return new Tick(7, EnumSet.noneOf(Signals.Cause.class), new Role.Alone("a test"),
                new ConfigSource.State(given.config(), 1, List.of(), Given.NOW), given.snapshot(), decision.plan(), List.of(), List.of(),
                decision.memory(), new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO), false);
    }

    /** The page's state of the first pool. */
    private static JsonNode pool(Tick tick) throws Exception {
        var lines = TickJson.made(tick, new TickHistory(), new Boots()).lines();
        return new ObjectMapper().readTree(String.join("\n", lines)).path("pools").path(0);
    }

    private static String scrape(Tick tick) {
        try (var metrics = new TickMetrics()) {
            metrics.ticked(tick);
            return metrics.scrape();
        }
    }

    private static String why(Tick tick, String subject) {
        return Why.of(tick, subject) instanceof Why.Explained explained ? WhyText.of(explained.explanation()) : "not explained";
    }
}
