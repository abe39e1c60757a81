package executorscaler.bench;

import executorscaler.bench.cost.CostMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures: {@code planner}, {@code cost}, {@code latency}, {@code footprint}, {@code viewers}, {@code fresh}, {@code starts} or {@code all}, and a folder for what is too long to print. Ends with 1 where a
 * budget is exceeded. With the property {@code seed} it prints that mix of {@code cost} instead.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        var what = args[0];
        var results = Files.createDirectories(Path.of(args[1]));
        if (!System.getProperty("seed", "").isEmpty()) {
            CostMeasure.replay(Long.getLong("seed"));
            return;
        }
        System.out.println("java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, load " + load());
        boolean within = true;
        if (chosen(what, "planner")) within &= planner(results);
        if (chosen(what, "cost")) within &= CostMeasure.measure(results);
        if (chosen(what, "latency")) within &= new Latency().measure();
        if (chosen(what, "footprint")) within &= new Footprint().measure();
        if (chosen(what, "viewers")) within &= new Viewers().measure();
        if (chosen(what, "fresh")) within &= new Fresh().measure();
        if (chosen(what, "starts")) within &= new Starts(results).measure();
        if (!within) System.exit(1);
    }

    private static boolean chosen(String what, String one) {
        return what.equals(one) || what.equals("all");
    }

    private static boolean planner(Path results) throws RunnerException {
        boolean within = SnapshotHeap.measure();
        new Runner(new OptionsBuilder().include(PlannerBenchmark.class.getSimpleName()).include(DiverseBenchmark.class.getSimpleName())
                .result(results.resolve("planner.csv").toString()).build()).run();
        return within;
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }
}
