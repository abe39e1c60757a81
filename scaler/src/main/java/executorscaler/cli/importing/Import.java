package executorscaler.cli.importing;

import executorscaler.config.ConfigReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Makes a config of what other autoscalers are told. */
public final class Import {

    /** Whose files they are. */
    public enum From {
        /** ScaledObjects, and HorizontalPodAutoscalers with them. */
        KEDA("keda"),
        /** A Deployment of Cluster Autoscaler, its flags as text, or the groups as AWS describes them. */
        CLUSTER_AUTOSCALER("cluster-autoscaler");

        private final String word;

        From(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * What became of it.
     *
     * @param yaml a config with comments; empty: there was nothing to import
     * @param lost what it cannot say
     * @param problems why the config is none, or a file cannot be read; empty: it is valid
     */
    public record Imported(String yaml, List<String> lost, List<String> problems) {
        public Imported {
            lost = List.copyOf(lost);
            problems = List.copyOf(problems);
        }
    }

    private Import() {}

    /**
     * Reads all files into one config.
     *
     * @param files texts by name
     */
    public static Imported read(From from, Map<String, String> files) {
        var draft = new Draft();
        for (var file : files.entrySet()) {
            try {
                switch (from) {
                    case KEDA -> replicas(draft, file.getKey(), file.getValue());
                    case CLUSTER_AUTOSCALER -> groups(draft, file.getKey(), file.getValue());
                }
            } catch (YamlEngineException wrong) {
                return new Imported("", List.of(), List.of(file.getKey() + ": is not YAML: " + wrong.getMessage()));
            }
        }
        if (draft.empty()) return new Imported("", draft.lost(), List.of("nothing in these files can be imported"));
        var yaml = draft.yaml(from.toString());
        return switch (ConfigReader.read(yaml)) {
            case ConfigReader.Valid _ -> new Imported(yaml, draft.lost(), List.of());
            case ConfigReader.Invalid invalid -> new Imported(yaml, draft.lost(), invalid.problems().stream().map(Object::toString).toList());
        };
    }

    private static void replicas(Draft draft, String file, String text) {
        var replicas = new Replicas(draft);
        for (var document : Tree.documents(file, text)) {
            switch (document.text("kind").orElse("")) {
                case "ScaledObject" -> replicas.scaledObject(document);
                case "HorizontalPodAutoscaler" -> replicas.autoscaler(document);
                case "ScaledJob" ->
                    draft.lost("ScaledJob " + document.at("metadata").text("name").orElse("?"), "executors are Deployments, not Jobs");
                default -> {
                    // other manifests of the same file have nothing to say about replicas
                }
            }
        }
    }

    private static void groups(Draft draft, String file, String text) {
        var groups = new Groups(draft);
        if (text.stripLeading().startsWith("-")) { // flags as they stand on a command line; "---" begins a manifest
            var first = text.stripLeading();
            if (!first.startsWith("---\n") && !first.startsWith("- ")) {
                groups.flags(Arrays.asList(text.strip().replace("\\\n", " ").split("\\s+", -1)));
                return;
            }
        }
        for (var document : Tree.documents(file, text)) {
            document.list("AutoScalingGroups").forEach(groups::group);
            if (document.text("kind").filter("Deployment"::equals).isPresent()) groups.deployment(document);
        }
    }
}
