package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words go on in the next line, and none is lost as long as there is another one. */
@Tag("unit")
class LinesTest {

    private static final String WORDS = "one two  three four-five " + "x".repeat(45) + " six seven eight nine ten";

    @Test
    void linesAreBrokenAtBlanksAndWithinAWordThatNoLineHolds() {
        assertThat(Lines.wrapped("  a ", "    ", "one two three four", 12, 9)).containsExactly("  a one two", "    three", "    four");
        assertThat(Lines.wrapped("", "  ", "abcdefghij kl", 6, 9)).containsExactly("abcdef", "  ghij", "  kl");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 20, 33, 100, 200})
    void noLineIsTooLongAndNoWordIsLost(int width) {
        var lines = Lines.wrapped("label ", "    ", WORDS, width, Integer.MAX_VALUE);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
        assertThat(String.join("", lines).replaceAll(" ", "")).isEqualTo(("label " + WORDS).replaceAll(" ", ""));
    }

    @Test
    void whatDoesNotFitIsCutOffVisibly() {
        assertThat(Lines.wrapped("", "", "one two three four", 9, 2)).isEqualTo(List.of("one two", "three …"));
        assertThat(Lines.wrapped("", "", "one two three", 8, 1)).isEqualTo(List.of("one two…"));
        assertThat(Lines.wrapped("", "", "one two", 12, 1)).isEqualTo(List.of("one two"));
    }
}
