package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** Cluster Autoscaler's tags, read as they are. */
@Tag("unit")
class GroupTagsTest {

    private static final String PREFIX = "k8s.io/cluster-autoscaler/node-template/";

    private static GroupTags tags(String... keysAndValues) {
        var tags = new ArrayList<TagDescription>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tags.add(TagDescription.builder().key(keysAndValues[i]).value(keysAndValues[i + 1]).build());
        }
        return GroupTags.of(tags);
    }

    @Test
    void labelsKeepTheirCaseAndTheirSlashes() {
        var read = tags(PREFIX + "label/Team", "Render", PREFIX + "label/example.com/Kind", "", "Name", "workers",
                "k8s.io/cluster-autoscaler/enabled", "true");
        assertThat(read.labels()).containsExactly(Map.entry("Team", "Render"), Map.entry("example.com/Kind", ""));
        assertThat(read.troubles()).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}:{2}")
    @CsvSource({"true:NoSchedule, true, NO_SCHEDULE", ":NoExecute, '', NO_EXECUTE", "a-b.C:PreferNoSchedule, a-b.C, PREFER_NO_SCHEDULE"})
    void taintsAreValueAndEffect(String written, String value, Taint.Effect effect) {
        assertThat(tags(PREFIX + "taint/nvidia.com/gpu", written).taints()).containsExactly(new Taint("nvidia.com/gpu", value, effect));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({"cpu, 3500m, 3500", "cpu, 2, 2000", "memory, 16Gi, 17179869184", "ephemeral-storage, 100G, 100000000000", "pods, 58, 58",
            "nvidia.com/gpu, 4, 4", "smarter-devices/fuse, 2k, 2000", "hugepages-2Mi, 1Gi, 1073741824"})
    void resourcesAreCountedAsTheSchedulerCountsThem(String name, String written, long amount) {
        assertThat(tags(PREFIX + "resources/" + name, written).resources()).containsExactly(Map.entry(name, amount));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({"scaledownunneededtime, 10m0s", "scaledownunreadytime, 20m", "maxnodeprovisiontime, 15m0s", "scaledownutilizationthreshold, 0.5",
            "scaledowngpuutilizationthreshold, 1"})
    void optionsAreKeptAsTheyAreWritten(String name, String written) {
        var read = tags(PREFIX + "autoscaling-options/" + name, written);
        assertThat(read.options()).containsExactly(Map.entry(name, written));
        assertThat(read.troubles()).isEmpty();
    }

    @Test
    void thatDaemonsDoNotCountIsAlwaysSo() {
        assertThat(tags(PREFIX + "autoscaling-options/ignoredaemonsetsutilization", "true").troubles()).isEmpty();
        assertThat(tags(PREFIX + "autoscaling-options/ignoredaemonsetsutilization", "false").troubles()).hasSize(1);
    }

    @Test
    void volumeDriversAreNothingToPlanWith() {
        assertThat(tags(PREFIX + "csi-driver", "ebs.csi.aws.com").troubles()).isEmpty();
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "label/-key | x | '-key' is no label key ([domain/]name of at most 63 letters, digits, '-', '_', '.')",
            "label/ | x | '' is no label key ([domain/]name of at most 63 letters, digits, '-', '_', '.')",
            "label/a | two words | must be a label value (at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends), was 'two words'",
            "taint/a | NoSchedule | must be value:Effect with effect NoExecute or NoSchedule or PreferNoSchedule, was 'NoSchedule'",
            "taint/a | x:noschedule | must be value:Effect with effect NoExecute or NoSchedule or PreferNoSchedule, was 'x:noschedule'",
            "taint/a | x y:NoSchedule | must be a label value (at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends), was 'x y'",
            "resources/memory | lots | must be a quantity such as 4, 500m of cpu or 16Gi of memory, was 'lots'",
            "resources/nvidia.com/gpu | 1.5 | must be a quantity such as 4, 500m of cpu or 16Gi of memory, was '1.5'",
            "resources/cpu | -1 | must be a quantity such as 4, 500m of cpu or 16Gi of memory, was '-1'",
            "autoscaling-options/scaledownunneededtime | ten minutes | must be a time such as 10m0s, from 0s to 168h, was 'ten minutes'",
            "autoscaling-options/scaledownunreadytime | -20m | must be a time such as 10m0s, from 0s to 168h, was '-20m'",
            "autoscaling-options/maxnodeprovisiontime | 0s | must be a time such as 10m0s, from 1s to 168h, was '0s'",
            "autoscaling-options/scaledownutilizationthreshold | 50% | must be a number from 0 to 1, was '50%'",
            "autoscaling-options/scaledowngpuutilizationthreshold | 1.5 | must be a number from 0 to 1, was '1.5'",
            "autoscaling-options/scaledownunneeded | 10m | is no option that is known here, and changes nothing",
            "labels/a | x | is no tag that tells of nodes: those are label/, taint/, resources/ and autoscaling-options/"})
    void aTagThatDoesNotParseIsATroubleAndEverythingElseGoesOn(String tag, String value, String trouble) {
        var read = tags(PREFIX + tag, value, PREFIX + "label/good", "yes", PREFIX + "taint/good", "yes:NoSchedule", PREFIX + "resources/good", "1");
        assertThat(read.troubles()).isEqualTo(List.of("tag " + PREFIX + tag + ": " + trouble));
        assertThat(read.labels()).containsOnlyKeys("good");
        assertThat(read.taints()).extracting(Taint::key).containsExactly("good");
        assertThat(read.resources()).containsOnlyKeys("good");
        assertThat(read.options()).isEmpty();
    }
}
