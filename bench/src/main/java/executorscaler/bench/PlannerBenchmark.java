package executorscaler.bench;

import executorscaler.loop.Tick;
import executorscaler.plan.check.PlanCheck;
import executorscaler.plan.Planner;
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
    private RestingLoop resting = new RestingLoop(LargeWorld.atRest(1, 0, 1));

    /** Makes the worlds. */
    @Setup
    public void build() throws InterruptedException {
        var sizes = world.split("/", -1);
        int nodes = Integer.parseInt(sizes[0]);
        int waiting = Integer.parseInt(sizes[1]);
        large = LargeWorld.of(nodes, waiting, GROUPS);
        resting = new RestingLoop(LargeWorld.atRest(nodes, waiting, GROUPS));
        resting.settle();
    }

    /** One plan, checked. */
    @Benchmark
    public PlanCheck.Checked plan() {
        var plan = Planner.decide(large.config(), large.snapshot(), large.memory()).plan();
        return PlanCheck.check(large.config(), large.snapshot(), large.memory(), plan);
    }

    /** One whole tick of the loop, with metrics and history, in which nothing has changed but the time. */
    @Benchmark
    public Tick unchanged() throws InterruptedException {
        return resting.tick();
    }
}
