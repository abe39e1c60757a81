package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.plan.Action;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** AWS announces what it takes, and the loop uses the time. Pods of 30 s of grace, which say how many jobs they run; three a node, two jobs each. */
@Tag("simulation")
class NoticesInTimeTest {

    private static final String POOL = "compute-optimized";

    private final Config config = config();
    private final SimWorld world = SimWorld.of(config).build();
    private final SimLoop sim = new SimLoop(world, config);

    @Test
    void anInterruptionCostsNoJobThatEndsInTime() {
        work(6, Duration.ofSeconds(70));
        var id = instance();
        world.interrupt(id, 2, Duration.ZERO);
        sim.tick();
        assertThat(node(id).cordon()).isInstanceOf(Node.Cordon.ByUs.class);
        assertThat(world.live(POOL).desired()).as("its replacement is ordered in the same tick").isEqualTo(2);
        sim.step();
        assertThat(world.liveNotices()).as("both are done with when the node keeps what they say").isEmpty();
        sim.until("all jobs are done", Duration.ofMinutes(30), () -> world.stats().finished() == 6);
        assertThat(world.stats().interrupted()).isZero();
        sim.until("everything is given back", Duration.ofHours(1), () -> world.live(POOL).desired() == 0);
        assertThat(world.killedJobs()).isZero();
    }

    @Test
    void jobsThatAreTooLongAreToldToStopInTimeAndBeginAgainElsewhere() {
        world.givesJobsBack();
        work(6, Duration.ofMinutes(10));
        var id = instance();
        world.interrupt(id, 1, Duration.ZERO);
        sim.run(Duration.ofSeconds(79));
        assertThat(sim.tried(Action.Evict.class)).isEmpty();
        sim.run(Duration.ofSeconds(10));
        assertThat(sim.done(Action.Evict.class)).hasSize(3);
        assertThat(world.stats().interrupted()).isEqualTo(6);
        sim.until("all jobs are done", Duration.ofHours(1), () -> world.stats().finished() == 6);
        assertThat(world.killedJobs()).isZero();
    }

    @Test
    void aRecommendationThatNothingFollowsExpires() {
        work(6, Duration.ofHours(2));
        var id = instance();
        world.recommendRebalance(id, 1, Duration.ZERO);
        sim.run(Duration.ofMinutes(29));
        assertThat(node(id).open()).isFalse();
        sim.run(Duration.ofMinutes(2));
        assertThat(node(id).open()).isTrue();
        assertThat(node(id).announced()).isEmpty();
        assertThat(sim.tried(Action.Evict.class)).isEmpty();
        assertThat(world.stats().interrupted()).isZero();
    }

    @Test
    void aHookWaitsForTheJobsAndNotLonger() {
        work(6, Duration.ofMinutes(10));
        var id = instance();
        world.endWithHook(id, 1, Duration.ZERO);
        sim.until("all jobs are done", Duration.ofHours(1), () -> world.stats().finished() == 6);
        assertThat(world.stats().interrupted()).isZero();
        assertThat(sim.done(Action.ExtendHook.class)).as("every 20 s for 10 minutes").hasSizeBetween(20, 35);
        sim.until("the hook is let go", Duration.ofMinutes(2), () -> !sim.done(Action.CompleteHook.class).isEmpty());
        assertThat(world.podsEndedWithTheirNode()).isZero();
        assertThat(world.killedJobs()).isZero();
    }

    @Test
    void aDeadQueueIsSaidAndEverythingElseGoesOn() {
        world.fail(Missing.Source.NOTICES, "AWS refuses: AccessDenied");
        work(6, Duration.ofSeconds(30));
        sim.until("all jobs are done and all is given back", Duration.ofHours(1),
                () -> world.stats().finished() == 6 && world.live(POOL).desired() == 0);
        assertThat(sim.tick().snapshot().missing()).extracting(Missing::source).containsExactly(Missing.Source.NOTICES);
    }

    @Test
    void anOldMessageAfterAllIsOverClosesNothing() {
        work(6, Duration.ofHours(1));
        var id = instance();
        world.recommendRebalance(id, 1, Duration.ofMinutes(40));
        sim.run(Duration.ofMinutes(41));
        assertThat(world.liveNotices()).isEmpty();
        assertThat(sim.tried(Action.Announce.class)).isEmpty();
    }

    private void work(int jobs, Duration each) {
        world.push("executor", jobs, each);
        sim.until("all jobs run", Duration.ofMinutes(15), () -> world.stats().waits().size() == jobs);
    }

    private String instance() {
        return world.live(POOL).instances().stream().filter(each -> each.lifecycle() == Pool.Lifecycle.IN_SERVICE).findFirst().orElseThrow().id();
    }

    private Node node(String id) {
        return world.liveNodes().stream().filter(node -> node.providerId().endsWith(id)).findFirst().orElseThrow();
    }

    private static Config config() {
        var like = PlatformConfig.config();
        var executors = like.executors().stream().map(each -> new ExecutorConfig(each.name(), each.namespace(), each.deployment(), each.queue(),
                each.jobsPerPod(), each.minReplicas(), each.maxReplicas(), new WorkerConfig(BusySource.LEASE, false, 0))).toList();
        return new Config(like.redis(), executors, List.copyOf(like.nodePools()), like.scaleDown(), like.control(), like.placeholderImage(),
                like.priorityCutoff());
    }
}
