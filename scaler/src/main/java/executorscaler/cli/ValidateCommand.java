package executorscaler.cli;

import executorscaler.config.ConfigReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says everything that is wrong with a config. */
@Command(name = "validate", mixinStandardHelpOptions = true, description = "Lists every problem of a config, each with its path and line.", //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:the config is fine", "1:it has problems", "2:it cannot be read"}, //
        footer = {"", "Example:  executor-scaler validate --config config.yaml",
                "          kubectl get cm executor-scaler -o jsonpath='{.data.config\\.yaml}' | executor-scaler validate --config -"})
public final class ValidateCommand implements Callable<Integer> {

    @Option(names = {"-c", "--config", "-f"}, required = true, paramLabel = "FILE", description = "the config; - reads standard input")
    private String file = "";

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
            case ConfigReader.Valid valid -> {
                spec.commandLine().getOut().println(file + ": valid, " + valid.config().executors().size() + " executor(s), "
                        + valid.config().nodePools().size() + " node pool(s)");
                yield 0;
            }
            case ConfigReader.Invalid invalid -> {
                invalid.problems().forEach(problem -> spec.commandLine().getOut().println(file + ": " + problem));
                spec.commandLine().getErr().println(invalid.problems().size() + " problem(s)");
                yield 1;
            }
        };
    }

    private int unreadable(String why) {
        spec.commandLine().getErr().println(file + ": cannot be read: " + why);
        return 2;
    }
}
