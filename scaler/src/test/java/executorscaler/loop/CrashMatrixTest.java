package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.loop.Telling.Successor;
import executorscaler.plan.Action;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * At every write of every story the process dies, before it or after it, or is told a lie about it; and whoever goes on, the same service started again or a second
 * replica, brings the story to the end that it would have had.
 */
@Tag("simulation")
class CrashMatrixTest {

    @ParameterizedTest
    @EnumSource(CrashStory.class)
    void whereverItDiesTheStoryEndsAsItWould(CrashStory story) {
        var troubles = new ConcurrentSkipListMap<String, String>();
        int tellings = 0;
        for (var successor : Successor.values()) {
            var undisturbed = new Telling(story, CrashPoint.NONE, successor, StaleReads.NONE).tell();
            assertThat(undisturbed.end().killed()).isZero();
            var points = IntStream.range(0, undisturbed.writes().size()).boxed()
                    .flatMap(write -> Arrays.stream(CrashPoint.Way.values()).map(way -> new CrashPoint(write, way))).toList();
            tellings += points.size();
            points.parallelStream().forEach(point -> {
                var name = successor + " " + point + " (" + undisturbed.writes().get(point.write()) + ")";
                try {
                    var told = new Telling(story, point, successor, StaleReads.NONE).tell();
                    if (!told.end().equals(undisturbed.end())) troubles.put(name, told.end() + " instead of " + undisturbed.end());
                    if (told.launched() > undisturbed.launched() + 1)
                        troubles.put(name, told.launched() + " instances launched, without it " + undisturbed.launched());
                    if (point.way() != CrashPoint.Way.UNANSWERED && told.deaths() != 1) troubles.put(name, "died " + told.deaths() + " times");
                } catch (AssertionError | RuntimeException failed) {
                    troubles.put(name, String.valueOf(failed.getMessage()));
                }
            });
            System.out.println(story + ", " + successor + ": " + undisturbed.writes().size() + " writes, " + undisturbed.end());
        }
        assertThat(troubles.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).toList())
                .as("%s of %s tellings", troubles.size(), tellings).isEmpty();
    }

    /** The stories would be worth little if they did not make the loop do everything that it can do. */
    @Test
    void theStoriesHaveEveryKindOfWrite() {
        var kinds = new TreeSet<String>();
        for (var story : CrashStory.values()) kinds.addAll(new Telling(story, CrashPoint.NONE, Successor.ITSELF, StaleReads.NONE).tell().writes());
        var all = Stream.of(Action.class.getPermittedSubclasses()).map(Class::getSimpleName)
                .map(name -> name.startsWith("Terminate") ? "terminate" : name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(kinds).isEqualTo(all);
    }
}
