package testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PortsTest {

    @Test
    void processesThatRunAtOnceNeverTakeEachOthersPorts() {
        var first = IntStream.range(0, 100).mapToObj(_ -> Ports.free(1) % 8).toList();
        var second = IntStream.range(0, 100).mapToObj(_ -> Ports.free(2) % 8).toList();
        assertThat(first).containsOnly(1);
        assertThat(second).containsOnly(2);
    }

    @Test
    void aProcessThatKnowsOfNoOthersTakesAny() {
        assertThat(IntStream.range(0, 100).mapToObj(_ -> Ports.free(0)).toList()).doesNotHaveDuplicates()
                .allMatch(port -> port >= 15_000 && port < 32_000);
    }
}
