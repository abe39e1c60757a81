package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The loop through hours of random arrivals and faults, a different world a seed. {@code -Dsim.seeds=N} for more, {@code -Dsim.seed=N} tells one seed's story. */
@Tag("simulation")
class SimSeedsTest {

    private static final int IN_THE_BUILD = 2000;

    private record Failure(Throwable what, List<String> story) {}

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|[^|]+\\| yes \\|");
    private static final int LINES_OF_A_FAILURE = 60;

    /** Clocks are set some thousand times. */
    @BeforeAll
    static void quiet() {
        level(Level.ERROR);
    }

    @AfterAll
    static void asBefore() {
        level(null);
    }

    private static void level(@Nullable Level level) {
        ((Logger) LoggerFactory.getLogger(ClockSteps.class)).setLevel(level);
    }

    /** And together they make the loop do everything that it can do: they would be worth little if they did not. */
    @Test
    void noSeedLosesAJobOrLeavesANode() throws IOException {
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
        var rows = new FaultRows();
        var failures = new ConcurrentSkipListMap<Long, Failure>();
        long start = System.nanoTime();
        LongStream.range(0, seeds).parallel().forEach(seed -> {
            var run = new SimSeed(seed);
            try {
                run.play().forEach(performed -> {
                    kinds.merge(performed.step().action().getClass().getSimpleName(), 1, Integer::sum);
                    if (performed.step().why() instanceof Reason.PutBack) putBack.incrementAndGet();
                });
                rows.add(run.rows());
                cutOff.addAndGet(run.world().jobsCutOffByOthers());
            } catch (AssertionError | RuntimeException failed) {
                failures.put(seed, new Failure(failed, run.story()));
            }
            ticks.addAndGet(run.ticks());
            stood.addAndGet(run.stood());
        });
        if (!failures.isEmpty()) failed(failures);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d seeds, %d ticks in %.1f s: %.1f seeds/s, %.0f ticks/s%n", seeds, ticks.get(), seconds, seeds / seconds,
                ticks.get() / seconds);
        System.out.println("steps: " + kinds + ", decisions let stand: " + stood);
        System.out.println("rows of the catalogue: " + rows.hits().size() + ", each so often: " + rows.hits());
        System.out.println("replicas put back: " + putBack + ", jobs cut off by rollouts and other writers: " + cutOff);
        assertThat(stood).as("decisions that were let stand, each held against a new one").hasPositiveValue();
        if (seeds >= IN_THE_BUILD) {
            assertThat(rows.hits().keySet()).as("rows of docs/faults.md that happened").isEqualTo(rowsOfTheDocument());
            assertThat(putBack).as("replicas put back").hasPositiveValue();
            assertThat(cutOff).as("jobs cut off by others: rollouts and rivals that hurt nobody would prove nothing").hasPositiveValue();
            assertThat(kinds.keySet()).containsExactlyElementsOf(
                    Stream.of(Action.class.getPermittedSubclasses()).map(Class::getSimpleName).sorted().toList());
        }
    }

    /** Rows of the catalogue that this test is said to do. */
    private static SortedSet<Integer> rowsOfTheDocument() throws IOException {
        var rows = new TreeSet<Integer>();
        for (var line : Files.readAllLines(Path.of(System.getProperty("project.root", ".."), "docs/faults.md"))) {
            var row = ROW.matcher(line);
            if (row.find()) rows.add(Integer.parseInt(row.group(1)));
        }
        return rows;
    }

    /** The first one's story, and what was wrong with the others. */
    private static void failed(NavigableMap<Long, Failure> failures) {
        var lines = new ArrayList<String>();
        failures.forEach((seed, each) -> lines.add("seed " + seed + " failed: " + each.what().getMessage()));
        var first = failures.firstEntry();
        var story = first.getValue().story();
        lines.add("replay the first with -Dtest=SimSeedsTest -Dsim.seed=" + first.getKey());
        lines.addAll(story.subList(Math.max(0, story.size() - LINES_OF_A_FAILURE), story.size()));
        fail(String.join("\n", lines), first.getValue().what());
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
