package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between two texts makes the one into the other, and is small where little differs. */
@Tag("unit")
class LineDeltaTest {

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource({"a b c, a b c, '=0,3'", "a b c, a x c, '=0,1 +x =2,1'", "a b c, b c, '=1,2'", "a b c, c b a, '=2,1 =1,1 =0,1'", "a, b, '+b'",
            "a a a, a a a a, '=0,3 =0,1'"})
    void aDeltaSaysWhatIsCopiedAndWhatIsNew(String old, String next, String delta) {
        assertThat(LineDelta.between(lines(old), lines(next))).isEqualTo(lines(delta));
    }

    @Test
    void appliedToTheOldItMakesTheNew() {
        var random = new Random(7);
        var old = List.<String>of("start");
        for (int i = 0; i < 500; i++) {
            var next = new ArrayList<>(old);
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = random.nextInt(next.size());
                if (random.nextBoolean()) next.add(at, "line " + random.nextInt(20));
                else if (next.size() > 1) next.remove(at);
            }
            assertThat(LineDelta.applied(old, LineDelta.between(old, next))).isEqualTo(next);
            old = next;
        }
    }

    private static List<String> lines(String words) {
        return List.of(words.split(" ", -1));
    }
}
