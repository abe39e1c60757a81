package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.ClusterWriter;
import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.plan.Action;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes on one world and one Lease. One of them is stopped where it hurts, as by SIGSTOP, and goes on when the other leads. */
@Tag("simulation")
class TwoLeadersTest {

    private static final String POOL = "compute-optimized";
    private static final Duration STOP = Duration.ofSeconds(40);
    private static final Config CONFIG = PlatformConfig.config();

    private final SimWorld world = SimWorld.of(CONFIG).seed(3).build();
    private final SimLease lease = SimLease.neverHeld();
    private final Member a = new Member("a");
    private final Member b = new Member("b");

    /** A process: its elector and its loop, and where it is to be stopped. */
    private final class Member {
        private final Elector elector;
        private final SimLoop sim;
        private boolean stopBeforeSteps; // of the next plan that has any
        private boolean stopAfterLook; // at a node that is to be ended
        private Runnable whenStopped = () -> {};
        private boolean stopped;

        Member(String identity) {
            elector = new Elector(lease, identity, world.clock(), () -> {});
            sim = new SimLoop(world, CONFIG, elector, SimWays.to(world).writing(looks(), world.cloudWrites(), world.noticeWrites()), steps());
        }

        void turn() {
            if (stopped) return;
            if (world.clock().elapsed().toSeconds() % 2 == 0) elector.turn();
            sim.tick();
        }

        /** The steps of a plan go out one by one; before the first of the plan in which it is to be stopped nothing happens for a while. */
        private Executor steps() {
            return step -> {
                if (stopBeforeSteps) {
                    stopBeforeSteps = false;
                    stopNow();
                }
                step.run();
            };
        }

        private ClusterWriter looks() {
            return (ClusterWriter) Proxy.newProxyInstance(ClusterWriter.class.getClassLoader(), new Class<?>[]{ClusterWriter.class},
                    (_, method, arguments) -> {
                        try {
                            var outcome = method.invoke(world.clusterWrites(), arguments);
                            if (method.getName().equals("confirmEmpty") && stopAfterLook) {
                                stopAfterLook = false;
                                assertThat(outcome).isInstanceOf(Outcome.Done.class);
                                stopNow();
                            }
                            return outcome;
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
        }

        private void stopNow() {
            stopped = true;
            whenStopped.run();
            run(STOP);
            stopped = false;
        }
    }

    private void run(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            world.advance(Duration.ofSeconds(1));
            a.turn();
            b.turn();
        }
    }

    private void until(String what, Duration atMost, BooleanSupplier so) {
        for (long second = 0; !so.getAsBoolean(); second++) {
            if (second > atMost.toSeconds()) throw new AssertionError("not within " + atMost + ": " + what + "\n" + a.sim.story + "\n" + b.sim.story);
            run(Duration.ofSeconds(1));
        }
    }

    @Test
    void theFollowerPlansWhatTheLeaderPlansAndPerformsNothing() {
        run(Duration.ofSeconds(4));
        world.push("executor", 20, Duration.ofMinutes(5));
        world.advance(Duration.ofSeconds(1));
        var planned = b.sim.tick();
        assertThat(planned.role()).isEqualTo(new Role.Follower("b", "a", ""));
        assertThat(planned.plan().steps()).isNotEmpty();
        assertThat(planned.performed()).isEmpty();
        assertThat(a.sim.tick().plan().steps()).isEqualTo(planned.plan().steps());
        run(Duration.ofMinutes(4));
        assertThat(a.sim.done(Action.RaiseCapacity.class)).isNotEmpty();
        assertThat(b.sim.performed).isEmpty();
    }

    @Test
    void aLeaderThatIsStoppedBetweenPlanAndOrderBuysNothingWhenItGoesOn() {
        run(Duration.ofSeconds(4));
        a.stopBeforeSteps = true;
        world.push("executor", 20, Duration.ofMinutes(5));
        until("b has bought", Duration.ofMinutes(3), () -> !b.sim.done(Action.RaiseCapacity.class).isEmpty());
        run(Duration.ofMinutes(5));
        assertThat(a.sim.tried(Action.RaiseCapacity.class)).as("it had one planned").hasSize(1);
        assertThat(a.sim.performed).allSatisfy(
                each -> assertThat(each.outcome()).isEqualTo(new Outcome.Refused("this process is no longer the leader that planned it")));
        assertThat(b.sim.done(Action.RaiseCapacity.class)).as("bought once").hasSize(1);
        assertThat(world.stats().launched()).isEqualTo(b.sim.done(Action.RaiseCapacity.class).getFirst().desired());
    }

    /** It has looked, and the node was empty. While it is stopped jobs come, and whoever leads then opens the node again. */
    @Test
    void aLeaderThatIsStoppedBetweenLookAndEndDoesNotEndTheNode() {
        run(Duration.ofSeconds(4));
        world.push("executor", 3, Duration.ofMinutes(1));
        until("the work is done", Duration.ofMinutes(10), () -> world.stats().finished() == 3);
        a.stopAfterLook = true;
        a.whenStopped = () -> world.push("executor", 3, Duration.ofMinutes(10));
        until("it was stopped there", Duration.ofMinutes(60), () -> !a.stopAfterLook);
        assertThat(a.sim.tried(Action.Terminate.class)).hasSize(1);
        assertThat(a.sim.done(Action.Terminate.class)).isEmpty();
        assertThat(b.sim.done(Action.Uncordon.class)).hasSize(1);
        until("b has given all back", Duration.ofMinutes(60), () -> world.live(POOL).desired() == 0);
        assertThat(world.stats().finished()).isEqualTo(6);
        assertThat(world.killedJobs()).isZero();
        assertThat(world.podsEndedWithTheirNode()).isZero();
    }

    /** At whatever second of the story the leader is stopped, whoever leads then goes on from what is there. */
    @ParameterizedTest(name = "stopped after {0} s")
    @ValueSource(ints = {1, 5, 30, 92, 100, 130, 200, 400, 480, 540, 600, 700})
    void wheneverTheLeaderIsStoppedAllIsServedOnceAndGivenBack(int second) {
        run(Duration.ofSeconds(4));
        world.push("executor", 20, Duration.ofMinutes(2));
        run(Duration.ofSeconds(second));
        a.stopped = true;
        run(STOP);
        a.stopped = false;
        until("all is given back", Duration.ofMinutes(90), () -> world.live(POOL).desired() == 0 && world.stats().finished() == 20);
        assertThat(a.elector.role().writes()).isFalse();
        assertThat(b.elector.role().writes()).isTrue();
        var bought = Stream.of(a, b).flatMap(one -> one.sim.done(Action.RaiseCapacity.class).stream()).toList();
        assertThat(bought).hasSize(1);
        assertThat(world.stats().launched()).isEqualTo(bought.getFirst().desired());
        assertThat(world.killedJobs()).isZero();
        assertThat(List.of(a, b)).allSatisfy(one -> assertThat(one.sim.tried(Action.Uncordon.class)).isEmpty());
    }
}
