package testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a kubelet leaves to pods. */
@Tag("unit")
class NodeShapeTest {
    @ParameterizedTest(name = "{0} vCPU, {1} MiB, {2} pods -> {3}m, {4} MiB")
    @CsvSource({"8,16384,58,7910,14407", "2,8192,35,1930,6960", "4,16384,29,3920,14726"})
    void allocatable(int vcpus, long mib, int pods, int millicores, long left) {
        NodeShape shape = new NodeShape(vcpus, mib, pods, 0, "amd64");

        assertThat(shape.allocatableMillicores()).isEqualTo(millicores);
        assertThat(shape.allocatableMemoryMib()).isEqualTo(left);
    }
}
