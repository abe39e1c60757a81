package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ScaleDownConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SimWorldBuilder;
import executorscaler.snapshot.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Five hardly used nodes are emptied together; the pods of one never end, for a finalizer that nobody takes off. */
@Tag("simulation")
class ParallelDrainsInTimeTest {

    private static final String GENERAL = "general-purpose";
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(5);

    private SimWorld world = SimWorld.of(PlatformConfig.config()).build();
    private SimLoop sim = new SimLoop(world, PlatformConfig.config());
    private int expected = 5; // pods

    @BeforeEach
    void fiveNodesThatAreHardlyUsed() {
        var config = config();
        var place = new TreeMap<>(Map.of("workload-type", "general"));
        var builder = SimWorld.of(config).seed(3);
        var small = List.of("a", "b", "c", "d", "stuck");
        for (var name : small) // the least used node is the first to be emptied
            builder.deployment("web", name, 0, SimWorldBuilder.shape(name.equals("stuck") ? 100 : 200, 256L << 20, place, List.of()));
        builder.deployment("web", "bulk", 5, SimWorldBuilder.shape(1100, 512L << 20, place, List.of()));
        world = builder.build();
        sim = new SimLoop(world, config);
        sim.until("a large pod on each of five nodes", Duration.ofMinutes(10), this::allReady);
        for (var name : small) { // each goes on the emptiest node
            world.setReplicas("web", name, 1);
            expected++;
            sim.until(name + " runs", Duration.ofMinutes(1), this::allReady);
        }
        world.finalizePods("web", "stuck", true);
        world.setReplicas("web", "bulk", 0);
    }

    @Test
    void theOthersGoTheStuckOneIsOpenedWithAReasonAndGrowthGoesOnMeanwhile() {
        sim.until("the stuck pod is told to go", Duration.ofMinutes(30), () -> sim.done(Action.Evict.class).stream()
                .anyMatch(evict -> evict.pod().startsWith("stuck-")));
        world.push("executor", 6, Duration.ofMinutes(1));
        sim.until("jobs run that need a node of another pool, while it is stuck", DRAIN_TIMEOUT, () -> world.stats().waits().size() == 6);
        sim.until("the stuck node is opened", DRAIN_TIMEOUT.plusSeconds(10), () -> sim.performed.stream()
                .anyMatch(each -> each.step().action() instanceof Action.Uncordon && each.step().why() instanceof Reason.DrainTimedOut));
        assertThat(sim.done(Action.Terminate.class)).as("nodes that went meanwhile").isNotEmpty();
        var stuck = sim.done(Action.Evict.class).stream().filter(evict -> evict.pod().startsWith("stuck-")).findFirst().orElseThrow().node();
        assertThat(world.liveNodes()).filteredOn(node -> node.name().equals(stuck)).singleElement()
                .satisfies(node -> assertThat(node.open()).isTrue());
        world.finalizePods("web", "stuck", false);
        sim.until("it goes too, once nothing keeps it", Duration.ofMinutes(30), () -> world.live(GENERAL).desired() == 2);
        assertThat(world.killedJobs()).isZero();
    }

    private boolean allReady() {
        var pods = sim.tick().snapshot().pods();
        return pods.size() == expected && pods.stream().allMatch(Pod::ready);
    }

    private static Config config() {
        var like = PlatformConfig.config();
        return new Config(like.redis(), like.executors(), like.nodePools(),
                new ScaleDownConfig(5, 30, 5, (int) DRAIN_TIMEOUT.toSeconds(), 0.5, 0, 0, 1200),
                like.control(), like.placeholderImage(), like.priorityCutoff());
    }
}
