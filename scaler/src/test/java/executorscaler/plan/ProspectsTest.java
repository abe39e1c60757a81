package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import executorscaler.config.PoolConfig;
import executorscaler.plan.Prospects.Prospect;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** For which nodes a pod waits: those that this plan orders, those on their way, those that are opened again; or for none. */
@Tag("unit")
class ProspectsTest {

    private static final Instant NOW = Given.NOW;
    private static final Instant LAUNCHED = NOW.minusSeconds(40);
    private static final PodShape SMALL = Given.shape(600, 256, "general"); // three of them fill a t3.large
    private static final PodShape LARGE = Given.shape(1500, 256, "general"); // one of them does

    private final Given given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);

    @Test
    void nodesThatThisPlanOrdersAreTheOnesThatItWaitsFor() {
        general(10);
        for (int i = 0; i < 5; i++) waits("web-" + i, LARGE);
        assertThat(of("web-3")).contains(waitsFor(new Reason.NodesComing("general", "", true, 0, 0, 5, NOW, NOW.plusSeconds(600))));
    }

    @Test
    void onceTheyAreOrderedTheyAreOnTheirWay() {
        general(10);
        for (int i = 0; i < 5; i++) waits("web-" + i, LARGE);
        var memory = Memory.EMPTY.ordered("general", 5, NOW.plusSeconds(1)); // in this very tick
        assertThat(of("web-3", memory))
                .contains(waitsFor(new Reason.NodesComing("general", "", true, 0, 5, 0, NOW.plusSeconds(1), NOW.plusSeconds(601))));
    }

    @Test
    void whatWasLaunchedIsExpectedFromThenOn() {
        general(10, node("g0", false));
        waits("web", LARGE);
        assertThat(of("web")).contains(waitsFor(new Reason.NodesComing("general", "", true, 0, 1, 0, LAUNCHED, LAUNCHED.plusSeconds(600))));
        given.nodes.clear();
        assertThat(of("web").orElseThrow().coming()).as("it has not registered yet").hasSize(1);
    }

    @Test
    void aPodOfAnExecutorWaitsForItsOwnPool() {
        general(10);
        given.jobs(6, 0).executors.clear();
        given.queues.removeFirst();
        given.replicas(3).executorPod("p0", "").executorPod("p1", "").executorPod("p2", "");
        assertThat(Prospects.of(given.config(), given.snapshot(), Memory.EMPTY, pod("p1")))
                .contains(waitsFor(new Reason.NodesComing("compute", "", true, 0, 0, 1, NOW, NOW.plusSeconds(600))));
    }

    @Test
    void ofPodsThatAreAlikeSomeWaitForNodesThatComeAndSomeForOrders() {
        general(10, node("g0", false));
        for (int i = 0; i < 3; i++) waits("web-" + i, LARGE);
        assertThat(of("web-0")).contains(waitsFor(new Reason.NodesComing("general", "", true, 0, 1, 2, LAUNCHED, NOW.plusSeconds(600))));
    }

    @Test
    void ofPodsForWhichThereIsRoomInPartNobodyKnowsWhichOnesWait() {
        general(10, node("g0", true));
        waits("web-0", LARGE);
        waits("web-1", LARGE);
        assertThat(of("web-0")).contains(waitsFor(new Reason.NodesComing("general", "", false, 0, 0, 1, NOW, NOW.plusSeconds(600))));
    }

    @Test
    void whatFindsRoomWaitsForNothing() {
        general(10, node("g0", true));
        waits("web", SMALL);
        assertThat(of("web")).contains(new Prospect(List.of(), false));
    }

    @Test
    void aNodeThatIsOpenedAgainIsSaidToBe() {
        var closed = node("g0", true);
        general(10,
                new Node(closed.name(), closed.uid(), closed.providerId(), "", closed.name(), closed.labels(), List.of(), closed.allocatable(), true,
                        new Node.Cordon.ByUs(NOW.minusSeconds(60)), closed.createdAt()));
        waits("web", LARGE);
        assertThat(of("web")).map(Prospect::coming).hasValueSatisfying(coming -> assertThat(coming).singleElement()
                .satisfies(nodes -> assertThat(List.of(nodes.opened(), nodes.coming(), nodes.ordered())).containsExactly(1, 0, 0)));
    }

    @Test
    void podsThatAreLeftOverAreToldSo() {
        general(1);
        waits("web-0", LARGE);
        waits("web-1", LARGE);
        assertThat(of("web-0")).contains(
                new Prospect(List.of(new Reason.NodesComing("general", "", false, 0, 0, 1, NOW, NOW.plusSeconds(600))), true));
    }

    @Test
    void whoIsToldANodeWaitsForThatOne() {
        general(10, node("g0", false), node("g1", false));
        waits("large", LARGE);
        waits("small", SMALL);
        assertThat(of("large")).as("in this plan")
                .contains(waitsFor(new Reason.NodesComing("general", "g0", true, 0, 1, 0, LAUNCHED, LAUNCHED.plusSeconds(600))));
        given.pods.removeFirst();
        waits("large", LARGE, "g1");
        assertThat(of("large")).as("before")
                .contains(waitsFor(new Reason.NodesComing("general", "g1", true, 0, 1, 0, LAUNCHED, LAUNCHED.plusSeconds(600))));
    }

    @Test
    void roomThatTheSchedulerMakesOnANodeThatIsThereIsNoNodeToWaitFor() {
        general(10, node("g0", true));
        waits("web", LARGE, "g0");
        assertThat(of("web")).contains(new Prospect(List.of(), false));
    }

    /** Nodes are ordered of both pools, and where the pod goes nobody can say. */
    @Test
    void levelledOrdersAreAllNamed() {
        given.balance = true;
        given.poolConfigs.clear();
        given.pools.clear();
        for (var zone : List.of("a", "b")) {
            var like = Given.general(0, 10);
            var config = new PoolConfig("general-" + zone, "asg-" + zone, "t3.large", like.capacityType(), 0, 10, like.labels(), List.of(), 0,
                    like.reserved(), 600);
            given.poolConfigs.add(config);
            given.pools.add(new Pool(config.name(), config.autoScalingGroup(), 0, 10, 0, List.of(), Given.T3, List.of("us-east-1" + zone), NOW));
        }
        for (int i = 0; i < 4; i++) waits("web-" + i, LARGE);
        assertThat(of("web-0")).map(Prospect::coming).hasValueSatisfying(coming -> assertThat(coming).extracting(Reason.NodesComing::pool,
                Reason.NodesComing::ordered, Reason.NodesComing::sole)
                .containsExactlyInAnyOrder(tuple("general-a", 2, false),
                        tuple("general-b", 2, false)));
    }

    @Test
    void nobodyLooksForANodeForAPodThatNeedsNoneOrWithoutTheCluster() {
        general(10, node("g0", true));
        given.pod("runs", "Deployment/web", SMALL, "g0", false);
        assertThat(of("runs")).isEmpty();
        waits("web", LARGE);
        given.missing(Missing.Source.KUBERNETES, "");
        assertThat(of("web")).isEmpty();
    }

    private static Prospect waitsFor(Reason.NodesComing nodes) {
        return new Prospect(List.of(nodes), false);
    }

    private Optional<Prospect> of(String name) {
        return of(name, Memory.EMPTY);
    }

    private Optional<Prospect> of(String name, Memory memory) {
        return Prospects.of(given.config(), given.snapshot(), memory, pod(name));
    }

    private Pod pod(String name) {
        return given.pods.stream().filter(pod -> pod.name().equals(name)).findFirst().orElseThrow();
    }

    /** The general pool with these nodes, each launched a moment ago. */
    private void general(int max, Node... nodes) {
        var config = Given.general(0, max);
        given.poolConfigs.add(config);
        var instances = new Pool.Instance[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            instances[i] = Given.instance("i-" + nodes[i].name(), LAUNCHED);
            given.nodes.add(nodes[i]);
        }
        given.pool(config, Given.T3, nodes.length, instances);
    }

    private void waits(String name, PodShape shape) {
        waits(name, shape, "");
    }

    private void waits(String name, PodShape shape, String nominated) {
        given.pods.add(new Pod("web", name, "uid-" + name, "Deployment/web", shape, new TreeMap<>(Map.of("app", "web")), Pod.Phase.PENDING, "",
                nominated, false, false, false, false, "0/1 nodes are available", NOW));
    }

    private static Node node(String name, boolean ready) {
        return new Node(name, "uid-" + name, "aws:///us-east-1a/i-" + name, "", name,
                new TreeMap<>(Map.of("workload-type", "general", "kubernetes.io/hostname", name)), List.of(),
                new Resources(1930, 6837L << 20, 20 * Given.GIB, 35, new TreeMap<>()), ready, new Node.Cordon.None(), NOW.minusSeconds(5));
    }
}
