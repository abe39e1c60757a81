package executorscaler.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The bare command: says what there is. */
@Command(name = "executor-scaler", mixinStandardHelpOptions = true, version = "executor-scaler 0.1.0", header = {
        "Scales executor Deployments and EC2 Auto Scaling Groups together, from Redis queues.", "", "Examples:", "  executor-scaler demo",
        "  executor-scaler validate -f docs/examples/platform.yaml",
        "  executor-scaler plan -c docs/examples/platform.yaml --from docs/examples/plan-from",
        "  executor-scaler why executor/executor -c docs/examples/platform.yaml --from docs/examples/plan-from",
        "  executor-scaler simulate -c docs/examples/platform.yaml -a bursts:100/30min --hours 2", ""}, //
        footer = {"", "What every command does and how it ends: docs/cli.md."})
public final class ExecutorScalerCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
