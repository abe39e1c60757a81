package executorscaler.cli;

import executorscaler.config.Nearest;
import executorscaler.http.CannotListen;
import executorscaler.observe.NoAccess;
import executorscaler.report.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and how they behave alike: colours, and what is written when the command line is wrong or a command breaks. */
public final class CommandLines {

    private static final int WIDTH = 110;

    private CommandLines() {}

    /** The command line, not yet executed. */
    public static CommandLine all(Ansi ansi) {
        var line = new CommandLine(new ExecutorScalerCommand());
        line.getCommandSpec().addOption(OptionSpec.builder(Colours.OFF).scopeType(ScopeType.INHERIT)
                .description("no colours; without a terminal, with NO_COLOR or TERM=dumb there are none anyway").build());
        for (var command : List.of(new RunCommand(), new DemoCommand(), new PlanCommand(), new WhyCommand(), new ValidateCommand(),
                new SimulateCommand(), new ReplayCommand(), new ImportCommand(), new IamCommand(), new AclCommand(), new CompletionCommand()))
            line.addSubcommand(command);
        return line.setColorScheme(Help.defaultColorScheme(ansi)).setUsageHelpWidth(WIDTH).setParameterExceptionHandler(CommandLines::wrong)
                .setExecutionExceptionHandler((broken, command, parsed) -> {
                    var format = Format.of(parsed.originalArgs().toArray(String[]::new));
                    if (broken instanceof CannotListen) {
                        tell(command, format, broken.getMessage() + " (another address: --http HOST:PORT)");
                        return command.getCommandSpec().exitCodeOnExecutionException();
                    }
                    if (broken instanceof NoAccess) {
                        tell(command, format, String.valueOf(broken.getMessage()));
                        return command.getCommandSpec().exitCodeOnExecutionException();
                    }
                    tell(command, format, broken.toString());
                    broken.printStackTrace(command.getErr());
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    /** The same with colours where somebody sees them. */
    public static CommandLine all(String... arguments) {
        return all(Colours.choice(Colours.onTerminal(), System.getenv(), Arrays.asList(arguments)));
    }

    private static int wrong(ParameterException wrong, String... arguments) {
        var command = wrong.getCommandLine();
        tell(command, Format.of(arguments), String.valueOf(wrong.getMessage()));
        nearest(wrong).ifPresent(meant -> command.getErr().println("Did you mean " + meant + "?"));
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static Optional<String> nearest(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()) return Optional.empty();
        var word = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
        var spec = wrong.getCommandLine().getCommandSpec();
        return Optional.of(Nearest.of(word, word.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet()))
                .filter(meant -> !meant.isEmpty());
    }

    private static void tell(CommandLine command, Format format, String message) {
        command.getErr().println(message);
        if (format != Format.TABLE) command.getOut().println(format.of(Failure.json(List.of(message))));
    }
}
