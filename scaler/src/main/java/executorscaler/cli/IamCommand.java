package executorscaler.cli;

import executorscaler.aws.IamPolicy;
import executorscaler.config.ConfigFile;
import executorscaler.config.ConfigRejected;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what the service has to be allowed in AWS. */
@Command(name = "iam", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Prints the IAM policy that a config needs, and nothing that it does not.", "",
        "Examples:", "  executor-scaler iam -c docs/examples/platform.yaml",
        "  executor-scaler iam -c docs/examples/platform.yaml --region eu-central-1 --account 111122223333 > policy.json", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:printed", "1:the config is wrong or cannot be read", "2:wrong usage"}, //
        footer = {"", "Changes of AWS are allowed on the groups of the config alone, or, with autoDiscovery, on groups that have its tags."})
public final class IamCommand implements Callable<Integer> {

    @Option(names = {"-c", "--config", "-f"}, required = true, paramLabel = "FILE", description = "the config")
    private Path config = Path.of("");

    @Option(names = "--partition", paramLabel = "NAME", defaultValue = "aws", description = "aws, aws-cn or aws-us-gov (default: ${DEFAULT-VALUE})")
    private String partition = "";

    @Option(names = "--region", paramLabel = "NAME", defaultValue = "*", description = "region of the groups (default: any)")
    private String region = "";

    @Option(names = "--account", paramLabel = "DIGITS", defaultValue = "*", description = "account of the groups (default: any)")
    private String account = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            var read = ConfigFile.open(config, System.getenv(), InstantSource.system()).current().config();
            spec.commandLine().getOut().println(IamPolicy.json(read, new IamPolicy.Place(partition, region, account)));
            if (read.nodePools().isEmpty() && !read.autoDiscovery().on())
                spec.commandLine().getErr().println(config + ": no pools and no autoDiscovery, so no rights on groups are needed");
            return 0;
        } catch (ConfigRejected rejected) {
            rejected.problems().forEach(problem -> spec.commandLine().getErr().println(config + ": " + problem));
            return 1;
        }
    }
}
