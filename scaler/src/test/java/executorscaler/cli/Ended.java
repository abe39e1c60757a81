package executorscaler.cli;

import executorscaler.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A command that has run, and what it printed. */
record Ended(int exitCode, String out, String err) {

    /** The command line as people type it. */
    static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
        return new Ended(exitCode, out.toString(), err.toString());
    }
}
