package executorscaler.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete commands and options. */
@Command(name = "completion", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Prints a script by which bash and zsh complete commands and options.", "", "Examples:",
        "  executor-scaler completion > ~/.executor-scaler-completion", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:printed", "2:wrong usage"}, //
        footer = {"", "Then, in ~/.bashrc, with the alias that the script completes:",
                "  alias executor-scaler='java -jar /path/to/executor-scaler.jar'", "  source ~/.executor-scaler-completion"})
public final class CompletionCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().getOut().println(AutoComplete.bash("executor-scaler", spec.root().commandLine()));
    }
}
