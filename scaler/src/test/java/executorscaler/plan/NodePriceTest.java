package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Pool;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes with one node of a group that launches c5.2xlarge of weight 4 and t3.large of weight 1. */
@Tag("unit")
class NodePriceTest {

    /** Estimates: 8 x 0.0355 + 16 x 0.0035 = 0.34, and 2 x 0.0355 + 8 x 0.0035 = 0.099. 0: the config or EC2 says nothing. */
    @ParameterizedTest(name = "{0} of weight {1}, config {2}, spot {3} -> {4}")
    @CsvSource({"c5.2xlarge, 4, 0, 0, 0.34", "t3.large, 1, 0, 0, 0.099", "c5.2xlarge, 4, 0.05, 0, 0.2", "t3.large, 1, 0.05, 0, 0.05",
            "c5.2xlarge, 4, 0, 0.12, 0.12", "t3.large, 1, 0, 0.12, 0.03"})
    void aNodeCostsWhatItsOwnMachineCosts(String type, int weight, double config, double spot, double price) {
        var like = Given.compute(0, 20);
        var capacity = spot > 0 ? PoolConfig.CapacityType.SPOT : PoolConfig.CapacityType.ON_DEMAND;
        var pool = new PoolConfig("p", "asg", "", capacity, 0, 20, like.labels(), like.taints(), 0, like.reserved(), 600,
                config > 0 ? OptionalDouble.of(config) : OptionalDouble.empty(), 0);
        var instance = new Pool.Instance("i-0", Pool.Lifecycle.IN_SERVICE, "", "", type, "us-east-1a", Given.NOW, weight, true, false);
        var plain = new Pool("p", "asg", 0, 20, weight, List.of(instance), Given.C5, List.of(), Given.NOW);
        var large = new Pool.Offer(Given.C5, 4, spot > 0 ? OptionalDouble.of(spot) : OptionalDouble.empty());
        var small = new Pool.Offer(Given.T3, 1, spot > 0 ? OptionalDouble.of(spot / 4) : OptionalDouble.empty());
        var mixed = new Pool("p", "asg", 0, 20, weight, plain.instances(), List.of(large, small), List.of(), plain.setup(), List.of(), Given.NOW);
        assertThat(Price.of(pool, mixed, instance).hourly()).isCloseTo(price, within(1e-9));
    }
}
