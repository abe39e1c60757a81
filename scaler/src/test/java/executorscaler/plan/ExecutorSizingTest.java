package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ScaleDownConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ExecutorSizingTest {

    @ParameterizedTest(name = "{0} waiting, {1} running at 2 a pod -> {2} pods")
    @CsvSource({"1,0,1", "2,0,1", "3,0,2", "30,7,19", "100,0,50", "101,0,50", "5000000000,0,50"})
    void twoJobsAPodWithinBounds(long waiting, long running, int pods) {
        var plan = Given.executorsOnly().jobs(waiting, running).replicas(0).computePool(0, 0).planAtFirstSight();
        assertThat(actions(plan)).contains(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, pods));
    }

    @Test
    void dueJobsCountAsWork() {
        var given = Given.executorsOnly().replicas(0).computePool(0, 0);
        given.queues.add(new Queue("executor", 0, 3, 0, "epoch-1", "", Given.NOW));
        assertThat(actions(given.planAtFirstSight())).contains(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 0, 2));
    }

    @Test
    void nothingWaitingAndNothingRunningChangesNothing() {
        var plan = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(0, 0).planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.held()).isEmpty();
    }

    @Test
    void moreWorkThanTheMaximumIsForIsSaid() {
        var plan = Given.executorsOnly().jobs(200, 0).replicas(50).computePool(20, 20).planAtFirstSight();
        assertThat(held(plan, "executor/executor")).contains(new Reason.AtMaxReplicas(50, 100));
    }

    @Test
    void replicasFallToTheMinimumWhenThereHasBeenNoWorkForTheWholeWindow() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(5).computePool(2, 2).executorPod("a", "n0").executorPod("b", "n1");
        assertThat(actions(given.planAfterAnHour())).containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 5, 0));
    }

    @Test
    void replicasStayWhileTheWindowLasts() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(5).computePool(2, 2);
        var quietForTenSeconds = given.decide(memoryWithQuiet(given, 10)).plan();
        assertThat(quietForTenSeconds.steps()).isEmpty();
        assertThat(held(quietForTenSeconds, "executor/executor")).containsExactly(new Reason.Stabilizing(Given.NOW.minusSeconds(10), 60, 0));
    }

    @Test
    void aJobSeenInBetweenStartsTheWindowAnew() {
        var busy = Given.executorsOnly().jobs(1, 0).replicas(5).computePool(2, 2);
        var memory = busy.decide(Memory.ofStanding(busy.snapshot(), 3600)).memory();
        assertThat(memory.quietSince()).isEmpty();
    }

    @Test
    void noStartedPodMayGoWhileAnyJobIsInFlight() {
        var given = Given.executorsOnly().jobs(0, 3).replicas(4).computePool(2, 2);
        for (int i = 0; i < 4; i++) given.executorPod("p" + i, "n" + i % 2);
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.JobsInFlight(0, 3, 4, 2));
    }

    @Test
    void podsThatHaveNoNodeYetMayGoWhileJobsAreInFlight() {
        var given = Given.executorsOnly().jobs(0, 3).replicas(10).computePool(1, 1);
        for (int i = 0; i < 3; i++) given.executorPod("started" + i, "n0");
        for (int i = 0; i < 7; i++) given.executorPod("waiting" + i, "");
        assertThat(actions(given.planAfterAnHour()))
                .containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 10, 3, true));
    }

    @Test
    void anUnreadQueueHoldsReplicas() {
        var given = Given.executorsOnly().replicas(5).computePool(2, 2).missing(Missing.Source.REDIS, "executor");
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(
                new Reason.SourceMissing(Missing.Source.REDIS, "executor", Given.NOW.minusSeconds(30), "connection refused"));
    }

    @Test
    void aReadingWithAPartMissingMayRaiseButNotLower() {
        var low = Given.executorsOnly().replicas(5).computePool(2, 2);
        low.queues.add(new Queue("executor", 2, 0, 0, "epoch-1", "jobs:running: WRONGTYPE", Given.NOW));
        assertThat(actions(low.planAfterAnHour())).noneMatch(Action::lowers);
        assertThat(held(low.planAfterAnHour(), "executor/executor")).containsExactly(new Reason.ReadingIncomplete("jobs:running: WRONGTYPE"));

        var high = Given.executorsOnly().replicas(5).computePool(10, 10);
        high.queues.add(new Queue("executor", 20, 0, 0, "epoch-1", "jobs:running: WRONGTYPE", Given.NOW));
        assertThat(actions(high.planAfterAnHour())).containsExactly(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 5, 10));
    }

    @Test
    void theZeroOfARedisThatRestartedIsNotBelievedAtOnce() {
        var before = Given.executorsOnly().jobs(0, 8).replicas(4).computePool(2, 2);
        var memory = before.decide(Memory.ofStanding(before.snapshot(), 3600)).memory();
        var after = Given.executorsOnly().replicas(4).computePool(2, 2);
        after.queues.add(new Queue("executor", 0, 0, 0, "epoch-2", "", Given.NOW));
        var decision = after.decide(memory);
        assertThat(decision.plan().steps()).isEmpty();
        assertThat(held(decision.plan(), "executor/executor")).containsExactly(new Reason.ReadingNotTrusted(Given.NOW, 60));
        assertThat(decision.memory().trust().get("executor")).isEqualTo(new Memory.Epoch("epoch-2", Given.NOW));
    }

    @Test
    void aProcessThatHasJustStartedBelievesNoZeroEither() {
        var plan = Given.executorsOnly().jobs(0, 0).replicas(4).computePool(2, 2).planAtFirstSight();
        assertThat(plan.steps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"TO_BE_DEPLOYED", "registry.example/executor:TO_BE_DEPLOYED", "docker.io/library/TO_BE_DEPLOYED", "TO_BE_DEPLOYED:latest"})
    void anExecutorAtThePlaceholderImageIsNotScaledAndBuysNothing(String image) {
        var given = Given.executorsOnly().jobs(100, 0).executor(1, image).computePool(0, 0).executorPod("placeholder", "");
        var plan = given.planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.AwaitingDeployment(image));
    }

    @Test
    void aDeploymentThatIsNotThereIsSaid() {
        var plan = Given.executorsOnly().jobs(100, 0).computePool(0, 0).planAfterAnHour();
        assertThat(plan.steps()).isEmpty();
        assertThat(held(plan, "executor/executor")).containsExactly(new Reason.DeploymentNotFound("jobs/executor"));
    }

    @Test
    void ourOwnUnseenWriteIsNotWrittenAgain() {
        var given = Given.executorsOnly().jobs(100, 0).replicas(0).computePool(17, 0);
        var memory = Memory.EMPTY.scaled("executor", 50, 8, Given.NOW);
        assertThat(actions(given.decide(memory).plan())).noneMatch(action -> action instanceof Action.ScaleExecutor);
        var seen = Memory.EMPTY.scaled("executor", 50, 7, Given.NOW); // the cache is at version 7: somebody wrote 0 after us
        assertThat(actions(given.decide(seen).plan())).anyMatch(action -> action instanceof Action.ScaleExecutor);
    }

    @ParameterizedTest(name = "longest job {0} s, grace {1} s, needed since {2} s: {3} replicas")
    @CsvSource({"30,30,60,2", "30,30,59,4", "31,30,60,4"})
    void podsWhoseWorkersEndTheirJobsMayGoIfTheyHaveTheTime(int longest, int grace, long since, int replicas) {
        var given = Given.executorsOnly().jobs(0, 3).replicas(4).computePool(2, 2);
        given.worker = new WorkerConfig(WorkerConfig.BusySource.NONE, true, longest);
        given.scaleDown = new ScaleDownConfig(60, 300, 5, 600, 0.5, 0);
        for (int i = 0; i < 4; i++) given.executorPod("p" + i, "n0");
        var decision = given.decide(Memory.ofStanding(given.snapshot(), since));
        assertThat(decision.plan().steps()).extracting(Plan.Step::action).isEqualTo(replicas == 4
                ? List.of()
                : List.of(new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", 4, replicas)));
        if (longest > grace) assertThat(held(decision.plan(), "executor/executor")).contains(new Reason.GraceTooShort("jobs/p0", grace, longest));
    }

    private static Memory memoryWithQuiet(Given given, long seconds) {
        var quiet = new TreeMap<String, Instant>();
        quiet.put("executor", Given.NOW.minusSeconds(seconds));
        return Memory.ofStanding(given.snapshot(), 3600).but(memory -> memory.quietSince = quiet);
    }
}
