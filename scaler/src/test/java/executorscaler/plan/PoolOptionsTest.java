package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolConfig;
import executorscaler.config.PoolScaleDown;
import executorscaler.config.ScaleDownConfig;
import executorscaler.snapshot.Pool;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PoolOptionsTest {

    private static final ScaleDownConfig ALL = new ScaleDownConfig(60, 300, 5, 600, 0.4, 60, 301, 1200);

    /** -1 and an empty tag: not said. */
    @ParameterizedTest(name = "config {0}, tag {1} -> {2}")
    @CsvSource({"-1, '', 300", "-1, 10m0s, 600", "90, 10m0s, 90", "90, '', 90", "0, 10m0s, 0", "-1, soon, 300"})
    void thePoolsOwnWordCountsThenTheTagThenWhatHoldsForAll(int own, String tag, int idleSeconds) {
        var said = own < 0 ? OptionalInt.empty() : OptionalInt.of(own);
        var config = Given.compute(0, 1)
                .with(new PoolScaleDown(said, OptionalInt.empty(), OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.empty(), said));
        var options = PoolOptions.of(ALL, config,
                Optional.of(tag.isEmpty() ? tagged() : tagged("scaledownunneededtime", tag, "scaledownunreadytime", tag)));
        assertThat(options.idleSeconds()).isEqualTo(idleSeconds);
        assertThat(options.unreadySeconds()).isEqualTo(idleSeconds == 300 ? 1200 : idleSeconds);
    }

    @ParameterizedTest(name = "config {0}, tags {1} and {2} -> {3}, of devices {4}")
    @CsvSource({"-1, '', '', 0.4, 0.4", "-1, 0.6, '', 0.6, 0.6", "-1, 0.6, 0.2, 0.6, 0.2", "-1, '', 0.2, 0.4, 0.2", "0.3, 0.6, 0.2, 0.3, 0.3"})
    void devicesHaveAThresholdOfTheirOwnOnlyByTag(double own, String tag, String deviceTag, double threshold, double ofDevices) {
        var config = Given.gpu(0, 1).with(new PoolScaleDown(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(),
                own < 0 ? OptionalDouble.empty() : OptionalDouble.of(own), OptionalInt.empty(), OptionalInt.empty()));
        var options = PoolOptions.of(ALL, config,
                Optional.of(tagged("scaledownutilizationthreshold", tag, "scaledowngpuutilizationthreshold", deviceTag)));
        assertThat(options.utilizationThreshold()).isEqualTo(threshold);
        assertThat(options.deviceUtilizationThreshold()).isEqualTo(ofDevices);
    }

    @Test
    void theTimeToJoinIsTheConfigsThenTheTagsThenTenMinutes() {
        var said = Given.compute(0, 1);
        var silent = new PoolConfig(said.name(), said.autoScalingGroup(), said.instanceType(), said.capacityType(), 0, 1, said.labels(),
                said.taints(), 0, said.reserved(), OptionalInt.empty(), OptionalDouble.empty(), 0, PoolScaleDown.NONE, "");
        var tagged = Optional.of(tagged("maxnodeprovisiontime", "15m0s"));
        assertThat(PoolOptions.of(ALL, said, tagged).maxProvisionSeconds()).isEqualTo(600);
        assertThat(PoolOptions.of(ALL, silent, tagged).maxProvisionSeconds()).isEqualTo(900);
        assertThat(PoolOptions.of(ALL, silent, Optional.empty()).maxProvisionSeconds()).isEqualTo(600);
    }

    private static Pool tagged(String... namesAndValues) {
        var options = new TreeMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) options.put(namesAndValues[i], namesAndValues[i + 1]);
        var plain = new Pool("compute", "asg-compute", 0, 20, 1, List.of(), Given.C5, List.of("us-east-1a"), Given.NOW);
        return new Pool("compute", "asg-compute", 0, 20, 1, List.of(), plain.offers(), plain.zones(),
                new Pool.Setup(new TreeMap<>(), List.of(), new TreeMap<>(), options, new TreeSet<>(), false, 0, List.of()), List.of(), Given.NOW);
    }
}
