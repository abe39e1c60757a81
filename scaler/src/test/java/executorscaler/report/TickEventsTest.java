package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.ClusterEvent;
import executorscaler.act.ClusterEvent.About;
import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ConfigSource;
import executorscaler.config.ControlConfig;
import executorscaler.config.PoolConfig;
import executorscaler.config.Problem;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.loop.Role;
import executorscaler.loop.Signals;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A state is told when it begins, a deed each time, and only by the one who writes. */
@Tag("unit")
class TickEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Reason RIVAL = new Reason.ScaledByOthers("kube-controller-manager", true, NOW);
    private static final Plan.Step PUT_BACK = new Plan.Step(new Action.ScaleExecutor("executor", "jobs", "executor", "u", 0, 12),
            new Reason.PutBack("helm", 0, 12, 5));

    private static final PodShape SHAPE = new PodShape(Resources.NONE, new TreeMap<>(), List.of(), List.of(), List.of());

    private final List<ClusterEvent> told = new ArrayList<>();
    private String subject = "executor/executor"; // of what is held
    private final TickEvents events = new TickEvents(told::add, Optional.of(new TickEvents.OwnPod("scaler", "executor-scaler-0")));

    @Test
    void aStateIsToldOnceUntilItEnds() {
        tick(List.of(RIVAL));
        tick(List.of(new Reason.ScaledByOthers("kube-controller-manager", true, NOW.plusSeconds(15))));
        assertThat(reasons()).containsExactly("ScaledByOthers");
        tick(List.of());
        tick(List.of(RIVAL));
        assertThat(reasons()).containsExactly("ScaledByOthers", "ScaledByOthers");
        assertThat(told.getFirst()).isEqualTo(new ClusterEvent(About.deployment("jobs", "executor", "u"), true, "ScaledByOthers", "Hold",
                "a HorizontalPodAutoscaler (kube-controller-manager) writes its replicas, too, last at 12:00:00Z"));
    }

    @Test
    void ofReasonsOnlyThoseThatConcernADeploymentAreTold() {
        tick(List.of(new Reason.ScaledByOthers("helm", false, NOW), new Reason.ScaledByOthers("kubectl", true, NOW), new Reason.PodsHomeless(3),
                new Reason.AwaitingDeployment("x:1", 2), new Reason.RolloutBlocked(1, 3, false, "no room"),
                new Reason.YieldsToOthers("keda-operator", 1, 5, NOW)));
        assertThat(reasons()).containsExactly("AwaitingDeployment", "RolloutBlocked", "YieldsToOthers");
    }

    @Test
    void whatWasPutBackIsToldEachTimeThatItIsDone() {
        tick(new Role.Alone("a test"), List.of(), List.of(new Performed(PUT_BACK, new Outcome.Done(7), Duration.ZERO)));
        tick(new Role.Alone("a test"), List.of(), List.of(new Performed(PUT_BACK, new Outcome.Stale("3"), Duration.ZERO)));
        tick(new Role.Alone("a test"), List.of(), List.of(new Performed(PUT_BACK, new Outcome.Done(8), Duration.ZERO)));
        assertThat(reasons()).containsExactly("ReplicasPutBack", "ReplicasPutBack");
        assertThat(told.getFirst().note())
                .isEqualTo("scale jobs/executor from 0 to 12: helm had written 0 replicas over them, and the jobs need 5 pods");
    }

    @Test
    void whatIsDoneToANodeOrAPodIsToldOfIt() {
        deeds();
        assertThat(told).extracting(ClusterEvent::about).containsExactly(About.node("n1", "u1"), About.node("n1", "u1"), About.node("n1", "u1"),
                About.node("n1", "u1"), About.node("n1", "u1"), About.pod("web", "web-0", "u2"));
        assertThat(reasons()).containsExactly("NodeClosed", "NodeOpened", "NodeClosed", "NodeOpened", "InstanceEnded", "Moved");
        assertThat(told).extracting(ClusterEvent::warning).containsExactly(false, false, true, false, false, false);
        assertThat(told.getFirst().note()).isEqualTo("cordon node n1: nothing has run on the node since 12:00:00Z");
        assertThat(told.getFirst().about().eventsIn()).isEqualTo("default");
        assertThat(told.getLast().about().eventsIn()).isEqualTo("web");
    }

    /** One of each kind, and one that was not done. */
    private void deeds() {
        var idle = new Reason.NodeIdle(NOW);
        var closed = new Action.Cordon("n1", "u1");
        var actions = List.of(closed, new Action.Uncordon("n1", "u1"), new Action.Announce("n1", "u1", List.of(), Action.Announce.Door.CLOSE),
                new Action.Announce("n1", "u1", List.of(), Action.Announce.Door.OPEN),
                new Action.Announce("n1", "u1", List.of(), Action.Announce.Door.LEAVE),
                new Action.Terminate("n1", "u1", "spot", "asg", "i-1"), new Action.Evict("web", "web-0", "u2", "n1"),
                new Action.MarkNode("n1", "u1", "i-1"));
        var performed = new ArrayList<Performed>();
        for (var action : actions) performed.add(new Performed(new Plan.Step(action, idle), new Outcome.Done(7), Duration.ZERO));
        performed.add(new Performed(new Plan.Step(closed, idle), new Outcome.Stale("gone"), Duration.ZERO));
        tick(new Role.Alone("a test"), List.of(), performed);
    }

    @Test
    void aDeploymentWhosePodsHaveNoHomeIsTold() {
        tick(List.of(new Reason.NoPoolFits(3, "executor/executor", List.of("spot: too small"))));
        assertThat(reasons()).containsExactly("NoPoolFits");
        assertThat(told.getFirst().about()).isEqualTo(About.deployment("jobs", "executor", "u"));
    }

    @Test
    void ofPodsOfOthersWithoutAHomeOneIsTold() {
        subject = "pod/scaler/executor-scaler-0";
        tick(List.of(new Reason.NoRoomNow(3, subject, "spot", List.of("spot: at its maximum of 2"))));
        tick(List.of(new Reason.NoRoomNow(2, subject, "spot", List.of("spot: at its maximum of 2"))));
        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.about()).isEqualTo(About.pod("scaler", "executor-scaler-0", "own"));
            assertThat(event.warning()).isTrue();
            assertThat(event.note()).contains("3 pods", "at its maximum of 2");
        });
        subject = "pod/scaler/gone";
        tick(List.of(new Reason.NoRoomNow(2, subject, "spot", List.of("spot: at its maximum of 2"))));
        assertThat(told).as("of what is no longer there").hasSize(1);
    }

    @Test
    void whoFollowsTellsNothing() {
        tick(new Role.Follower("scaler-a", "scaler-b", ""), List.of(RIVAL), List.of());
        assertThat(told).isEmpty();
        tick(List.of(RIVAL));
        assertThat(reasons()).as("told by who takes over").containsExactly("ScaledByOthers");
    }

    @Test
    void aRejectedConfigIsToldOnThePodOnceUntilItIsAnotherOne() {
        config(List.of(new Problem("executors[0].maxReplicas", "must be at least 1, was 0", 7)));
        config(List.of(new Problem("executors[0].maxReplicas", "must be at least 1, was 0", 7)));
        config(List.of(new Problem("executors[0].deployment", "is missing", 3)));
        config(List.of());
        config(List.of());
        assertThat(reasons()).containsExactly("ConfigRejected", "ConfigRejected", "ConfigAccepted");
        assertThat(told).extracting(ClusterEvent::about).containsOnly(About.pod("scaler", "executor-scaler-0", "own"));
        assertThat(told.getFirst().note()).contains("the last good one stays").contains("executors[0].maxReplicas").contains("was 0");
    }

    @Test
    void whatDiffersInAConfigIsToldOnceAndThatItAllowsLess() {
        config(List.of());
        inForce(2, pool(4));
        inForce(2, pool(4));
        inForce(3, pool(5));
        inForce(4);
        assertThat(reasons()).containsExactly("ConfigAccepted", "ConfigAccepted", "ConfigAllowsLess");
        assertThat(told.get(1).note()).isEqualTo("config 3 is in force: nodePools[spot].maxSize: 4 to 5");
        assertThat(told.getLast().note()).isEqualTo("config 4 allows less: nodePools[spot]: gone. What is there goes when it is idle");
    }

    @Test
    void theDocumentNamesExactlyTheEventsThatThereAre() throws IOException, ReflectiveOperationException {
        for (var kind : Reason.class.getPermittedSubclasses()) tick(List.of((Reason) SentencesTest.example(kind, "keda-operator")));
        tick(new Role.Alone("a test"), List.of(), List.of(new Performed(PUT_BACK, new Outcome.Done(7), Duration.ZERO)));
        deeds();
        config(List.of(new Problem("executors", "is missing", 3)));
        config(List.of());
        inForce(2, pool(4));
        inForce(3, pool(3));
        var document = Files.readString(Path.of("../docs/reasons.md"));
        var documented = Pattern.compile("^\\| `(\\w+)` \\| the ", Pattern.MULTILINE).matcher(document).results().map(row -> row.group(1)).toList();
        assertThat(documented).containsExactlyElementsOf(new TreeSet<>(reasons()));
    }

    private void config(List<Problem> rejected) {
        tick(new Role.Alone("a test"), List.of(), List.of(), rejected);
    }

    private void tick(List<Reason> held) {
        tick(new Role.Alone("a test"), held, List.of());
    }

    private void tick(Role role, List<Reason> held, List<Performed> performed) {
        tick(role, held, performed, List.of());
    }

    private void inForce(long generation, PoolConfig... pools) {
        tick(new Role.Alone("a test"), List.of(), List.of(), List.of(), generation, List.of(pools));
    }

    private static PoolConfig pool(int most) {
        return new PoolConfig("spot", "spot-asg", "c5.2xlarge", PoolConfig.CapacityType.SPOT, 0, most, new TreeMap<>(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 600);
    }

    private void tick(Role role, List<Reason> held, List<Performed> performed, List<Problem> rejected) {
        tick(role, held, performed, rejected, 1, List.of());
    }

    private void tick(Role role, List<Reason> held, List<Performed> performed, List<Problem> rejected, long generation, List<PoolConfig> pools) {
        var config = new Config(new RedisConfig("redis://127.0.0.1:6379/0", "", "", "", 1000), List.of(), pools,
                new ScaleDownConfig(60, 300, 5, 600, 0.5, 60), ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
        var executor = new Executor("executor", "jobs", "executor", "u", 1, 3, 3,
                SHAPE, new TreeMap<>(), List.of("x:1"), true);
        var snapshot = new Snapshot(NOW, List.of(), List.of(executor), List.of(), List.of(), List.of(ownPod()), List.of(), List.of(), List.of());
        var plan = new Plan(List.of(), held.stream().map(why -> new Plan.Held(subject, why)).toList());
        events.ticked(new Tick(1, EnumSet.of(Signals.Cause.TIMER), role, new ConfigSource.State(config, generation, rejected, NOW), snapshot, plan,
                List.of(),
                performed, Memory.EMPTY, new Tick.Durations(Duration.ZERO, Duration.ZERO, Duration.ZERO), false));
    }

    private static Pod ownPod() {
        return new Pod("scaler", "executor-scaler-0", "own", "Deployment/executor-scaler", SHAPE, new TreeMap<>(), Pod.Phase.RUNNING, "node-1", "",
                true,
                false, false, false, "", NOW);
    }

    private List<String> reasons() {
        return told.stream().map(ClusterEvent::reason).toList();
    }
}
