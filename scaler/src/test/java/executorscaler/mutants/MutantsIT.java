package executorscaler.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;

/** Known mistakes, {@code src/test/mutants}, are made one by one: the tests have to notice each. {@code -Dmutants=07} tries those whose name begins so. */
@Tag("control-plane")
@RequiresTool("go")
class MutantsIT {

    private static final Path PATCHES = Path.of("src", "test", "mutants");
    private static final int MISTAKES = 24; // and 0, the canary

    @Test
    void everyKnownMistakeIsCaught() throws Exception {
        var asked = System.getProperty("mutants", "");
        var mutants = mutants().stream().filter(mutant -> mutant.name().startsWith(asked)).toList();
        var fates = new TreeMap<String, Mutant.Fate>();
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var tried = new ArrayList<Future<Mutant.Fate>>();
            for (var mutant : mutants) tried.add(threads.submit(mutant::fate));
            for (int i = 0; i < mutants.size(); i++) fates.put(mutants.get(i).name(), tried.get(i).get());
        }
        fates.forEach((name, fate) -> System.out.println("mutant " + name + ": " + fate));
        if (asked.isEmpty())
            assertThat(mutants.stream().map(mutant -> Integer.parseInt(mutant.name().substring(0, 2)))).hasSize(MISTAKES + 1).doesNotHaveDuplicates();
        assertThat(fates).isNotEmpty().allSatisfy((name, fate) -> assertThat(fate).as(name).isInstanceOf(Mutant.Caught.class));
    }

    /** What changes nothing is not caught: whatever says "caught" to everything is no judge. */
    @Test
    void aChangeThatIsNoMistakeSurvives() throws Exception {
        var canary = mutants().getFirst();
        var harmless = new Mutant("harmless", canary.tests(), canary.source(),
                List.of(new Mutant.Hunk("public final class PlanCheck {\n", "public final class PlanCheck { // as it was\n")));
        assertThat(harmless.fate()).isInstanceOf(Mutant.Survived.class);
    }

    private static List<Mutant> mutants() throws IOException {
        try (var files = Files.list(PATCHES)) {
            return files.sorted().map(Mutant::read).toList();
        }
    }
}
