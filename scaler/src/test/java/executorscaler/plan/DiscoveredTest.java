package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.Config;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import executorscaler.snapshot.Taint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Groups that were found by their tags take part like configured pools. */
@Tag("unit")
class DiscoveredTest {

    private final Config config = discovering(Given.executorsOnly().config());
    private final Pool found = new Pool("found", "found-group", 2, 5, 2, List.of(), Given.C5, List.of("eu-central-1a"), Given.NOW);

    private static Config discovering(Config config) {
        return new Config(config.redis(), config.executors(), config.nodePools(), config.scaleDown(), config.control(), config.placeholderImage(),
                config.priorityCutoff(), config.strategy(), new AutoDiscovery(List.of(new AutoDiscovery.Tag("enabled", ""))));
    }

    private static Snapshot seen(Pool... pools) {
        return new Snapshot(Given.NOW, List.of(), List.of(), List.of(pools), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    @Test
    void aFoundPoolHasAnEntryWithItsOwnBounds() {
        var completed = Discovered.complete(config, seen(found));
        assertThat(completed.nodePools()).hasSize(config.nodePools().size() + 1).startsWith(config.nodePools().getFirst());
        assertThat(completed.nodePools().getLast()).isEqualTo(Discovered.pool("found", "found-group", 2, 5));
        assertThat(completed.withPools(config.nodePools())).as("all else is as it was").isEqualTo(config);
    }

    @Test
    void whatTheConfigNamesIsNotAddedAgain() {
        var own = config.nodePools().getFirst();
        var sameGroup = new Pool("other-name", own.autoScalingGroup(), 0, 5, 0, List.of(), Given.C5, List.of(), Given.NOW);
        var sameName = new Pool(own.name(), "other-group", 0, 5, 0, List.of(), Given.C5, List.of(), Given.NOW);
        assertThat(Discovered.complete(config, seen(sameGroup)).nodePools()).isEqualTo(config.nodePools());
        assertThat(Discovered.complete(config, seen(sameName)).nodePools()).isEqualTo(config.nodePools());
    }

    @Test
    void aGroupThatIsNoLongerFoundIsNoPoolAnyMore() {
        assertThat(Discovered.complete(config, seen()).nodePools()).isEqualTo(config.nodePools());
    }

    @Test
    void withoutDiscoveryNothingIsAdded() {
        var plain = Given.executorsOnly().config();
        assertThat(Discovered.complete(plain, seen(found))).isSameAs(plain);
    }

    @Test
    void aFoundPoolIsBoughtFromByItsTagsAndWithinItsBounds() {
        var given = Given.executorsOnly();
        given.pools.clear();
        given.poolConfigs.clear();
        given.jobs(100, 0).replicas(0);
        var setup = new Pool.Setup(new TreeMap<>(Map.of("workload-type", "executor")),
                List.of(new Taint("workload-type", "executor", Taint.Effect.NO_SCHEDULE)), Collections.emptySortedMap(), Collections.emptySortedMap(),
                Collections.emptySortedSet(), false, 0, List.of());
        given.pools.add(new Pool(found.name(), found.group(), found.min(), found.max(), found.desired(), found.instances(), found.offers(),
                found.zones(), setup, List.of(), found.readAt()));
        var snapshot = given.snapshot();
        var completed = Discovered.complete(discovering(given.config()), snapshot);
        var plan = Planner.decide(completed, snapshot, Memory.EMPTY).plan();
        assertThat(plan.steps()).extracting(Plan.Step::action).contains(new Action.RaiseCapacity("found", "found-group", 2, 5));
        assertThat(PlanCheck.check(completed, snapshot, Memory.EMPTY, plan).findings()).isEmpty();
    }
}
