package executorscaler.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The bare command: says what there is. */
@Command(name = "executor-scaler", mixinStandardHelpOptions = true, version = "executor-scaler 0.1.0", //
        description = "Scales executor Deployments and EC2 Auto Scaling Groups together, from Redis queues.", //
        footer = {"", "Try it without a cluster:  executor-scaler demo", "See what it would do:      executor-scaler plan --config FILE --from DIR"})
public final class ExecutorScalerCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
