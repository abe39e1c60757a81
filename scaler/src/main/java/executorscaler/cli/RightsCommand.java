package executorscaler.cli;

import executorscaler.config.Config;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that prints what has to be allowed elsewhere, for a config. */
abstract class RightsCommand implements Callable<Integer> {

    @Option(names = {"-c", "--config", "-f"}, required = true, paramLabel = "FILE", description = "the config")
    private Path config = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        try {
            var read = GivenConfig.read(config);
            spec.commandLine().getOut().println(rights(read));
            var remark = remark(read);
            if (!remark.isEmpty()) err.println(config + ": " + remark);
            return 0;
        } catch (GivenConfig.Rejected rejected) {
            rejected.problems().forEach(err::println);
            return 1;
        }
    }

    /** In the words of who has to allow it. */
    abstract String rights(Config read);

    /** What people should know of them; empty: nothing. */
    String remark(Config read) {
        return "";
    }
}
