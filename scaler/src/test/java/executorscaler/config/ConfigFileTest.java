package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConfigFileTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;
    private Instant now = START;

    @Test
    void aGoodTextIsInForceABadOneIsListedAndTheNextGoodOneTakesOver() throws Exception {
        var path = write(config(5));
        var file = ConfigFile.open(path, Map.of(), () -> now);
        var first = file.current();
        assertThat(first.config().executors().getFirst().maxReplicas()).isEqualTo(5);
        assertThat(first.generation()).isEqualTo(1);
        assertThat(first.rejected()).isEmpty();
        assertThat(first.since()).isEqualTo(START);

        now = START.plusSeconds(10);
        write(config(5).replace("maxReplicas: 5", "maxReplicas: many"));
        var bad = file.current();
        assertThat(bad.config()).isEqualTo(first.config());
        assertThat(bad.generation()).isEqualTo(1);
        assertThat(bad.rejected()).singleElement().returns("executors[0].maxReplicas", Problem::path);
        assertThat(bad.since()).isEqualTo(now);

        now = START.plusSeconds(20);
        assertThat(file.current()).as("a bad text that stays is no news").isEqualTo(bad);

        write(config(7));
        var good = file.current();
        assertThat(good.config().executors().getFirst().maxReplicas()).isEqualTo(7);
        assertThat(good.generation()).isEqualTo(2);
        assertThat(good.rejected()).isEmpty();
        assertThat(good.since()).isEqualTo(now);
    }

    @Test
    void returningToWhatIsInForceClearsTheProblemsAndIsNoNewGeneration() throws Exception {
        var path = write(config(5));
        var file = ConfigFile.open(path, Map.of(), () -> now);
        write("nonsense");
        assertThat(file.current().rejected()).isNotEmpty();
        write(config(5));
        assertThat(file.current().rejected()).isEmpty();
        assertThat(file.current().generation()).isEqualTo(1);
    }

    @Test
    void anEditOfEqualLengthWithinOneTickOfTheFileSystemsClockCounts() throws Exception {
        var path = write(config(5));
        var stamp = FileTime.from(START);
        Files.setLastModifiedTime(path, stamp);
        var file = ConfigFile.open(path, Map.of(), () -> now);
        write(config(6));
        Files.setLastModifiedTime(path, stamp);
        assertThat(file.current().config().executors().getFirst().maxReplicas()).isEqualTo(6);
    }

    /** The kubelet's way: config.yaml -> ..data/config.yaml, ..data -> ..2026_1, and an update renames a new ..data over the old one. */
    @Test
    void aConfigMapsSymlinkSwapCounts() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("..2026_1")).resolve("config.yaml"), config(5));
        Files.writeString(Files.createDirectory(folder.resolve("..2026_2")).resolve("config.yaml"), config(6));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
        var path = Files.createSymbolicLink(folder.resolve("config.yaml"), Path.of("..data/config.yaml"));
        var file = ConfigFile.open(path, Map.of(), () -> now);

        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(file.current().config().executors().getFirst().maxReplicas()).isEqualTo(6);
        assertThat(file.current().generation()).isEqualTo(2);
    }

    @Test
    void aFileThatIsGoneOrUnreadableIsRejectedAndTheLastGoodConfigStays() throws Exception {
        var path = write(config(5));
        var file = ConfigFile.open(path, Map.of(), () -> now);
        Files.delete(path);
        var gone = file.current();
        assertThat(gone.config().executors().getFirst().maxReplicas()).isEqualTo(5);
        assertThat(gone.rejected()).singleElement().hasToString(path + " cannot be read: there is no such file");

        Files.createDirectory(path);
        assertThat(file.current().rejected()).singleElement()
                .satisfies(problem -> assertThat(problem.message()).startsWith(path + " cannot be read: "));
        Files.delete(path);

        Files.write(path, new byte[]{(byte) 0xC3, 0x28});
        assertThat(file.current().rejected()).singleElement().hasToString("must be UTF-8 text");

        write("#" + "x".repeat(2_000_000));
        assertThat(file.current().rejected()).singleElement().hasToString("must not be larger than 1 MiB");

        write("\uFEFF" + config(5));
        assertThat(file.current().rejected()).isEmpty();
    }

    @Test
    void withoutAGoodConfigThereIsNoStartAndEveryProblemIsSaid() throws Exception {
        assertThatThrownBy(() -> ConfigFile.open(folder.resolve("missing.yaml"), Map.of(), () -> now)).isInstanceOf(ConfigRejected.class)
                .hasMessageContaining("there is no such file");
        var path = write(config(5).replace("maxReplicas: 5", "maxReplicas: many, minReplica: 1"));
        assertThatThrownBy(() -> ConfigFile.open(path, Map.of(), () -> now)).isInstanceOfSatisfying(ConfigRejected.class,
                rejected -> assertThat(rejected.problems()).hasSize(2)).hasMessageContaining("did you mean minReplicas?");
    }

    @Test
    void theEnvironmentOfTheStartCountsForEveryText() throws Exception {
        var path = write(config(5));
        var file = ConfigFile.open(path, Map.of("REDIS_URL", "redis://elsewhere:1"), () -> now);
        write(config(6));
        assertThat(file.current().config().redis().url()).isEqualTo("redis://elsewhere:1");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text);
    }

    private static String config(int maxReplicas) {
        return """
                redis: {url: "redis://cache:6379"}
                executors: [{name: a, deployment: n/a, queue: {kind: list, waiting: w, running: r}, maxReplicas: %d}]
                """.formatted(maxReplicas);
    }
}
