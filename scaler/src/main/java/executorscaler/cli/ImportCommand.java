package executorscaler.cli;

import executorscaler.cli.importing.Import;
import executorscaler.report.Sentences;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a config of what other autoscalers are told. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Makes a config of what KEDA or Cluster Autoscaler is told.", "", "Examples:",
        "  executor-scaler import --from keda docs/examples/import/scaledobject.yaml",
        "  executor-scaler import --from cluster-autoscaler docs/examples/import/cluster-autoscaler.yaml",
        "  kubectl get scaledobjects,hpa -A -o yaml | executor-scaler import --from keda - > config.yaml", ""}, //
        description = {"",
                "Writes a config that validate accepts on stdout. What has to be looked at, and what could not be carried over and why, is in"
                        + " comments at its top.",
                ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:written", "1:a file cannot be read, or there is nothing in it to import",
                "2:wrong usage"})
public final class ImportCommand implements Callable<Integer> {

    @Option(names = "--from", required = true, paramLabel = "AUTOSCALER", converter = Autoscaler.class, description = "keda: ScaledObjects and HorizontalPodAutoscalers;"
            + " cluster-autoscaler: its Deployment, its flags as text, or describe-auto-scaling-groups")
    private Import.From from = Import.From.KEDA;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML or JSON; - reads standard input")
    private List<String> files = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Reads the option. */
    static final class Autoscaler implements ITypeConverter<Import.From> {
        @Override
        public Import.From convert(String written) {
            return Arrays.stream(Import.From.values()).filter(from -> from.toString().equals(written.toLowerCase(Locale.ROOT))).findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be keda or cluster-autoscaler, was " + written));
        }
    }

    @Override
    public Integer call() {
        var texts = new LinkedHashMap<String, String>();
        for (var file : files) {
            try {
                texts.put(file, file.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(Path.of(file)));
            } catch (IOException unreadable) {
                spec.commandLine().getErr().println(file + ": cannot be read: " + unreadable);
                return 1;
            }
        }
        var imported = Import.read(from, texts);
        var err = spec.commandLine().getErr();
        if (!imported.yaml().isEmpty()) spec.commandLine().getOut().println(imported.yaml().stripTrailing());
        if (imported.yaml().isEmpty()) imported.lost().forEach(err::println);
        imported.problems().forEach(err::println);
        if (imported.problems().isEmpty() && !imported.lost().isEmpty())
            err.println(Sentences.count(imported.lost().size(), "thing") + " not carried over: see the comments at the top");
        return imported.problems().isEmpty() ? 0 : 1;
    }
}
