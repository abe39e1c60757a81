package executorscaler.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Time, chance and iteration order are inputs of {@code plan} and {@code snapshot}: their sources may not name what brings them in by another door. */
@Tag("unit")
class PurityTest {

    /** The last ones iterate in an order that differs from one run of the JVM to the next; a LinkedHashMap does not. */
    private static final List<Pattern> BANNED = Stream
            .of("Instant\\.now", "Instant::now", "\\bClock\\b", "\\bSystem\\.", "randomUUID", "new Random", "Math\\.random", "\\bThread\\b",
                    "\\bHashMap\\b", "\\bHashSet\\b", "\\bMap\\.of\\b", "\\bSet\\.of\\b", "Map\\.copyOf", "Set\\.copyOf", "toSet\\(\\)", "toMap\\(",
                    "groupingBy\\(")
            .map(Pattern::compile).toList();

    @Test
    void planAndSnapshotTakeTimeChanceAndOrderAsInputs() throws IOException {
        var found = new ArrayList<String>();
        for (var name : List.of("plan", "snapshot")) {
            try (var files = Files.walk(Path.of("src/main/java/executorscaler", name))) {
                var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
                assertThat(sources).isNotEmpty();
                sources.forEach(file -> found.addAll(bannedIn(file)));
            }
        }
        assertThat(found).isEmpty();
    }

    private static List<String> bannedIn(Path file) {
        try {
            var found = new ArrayList<String>();
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                for (Pattern pattern : BANNED) {
                    if (pattern.matcher(lines.get(i)).find()) found.add(file + ":" + (i + 1) + " " + pattern);
                }
            }
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
