package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.PoolConfig;
import executorscaler.sim.Jobs;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Rollout;
import java.time.Instant;
import java.util.List;

/** How a seed's world has to be once nothing goes wrong any more and the work is done. */
final class SimPeace {

    private static final int PLATFORM_PODS = 6;
    private static final Jobs.Counts NO_JOBS = new Jobs.Counts(0, 0, 0);

    private final SimWorld world;
    private final Config config;
    private final MemoryJobs jobs;
    private final boolean scattered;

    /** @param scattered whether AWS took nodes away, and with them where the platform's own pods were */
    SimPeace(SimSetting setting, boolean scattered) {
        world = setting.world();
        config = setting.config();
        jobs = setting.jobs();
        this.scattered = scattered;
    }

    boolean isThere() {
        return markedAndLeft() == 0 && world.liveNotices().isEmpty()
                && runningNodes().stream().allMatch(node -> node.open() && node.announced().isEmpty())
                && config.executors().stream().allMatch(executor -> jobs.counts(executor.name(), Instant.MAX).equals(NO_JOBS))
                && config.nodePools().stream().allMatch(pool -> world.live(pool.name()).desired() <= restingSize(pool))
                && config.executors().stream()
                        .allMatch(executor -> world.liveReplicas(executor.namespace(), executor.deployment()) == executor.minReplicas()
                                && world.liveRollout(executor.namespace(), executor.deployment()).state() == Rollout.State.COMPLETE);
    }

    /** Nodes with an instance. */
    private List<Node> runningNodes() {
        var left = world.nodesLeftBehind();
        return world.liveNodes().stream().filter(node -> !left.contains(node.name())).toList();
    }

    /** A node that came and went unseen, in an outage, was told nothing: that its machine is gone only a person can know. Until then a rollout may wait for its pods. */
    void deleteNobodys() {
        var left = world.nodesLeftBehind();
        world.liveNodes().stream().filter(node -> left.contains(node.name()) && node.instance().isEmpty())
                .forEach(node -> world.deleteNode(node.name()));
    }

    /** Nodes that were told which instance they are, and whose instance is gone. */
    private long markedAndLeft() {
        var left = world.nodesLeftBehind();
        return world.liveNodes().stream().filter(node -> left.contains(node.name()) && !node.instance().isEmpty()).count();
    }

    /** The minimum, or what executors that must stay need: two 2-CPU pods never go on one t3.large, three go on a c5.2xlarge. */
    private int restingSize(PoolConfig pool) {
        // AWS scatters the platform's own pods, and a node that is used more than the threshold stays.
        if (scattered && pool.name().equals("general")) return Math.max(pool.minSize(), PLATFORM_PODS);
        int pods = config.executors().stream().mapToInt(ExecutorConfig::minReplicas).sum();
        return pool.name().equals("compute") || pool.name().equals("spot") ? Math.max(pool.minSize(), pods) : pool.minSize();
    }

    /** @param lost jobs that nobody could keep */
    void hold(long lost) {
        var stats = world.stats();
        for (var executor : config.executors()) {
            assertThat(jobs.counts(executor.name(), Instant.MAX)).as("jobs of " + executor.name() + " left").isEqualTo(NO_JOBS);
            assertThat(world.liveReplicas(executor.namespace(), executor.deployment())).as("replicas of " + executor.name())
                    .isEqualTo(executor.minReplicas());
        }
        assertThat(markedAndLeft()).as("nodes whose instance is gone").isZero();
        for (var pool : config.nodePools()) {
            assertThat(world.live(pool.name()).instances().stream().filter(Pool.Instance::protectedFromScaleIn)).as("protected in " + pool.name())
                    .allMatch(instance -> world.liveNodes().stream().anyMatch(node -> node.ready() && node.name().equals(instance.privateDns())));
        }
        for (var executor : config.executors()) {
            assertThat(world.liveRollout(executor.namespace(), executor.deployment()).state()).as("rollout of " + executor.name())
                    .isEqualTo(Rollout.State.COMPLETE);
        }
        assertThat(world.liveNotices()).as("notices that nobody deleted").isEmpty();
        assertThat(runningNodes()).as("nodes that are closed or told something").allMatch(node -> node.open() && node.announced().isEmpty());
        assertThat(world.livePodsMarked()).as("pods marked as the first to go").isZero();
        assertThat(stats.finished()).as("finished jobs").isEqualTo(stats.pushed() - lost);
        for (var pool : config.nodePools()) {
            assertThat(world.live(pool.name()).desired()).as("nodes of " + pool.name()).isBetween(pool.minSize(), restingSize(pool));
        }
    }
}
