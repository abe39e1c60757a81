package executorscaler.cli;

import executorscaler.report.Failure;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Writes what a command found out on stdout, in the format that was asked for, and what is wrong on stderr; programs find that on stdout too. */
final class OutputOption {

    @Option(names = {"-o",
            "--output"}, paramLabel = "FORMAT", defaultValue = "table", converter = Format.Reader.class, description = "table, json or yaml (default: ${DEFAULT-VALUE})")
    private Format format = Format.TABLE;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Writes one or the other. */
    void print(Supplier<String> table, Supplier<String> json) {
        var text = format == Format.TABLE ? Colours.painted(spec.commandLine().getColorScheme().ansi(), table.get()) : format.of(json.get());
        spec.commandLine().getOut().println(text.stripTrailing());
    }

    /** Whether a program reads what is printed. */
    boolean forPrograms() {
        return format != Format.TABLE;
    }

    /** Says what is wrong, each problem on a line of its own, and answers with the exit code. */
    int fail(int exitCode, List<String> problems) {
        problems.forEach(spec.commandLine().getErr()::println);
        if (forPrograms()) spec.commandLine().getOut().println(format.of(Failure.json(problems)));
        return exitCode;
    }
}
