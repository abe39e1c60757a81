package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule S12: whoever else writes replicas is told of and not fought. Each test tells of a Deployment, a second after the other. */
@Tag("unit")
class OwnersTest {

    private static final Author OURS = new Author(Author.OURSELVES, true, Instant.EPOCH);

    private Memory memory = Memory.EMPTY;
    private Instant now = Given.NOW;
    private Author author = new Author("kubectl-client-side-apply", false, Given.NOW.minusSeconds(900));
    private String uid = "uid-executor";
    private int replicas;
    private long running;
    private boolean redis = true;
    private Plan plan = new Plan(List.of(), List.of());

    @Test
    void whatADeployResetsIsPutBackAtOnceAndToWhatItWas() {
        running = 10;
        tick();
        assertThat(steps()).containsExactly("0 -> 5 QueueNeeds");
        running = 24;
        tick();
        running = 10; // 12 pods are there, and which of them work nobody knows
        tick();
        write("kubectl-client-side-apply", false, 0);
        tick();
        assertThat(steps()).containsExactly("0 -> 12 PutBack");
        tick();
        assertThat(steps()).as("seen, and done with").isEmpty();
    }

    /** Only the jobs know whether as many are needed: without one the deploy's number is as good as any. */
    @ParameterizedTest(name = "{0} by {1}, scale {2}, with {3} jobs, from 12 to {4} -> {5}")
    @CsvSource({"a deploy,helm,false,10,0,0 -> 12 PutBack", "a deploy,argocd-controller,false,10,8,8 -> 12 PutBack", "a deploy,helm,false,0,4,",
            "a person,kubectl,true,10,8,", "a person,kubectl,true,10,2,2 -> 12 PutBack",
            "an autoscaler,kube-controller-manager,true,10,2,2 -> 12 PutBack", "an autoscaler,kube-controller-manager,true,10,15,",
            "a person,kubectl,true,40,14,14 -> 20 QueueNeeds"})
    void whoWroteItAndWhatTheJobsNeedDecide(String who, String manager, boolean scale, long jobs, int to, String step) {
        standingAt(12);
        running = jobs;
        write(manager, scale, to);
        tick();

        assertThat(steps()).isEqualTo(step == null ? List.of() : List.of(step));
    }

    /** An autoscaler that writes its number every 15 seconds: four times a minute it says 2, and we say once a minute what there was. */
    @Test
    void anAutoscalerThatInsistsIsAnsweredOnceAMinute() {
        standingAt(12);
        running = 24;
        int answers = 0;
        for (int second = 0; second < 600; second++) {
            if (second % 15 == 0) write("kube-controller-manager", true, 2);
            tick();
            answers += steps().size();
            assertThat(reasons()).anyMatch(Reason.ScaledByOthers.class::isInstance);
        }
        assertThat(answers).isEqualTo(10);
    }

    @Test
    void anAutoscalerThatRaisesIsAnsweredOnceAMinuteAtMost() {
        standingAt(0);
        int answers = 0;
        for (int second = 0; second < 600; second++) {
            if (second % 15 == 0) write("kube-controller-manager", true, 3);
            tick();
            answers += steps().size();
        }
        assertThat(answers).isLessThanOrEqualTo(10);
    }

    @Test
    void whoScalesUpByHandIsLeftForTheWindow() {
        standingAt(0);
        write("kubectl", true, 5);
        var written = now;
        tick();
        assertThat(steps()).isEmpty();
        assertThat(reasons()).contains(new Reason.LeftToOthers("kubectl", 5, 0, written.plusSeconds(60)));
        pass(58);
        assertThat(steps()).isEmpty();
        pass(3);
        assertThat(replicas).isZero();
    }

    @Test
    void whileTheQueueCannotBeReadADeployIsPutBackAllTheSame() {
        standingAt(12);
        redis = false;
        tick();
        write("helm", false, 0);
        tick();
        assertThat(steps()).containsExactly("0 -> 12 PutBack");
    }

    /** The cache may show the deploy's number for a while after we have put ours back. */
    @Test
    void anOrderThatIsNotSeenYetIsNotGivenAgain() {
        standingAt(12);
        running = 24;
        write("helm", false, 0);
        tick();
        assertThat(steps()).hasSize(1);
        var order = memory;
        replicas = 0;
        author = new Author("helm", false, now);
        memory = order;
        var stale = given();
        stale.now = now.plusMillis(200);
        stale.executors.clear();
        stale.executors.add(executor(0, 5));
        assertThat(stale.decide(memory).plan().steps()).isEmpty();
    }

