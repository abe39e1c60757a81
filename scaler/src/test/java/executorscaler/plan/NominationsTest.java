package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods of several kinds are told their nodes while these come up; room that is kept for a pod is nobody else's. */
@Tag("unit")
class NominationsTest {

    private static final PodShape SMALL = Given.shape(600, 256, "general"); // three of them fill a t3.large
    private static final PodShape LARGE = Given.shape(1500, 256, "general"); // one of them does

    @Test
    void podsOfTwoKindsAreToldTheNodesThatComeUp() {
        var given = comingUp(2).with("large", LARGE, "").with("small", SMALL, "");
        assertThat(nominated(given)).containsExactlyInAnyOrderEntriesOf(Map.of("large", "g0", "small", "g1"));
        assertThat(given.given.planAtFirstSight().steps()).as("and nothing else is done").hasSize(2);
    }

    @Test
    void equalPodsNeedNotBeTold() {
        assertThat(nominated(comingUp(2).with("one", LARGE, "").with("other", LARGE, ""))).isEmpty();
    }

    @Test
    void aNodeThatHasNotRegisteredHasNoName() {
        var given = comingUp(2).with("large", LARGE, "").with("small", SMALL, "");
        given.given.nodes.removeLast();
        assertThat(nominated(given)).containsExactlyEntriesOf(Map.of("large", "g0"));
    }

    @Test
    void aNodeThatIsCompleteTakesWhatTheSchedulerPutsThere() {
        var given = comingUp(1).with("large", LARGE, "").with("small", SMALL, "");
        given.given.nodes.set(0, node("g0", true));
        assertThat(nominated(given)).isEmpty();
    }

    @Test
    void podsThatAskForOthersAreNotTold() {
        var near = new PodShape(SMALL.requests(), SMALL.nodeSelector(), List.of(), List.of(), new PodRules(
                List.of(new PodTerm(List.of("web"), new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web")))),
                        "kubernetes.io/hostname")),
                List.of(), List.of(), List.of()), 0, List.of());
        assertThat(nominated(comingUp(2).with("large", LARGE, "").with("near", near, ""))).containsOnlyKeys("large");
    }

    /** Of pods that never preempt the scheduler remembers where they were told to go, for ever: with rules about each other they would block each other there. */
    @Test
    void podsWithRulesAboutOthersAreToldOnlyIfTheSchedulerForgets() {
        assertThat(nominated(comingUp(2).with("large", LARGE, "").with("apart", apart(true), ""))).containsOnlyKeys("large", "apart");
        assertThat(nominated(comingUp(2).with("large", LARGE, "").with("apart", apart(false), ""))).containsOnlyKeys("large");
        var port = new PodRules(List.of(), List.of(), List.of(), List.of(new HostPort("0.0.0.0", "TCP", 8080)));
        var ports = new PodShape(SMALL.requests(), SMALL.nodeSelector(), List.of(), List.of(), port, 0, false, List.of(), List.of());
        assertThat(nominated(comingUp(2).with("large", LARGE, "").with("ports", ports, ""))).containsOnlyKeys("large");
        var alone = new PodShape(SMALL.requests(), SMALL.nodeSelector(), List.of(), List.of(), PodRules.NONE, 0, false, List.of(), List.of());
        assertThat(nominated(comingUp(2).with("large", LARGE, "").with("alone", alone, ""))).containsOnlyKeys("large", "alone");
    }

