package executorscaler.cli;

import executorscaler.aws.IamPolicy;
import executorscaler.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what the service has to be allowed in AWS. */
@Command(name = "iam", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Prints the IAM policy that a config needs, and nothing that it does not.", "",
        "Examples:", "  executor-scaler iam -c docs/examples/platform.yaml",
        "  executor-scaler iam -c docs/examples/platform.yaml --region eu-central-1 --account 111122223333 > policy.json", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:printed", "1:the config is wrong or cannot be read", "2:wrong usage"}, //
        footer = {"", "Changes of AWS are allowed on the groups of the config alone, or, with autoDiscovery, on groups that have its tags."})
public final class IamCommand extends RightsCommand {

    @Option(names = "--partition", paramLabel = "NAME", defaultValue = "aws", description = "aws, aws-cn or aws-us-gov (default: ${DEFAULT-VALUE})")
    private String partition = "";

    @Option(names = "--region", paramLabel = "NAME", defaultValue = "*", description = "region of the groups (default: any)")
    private String region = "";

    @Option(names = "--account", paramLabel = "DIGITS", defaultValue = "*", description = "account of the groups (default: any)")
    private String account = "";

    @Override
    String rights(Config read) {
        return IamPolicy.json(read, new IamPolicy.Place(partition, region, account));
    }

    @Override
    String remark(Config read) {
        return read.nodePools().isEmpty() && !read.autoDiscovery().on() ? "no pools and no autoDiscovery, so no rights on groups are needed" : "";
    }
}
