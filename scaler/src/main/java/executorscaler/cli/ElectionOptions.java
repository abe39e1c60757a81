package executorscaler.cli;

import executorscaler.Election;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether to stand for election: in a pod by default, elsewhere only when told to. */
final class ElectionOptions {

    /** Where the kubelet writes the namespace of a pod's service account. */
    static final Path NAMESPACE_FILE = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

    @Option(names = "--leader-election", negatable = true, description = "let one process at a time write, by a Lease in the namespace POD_NAMESPACE"
            + " (else the service account's); default: wherever that namespace is known")
    private Optional<Boolean> wanted = Optional.empty();

    @Option(names = "--lease", paramLabel = "NAME", defaultValue = "executor-scaler", description = "name of the Lease (default: ${DEFAULT-VALUE})")
    private String lease = "";

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** What to do in this environment. A kubeconfig may name another cluster than the one whose pod this is: the service account's namespace says nothing there. */
    Election in(Map<String, String> environment, boolean kubeconfig, Path namespaceFile) {
        if (wanted.isPresent() && !wanted.get()) return new Election.Off("it is switched off (--no-leader-election)");
        var namespace = environment.getOrDefault("POD_NAMESPACE", "").strip();
        if (namespace.isEmpty() && !kubeconfig && !environment.containsKey("KUBECONFIG")) namespace = text(namespaceFile);
        if (!namespace.isEmpty()) return new Election.By(namespace, lease, identity(environment));
        if (wanted.isPresent()) throw new ParameterException(spec.commandLine(), "--leader-election needs a namespace: set POD_NAMESPACE");
        return new Election.Off("this is not a pod (POD_NAMESPACE is not set)");
    }

    /** New with each start: a container that is started again in its pod is another process, which must not take the last one's term for its own. */
    private static String identity(Map<String, String> environment) {
        var name = environment.getOrDefault("POD_NAME", environment.getOrDefault("HOSTNAME", "")).strip();
        return (name.isEmpty() ? "executor-scaler" : name) + "_" + UUID.randomUUID();
    }

    private static String text(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
