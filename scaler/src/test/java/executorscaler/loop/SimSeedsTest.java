package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loop through hours of random arrivals and faults, a different world a seed. {@code -Dsim.seeds=N} for more, {@code -Dsim.seed=N} tells one seed's story. */
@Tag("simulation")
class SimSeedsTest {

    private static final int IN_THE_BUILD = 1000;
    private static final int LINES_OF_A_FAILURE = 60;

    /** And together they make the loop do everything that it can do: they would be worth little if they did not. */
    @Test
    void noSeedLosesAJobOrLeavesANode() {
        var one = Long.getLong("sim.seed");
        if (one != null) {
            var run = new SimSeed(one);
            try {
                run.play();
            } finally {
                run.story().forEach(System.out::println);
            }
            return;
        }
        int seeds = Integer.getInteger("sim.seeds", IN_THE_BUILD);
        var ticks = new AtomicLong();
        var stood = new AtomicLong();
        var kinds = new ConcurrentSkipListMap<String, Integer>();
        var putBack = new AtomicLong();
        var cutOff = new AtomicLong();
        long start = System.nanoTime();
        LongStream.range(0, seeds).parallel().forEach(seed -> {
            var run = new SimSeed(seed);
            try {
                run.play().forEach(performed -> {
                    kinds.merge(performed.step().action().getClass().getSimpleName(), 1, Integer::sum);
                    if (performed.step().why() instanceof Reason.PutBack) putBack.incrementAndGet();
                });
                cutOff.addAndGet(run.world().jobsCutOffByOthers());
            } catch (AssertionError | RuntimeException failed) {
                var story = run.story();
                fail("seed " + seed + " failed: " + failed.getMessage() + "\nreplay it with -Dtest=SimSeedsTest -Dsim.seed=" + seed + "\n"
                        + String.join("\n", story.subList(Math.max(0, story.size() - LINES_OF_A_FAILURE), story.size())), failed);
            }
            ticks.addAndGet(run.ticks());
            stood.addAndGet(run.stood());
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d seeds, %d ticks in %.1f s: %.1f seeds/s, %.0f ticks/s%n", seeds, ticks.get(), seconds, seeds / seconds,
                ticks.get() / seconds);
        System.out.println("steps: " + kinds + ", decisions let stand: " + stood);
        System.out.println("replicas put back: " + putBack + ", jobs cut off by rollouts and other writers: " + cutOff);
        assertThat(stood).as("decisions that were let stand, each held against a new one").hasPositiveValue();
        if (seeds >= IN_THE_BUILD) {
            assertThat(putBack).as("replicas put back").hasPositiveValue();
            assertThat(cutOff).as("jobs cut off by others: rollouts and rivals that hurt nobody would prove nothing").hasPositiveValue();
            assertThat(kinds.keySet()).containsExactlyElementsOf(
                    Stream.of(Action.class.getPermittedSubclasses()).map(Class::getSimpleName).sorted().toList());
        }
    }

    @Test
    void oneSeedIsOneStory() {
        for (long seed : new long[]{3, 17}) {
            var one = new SimSeed(seed);
            var other = new SimSeed(seed);
            one.play();
            other.play();
            assertThat(one.world().traceHash()).isEqualTo(other.world().traceHash());
            assertThat(one.story()).isEqualTo(other.story());
        }
    }

    /** A check that cannot fail is not a check: somebody who lowers desired capacity by number does kill jobs, and the same run says so. */
    @Test
    void theRunNoticesALostJob() {
        assertThat(LongStream.range(0, 4).filter(seed -> {
            try {
                new SimSeed(seed, true).play();
                return false;
            } catch (AssertionError found) {
                return String.valueOf(found.getMessage()).contains("killed jobs");
            }
        }).count()).isPositive();
    }
}