    private static PodShape apart(boolean preempts) {
        var others = new PodTerm(List.of("web"), new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("other")))),
                "kubernetes.io/hostname");
        return new PodShape(SMALL.requests(), SMALL.nodeSelector(), List.of(), List.of(),
                new PodRules(List.of(), List.of(others), List.of(), List.of()), 0, preempts,
                List.of(), List.of());
    }

    @Test
    void nobodyIsToldWhereTheConfigSaysSo() {
        var given = comingUp(2).with("large", LARGE, "").with("small", SMALL, "");
        given.given.nominate = false;
        assertThat(nominated(given)).isEmpty();
    }

    @Test
    void notMoreThanAHundredInOneTick() {
        var given = comingUp(45);
        for (int i = 0; i < 60; i++) given.with("small" + i, SMALL, "").with("tiny" + i, Given.shape(600, 128, "general"), "");
        assertThat(nominated(given)).hasSize(100);
    }

    @Test
    void roomOnANodeThatComesUpIsKeptForThePodThatWasTold() {
        var given = comingUp(1).with("large", LARGE, "g0");
        assertThat(given.given.planAtFirstSight().steps()).as("told already").isEmpty();
        given.with("small", SMALL, "");
        assertThat(raised(given)).as("a node for the other").isEqualTo(2);
    }

    @Test
    void aNominationOfANodeThatIsGoneOrLateOrEndedIsWorthNothing() {
        assertThat(raised(comingUp(0).with("large", LARGE, "g0"))).as("gone").isEqualTo(1);
        assertThat(raised(comingUp(1, Given.NOW.minusSeconds(601)).with("large", LARGE, "g0"))).as("late").isEqualTo(2);
        var told = comingUp(1).with("large", LARGE, "gone").with("small", SMALL, "");
        var step = told.given.planAtFirstSight().steps().stream().map(Plan.Step::action).filter(Action.Nominate.class::isInstance).findFirst();
        assertThat(step).contains(new Action.Nominate("web", "large", "uid-large", "gone", "g0"));
    }

    @Test
    void aPodForWhichTheNodeHasNoRoomAfterAllWaitsLikeAnyOther() {
        var given = comingUp(1).with("large", LARGE, "g0");
        given.given.nodes.set(0, node("g0", true));
        assertThat(given.given.planAtFirstSight().steps()).as("about to be placed").isEmpty();
        given.given.pod("there", "Deployment/web", SMALL, "g0", false);
        assertThat(raised(given)).as("another one is there").isEqualTo(2);
    }

    /** The general pool with nodes that have registered a moment ago and are not ready. */
    private static Scene comingUp(int nodes) {
        return comingUp(nodes, Given.NOW.minusSeconds(40));
    }

    private static Scene comingUp(int nodes, Instant launched) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0);
        var config = Given.general(0, 100);
        given.poolConfigs.add(config);
        var instances = new Pool.Instance[nodes];
        for (int i = 0; i < nodes; i++) {
            instances[i] = Given.instance("i-g" + i, launched);
            given.nodes.add(node("g" + i, false));
        }
        given.pool(config, Given.T3, nodes, instances);
        return new Scene(given);
    }

    private record Scene(Given given) {
        Scene with(String name, PodShape shape, String nominated) {
            given.pods.add(new Pod("web", name, "uid-" + name, "Deployment/web", shape, new TreeMap<>(Map.of("app", "web")), Pod.Phase.PENDING, "",
                    nominated, false, false, false, false, "0/1 nodes are available", Given.NOW));
            return this;
        }
    }

    private static Node node(String name, boolean ready) {
        return new Node(name, "uid-" + name, "aws:///us-east-1a/i-" + name, "", name,
                new TreeMap<>(Map.of("workload-type", "general", "kubernetes.io/hostname", name)), List.of(),
                new Resources(1930, 6837L << 20, 20 * Given.GIB, 35, new TreeMap<>()), ready, new Node.Cordon.None(), Given.NOW.minusSeconds(5));
    }

    private static Map<String, String> nominated(Scene scene) {
        var nominated = new TreeMap<String, String>();
        for (var step : scene.given.planAtFirstSight().steps()) {
            if (step.action() instanceof Action.Nominate nominate) nominated.put(nominate.pod(), nominate.node());
        }
        return nominated;
    }

    private static int raised(Scene scene) {
        return scene.given.planAtFirstSight().steps().stream().map(Plan.Step::action).filter(Action.RaiseCapacity.class::isInstance)
                .map(Action.RaiseCapacity.class::cast).mapToInt(Action.RaiseCapacity::desired).findFirst().orElse(0);
    }
}
