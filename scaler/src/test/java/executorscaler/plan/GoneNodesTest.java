package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Node objects that their instances leave behind: who is marked, and who goes. */
@Tag("unit")
class GoneNodesTest {

    private static final Action.DeleteNode DELETE = new Action.DeleteNode("left", "uid-left", "i-gone");

    @Test
    void aReadyNodeIsMarkedOnceAsTheInstanceThatItIs() {
        var given = world();
        given.nodes.set(0, marked(given.node("n0", "i-0"), ""));
        var mark = new Action.MarkNode("n0", "uid-n0", "i-0");
        assertThat(given.planAtFirstSight().steps()).containsExactly(new Plan.Step(mark, new Reason.IsInstance("i-0", "compute")));
        given.nodes.set(0, marked(given.node("n0", "i-0"), "i-before"));
        assertThat(actions(given.planAtFirstSight())).as("another instance has come by its name").containsExactly(mark);
        given.nodes.set(0, marked(given.node("n0", "i-0"), "i-0"));
        assertThat(given.planAtFirstSight().steps()).isEmpty();
    }

    /** It may be what another instance has left, whose address is given again. */
    @Test
    void aNodeThatIsNotReadyIsMarkedOnlyIfItIsYoungerThanItsInstance() {
        var given = world();
        given.nodes.set(0, unready(marked(given.node("n0", "i-0"), "")));
        assertThat(given.planAtFirstSight().steps()).isEmpty();
        given.nodes.set(0, unready(with(marked(given.node("n0", "i-0"), ""), new Node.Cordon.None(), Given.NOW.minusSeconds(3540), Instant.MAX)));
        assertThat(actions(given.planAtFirstSight())).as("made after the instance's launch")
                .containsExactly(new Action.MarkNode("n0", "uid-n0", "i-0"));
    }

    @Test
    void aNodeIsDeletedWhoseInstanceNoGroupLists() {
        var given = world();
        given.nodes.add(given.leftBehind("left", "i-gone"));
        assertThat(given.planAtFirstSight().steps())
                .containsExactly(new Plan.Step(DELETE, new Reason.InstanceGone("i-gone", Given.NOW.minusSeconds(120))));
        given.executorPod("lost", "left");
        assertThat(actions(given.planAtFirstSight())).as("its pods have stopped with it").contains(DELETE);
        given.deleteNodes = false;
        assertThat(actions(given.planAtFirstSight())).doesNotContain(DELETE);
    }

    static Stream<Arguments> othersThanThat() {
        return Stream.of(stays("was never marked", node -> marked(node, "")), stays("is ready", node -> ready(node)),
                stays("was closed by others", node -> with(node, new Node.Cordon.ByOthers(), node.createdAt(), node.unreadySince())),
                stays("is young", node -> with(node, node.cordon(), Given.NOW.minusSeconds(299), node.unreadySince())),
                stays("is not ready nobody knows since when", node -> with(node, node.cordon(), node.createdAt(), Instant.MAX)),
                stays("is in its group", node -> marked(node, "i-0")),
                stays("has the address of another instance", node -> addressed(node, "10.0.0.77")));
    }

    @ParameterizedTest(name = "a node that {0} stays")
    @MethodSource("othersThanThat")
    void aNodeStaysThat(String what, UnaryOperator<Node> change) {
        var given = world();
        given.nodes.add(change.apply(given.leftBehind("left", "i-gone")));
        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).as(what).noneMatch(Action.DeleteNode.class::isInstance);
        if (what.contains("others")) assertThat(held(plan, "node/left")).containsExactly(new Reason.CordonedByOthers());
    }

    @ParameterizedTest
    @EnumSource(Missing.Source.class)
    void nothingIsDeletedWhileAnythingIsUnknown(Missing.Source source) {
        var given = world().missing(source, "");
        given.nodes.add(given.leftBehind("left", "i-gone"));
        assertThat(actions(given.planAtFirstSight())).noneMatch(Action.DeleteNode.class::isInstance);
    }

    @Test
    void aLargeClusterIsMarkedByAndBy() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(120, 120);
        given.poolConfigs.set(0, Given.compute(120, 200));
        given.deleteNodes = true;
        assertThat(actions(given.planAtFirstSight()).stream().filter(Action.MarkNode.class::isInstance)).hasSize(GoneNodes.MOST);
    }

    private static Arguments stays(String what, UnaryOperator<Node> change) {
        return Arguments.of(what, change);
    }

    /** One node that is there and marked. */
    private static Given world() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.poolConfigs.set(0, Given.compute(1, 20));
        given.deleteNodes = true;
        given.nodes.add(marked(given.node("n0", "i-0"), "i-0"));
        var instance = new Pool.Instance("i-0", Pool.Lifecycle.IN_SERVICE, "10.0.0.77", "i-0.internal", "c5.2xlarge", "us-east-1a",
                Given.NOW.minusSeconds(3600));
        return given.pool(given.poolConfigs.getFirst(), Given.C5, 1, instance);
    }

    private static Node marked(Node node, String instance) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), node.ready(), node.cordon(), node.createdAt(), node.unreadySince(), node.staysFor(), instance);
    }

    private static Node addressed(Node node, String ip) {
        return new Node(node.name(), node.uid(), node.providerId(), ip, node.privateDns(), node.labels(), node.taints(), node.allocatable(),
                node.ready(), node.cordon(), node.createdAt(), node.unreadySince(), node.staysFor(), node.instance());
    }

    private static Node ready(Node node) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), true, node.cordon(), node.createdAt(), Instant.MAX, node.staysFor(), node.instance());
    }

    private static Node unready(Node node) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), false, node.cordon(), node.createdAt(), Given.NOW.minusSeconds(120), node.staysFor(), node.instance());
    }

    private static Node with(Node node, Node.Cordon cordon, Instant created, Instant unreadySince) {
        return new Node(node.name(), node.uid(), node.providerId(), node.internalIp(), node.privateDns(), node.labels(), node.taints(),
                node.allocatable(), node.ready(), cordon, created, unreadySince, node.staysFor(), node.instance());
    }
}
