package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolScaleDown;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans that a broken planner could make: each is caught, by the rule that it breaks. */
@Tag("unit")
class PlanCheckTest {

    private static final Reason WHY = new Reason.BelowMinSize(1);
    private static final Action.Terminate END = new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-0");

    private static final Action.CancelLaunches CANCEL = new Action.CancelLaunches("compute", "asg-compute", 3, 1);
    private static final Pool.Setup HELD = held(Given.NOW.minusSeconds(5), true);

    static Stream<Arguments> wrongPlans() {
        return Stream.of(
                wrong("S1", "ends a node while Redis is unknown", () -> closed().missing(Missing.Source.REDIS, ""), END),
                wrong("S1", "scales down an unread queue", () -> calm().missing(Missing.Source.REDIS, "executor"), scale(4, 0)),
                wrong("S6", "nominates a node that is nobody's", () -> calm().executorPod("waits", ""),
                        new Action.Nominate("jobs", "waits", "uid-waits", "", "elsewhere")),
                wrong("S6", "nominates a node that others have closed", () -> {
                    var given = calm().executorPod("waits", "");
                    given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByOthers()));
                    return given;
                }, new Action.Nominate("jobs", "waits", "uid-waits", "", "n0")),
                wrong("S2", "lowers capacity by number", PlanCheckTest::calm, new Action.RaiseCapacity("compute", "asg-compute", 6, 3)),
                wrong("S2", "takes launches back while AWS could choose a victim", () -> lacking(3, 1, held(Given.NOW.minusSeconds(5), false)),
                        CANCEL),
                wrong("S2", "takes launches back in the tick that holds the group", () -> lacking(3, 1, held(Given.NOW, true)), CANCEL),
                wrong("S2", "takes back more than was not launched", () -> lacking(3, 2, HELD), CANCEL),
                wrong("S2", "takes back from another number than was seen", () -> lacking(4, 1, HELD), CANCEL),
                wrong("S2", "takes launches back while one comes", () -> {
                    var given = lacking(3, 0, HELD);
                    var pool = given.pools.getFirst();
                    var coming = new Pool.Instance("i-c", Pool.Lifecycle.PENDING, "", "", "c5.2xlarge", "us-east-1a", Given.NOW);
                    given.pools.set(0, new Pool(pool.name(), pool.group(), 0, 20, 3, List.of(coming), pool.offers(), pool.zones(), pool.setup(),
                            pool.failures(), Given.NOW));
                    return given;
                }, CANCEL),
                wrong("S2", "takes back launches that nothing says will fail", () -> {
                    var given = lacking(3, 1, HELD);
                    var pool = given.pools.getFirst();
                    given.pools.set(0, new Pool(pool.name(), pool.group(), 0, 20, 3, pool.instances(), pool.offers(), pool.zones(), pool.setup(),
                            List.of(), Given.NOW));
                    return given;
                }, CANCEL),
                wrong("S1", "takes launches back while Redis is unknown", () -> lacking(3, 1, HELD).missing(Missing.Source.REDIS, ""), CANCEL),
                wrong("S6", "takes launches back below the minimum", () -> {
                    var given = lacking(3, 1, HELD);
                    given.poolConfigs.set(0, Given.compute(2, 20));
                    return given;
                }, CANCEL),
                wrong("S7", "raises and takes back", () -> lacking(3, 1, HELD), CANCEL, new Action.RaiseCapacity("compute", "asg-compute", 3, 4)),
                wrong("S7", "ends a node of a group that is held", () -> lacking(3, 1, HELD), END, CANCEL),
                wrong("S6", "holds a group that somebody else holds", () -> lacking(3, 1, new Pool.Setup(HELD.labels(), List.of(), HELD.resources(),
                        HELD.options(), HELD.suspended(), false, 0, List.of())), new Action.SuspendTerminate("compute", "asg-compute", Given.NOW)),
                wrong("S2", "releases a group that would end an instance", () -> lacking(1, 2, HELD),
                        new Action.ResumeTerminate("compute", "asg-compute")),
                wrong("S6", "releases a group that somebody else holds", () -> lacking(1, 1, Pool.Setup.PLAIN),
                        new Action.ResumeTerminate("compute", "asg-compute")),
                wrong("S3", "goes below the pods that may have a job", () -> {
                    var given = calm();
                    given.queues.clear();
                    return given.jobs(0, 2).executorPod("a", "n0").executorPod("b", "n0");
                }, scale(2, 1)),
                wrong("S17", "goes down to the started pods by the cache's word alone", () -> {
                    var given = calm();
                    given.queues.clear();
                    return given.jobs(0, 2).executorPod("a", "n0");
                }, scale(2, 1)),
                wrong("S3", "evicts an executor", () -> closed().executorPod("a", "n0"), new Action.Evict("jobs", "a", "uid-a", "n0")),
                wrong("S4", "ends an open node", PlanCheckTest::calm, END),
                wrong("S4", "ends a node with a pod on it", () -> closed().pod("web", "Deployment/web", Given.shape(100, 64, ""), "n0", false), END),
                wrong("S4", "ends a node in the tick that closed it", () -> {
                    var given = calm();
                    given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW)));
                    return given;
                }, END),
                wrong("S5", "spends a budget that is spent",
                        () -> closed().pod("web", "Deployment/web", Given.shape(100, 64, ""), "n0", false).budget(0),
                        new Action.Evict("web", "web", "uid-web", "n0")),
                wrong("S5", "evicts a pod that says no", () -> {
                    var given = closed().web("web", 100, "n0");
                    var pod = given.pods.getFirst();
                    given.pods.set(0, new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), "n0", "",
                            true, false, false, false, "", pod.createdAt(), List.of(), "its annotation says so"));
                    return given;
                }, new Action.Evict("web", "web", "uid-web", "n0")),
                wrong("S6", "closes the node that has the name of the one that it means", () -> calm(), new Action.Cordon("n0", "uid-before")),
                wrong("S6", "ends the node that has the name of the one that it means", () -> closed(),
                        new Action.Terminate("n0", "uid-before", "compute", "asg-compute", "i-0")),
                wrong("S6", "closes a node that says no", () -> saysNo(calm()), new Action.Cordon("n0", "uid-n0")),
                wrong("S6", "ends a node that says no", () -> saysNo(closed()), END),
                wrong("S7", "closes a node that is too young", () -> {
                    var given = calm();
                    given.scaleDown = new ScaleDownConfig(60, 300, 5, 600, 0.5, 60, 3601, 1200);
                    return given;
                }, new Action.Cordon("n0", "uid-n0")),
                wrong("S7", "closes a node that is too young for its pool", () -> {
                    var given = calm();
                    given.poolConfigs.set(0, Given.compute(0, 20).with(new PoolScaleDown(OptionalInt.empty(), OptionalInt.empty(),
                            OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.of(3601), OptionalInt.empty())));
                    return given;
                }, new Action.Cordon("n0", "uid-n0")),
                wrong("S6", "goes above maxReplicas", PlanCheckTest::calm, scale(4, 51)),
                wrong("S6", "goes above maxSize", PlanCheckTest::calm, new Action.RaiseCapacity("compute", "asg-compute", 1, 21)),
                wrong("S6", "touches a pool that is not configured", PlanCheckTest::calm, new Action.RaiseCapacity("other", "asg-other", 1, 2)),
                wrong("S6", "opens a node that somebody else closed", () -> {
                    var given = calm();
                    given.nodes.set(0, given.node("n0", "i-0", new Node.Cordon.ByOthers()));
                    return given;
                }, new Action.Uncordon("n0", "uid-n0")),
                wrong("S6", "closes a node of no pool", () -> {
                    var given = calm();
                    given.nodes.add(given.node("master", "i-master"));
                    return given;
                }, new Action.Cordon("master", "uid-master")),
                wrong("S6", "goes below minSize", () -> {
                    var given = closed();
                    given.poolConfigs.set(0, Given.compute(1, 20));
                    return given;
                }, END),
                wrong("S7", "raises and shrinks one pool", PlanCheckTest::closed, END, new Action.RaiseCapacity("compute", "asg-compute", 1, 2)),
                wrong("S8", "ends an instance that is not the node's", () -> {
                    var given = closed();
                    given.pools.set(0, new Pool("compute", "asg-compute", 0, 20, 2,
                            List.of(Given.instance("i-0", Given.NOW.minusSeconds(3600)), Given.instance("i-other", Given.NOW.minusSeconds(3600))),
                            Given.C5, List.of(),
                            Given.NOW));
                    return given;
                }, new Action.Terminate("n0", "uid-n0", "compute", "asg-compute", "i-other")),
                wrong("S8", "calls an instance never joined that has a node", PlanCheckTest::calm,
                        new Action.TerminateUnjoined("compute", "asg-compute", "i-0", "", "")),
                wrong("S8", "calls an instance never joined whose addresses are not known", () -> {
                    var given = Given.executorsOnly().jobs(0, 0).replicas(0);
                    var unknown = new Pool.Instance("i-x", Pool.Lifecycle.IN_SERVICE, "", "", "c5.2xlarge", "us-east-1a",
                            Given.NOW.minusSeconds(3600));
                    return given.pool(given.poolConfigs.getFirst(), Given.C5, 1, unknown);
                }, new Action.TerminateUnjoined("compute", "asg-compute", "i-x", "", "")),
                wrong("S14", "scales an executor that awaits its deployment", () -> {
                    var given = calm();
                    given.executors.clear();
                    return given.executor(0, "registry/executor:TO_BE_DEPLOYED");
                }, scale(0, 5)),
                wrong("S18", "lowers on half a reading", () -> {
                    var given = calm();
                    given.queues.set(0, new Queue("executor", 0, 0, 0, "epoch-1", "jobs:running: WRONGTYPE", Given.NOW));
                    return given;
                }, scale(4, 0)),
                wrong("S18", "believes the zero of a new data set", () -> {
                    var given = calm();
                    given.queues.set(0, new Queue("executor", 0, 0, 0, "epoch-2", "", Given.NOW));
                    return given;
                }, scale(4, 0)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongPlans")
    void aWrongStepIsFoundAndRemoved(String rule, String what, Supplier<Given> world, List<Action> actions) {
        var given = world.get();
        var memory = Memory.ofStanding(calm().snapshot(), 3600);
        var plan = new Plan(actions.stream().map(action -> new Plan.Step(action, WHY)).toList(), List.of());
        var checked = PlanCheck.check(given.config(), given.snapshot(), memory, plan);
        assertThat(checked.findings()).as(what).extracting(PlanCheck.Finding::rule).contains(rule);
        assertThat(checked.plan().steps()).extracting(Plan.Step::action).doesNotContain(actions.getFirst());
        assertThat(checked.plan().held()).extracting(Plan.Held::subject).contains(actions.getFirst().subject());
    }

    @Test
    void oneWrongStepStopsEveryStepDownAndNoStepUp() {
        var given = closed();
        given.poolConfigs.add(Given.general(0, 10));
        given.pool(given.poolConfigs.get(1), Given.T3, 1);
        var memory = Memory.ofStanding(given.snapshot(), 3600);
        var plan = new Plan(List.of(new Plan.Step(scale(4, 51), WHY), new Plan.Step(END, WHY),
                new Plan.Step(new Action.RaiseCapacity("general", "asg-general", 1, 2), WHY)), List.of());
        var checked = PlanCheck.check(given.config(), given.snapshot(), memory, plan);
        assertThat(checked.plan().steps()).extracting(Plan.Step::action).containsExactly(new Action.RaiseCapacity("general", "asg-general", 1, 2));
    }

    @Test
    void anOrderThatHasNotBeenSeenIsNotOrderedAgain() {
        var given = calm();
        given.pools.set(0, new Pool("compute", "asg-compute", 0, 20, 1, List.of(), Given.C5, List.of(), Given.NOW.minusSeconds(5)));
        var memory = Memory.ofStanding(given.snapshot(), 3600).ordered("compute", 10, Given.NOW);
        var plan = new Plan(List.of(new Plan.Step(new Action.RaiseCapacity("compute", "asg-compute", 1, 5), WHY)), List.of());
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings()).extracting(PlanCheck.Finding::rule)
                .containsExactly("S16");
    }

    @Test
    void launchesMayBeTakenBackWhileTheGroupIsHeldAndNoPodIsHomeless() {
        var given = lacking(3, 1, HELD);
        var memory = Memory.ofStanding(calm().snapshot(), 3600);
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, new Plan(List.of(new Plan.Step(CANCEL, WHY)), List.of())).findings())
                .isEmpty();
        var homeless = List.of(new Plan.Held("pool/compute", new Reason.PodsHomeless(1)));
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, new Plan(List.of(new Plan.Step(CANCEL, WHY)), homeless)).findings())
                .extracting(PlanCheck.Finding::rule).containsExactly("S7");
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory.ordered("compute", 3, Given.NOW),
                new Plan(List.of(new Plan.Step(CANCEL, WHY)), List.of())).findings()).extracting(PlanCheck.Finding::rule).containsExactly("S16");
        assertThat(PlanCheck.check(given.config(), given.snapshot(), memory.ended("compute", "i-0", 1, Given.NOW),
                new Plan(List.of(new Plan.Step(CANCEL, WHY)), List.of())).findings()).extracting(PlanCheck.Finding::rule).containsExactly("S16");
    }

    @Test
    void whatThePlannerMakesOfTheSameWorldsIsNotFoundFault() {
        for (var given : List.of(calm(), closed())) {
            var memory = Memory.ofStanding(given.snapshot(), 3600);
            var plan = given.decide(memory).plan();
            assertThat(plan.steps()).isNotEmpty();
            assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings()).isEmpty();
        }
    }

    @Test
    void anImageThatOnlyResemblesThePlaceholderIsScaledByPlannerAndCheckAlike() {
        var given = Given.executorsOnly().jobs(2, 0).executor(0, "registry/executor:TO_BE_DEPLOYED-2").computePool(0, 0);
        var plan = given.decide(Memory.EMPTY).plan();
        assertThat(plan.steps()).hasSize(2);
        assertThat(PlanCheck.check(given.config(), given.snapshot(), Memory.EMPTY, plan).findings()).isEmpty();
    }

    private static Arguments wrong(String rule, String what, Supplier<Given> world, Action... actions) {
        return Arguments.of(rule, what, world, List.of(actions));
    }

    private static Action.ScaleExecutor scale(int from, int to) {
        return new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", from, to);
    }

    private static Given saysNo(Given given) {
        var node = given.nodes.getFirst();
        given.nodes.set(0, new Node(node.name(), node.uid(), node.providerId(), "", node.name(), node.labels(), node.taints(), node.allocatable(),
                true, node.cordon(), node.createdAt(), Instant.MAX, "its annotation says so"));
        return given;
    }

    private static Given calm() {
        return Given.executorsOnly().jobs(0, 0).replicas(4).computePool(1, 1);
    }

    private static Pool.Setup held(Instant since, boolean suspended) {
        var none = new TreeMap<String, String>();
        return new Pool.Setup(none, List.of(), new TreeMap<>(), none, new TreeSet<>(suspended ? Set.of("Terminate") : Set.of()), false, 0, List.of(),
                Optional.of(since));
    }

    /** So many instances, each with a node, where so many are desired and AWS could launch no more. */
    private static Given lacking(int desired, int there, Pool.Setup setup) {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(desired, there);
        var pool = given.pools.getFirst();
        var failure = new Pool.LaunchFailure("activity", Given.NOW.minusSeconds(9), Pool.LaunchFailure.Cause.NO_CAPACITY, "", "", "none left");
        given.pools.set(0, new Pool(pool.name(), pool.group(), 0, 20, desired, pool.instances(), pool.offers(), pool.zones(), setup, List.of(failure),
                Given.NOW));
        return given;
    }

    private static Given closed() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.nodes.add(given.node("n0", "i-0", new Node.Cordon.ByUs(Given.NOW.minusSeconds(60))));
        return given.pool(given.poolConfigs.getFirst(), Given.C5, 1, Given.instance("i-0", Given.NOW.minusSeconds(3600)));
    }
}
