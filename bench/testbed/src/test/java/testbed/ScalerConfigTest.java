package testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads pools and namespaces, and does not mind the rest. */
@Tag("unit")
class ScalerConfigTest {
    @Test
    void poolsAndNamespaces() {
        ScalerConfig config = ScalerConfig.parse("""
                executors:
                - {name: executor, deployment: production-platform/executor, unknown: 1}
                nodePools:
                - name: gpu-nodes
                  autoScalingGroup: gpus
                  instanceType: g4dn.xlarge
                  minSize: 0
                  maxSize: 5
                  taints: [{key: nvidia.com/gpu, value: true}]
                """);

        assertThat(config.namespaces()).containsExactly("production-platform");
        assertThat(config.pools()).containsExactly(new Pool("gpu-nodes", "gpus", "g4dn.xlarge", 0, 5, Map.of(),
                List.of(new Taint("nvidia.com/gpu", "true", "NoSchedule"))));
    }

    @Test
    void anEmptyFileHasNothing() {
        assertThat(ScalerConfig.parse("").pools()).isEmpty();
    }
}
