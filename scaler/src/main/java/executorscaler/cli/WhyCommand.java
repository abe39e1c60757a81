package executorscaler.cli;

import executorscaler.report.Failure;
import executorscaler.report.Why;
import executorscaler.report.WhyJson;
import executorscaler.report.WhyText;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks why something is as it is: a running service, or a snapshot in files. */
@Command(name = "why", mixinStandardHelpOptions = true, sortOptions = false, header = {
        "Says why a pod, executor, pool or node is as it is, what holds it up, and when that is looked at next.", "", "Examples:",
        "  executor-scaler why executor/executor",
        "  executor-scaler why pod/production-platform/executor-6c9f-abcde --url http://executor-scaler.executor-scaler:8080",
        "  executor-scaler why pod/report-6d5d-x1y2z -c docs/examples/platform.yaml --from docs/examples/plan-from",
        "  executor-scaler why pool/gpu-nodes -c docs/examples/platform.yaml --from docs/examples/plan-from -o json", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:answered",
                "1:there is no such thing, the service does not answer, or a file is wrong", "2:wrong usage"})
public final class WhyCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Parameters(paramLabel = "SUBJECT", description = "pod/NAME, pod/NAMESPACE/NAME, executor/NAME, pool/NAME or node/NAME")
    private String subject = "";

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080", description = "where the service is asked (default: ${DEFAULT-VALUE})")
    private String url = "";

    @Option(names = "--token-file", paramLabel = "FILE", description = "file with a bearer token for the service")
    private Optional<Path> tokenFile = Optional.empty();

    @ArgGroup
    private Saved saved = new Saved();

    @Option(names = {"-c", "-f", "--config"}, paramLabel = "FILE", description = "the config, with --from")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--stood-for", paramLabel = "SECONDS", description = "with --from, for how long everything has been as it is (default: longer than any window)")
    private Optional<Long> stoodFor = Optional.empty();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** A world in files. */
    static final class Saved {
        @Option(names = "--from", paramLabel = "DIR", description = "ask a world in files instead, as plan reads it; needs --config")
        private Optional<Path> from = Optional.empty();

        @Option(names = "--snapshot", hidden = true, description = "another name of --from")
        private Optional<Path> snapshot = Optional.empty();

        Optional<Path> directory() {
            return from.or(() -> snapshot);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        var directory = saved.directory();
        return directory.isPresent() ? askFiles(directory.get()) : askService();
    }

    private int askFiles(Path directory) throws InterruptedException {
        var file = config.orElseThrow(() -> new ParameterException(spec.commandLine(), "--from needs --config"));
        try {
            var written = GivenConfig.read(file);
            var tick = Offline.tick(written, new SnapshotDirectory(directory).read(written), stoodFor.orElse(Offline.LONG_ENOUGH_SECONDS));
            return switch (Why.ofFiles(tick, subject)) {
                case Why.Unknown unknown -> output.fail(unknown.understood() ? 1 : 2, List.of(unknown.message()));
                case Why.Explained explained -> {
                    output.print(() -> WhyText.of(explained.explanation()), () -> WhyJson.of(explained.explanation()));
                    yield 0;
                }
            };
        } catch (GivenConfig.Rejected rejected) {
            return output.fail(1, rejected.problems());
        } catch (SnapshotDirectory.Unreadable unreadable) {
            return output.fail(1, List.of(String.valueOf(unreadable.getMessage())));
        }
    }

    private int askService() throws InterruptedException {
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var answer = ask(client, output.forPrograms() ? "json" : "text");
            return switch (answer.statusCode()) {
                case 200 -> {
                    output.print(answer::body, answer::body);
                    yield 0;
                }
                case 400 -> output.fail(2, problems(answer));
                case 404, 503 -> output.fail(1, problems(answer));
                default -> output.fail(1, List.of(url + " answers " + answer.statusCode()));
            };
        } catch (IOException unreachable) {
            return output.fail(1, List.of("no service answers at " + url + " (" + unreachable + "); is --url right, or a port-forward missing?"));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--url must be http://HOST:PORT, was " + url, wrong);
        }
    }

    private List<String> problems(HttpResponse<String> answer) {
        return output.forPrograms() ? Failure.problems(answer.body()) : List.of(answer.body().strip());
    }

    private HttpResponse<String> ask(HttpClient client, String format) throws IOException, InterruptedException {
        var address = URI.create(url.replaceFirst("/$", "") + "/api/v1/why?format=" + format + "&subject="
                + URLEncoder.encode(subject, StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(address).timeout(PATIENCE);
        if (tokenFile.isPresent()) request.header("Authorization", "Bearer " + Files.readString(tokenFile.get()).strip());
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
