package testbed;

import java.util.List;

/** A command ended with another code than 0; the message holds what it printed. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailed(List<String> command, int exitCode, String output) {
        super(String.join(" ", command) + ": exit code " + exitCode + "\n" + output);
        this.exitCode = exitCode;
    }

    /** The exit code, or -1 when the command could not be run at all. */
    public int exitCode() {
        return exitCode;
    }
}
