package executorscaler.config;

/**
 * One thing wrong with a config.
 *
 * @param path where, e.g. {@code executors[0].jobsPerPod}; empty: the file as a whole
 * @param message what rule was broken, and by which value
 * @param line in the file, from 1; 0 where there is none
 */
public record Problem(String path, String message, int line) {

    @Override
    public String toString() {
        var where = path.isEmpty() ? "" : path + ": ";
        return where + message + (line > 0 ? " (line " + line + ")" : "");
    }
}
