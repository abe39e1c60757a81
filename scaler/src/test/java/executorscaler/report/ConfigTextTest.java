package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What differs between two configs, as people read it. */
@Tag("unit")
class ConfigTextTest {
    private static final String YAML = """
            redis: {url: "redis://redis:6379/0"}
            executors:
            - {name: render, deployment: jobs/render, queue: {kind: list, waiting: w, running: r}, maxReplicas: 40}
            nodePools:
            - {name: spot, autoScalingGroup: spot-asg, instanceType: c5.2xlarge, maxSize: 10}
            """;

    @Test
    void everyPathHasItsValue() {
        assertThat(ConfigText.values(config(YAML))).containsEntry("nodePools[spot].maxSize", "10")
                .containsEntry("executors[render].maxReplicas", "40")
                .containsEntry("redis.url", "redis://redis:6379/0").containsKey("control.intervalMillis");
    }

    @Test
    void whatDiffersIsNamedByWhatItBelongsTo() {
        var one = YAML.replace("maxSize: 10", "maxSize: 4") + "- {name: gpu, autoScalingGroup: gpu-asg, instanceType: g4dn.xlarge, maxSize: 2}\n";
        assertThat(ConfigText.changes(config(YAML), config(one))).contains("nodePools[spot].maxSize: 10 to 4", "nodePools[gpu].maxSize: 2, new")
                .noneMatch(change -> change.startsWith("executors"));
        assertThat(ConfigText.changes(config(YAML), config(YAML))).isEmpty();
    }

    @Test
    void inOneLineAreTheFirstThree() {
        var two = YAML.replace("maxSize: 10", "maxSize: 4").replace("maxReplicas: 40", "maxReplicas: 41");
        assertThat(ConfigText.difference(config(YAML), config(two)))
                .isEqualTo("executors[render].maxReplicas: 40 to 41; nodePools[spot].maxSize: 10 to 4");
        var more = two + "- {name: gpu, autoScalingGroup: gpu-asg, instanceType: g4dn.xlarge, maxSize: 2}\n";
        assertThat(ConfigText.difference(config(YAML), config(more))).startsWith("executors[render].maxReplicas: 40 to 41; nodePools[gpu].")
                .matches(".*; and \\d+ more");
        assertThat(ConfigText.difference(config(YAML), config(YAML))).isEqualTo("nothing in it differs");
    }

    private static Config config(String yaml) {
        return switch (ConfigReader.read(yaml, Map.of())) {
            case ConfigReader.Valid valid -> valid.config();
            case ConfigReader.Invalid invalid -> throw new AssertionError(invalid.problems());
        };
    }
}
