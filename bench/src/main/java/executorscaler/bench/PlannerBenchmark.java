package executorscaler.bench;

import executorscaler.plan.Memory;
import executorscaler.plan.PlanCheck;
import executorscaler.plan.Planner;
import executorscaler.snapshot.Snapshot;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one whole plan costs, its check included, as the cluster grows. Nodes with ten pods each; waiting pods in 200 groups. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"})
public class PlannerBenchmark {

    private static final int GROUPS = 200;

    /** {@code nodes/waiting pods} */
    @Param({"100/0", "1000/0", "5000/0", "15000/0", "100/1000", "1000/10000", "5000/50000", "15000/50000"})
    public String world = "";

    private LargeWorld large = LargeWorld.of(1, 0, 1);
    private Memory next = Memory.EMPTY;
    private long seconds;

    /** Makes the world. */
    @Setup
    public void build() {
        var sizes = world.split("/", -1);
        large = LargeWorld.of(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), GROUPS);
        next = Planner.decide(large.config(), large.snapshot(), large.memory()).memory();
        seconds = 0;
    }

    /** One plan, checked. */
    @Benchmark
    public PlanCheck.Checked plan() {
        return checked(large.snapshot(), large.memory());
    }

    /** The next plan, with everything as it was but the time. */
    @Benchmark
    public PlanCheck.Checked unchanged() {
        seconds = seconds % 10 + 1; // not on and on: what has not come by its deadline would be given up
        return checked(large.at(seconds), next);
    }

    private PlanCheck.Checked checked(Snapshot snapshot, Memory memory) {
        var plan = Planner.decide(large.config(), snapshot, memory).plan();
        return PlanCheck.check(large.config(), snapshot, memory, plan);
    }
}
