package executorscaler.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** Colours are for terminals: not for pipes and files, and not where somebody does without them. */
final class Colours {

    /** The option that switches them off. */
    static final String OFF = "--no-color";

    private Colours() {}

    /** Whether to use them: {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} say no, and so does the option. */
    static Ansi choice(boolean terminal, Map<String, String> environment, List<String> arguments) {
        boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty() || environment.getOrDefault("TERM", "").equals("dumb")
                || arguments.contains(OFF);
        return terminal && !unwanted ? Ansi.ON : Ansi.OFF;
    }

    /** Whether somebody looks at what is written. */
    @SuppressWarnings("SystemConsoleNull") // it is null where the image has no module jdk.internal.le
    static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /** What grows in green, what goes in red, what is held in yellow, by how a line begins. */
    static String painted(Ansi ansi, String text) {
        if (!ansi.enabled()) return text;
        return text.lines().map(line -> {
            var style = line.startsWith("+ ")
                    ? "fg(green)"
                    : line.startsWith("- ") ? "fg(red)" : line.startsWith("= ") || line.startsWith("  held up") ? "fg(yellow)" : "";
            return style.isEmpty() ? line : Ansi.Style.on(Ansi.Style.parse(style)) + line + Ansi.Style.off(Ansi.Style.parse(style));
        }).collect(Collectors.joining("\n"));
    }
}
