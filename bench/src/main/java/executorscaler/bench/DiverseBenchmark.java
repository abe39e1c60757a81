package executorscaler.bench;

import executorscaler.plan.Memory;
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

/** What one whole plan costs, its check included, where most pods that wait have rules about each other, and 400 pools could take them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgs = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"})
public class DiverseBenchmark {

    private static final int TYPES = 400;

    /** Pods that wait, each fifth of a kind. */
    @Param({"100", "1000", "10000"})
    public int pods;

    private DiverseWorld world = DiverseWorld.of(1, 1);

    /** Makes the world. */
    @Setup
    public void build() {
        world = DiverseWorld.of(pods, TYPES);
    }

    /** One plan, checked. */
    @Benchmark
    public PlanCheck.Checked plan() {
        var plan = Planner.decide(world.config(), world.snapshot(), Memory.EMPTY).plan();
        return PlanCheck.check(world.config(), world.snapshot(), Memory.EMPTY, plan);
    }
}
