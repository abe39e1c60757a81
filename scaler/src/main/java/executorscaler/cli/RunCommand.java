package executorscaler.cli;

import executorscaler.Wiring;
import executorscaler.config.ConfigFile;
import executorscaler.http.HttpSettings;
import executorscaler.http.TokenFile;
import executorscaler.kubernetes.TokenReviews;
import executorscaler.report.TickRecorder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The service. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false, header = {"Runs the service until it is told to stop.", "", "Examples:",
        "  executor-scaler run", "  executor-scaler run -c config.yaml --kubeconfig ~/.kube/config --http 127.0.0.1:8080", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:stopped by SIGTERM or Ctrl-C",
                "1:there is no good config to start with, or --record cannot be written"}, //
        footer = {"",
                "Reads KUBECONFIG (else the pod's service account), REDIS_URL (instead of redis.url), AWS_REGION, AWS_ENDPOINT_URL and the AWS SDK's"
                        + " credential chain; for the election POD_NAMESPACE and POD_NAME."})
public final class RunCommand implements Callable<Integer> {

    @Option(names = {"-c", "-f",
            "--config"}, paramLabel = "FILE", defaultValue = "/etc/executor-scaler/config.yaml", description = "the config (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("");

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "instead of KUBECONFIG")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(names = "--http", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:8080", description = "where page, /metrics, /live and /ready are served (default: ${DEFAULT-VALUE})")
    private String http = "";

    @Option(names = "--record", paramLabel = "DIR", description = "record ticks there, for replay: the newest 10,000, and at most 256 MiB")
    private Optional<Path> record = Optional.empty();

    @ArgGroup
    private Tokens tokens = new Tokens(); // none or one of them

    /** Who may see the page and its API; nobody else is told more than probes and metrics say. */
    static final class Tokens {

        @Option(names = "--http-token-file", paramLabel = "FILE", description = "page and /api ask for the bearer token in this file, which is read anew each time")
        private Optional<Path> file = Optional.empty();

        @Option(names = "--http-token-review", description = "page and /api ask for a bearer token of somebody who may get the path "
                + TokenReviews.PATH + ", as the API server says")
        private boolean review;
    }

    @Mixin
    private ElectionOptions election = new ElectionOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        var standing = election.in(System.getenv(), kubeconfig.isPresent(), ElectionOptions.NAMESPACE_FILE);
        ConfigFile file;
        try {
            file = GivenConfig.open(config);
        } catch (GivenConfig.Rejected rejected) {
            rejected.problems().forEach(spec.commandLine().getErr()::println);
            return 1;
        }
        var recorder = record.map(directory -> new TickRecorder(directory, TickRecorder.Limits.DEFAULT));
        var settings = httpSettings(spec, http);
        var served = tokens.file.map(token -> new HttpSettings(settings.host(), settings.port(), new TokenFile(token))).orElse(settings);
        try (var service = Wiring.service(file, kubeconfig, served, tokens.review, standing, recorder)) {
            spec.commandLine().getErr().println("executor-scaler: page at http://" + service.address() + "/");
            var stop = new Thread(service::close, "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            service.run();
        }
        return 0;
    }

    static HttpSettings httpSettings(CommandSpec spec, String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon < 1) throw new IllegalArgumentException("it is not HOST:PORT");
            return new HttpSettings(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--http must be HOST:PORT, was " + text + " (" + wrong.getMessage() + ")", wrong);
        }
    }
}
