package executorscaler.cli;

import executorscaler.config.Config;
import executorscaler.redis.AclRules;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what the service has to be allowed in Redis. */
@Command(name = "acl", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Prints the command that makes the Redis user which a config needs.", "",
        "Examples:", "  executor-scaler acl -c docs/examples/platform.yaml", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:printed", "1:the config is wrong or cannot be read", "2:wrong usage"}, //
        footer = {"",
                "The user may read the keys of the config's queues, and write nothing. PASSWORD is yours to put in its place: what a file of the config holds",
                "is never printed. For Redis 6.2 and later."})
public final class AclCommand extends RightsCommand {

    private static final String NAME = "executor-scaler";

    @Option(names = "--user", paramLabel = "NAME", description = "name of the user (default: the one of redis.url, else " + NAME + ")")
    private Optional<String> user = Optional.empty();

    @Override
    String rights(Config read) {
        return "ACL SETUSER " + user.orElseGet(() -> named(read)) + " reset on >PASSWORD resetchannels " + String.join(" ", AclRules.of(read));
    }

    private static String named(Config config) {
        var written = AclRules.user(config);
        return written.isEmpty() ? NAME : written;
    }
}
