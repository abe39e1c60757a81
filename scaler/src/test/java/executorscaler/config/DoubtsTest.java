package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a valid config most likely does not mean. */
@Tag("unit")
class DoubtsTest {

    /** A spot pool and the one that stands in for it: {@code %s} are more keys of the first and of the second. */
    private static final String TWO_POOLS = """
            redis: {url: redis://cache}
            executors: [{name: e, deployment: a/b, queue: {kind: list, waiting: w, running: r}, maxReplicas: 5}]
            nodePools:
            - {name: spot, autoScalingGroup: s, maxSize: 5, capacityType: spot, fallbackPool: backup, %s}
            - {name: backup, autoScalingGroup: b, maxSize: 5, %s}
            """;

    @Test
    void aPoolWithoutLabelsWidensTheFence() {
        var doubts = doubts(TWO_POOLS.formatted("labels: {a: b}", "taints: [\"k=v:PreferNoSchedule\"]").replace("fallbackPool: backup, ", ""));
        assertThat(doubts).containsExactly(
                "nodePools[1].labels: there are none: the admission fence lets the service close any node but those of the control plane");
    }

    @Test
    void withGroupsThatAreFoundTheFenceIsAsWideWhateverPoolsSay() {
        assertThat(doubts("redis: {url: redis://cache}\nautoDiscovery: {tags: [on]}\nnodePools: [{name: p, autoScalingGroup: g, maxSize: 1}]\n"))
                .containsExactly("executors: there is none: no queue is read");
    }

    @ParameterizedTest(name = "{0} / {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {"labels: {a: b} | labels: {a: b} | -",
            "labels: {a: b} | labels: {a: b, c: d} | -",
            "labels: {a: b} | labels: {c: d} | 'backup' has no label a, this pool a=b: a pod that selects it never goes there",
            "labels: {a: b} | labels: {a: c} | 'backup' has a=c, this pool a=b: a pod that selects it never goes there",
            "labels: {x: y, sold: spot} | labels: {x: y, sold: on-demand} | -", "labels: {x: y, sold: SPOT} | labels: {x: y} | -",
            "labels: {x: y, sold: spot} | labels: {x: y, sold: on-demand}, capacityType: spot | 'backup' has sold=on-demand, this pool sold=spot: a pod that selects it never goes there",
            "labels: {x: y}, taints: ['k=v:NoSchedule'] | labels: {x: y} | -",
            "labels: {x: y}, taints: ['k=v:NoSchedule'] | labels: {x: y}, taints: ['k=v:NoSchedule'] | -",
            "labels: {x: y} | labels: {x: y}, taints: ['k:PreferNoSchedule'] | -",
            "labels: {x: y} | labels: {x: y}, taints: ['k=v:NoSchedule'] | 'backup' has the taint k=v, this pool does not: a pod that bears only this pool's never goes there",
            "labels: {x: y}, taints: ['k:NoSchedule'] | labels: {x: y}, taints: ['k:NoExecute'] | 'backup' has the taint k, this pool does not: a pod that bears only this pool's never goes there"})
    void aFallbackThatPodsOfThePoolCannotUse(String pool, String fallback, String doubt) {
        var expected = doubt == null ? List.<String>of() : List.of("nodePools[0].fallbackPool: " + doubt);
        assertThat(doubts(TWO_POOLS.formatted(pool, fallback))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} / {1}: {2}")
    @CsvSource({"g4dn.xlarge, g5.xlarge, ''", "g4dn.xlarge, c5.2xlarge, nvidia.com/gpu", "gr6.4xlarge, g4ad.xlarge, nvidia.com/gpu",
            "g4ad.xlarge, g4dn.xlarge, amd.com/gpu", "p3.2xlarge, g6.xlarge, ''", "inf2.xlarge, trn1.2xlarge, ''",
            "trn1.2xlarge, p3.2xlarge, aws.amazon.com/neuron", "c5.2xlarge, g4dn.xlarge, ''", "g4dn.xlarge, '', ''", "'', c5.2xlarge, ''",
            "m5.large, r5.large, ''"})
    void aFallbackWithoutTheDevices(String type, String fallback, String device) {
        var expected = device.isEmpty()
                ? List.<String>of()
                : List.of("nodePools[0].fallbackPool: 'backup' is of " + fallback + ", which has no " + device
                        + ": a pod that asks for one never goes there");
        var taint = ", taints: [\"k=v:NoSchedule\"]";
        assertThat(doubts(TWO_POOLS.formatted("labels: {x: y}, instanceType: '" + type + "'" + taint,
                "labels: {x: y}, instanceType: '" + fallback + "'" + taint))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(delimiter = '|', value = {"g4dn.xlarge | [] | true", "g4dn.xlarge | ['k=v:PreferNoSchedule'] | true", "inf2.xlarge | [] | true",
            "g4dn.xlarge | ['k=v:NoSchedule'] | false", "g4dn.xlarge | ['k:NoExecute'] | false", "m5.large | [] | false"})
    void aPoolWithDevicesThatEveryPodMayUse(String type, String taints, boolean doubtful) {
        var doubts = doubts(TWO_POOLS.formatted("labels: {a: b}, instanceType: " + type + ", taints: " + taints, "labels: {a: b}"));
        assertThat(doubts.stream().anyMatch(doubt -> doubt.startsWith("nodePools[0].taints: none keeps pods that ask for no "))).isEqualTo(doubtful);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/examples/platform.yaml", "docs/examples/spot.yaml", "k8s/scaler/config.yaml",
            "scaler/src/main/resources/executorscaler/demo.yaml"})
    void ourOwnConfigsLeaveNothingToDoubt(String file) {
        assertThat(doubts(RepoFiles.read(file))).isEmpty();
    }

    private static List<String> doubts(String yaml) {
        var read = ConfigReader.read(yaml, Map.of(ConfigReader.REDIS_URL, "redis://cache"));
        assertThat(read).as(yaml).isInstanceOf(ConfigReader.Valid.class);
        return Doubts.of(((ConfigReader.Valid) read).config()).stream().map(Problem::toString).toList();
    }
}
