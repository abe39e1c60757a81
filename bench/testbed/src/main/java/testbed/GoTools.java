package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The control plane's programs, built from their modules with the machine's Go. */
final class GoTools {
    // Without these the API server calls itself v0.0.0-master, and clients that read its version are misled.
    private static final String VERSION = "k8s.io/component-base/version.";
    private static final String LDFLAGS = "-s -w -X " + VERSION + "gitVersion=v1.36.3 -X " + VERSION + "gitMajor=1 -X " + VERSION
            + "gitMinor=36";
    private static final List<String> STAGES = List.of("node/fast", "node/heartbeat-with-lease", "pod/fast");

    private final Path folder;

    private GoTools(Path folder) {
        this.folder = folder;
    }

    static GoTools ensure() {
        return new GoTools(ToolCache.ensure(place(), GoTools::build));
    }

    static boolean built() {
        return Files.isDirectory(place());
    }

    private static Path place() {
        return ToolCache.folder("go", Resources.text("go.mod"), Resources.text("go.sum"), LDFLAGS, System.getProperty("os.arch"));
    }

    private static void build(Path folder) throws IOException {
        Path module = Files.createDirectory(folder.resolve("module"));
        Resources.copy("go.mod", module.resolve("go.mod"));
        Resources.copy("go.sum", module.resolve("go.sum"));
        // The user's own flags might ask for a vendor folder or for changes of go.mod.
        Map<String, String> env = Map.of("GOFLAGS", "-mod=readonly -buildvcs=false", "GOBIN", folder.resolve("bin").toString(),
                "CGO_ENABLED", "0");
        BuildProgress.run("the Kubernetes control plane", module, env,
                List.of("go", "install", "-v", "-trimpath", "-ldflags", LDFLAGS, "tool"));
        String kwok = Commands.run(module, env, "", List.of("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok")).trim();
        Files.writeString(folder.resolve("stages.yaml"), stages(Path.of(kwok).resolve("kustomize").resolve("stage")));
    }

    private static String stages(Path root) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String stage : STAGES) {
            try (Stream<Path> files = Files.list(root.resolve(stage))) {
                for (Path file : files.filter(GoTools::isStage).sorted().toList()) {
                    all.append("---\n").append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    private static boolean isStage(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml") && !name.equals("kustomization.yaml");
    }

    String kubeApiserver() {
        return program("kube-apiserver");
    }

    String kubeControllerManager() {
        return program("kube-controller-manager");
    }

    String kubeScheduler() {
        return program("kube-scheduler");
    }

    String kubectl() {
        return program("kubectl");
    }

    String helm() {
        return program("helm");
    }

    String kwok() {
        return program("kwok");
    }

    /** Etcd's main package is called server, and so is what `go install` makes of it. */
    String etcd() {
        return program("server");
    }

    Path stages() {
        return folder.resolve("stages.yaml");
    }

    private String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }
}
