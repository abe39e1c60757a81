package executorscaler.kubernetes;

import java.nio.file.Path;

/** A file with Kubernetes objects is missing or cannot be read; the message names file, place and reason. */
public final class ManifestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    ManifestException(Path file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
        this.file = file;
    }

    /** The file as it was asked for. */
    public Path file() {
        return file;
    }
}
