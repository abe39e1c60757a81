package executorscaler.cli;

import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.config.Doubts;
import executorscaler.report.ConfigJson;
import executorscaler.report.Sentences;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says everything that is wrong with a config. */
@Command(name = "validate", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Lists every problem of a config, each with its path and line.", "",
        "Examples:", "  executor-scaler validate -f docs/examples/platform.yaml",
        "  executor-scaler validate -f docs/examples/platform.yaml --strict -o json",
        "  kubectl get cm executor-scaler -o jsonpath='{.data.config\\.yaml}' | executor-scaler validate -f -", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:the config is fine", "1:it has problems", "2:it cannot be read, or wrong usage",
                "3:with --strict: it is valid, and something in it is doubtful"})
public final class ValidateCommand implements Callable<Integer> {

    @Option(names = {"-c", "--config", "-f"}, required = true, paramLabel = "FILE", description = "the config; - reads standard input")
    private String file = "";

    @Option(names = "--strict", description = "end with 3 where something is valid and doubtful")
    private boolean strict;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        String yaml;
        try {
            yaml = file.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(Path.of(file));
        } catch (NoSuchFileException missing) {
            return unreadable("there is no such file");
        } catch (MalformedInputException binary) {
            return unreadable("not UTF-8 text");
        } catch (IOException failed) {
            return unreadable(failed.getClass().getSimpleName() + ": " + failed.getMessage());
        }
        return switch (ConfigReader.read(yaml, System.getenv())) {
            case ConfigReader.Valid valid -> valid(valid.config());
            case ConfigReader.Invalid invalid -> {
                output.print(() -> String.join("\n", invalid.problems().stream().map(problem -> file + ": " + problem).toList()),
                        () -> ConfigJson.invalid(file, invalid.problems()));
                spec.commandLine().getErr().println(Sentences.count(invalid.problems().size(), "problem"));
                yield 1;
            }
        };
    }

    private int valid(Config config) {
        var doubts = Doubts.of(config);
        output.print(() -> file + ": valid, " + Sentences.count(config.executors().size(), "executor") + ", "
                + Sentences.count(config.nodePools().size(), "node pool")
                + String.join("", doubts.stream().map(doubt -> "\n" + file + ": doubtful: " + doubt).toList()),
                () -> ConfigJson.valid(file, config, doubts));
        return strict && !doubts.isEmpty() ? 3 : 0;
    }

    private int unreadable(String why) {
        return output.fail(2, List.of(file + ": cannot be read: " + why));
    }
}
