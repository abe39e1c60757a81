package testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be called green. */
@Tag("unit")
class TierTableTest {
    @TempDir
    Path folder;

    @Test
    void everyTierRanAndIsGreen() throws IOException {
        write("a", passed(3, Tiers.ALL));

        TierTable.Result result = TierTable.of(List.of(folder), true);

        assertThat(result.green()).isTrue();
        assertThat(result.table().lines().skip(1)).hasSize(Tiers.ALL.size()).allMatch(line -> line.endsWith("ok"));
    }

    @Test
    void aTierWithoutAPassedTestIsAnErrorOnABuildServerAndNeverOk() throws IOException {
        Map<String, TierCount> counts = passed(1, Tiers.ALL);
        counts.put("redis", skipped("missing tool x: not installed"));
        write("a", counts);

        assertThat(TierTable.of(List.of(folder), true).green()).isFalse();
        assertThat(TierTable.of(List.of(folder), false).green()).isTrue();
        assertThat(line("redis", TierTable.of(List.of(folder), false))).endsWith("did not run: missing tool x: not installed");
    }

    @Test
    void aTierNobodyHeardOfIsAnErrorOnABuildServer() throws IOException {
        assertThat(TierTable.of(List.of(folder), true).green()).isFalse();
        assertThat(TierTable.of(List.of(folder), true).table()).doesNotContain(" ok");
    }

    @Test
    void onlyDockerMayBeMissingOnABuildServer() throws IOException {
        Map<String, TierCount> counts = passed(1, Tiers.ALL);
        counts.remove("docker");
        write("a", counts);

        assertThat(TierTable.of(List.of(folder), true).green()).isTrue();
    }

    @Test
    void aTierThatRanInPartForWantOfAToolIsNotOk() throws IOException {
        write("a", passed(1, Tiers.ALL));
        write("b", Map.of("aws", skipped("missing tool python: no")));

        TierTable.Result result = TierTable.of(List.of(folder), true);

        assertThat(result.green()).isFalse();
        assertThat(line("aws", result)).contains("INCOMPLETE");
    }

    @Test
    void countsOfSeveralFilesAddUpAndOneFailureIsRed() throws IOException {
        write("a", passed(2, List.of("unit")));
        TierCount failed = new TierCount();
        failed.failed = 1;
        write("b", Map.of("unit", failed));

        TierTable.Result result = TierTable.of(List.of(folder), false);

        assertThat(line("unit", result)).matches("unit +2 +1 +0 +FAILED");
        assertThat(result.green()).isFalse();
    }

    @Test
    void aRunThatDidNotFinishIsRed() throws IOException {
        write("a", passed(1, Tiers.ALL));
        TierFile.begin(folder.resolve("tiers-b.tsv"));

        assertThat(TierTable.of(List.of(folder), false).green()).isFalse();
    }

    private void write(String name, Map<String, TierCount> counts) throws IOException {
        TierFile.write(folder.resolve("tiers-" + name + ".tsv"), counts);
    }

    private static Map<String, TierCount> passed(int tests, List<String> tiers) {
        Map<String, TierCount> counts = new HashMap<>();
        tiers.forEach(tier -> counts.computeIfAbsent(tier, any -> new TierCount()).passed = tests);
        return counts;
    }

    private static TierCount skipped(String reason) {
        TierCount count = new TierCount();
        count.skipped = 1;
        count.reasons.add(reason);
        return count;
    }

    private static String line(String tier, TierTable.Result result) {
        return result.table().lines().filter(line -> line.startsWith(tier + " ")).findFirst().orElseThrow().trim();
    }
}
