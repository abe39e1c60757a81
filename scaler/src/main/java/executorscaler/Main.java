package executorscaler;

import executorscaler.cli.CommandLines;
import java.security.Security;
import picocli.CommandLine;

/** Arguments to command. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        // AWS and cloud Redis move behind their names; the JDK would hold on to a failed look-up for 10 s and, under a security manager, to an address for ever.
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        System.exit(commandLine(args).execute(args));
    }

    /** The command line, for running it without ending the JVM. */
    public static CommandLine commandLine(String... arguments) {
        return CommandLines.all(arguments);
    }
}
