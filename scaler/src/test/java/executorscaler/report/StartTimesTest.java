package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.Tick;
import executorscaler.report.StartTimes.Reached;
import executorscaler.report.StartTimes.Stage;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the look that found the work to a ready pod: each pod of an order once, and nobody else's. */
@Tag("simulation")
class StartTimesTest {

    private final StartTimes starts = new StartTimes();
    private final List<Reached> reached = new ArrayList<>();
    private boolean partly; // of the cluster, another executor's part is missing, and with it pods
    private final Turning turning = new Turning(tick -> told(partly ? hidden(tick) : tick));

    @Test
    void podsOnNewNodesGoThroughEveryStageInItsOrder() {
        turning.seconds(2);
        push(100);
        turning.seconds(200);
        assertThat(counts())
                .isEqualTo(Map.of(Stage.READ, 1, Stage.DECIDED, 1, Stage.ACCEPTED, 1, Stage.BOOTED, 50, Stage.REGISTERED, 50, Stage.SCHEDULED,
                        50, Stage.READY, 50));
        assertThat(latest(Stage.ACCEPTED)).isLessThan(Duration.ofSeconds(1));
        assertThat(latest(Stage.BOOTED)).isGreaterThan(Duration.ZERO).isLessThanOrEqualTo(latest(Stage.REGISTERED));
        assertThat(latest(Stage.REGISTERED)).as("80 s of boot and 8 s until it joins").isBetween(Duration.ofSeconds(80), Duration.ofSeconds(120));
        assertThat(latest(Stage.SCHEDULED)).isGreaterThanOrEqualTo(latest(Stage.REGISTERED));
        assertThat(latest(Stage.READY)).isGreaterThan(latest(Stage.SCHEDULED));
    }

    @Test
    void podsOnNodesThatAreThereWaitForNoBoot() {
        turning.seconds(2);
        push(100);
        turning.seconds(400);
        for (int i = 0; i < 1000 && turning.world.liveReplicas("production-platform", "executor") > 0; i++) turning.seconds(1);
        assertThat(turning.world.liveNodes()).as("the nodes stay for a while").hasSizeGreaterThan(10);
        reached.clear();
        push(20);
        turning.seconds(60);
        assertThat(counts()).containsEntry(Stage.READY, 10).doesNotContainKeys(Stage.BOOTED, Stage.REGISTERED);
        assertThat(latest(Stage.READY)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void aPodThatReplacesAnotherIsNobodys() {
        turning.seconds(2);
        push(4);
        turning.seconds(200);
        assertThat(counts()).containsEntry(Stage.READY, 2);
        reached.clear();
        turning.world.interrupt(turning.world.live(Turning.POOL).instances().getFirst().id());
        turning.seconds(200);
        assertThat(reached).isEmpty();
        push(8);
        turning.seconds(200);
        assertThat(reached).filteredOn(one -> one.stage() == Stage.READY).as("the new ones, and not what replaced others before they were ordered")
                .isNotEmpty().allMatch(one -> one.after().toSeconds() > 1);
    }

    @Test
    void whatAnOutageHidesIsCountedOnceAndNotAsNew() {
        turning.seconds(2);
        push(100);
        turning.seconds(100);
        for (var source : List.of(Source.KUBERNETES, Source.AWS)) {
            turning.world.fail(source, "gone");
            turning.seconds(20);
            turning.world.heal(source);
            turning.seconds(20);
        }
        turning.seconds(60);
        assertThat(counts()).containsEntry(Stage.READY, 50).containsEntry(Stage.SCHEDULED, 50).containsEntry(Stage.BOOTED, 50);
    }

    @Test
    void whatAPartlyUnreadableClusterHidesIsNotTakenForNewWhenItIsSeenAgain() {
        turning.seconds(2);
        push(6);
        turning.seconds(200);
        assertThat(counts()).containsEntry(Stage.READY, 3);
        reached.clear();
        push(100);
        turning.seconds(1);
        partly = true;
        turning.seconds(5);
        partly = false;
        turning.seconds(200);
        assertThat(counts()).containsEntry(Stage.READY, 47);
        assertThat(reached).filteredOn(one -> one.stage() == Stage.READY).as("the node that is there is full")
                .allMatch(one -> one.after().toSeconds() >= 80);
    }

    private void told(Tick tick) {
        reached.addAll(starts.ticked(tick, TickView.executors(tick), TickView.pools(tick)));
    }

    private static Tick hidden(Tick tick) {
        var seen = tick.snapshot();
        var missing = new Missing(Source.KUBERNETES, "another", seen.takenAt(), "it cannot be read");
        var part = new Snapshot(seen.takenAt(), seen.queues(), seen.executors(), seen.pools(), seen.nodes(), List.of(), seen.daemons(),
                seen.budgets(),
                List.of(missing));
        return new Tick(tick.number(), tick.causes(), tick.role(), tick.config(), part, tick.plan(), tick.findings(), tick.performed(), tick.memory(),
                tick.durations(), tick.stood());
    }

    private void push(int jobs) {
        turning.world.push(Turning.EXECUTOR, jobs, Duration.ofMinutes(4));
    }

    private Map<Stage, Integer> counts() {
        var counts = new EnumMap<Stage, Integer>(Stage.class);
        reached.forEach(one -> counts.merge(one.stage(), 1, Integer::sum));
        return counts;
    }

    private Duration latest(Stage stage) {
        return reached.stream().filter(one -> one.stage() == stage).map(Reached::after).max(Duration::compareTo).orElseThrow();
    }
}
