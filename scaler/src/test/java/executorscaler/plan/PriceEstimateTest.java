package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far estimates are from what EC2 asks in us-east-1 on demand for Linux (list prices of 2025). */
@Tag("unit")
class PriceEstimateTest {

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource({"c5.large, 2, 4, 0.085", "c5.2xlarge, 8, 16, 0.34", "m5.large, 2, 8, 0.096", "m5.4xlarge, 16, 64, 0.768", "r5.large, 2, 16, 0.126",
            "r5.4xlarge, 16, 128, 1.008"})
    void aMachineWithoutDevicesIsEstimatedWithinFourPerCent(String type, int vcpus, int gib, double list) {
        assertThat(estimate(type, vcpus, gib, 0)).isCloseTo(list, withinPercentage(4));
    }

    /** docs/calculations.md says a third. */
    @ParameterizedTest(name = "{0}: {4}")
    @CsvSource({"g4dn.xlarge, 4, 16, 1, 0.526", "g4dn.2xlarge, 8, 32, 1, 0.752", "g4dn.8xlarge, 32, 128, 1, 2.176",
            "g4dn.12xlarge, 48, 192, 4, 3.912",
            "g4dn.metal, 96, 384, 8, 7.824", "g5.xlarge, 4, 16, 1, 1.006", "g5.2xlarge, 8, 32, 1, 1.212", "g5.12xlarge, 48, 192, 4, 5.672",
            "g5.48xlarge, 192, 768, 8, 16.288", "g6.xlarge, 4, 16, 1, 0.8048", "g6.12xlarge, 48, 192, 4, 4.6016", "p3.2xlarge, 8, 61, 1, 3.06",
            "p3.16xlarge, 64, 488, 8, 24.48", "p4d.24xlarge, 96, 1152, 8, 21.9576", "inf2.xlarge, 4, 16, 1, 0.7582",
            "trn1.2xlarge, 8, 32, 1, 1.3438"})
    void aMachineWithDevicesIsEstimatedWithinAThird(String type, int vcpus, int gib, int devices, double list) {
        assertThat(estimate(type, vcpus, gib, devices)).isCloseTo(list, withinPercentage(100.0 / 3));
    }

    private static double estimate(String type, int vcpus, int gib, int devices) {
        var brings = devices == 0 ? Collections.<String, Long>emptySortedMap() : new TreeMap<>(Map.of("a.vendor/device", (long) devices));
        var machine = new MachineType(type, vcpus, (long) gib << 30, brings, 0, "amd64");
        var like = Given.compute(0, 20);
        var config = new PoolConfig("p", "asg", "", PoolConfig.CapacityType.ON_DEMAND, 0, 20, like.labels(), like.taints(), 0, like.reserved(), 600);
        var price = Price.of(config, new Pool("p", "asg", 0, 20, 0, List.of(), machine, List.of(), Given.NOW));
        assertThat(price.source()).isEqualTo(Price.Source.ESTIMATE);
        return price.hourly();
    }
}