    /** Nothing of a Deployment that was deleted is held for, or against, another one of its name. */
    @Test
    void aDeploymentThatWasMadeAnewHasNoPast() {
        standingAt(12);
        running = 24;
        uid = "uid-another";
        write("kubectl-client-side-apply", false, 0);
        tick();
        assertThat(steps()).as("what the jobs need, not what the old one had").containsExactly("0 -> 12 QueueNeeds");
        assertThat(reasons()).noneMatch(Reason.ScaledByOthers.class::isInstance);

        running = 0;
        uid = "uid-third";
        write("kubectl-client-side-apply", false, 7);
        tick();
        assertThat(steps()).as("it was deployed with 7: these have their window").isEmpty();
        pass(61);
        assertThat(replicas).isZero();
    }

    @Test
    void aDeploymentThatIsGoneIsNamedAndNothingBreaks() {
        standingAt(3);
        running = 6;
        var given = given();
        given.executors.clear();
        given.now = now.plusSeconds(1);
        var decision = given.decide(memory);

        assertThat(decision.plan().steps()).isEmpty();
        assertThat(Given.held(decision.plan(), "executor/executor")).containsExactly(new Reason.DeploymentNotFound("jobs/executor"));
        memory = decision.memory();
        tick();
        assertThat(steps()).as("the same one is back").isEmpty();
    }

    @Test
    void whoHasWrittenIsToldOfForFiveMinutes() {
        standingAt(12);
        running = 24;
        write("helm", false, 0);
        tick();
        pass(299);
        assertThat(reasons()).anyMatch(why -> why instanceof Reason.ScaledByOthers by && by.manager().equals("helm"));
        pass(3);
        assertThat(reasons()).noneMatch(Reason.ScaledByOthers.class::isInstance);
    }

    private void standingAt(int count) {
        replicas = count;
        author = OURS;
        memory = Memory.EMPTY;
        running = 2L * count;
        tick();
        if (count == 0) pass(3);
    }

    private void write(String manager, boolean scale, int to) {
        author = new Author(manager, scale, scale ? Instant.EPOCH : now); // the API server tells no time of the scale subresource
        replicas = to;
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) tick();
    }

    /** One turn as the loop takes it: looks, decides, is held against the rules, writes, and remembers. */
    private void tick() {
        var given = given();
        var config = given.config();
        Snapshot snapshot = given.snapshot();
        var decision = Planner.decide(config, snapshot, memory);
        assertThat(PlanCheck.check(config, snapshot, memory, decision.plan()).findings()).isEmpty();
        plan = decision.plan();
        memory = decision.memory();
        for (var step : plan.steps()) {
            if (!(step.action() instanceof Action.ScaleExecutor scale)) continue;
            replicas = scale.replicas();
            author = OURS;
            memory = memory.scaled("executor", scale.replicas(), 9, now);
            if (step.why() instanceof Reason.PutBack) memory = memory.answered("executor", now);
        }
        now = now.plusSeconds(1);
    }

    private Given given() {
        var given = Given.executorsOnly();
        given.now = now;
        given.scaleDown = new ScaleDownConfig(5, 300, 5, 600, 0.5, 0);
        given.computePool(20, 20);
        given.executors.add(executor(replicas, 10));
        for (int i = 0; i < replicas; i++) given.executorPod("p" + i, "n" + i / 3);
        if (redis) {
            given.jobs(0, running);
        } else {
            given.missing(Missing.Source.REDIS, "executor");
        }
        return given;
    }

    private Executor executor(int count, long version) {
        var plain = Given.executorsOnly().replicas(count).author(author).executors.getFirst();
        return new Executor(plain.name(), plain.namespace(), plain.deployment(), uid, version, count, count, plain.shape(), new TreeMap<>(),
                plain.images(), plain.rollout(), plain.pause(), author);
    }

    private List<String> steps() {
        return plan.steps().stream().filter(step -> step.action() instanceof Action.ScaleExecutor)
                .map(step -> ((Action.ScaleExecutor) step.action()).expected() + " -> " + ((Action.ScaleExecutor) step.action()).replicas() + " "
                        + step.why().getClass().getSimpleName())
                .toList();
    }

    private List<Reason> reasons() {
        return Given.held(plan, "executor/executor");
    }
}
