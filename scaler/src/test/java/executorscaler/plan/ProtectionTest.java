package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which instances their group may not choose, and when that ends. */
@Tag("unit")
class ProtectionTest {

    private static final Action.Unprotect OFF = new Action.Unprotect("compute", "asg-compute", List.of("i-0"));
    private static final Action.Terminate END = new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0");

    @Test
    void nodesWithExecutorsAreProtectedAndNoOthers() {
        var given = busy(1).pod("web", "Deployment/web", Given.shape(100, 64, "executor"), "n1", false);
        given.nodes.add(given.node("n1", "i-1"));
        given.nodes.add(given.node("n2", "i-2"));
        pool(given, Given.instance("i-0", longAgo()), Given.instance("i-1", longAgo()), Given.shielded(Given.instance("i-2", longAgo())));
        assertThat(given.planAtFirstSight().steps()).containsExactly(
                new Plan.Step(new Action.Protect("compute", "asg-compute", List.of("i-0")), new Reason.MayRunJobs(1)));
        given.protect = false;
        assertThat(given.planAtFirstSight().steps()).isEmpty();
    }

    @Test
    void whatIsProtectedIsNotProtectedAgain() {
        var given = busy(1);
        pool(given, Given.shielded(Given.instance("i-0", longAgo())));
        assertThat(given.planAtFirstSight().steps()).isEmpty();
    }

    /** It needs no certainty: a busy node is protected whoever closed it, and whatever cannot be read. */
    @Test
    void aNodeThatSomebodyElseClosedIsProtectedWhileRedisIsUnknown() {
        var given = busy(0).missing(Missing.Source.REDIS, "");
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByOthers()));
        given.executorPod("p0", "n0");
        pool(given, Given.instance("i-0", longAgo()));
        assertThat(actions(given.planAtFirstSight())).contains(new Action.Protect("compute", "asg-compute", List.of("i-0")));
    }

    /** AWS takes no more in one call, and refuses all of them for one that is not in service. */
    @Test
    void aCallIsForFiftyInstancesInService() {
        var given = busy(60);
        var instances = IntStream.range(0, 60).mapToObj(i -> Given.instance("i-" + i, longAgo())).toArray(Pool.Instance[]::new);
        instances[0] = new Pool.Instance("i-0", Pool.Lifecycle.PENDING, "", "", "c5.2xlarge", "us-east-1a", longAgo());
        pool(given, instances);
        var steps = given.planAtFirstSight().steps().stream().filter(step -> step.action() instanceof Action.Protect).toList();
        assertThat(steps).singleElement().satisfies(step -> {
            assertThat(((Action.Protect) step.action()).instances()).hasSize(50).doesNotContain("i-0").isSorted();
            assertThat(step.why()).isEqualTo(new Reason.MayRunJobs(59));
        });
    }

    @Test
    void aGroupThatProtectsItsNewInstancesIsLeftAloneAndNamed() {
        var given = busy(1);
        pool(given, Given.instance("i-0", longAgo()));
        protectsNew(given);
        var plan = given.planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "pool/compute")).containsExactly(
                new Reason.GroupTrouble("the group protects its new instances from scale-in: what is protected there is left alone"));
        var closed = closed(60, true);
        protectsNew(closed);
        assertThat(actions(closed.planAfterAnHour())).containsExactly(END);
    }

    /** It comes off while the node settles, so that its end waits for nothing; and its end waits for that no longer than a minute. */
    @ParameterizedTest(name = "closed {0} s ago, protected: {1} -> {2}")
    @CsvSource({"2,true,off", "2,false,nothing", "6,true,off", "6,false,end", "64,true,off", "65,true,end"})
    void aClosedNodeLosesItsProtectionAndThenEnds(int seconds, boolean shielded, String what) {
        var given = closed(seconds, shielded);
        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).isEqualTo(switch (what) {
            case "off" -> List.of(OFF);
            case "end" -> List.of(END);
            default -> List.of();
        });
        if (what.equals("off") && seconds > 5) assertThat(held(plan, "node/n0")).containsExactly(new Reason.StillProtected("i-0"));
    }

    @Test
    void itStaysOnANodeThatIsBusyAfterAllAndWhileAnythingIsUnknown() {
        var landed = closed(60, true).executorPod("late", "n0");
        landed.executors.clear();
        landed.replicas(1);
        assertThat(actions(landed.planAfterAnHour())).contains(new Action.Uncordon("n0", "uid-n0")).doesNotContain(OFF);
        assertThat(actions(closed(60, true).missing(Missing.Source.REDIS, "").planAfterAnHour())).isEmpty();
        var off = closed(60, true);
        off.protect = false;
        assertThat(actions(off.planAfterAnHour())).as("the node ends all the same").containsExactly(END);
    }

    @Test
    void itComesOffWhilePodsAreStillMovedAway() {
        var given = closed(60, true).web("web-1", 100, "n0");
        given.nodes.add(given.node("n1", "i-1"));
        given.web("keeps", 7000, "n1");
        pool(given, Given.shielded(Given.instance("i-0", longAgo())), Given.instance("i-1", longAgo()));
        assertThat(actions(given.planAfterAnHour())).containsExactlyInAnyOrder(OFF, new Action.Evict("web", "web-1", "uid-web-1", "n0"));
    }

    private static Instant longAgo() {
        return Given.NOW.minusSeconds(3600);
    }

    /** So many nodes with an executor's pod each. */
    private static Given busy(int nodes) {
        var given = Given.executorsOnly().jobs(0, 2L * nodes).replicas(nodes);
        given.poolConfigs.set(0, Given.compute(0, 100));
        given.maxReplicas = 100;
        given.protect = true;
        for (int i = 0; i < nodes; i++) {
            given.nodes.add(given.node("n" + i, "i-" + i));
            given.executorPod("p" + i, "n" + i);
        }
        return given;
    }

    /** An empty node that we closed so long ago. */
    private static Given closed(int seconds, boolean shielded) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.protect = true;
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(seconds))));
        var instance = Given.instance("i-0", longAgo());
        return pool(given, shielded ? Given.shielded(instance) : instance);
    }

    private static Given pool(Given given, Pool.Instance... instances) {
        given.pools.clear();
        return given.pool(given.poolConfigs.getFirst(), Given.C5, instances.length, instances);
    }

    private static void protectsNew(Given given) {
        var none = new TreeMap<String, String>();
        var setup = new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(), true, 0, List.of());
        var pool = given.pools.getFirst();
        given.pools.set(0, new Pool(pool.name(), pool.group(), pool.min(), pool.max(), pool.desired(), pool.instances(), pool.offers(), pool.zones(),
                setup, List.of(), Given.NOW));
    }
}
