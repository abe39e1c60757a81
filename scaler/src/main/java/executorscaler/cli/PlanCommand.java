package executorscaler.cli;

import executorscaler.Wiring;
import executorscaler.config.Config;
import executorscaler.report.PlanJson;
import executorscaler.report.PlanText;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what the service would do, and does nothing. */
@Command(name = "plan", mixinStandardHelpOptions = true, sortOptions = false, exitCodeOnInvalidInput = 1, header = {
        "Prints what would be done now and why, and does nothing.",
        "",
        "Examples:", "  executor-scaler plan -c config.yaml", "  executor-scaler plan -c docs/examples/platform.yaml --from docs/examples/plan-from",
        "  executor-scaler plan -c docs/examples/platform.yaml --from docs/examples/plan-from -o json --detailed-exitcode", ""}, //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:planned",
                "1:wrong usage, or the config or a file of --from is wrong or cannot be read, or Redis, Kubernetes or AWS does not answer",
                "2:with --detailed-exitcode: planned, and there is something to do"}, //
        footer = {"", "Offline, from what you have already:",
                "  kubectl get nodes,pods,deployments,replicasets,daemonsets,pdb,pvc,pv,storageclasses,namespaces,priorityclasses -A -o yaml > DIR/cluster.yaml",
                "  aws autoscaling describe-auto-scaling-groups > DIR/asgs.json",
                "  aws ec2 describe-instance-types --instance-types ... > DIR/instance-types.json",
                "  aws ec2 describe-instances > DIR/instances.json       (only where nodes do not name their instance: K3s)",
                "  echo 'executor: {waiting: 100, due: 0, running: 0}' > DIR/queues.yaml", "  date -u +%%FT%%TZ > DIR/now",
                "  executor-scaler plan --config config.yaml --from DIR"})
public final class PlanCommand implements Callable<Integer> {

    @Option(names = {"-c", "-f", "--config"}, required = true, paramLabel = "FILE", description = "the config")
    private Path config = Path.of("");

    @ArgGroup
    private Source source = new Source();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--stood-for", paramLabel = "SECONDS", description = "for how long everything has been as it is: timers count from then (default: 0 on a live cluster, longer than any window with --from)")
    private Optional<Long> stoodFor = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--detailed-exitcode", description = "end with 2 where there is something to do")
    private boolean detailed;

    /** Where the world is read from. */
    static final class Source {
        @Option(names = "--kubeconfig", paramLabel = "FILE", description = "instead of KUBECONFIG")
        private Optional<Path> kubeconfig = Optional.empty();

        @Option(names = "--from", paramLabel = "DIR", description = "plan offline, from files")
        private Optional<Path> from = Optional.empty();

        @Option(names = "--snapshot", hidden = true, description = "another name of --from")
        private Optional<Path> snapshot = Optional.empty();

        Optional<Path> directory() {
            return from.or(() -> snapshot);
        }
    }

    /** What nobody knows: a plan without it is no answer that a script may go by. */
    static List<String> unread(Snapshot snapshot) {
        return snapshot.missing().stream().filter(Missing::holdsStill)
                .map(one -> one.source().subject() + (one.subject().isEmpty() ? "" : " for " + one.subject()))
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            var written = GivenConfig.read(config);
            var directory = source.directory();
            Snapshot snapshot = directory.isPresent() ? new SnapshotDirectory(directory.get()).read(written) : live(written);
            var plan = Offline.tick(written, snapshot, stoodFor.orElse(directory.isPresent() ? Offline.LONG_ENOUGH_SECONDS : 0L)).plan();
            output.print(() -> PlanText.of(plan), () -> PlanJson.of(plan));
            var unread = directory.isPresent() ? List.<String>of() : unread(snapshot);
            if (!unread.isEmpty()) {
                spec.commandLine().getErr().println("not a whole plan: " + String.join(", ", unread) + " could not be read");
                return 1;
            }
            return detailed && !plan.steps().isEmpty() ? 2 : 0;
        } catch (GivenConfig.Rejected rejected) {
            return output.fail(1, rejected.problems());
        } catch (SnapshotDirectory.Unreadable unreadable) {
            return output.fail(1, List.of(String.valueOf(unreadable.getMessage())));
        }
    }

    private Snapshot live(Config written) throws InterruptedException {
        try (var _ = Progress.waiting(spec.commandLine().getErr(), "looking at Redis, the cluster and AWS", Colours.onTerminal(), System::nanoTime)) {
            return Wiring.snapshot(written, source.kubeconfig);
        }
    }
}
