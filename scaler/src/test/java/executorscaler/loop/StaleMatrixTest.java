package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.StaleReads.Age;
import executorscaler.loop.StaleReads.Part;
import executorscaler.loop.Telling.Successor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each part of what is read is old, by so much, through a whole story: the story ends as it would, nobody is killed, and nothing is bought twice. */
@Tag("simulation")
class StaleMatrixTest {

    private static final Set<Part> BLINDING = EnumSet.of(Part.CLUSTER, Part.NODES, Part.WAITING_JOBS);

    /** What goes on while it is old. */
    enum Phase {
        IDLE(CrashStory.DEMAND_RETURNS, false), GROWING(CrashStory.GROW, false), FEWER_PODS(CrashStory.SHRINK_IDLE,
                false), DRAINING(CrashStory.SHRINK_WITH_BUDGET, false), TAKE_OVER(CrashStory.COLD_START, true), SPOT(CrashStory.INTERRUPTED, false);

        final CrashStory story;
        final boolean leaderDies;

        Phase(CrashStory story, boolean leaderDies) {
            this.story = story;
            this.leaderDies = leaderDies;
        }
    }

    private record Cell(Part part, Age age) {}

    @ParameterizedTest
    @EnumSource(Phase.class)
    void whateverIsOldTheStoryEndsAsItWould(Phase phase) {
        var successor = phase.leaderDies ? Successor.OTHER_REPLICA : Successor.ITSELF;
        var undisturbed = new Telling(phase.story, CrashPoint.NONE, successor, StaleReads.NONE).tell();
        var middle = new CrashPoint(undisturbed.writes().size() / 2, CrashPoint.Way.NOT_RECORDED);
        var cells = Arrays.stream(Part.values()).filter(part -> part != Part.NOTHING)
                .flatMap(part -> Stream.of(Age.values()).map(age -> new Cell(part, age))).toList();
        assertThat(cells).hasSize(45);
        var troubles = new ConcurrentSkipListMap<String, String>();
        cells.parallelStream().forEach(cell -> {
            boolean dies = phase.leaderDies || cell.age() == Age.BEFORE_THE_RESTART;
            try {
                var told = new Telling(phase.story, dies ? middle : CrashPoint.NONE, successor, new StaleReads(cell.part(), cell.age())).tell();
                if (!told.end().equals(undisturbed.end())) troubles.put(cell.toString(), told.end() + " instead of " + undisturbed.end());
                // A node that nobody sees for longer than nodes take to join counts as one that never joined: its replacement is bought. And work that is seen so late
                // finds the nodes of earlier work gone.
                boolean blind = cell.age() == Age.FIVE_MINUTES && BLINDING.contains(cell.part());
                if (!blind && told.launched() > undisturbed.launched() + 1)
                    troubles.put(cell + " bought", told.launched() + " instances launched, otherwise " + undisturbed.launched());
                if (dies && told.deaths() != 1) troubles.put(cell + " died", told.deaths() + " times");
            } catch (AssertionError | RuntimeException failed) {
                troubles.put(cell.toString(), String.valueOf(failed.getMessage()));
            }
        });
        assertThat(troubles.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).toList())
                .as("%s of %s cells of %s", troubles.size(), cells.size(), phase).isEmpty();
    }
}
