package executorscaler.cli;

import executorscaler.Wiring;
import executorscaler.config.ConfigFile;
import executorscaler.config.ConfigRejected;
import executorscaler.plan.Decision;
import executorscaler.plan.Discovered;
import executorscaler.plan.Memory;
import executorscaler.plan.check.PlanCheck;
import executorscaler.plan.Planner;
import executorscaler.report.PlanJson;
import executorscaler.report.PlanText;
import executorscaler.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what the service would do, and does nothing. */
@Command(name = "plan", mixinStandardHelpOptions = true, description = "Prints what would be done now and why, and does nothing.", //
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:planned", "1:the config or a file of --from is wrong or cannot be read",
                "2:wrong usage; with --detailed-exitcode: planned, and there is something to do"}, //
        footer = {"", "Offline, from what you have already:",
                "  kubectl get nodes,pods,deployments,replicasets,daemonsets,pdb,pvc,pv,storageclasses,namespaces,priorityclasses -A -o yaml > DIR/cluster.yaml",
                "  aws autoscaling describe-auto-scaling-groups > DIR/asgs.json",
                "  aws ec2 describe-instance-types --instance-types ... > DIR/instance-types.json",
                "  aws ec2 describe-instances > DIR/instances.json       (only where nodes do not name their instance: K3s)",
                "  echo 'executor: {waiting: 100, due: 0, running: 0}' > DIR/queues.yaml", "  date -u +%FT%TZ > DIR/now",
                "  executor-scaler plan --config config.yaml --from DIR"})
public final class PlanCommand implements Callable<Integer> {

    /** A directory has no past. It is taken as having stood for longer than any window, so that the plan shows where it leads. */
    private static final long LONG_ENOUGH_SECONDS = 365L * 24 * 3600;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "the config")
    private Path config = Path.of("");

    @ArgGroup
    private Source source = new Source();

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text", description = "text or json (default: ${DEFAULT-VALUE})")
    private String output = "";

    @Option(names = "--stood-for", paramLabel = "SECONDS", description = "for how long everything has been as it is: timers count from then (default: 0 on a live cluster, longer than any window with --from)")
    private Optional<Long> stoodFor = Optional.empty();

    @Option(names = "--detailed-exitcode", description = "end with 2 where there is something to do")
    private boolean detailed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Where the world is read from. */
    static final class Source {
        @Option(names = "--kubeconfig", paramLabel = "FILE", description = "instead of KUBECONFIG")
        private Optional<Path> kubeconfig = Optional.empty();

        @Option(names = "--from", paramLabel = "DIR", description = "plan offline, from files")
        private Optional<Path> from = Optional.empty();
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!output.equals("text") && !output.equals("json")) {
            throw new ParameterException(spec.commandLine(), "--output must be text or json, was " + output);
        }
        try {
            var written = ConfigFile.open(config, System.getenv(), InstantSource.system()).current().config();
            Snapshot snapshot = source.from.isPresent()
                    ? new SnapshotDirectory(source.from.get()).read(written)
                    : Wiring.snapshot(written, source.kubeconfig);
            var wanted = Discovered.complete(written, snapshot);
            var memory = Memory.ofStanding(snapshot, stoodFor.orElse(source.from.isPresent() ? LONG_ENOUGH_SECONDS : 0L));
            Decision decision = Planner.decide(wanted, snapshot, memory);
            var plan = PlanCheck.check(wanted, snapshot, memory, decision.plan()).plan();
            spec.commandLine().getOut().println(output.equals("json") ? PlanJson.of(plan) : PlanText.of(plan));
            return detailed && !plan.steps().isEmpty() ? 2 : 0;
        } catch (ConfigRejected rejected) {
            rejected.problems().forEach(problem -> spec.commandLine().getErr().println(config + ": " + problem));
            return 1;
        } catch (SnapshotDirectory.Unreadable unreadable) {
            spec.commandLine().getErr().println(unreadable.getMessage());
            return 1;
        }
    }
}
