package executorscaler.cli;

import static java.util.stream.Collectors.joining;

import executorscaler.config.Config;
import executorscaler.report.Difference;
import executorscaler.report.Failure;
import executorscaler.report.Json;
import executorscaler.report.RecordedTick;
import executorscaler.report.Sentences;
import executorscaler.report.TickRecorder;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plans recorded ticks again, and shows what would be different. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Plans recorded ticks again, also with another config, and shows what would be different.", "", "Examples:",
        "  executor-scaler run -c config.yaml --record /var/lib/executor-scaler/ticks", "  executor-scaler replay /var/lib/executor-scaler/ticks",
        "  executor-scaler replay ticks-1795262400000-000000001.jsonl.gz --config new.yaml -o json", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:all ticks are planned as they were",
                "1:a file cannot be read or has no tick in it, or the config is wrong",
                "2:wrong usage", "3:something is planned differently"})
public final class ReplayCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "files that run --record wrote, or their directory")
    private List<Path> files = new ArrayList<>();

    @Option(names = {"-c", "-f", "--config"}, paramLabel = "FILE", description = "plan with this config instead of the recorded one")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--show", paramLabel = "N", defaultValue = "20", description = "ticks of which the differences are shown (default: ${DEFAULT-VALUE})")
    private int show = 20;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Different(long number, Instant at, Difference difference) {}

    @Override
    public Integer call() {
        var different = new ArrayList<Different>();
        long[] ticks = {0, 0}; // replayed, and lost in the recording
        try (var progress = new Progress(spec.commandLine().getErr(), "replaying", Colours.onTerminal())) {
            var other = config.isPresent() ? Optional.of(GivenConfig.withoutRedis(config.get())) : Optional.<Config>empty();
            var all = expanded();
            for (int i = 0; i < all.size(); i++) {
                var lines = lines(all.get(i));
                for (int j = 0; j < lines.size(); j++) {
                    progress.accept((i + j / (double) lines.size()) / all.size());
                    var line = lines.get(j);
                    var recorded = RecordedTick.parse(line);
                    var tick = Offline.tick(other.orElse(recorded.config()), recorded.snapshot(), recorded.memory());
                    var difference = Difference.between(recorded, tick.plan());
                    if (!difference.none()) different.add(new Different(recorded.number(), recorded.snapshot().takenAt(), difference));
                    ticks[0]++;
                    ticks[1] += recorded.lost();
                }
            }
            if (ticks[0] == 0)
                return output.fail(1, List.of("there is no recorded tick in " + files.stream().map(Path::toString).collect(joining(", "))));
            output.print(() -> text(ticks[0], ticks[1], different), () -> json(ticks[0], ticks[1], different));
            return different.isEmpty() ? 0 : 3;
        } catch (GivenConfig.Rejected rejected) {
            return output.fail(1, rejected.problems());
        } catch (IOException | IllegalArgumentException unreadable) {
            return output.fail(1, List.of(String.valueOf(unreadable.getMessage())));
        }
    }

    private List<Path> expanded() throws IOException {
        var all = new ArrayList<Path>();
        for (var file : files) {
            if (Files.isDirectory(file)) all.addAll(TickRecorder.recorded(file));
            else
                all.add(file);
        }
        return all;
    }

    /** A file whose process was killed has no end; all lines that are whole count. */
    private static List<String> lines(Path file) throws IOException {
        var lines = new ArrayList<String>();
        try (var in = Files.newInputStream(file);
                var reader = new BufferedReader(new InputStreamReader(file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in,
                        StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
        } catch (EOFException cut) {
            return lines;
        } catch (IOException unreadable) {
            throw new IOException(file + ": cannot be read: " + unreadable, unreadable);
        }
        return lines;
    }

    private String text(long ticks, long lost, List<Different> different) {
        var text = new StringBuilder();
        for (var one : different.subList(0, Math.min(show, different.size()))) {
            text.append("tick ").append(one.number()).append(" at ").append(one.at()).append('\n');
            one.difference().gone().forEach(words -> text.append("- ").append(words).append('\n'));
            one.difference().added().forEach(words -> text.append("+ ").append(words).append('\n'));
            text.append('\n');
        }
        if (different.size() > show) text.append("and ").append(Sentences.count(different.size() - show, "other tick")).append(", see --show\n\n");
        if (lost > 0) text.append(Sentences.count(lost, "tick")).append(lost == 1 ? " is" : " are").append(" missing in the recording.\n");
        return text + "Replayed " + Sentences.count(ticks, "tick") + ": " + (different.isEmpty() ? "all" : ticks - different.size())
                + " planned as they were, "
                + different.size() + " differently. Nothing was changed.";
    }

    private static String json(long ticks, long lost, List<Different> different) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION).put("ticks", ticks).put("lost", lost);
        var array = whole.putArray("different");
        for (var one : different) {
            var object = array.addObject().put("tick", one.number()).put("at", one.at().toString());
            var gone = object.putArray("gone");
            one.difference().gone().forEach(gone::add);
            var added = object.putArray("added");
            one.difference().added().forEach(added::add);
        }
        return Json.pretty(whole);
    }
}
