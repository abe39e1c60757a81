package executorscaler.aws;

/** A file with a saved answer of AWS cannot be used. The message names the file and says why, in words for the command line. */
public final class UnreadableDescription extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreadableDescription(String file, String why, Throwable cause) {
        super(file + ": " + why, cause);
    }

    UnreadableDescription(String file, String why) {
        super(file + ": " + why);
    }
}
