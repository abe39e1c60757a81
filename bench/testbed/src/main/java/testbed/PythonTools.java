package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Python environment with the Moto server in it. */
final class PythonTools {
    private final Path folder;

    private PythonTools(Path folder) {
        this.folder = folder;
    }

    static PythonTools ensure() {
        return new PythonTools(ToolCache.ensure(place(), PythonTools::build));
    }

    static boolean built() {
        return Files.isDirectory(place());
    }

    private static Path place() {
        return ToolCache.folder("python", Resources.text("requirements.txt"), System.getProperty("os.arch"));
    }

    private static void build(Path folder) throws IOException {
        Path requirements = folder.resolve("requirements.txt");
        Resources.copy("requirements.txt", requirements);
        Path venv = folder.resolve("venv");
        BuildProgress.run("a Python environment", folder, Map.of(), List.of("python3", "-m", "venv", venv.toString()));
        BuildProgress.run("Moto", folder, Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
                List.of(venv.resolve("bin/python").toString(), "-m", "pip", "install", "-r", requirements.toString()));
    }

    /** The environment's interpreter; its scripts name the folder it was built in, so they are not used. */
    String python() {
        return folder.resolve("venv/bin/python").toString();
    }
}
