package testbed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a tier of tests needs beyond a JDK, and whether this machine has it. */
public enum Tool {
    /** Builds and runs the Kubernetes control plane. */
    GO("control-plane"),
    /** Runs Moto, the stand-in for AWS. */
    PYTHON("aws"),
    /** A Docker engine that answers. */
    DOCKER("docker"),
    /** Debian's chromium and chromedriver. */
    CHROMIUM("chromium"),
    /** Debian's prometheus and promtool. */
    PROMETHEUS("prometheus");

    private final String tier;

    Tool(String tier) {
        this.tier = tier;
    }

    /** The tier of tests that needs this tool. */
    public String tier() {
        return tier;
    }

    /** The tool of this name, in any case. */
    public static Tool named(String name) {
        return valueOf(name.trim().toUpperCase(Locale.ROOT));
    }

    /** Why it cannot be used here, or empty when it can. Builds nothing. */
    public Optional<String> missing() {
        return switch (this) {
            case GO -> GoTools.built() ? Optional.empty() : failing("go is not installed", "go", "version");
            case PYTHON -> PythonTools.built()
                    ? Optional.empty()
                    : failing("python3 with venv is not installed", "python3", "-c",
                            "import venv, ensurepip");
            case DOCKER -> failing("no Docker engine answers", "docker", "version", "--format", "{{.Server.Version}}");
            case PROMETHEUS -> onPath("prometheus").isEmpty()
                    ? Optional.of("prometheus is not installed")
                    : onPath("promtool").isEmpty() ? Optional.of("promtool is not installed") : Optional.empty();
            case CHROMIUM -> onPath("chromium").isEmpty()
                    ? Optional.of("chromium is not installed")
                    : onPath("chromedriver").isEmpty() ? Optional.of("chromedriver is not installed") : Optional.empty();
        };
    }

    /** Builds what this tool needs in the user's cache; does nothing for tools that are not built. */
    public void prepare() {
        switch (this) {
            case GO -> GoTools.ensure();
            case PYTHON -> PythonTools.ensure();
            case DOCKER, CHROMIUM, PROMETHEUS -> {
                // Used as they are.
            }
        }
    }

    private static Optional<String> failing(String reason, String... command) {
        if (onPath(command[0]).isEmpty()) {
            return Optional.of(reason);
        }
        try {
            Commands.run(Path.of("."), Map.of(), "", List.of(command));
            return Optional.empty();
        } catch (CommandFailed e) {
            return Optional.of(reason);
        }
    }

    static Optional<Path> onPath(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return List.of(path.split(File.pathSeparator)).stream().filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve(program)).filter(Files::isExecutable).findFirst();
    }
}
