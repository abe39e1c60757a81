package executorscaler.bench.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class MixTest {

    @Test
    void aSeedIsOneMixAndEveryGroupHasAPoolWithoutASmallMaximum() {
        for (long seed = 0; seed < 100; seed++) {
            var mix = DrawnMix.of(seed);
            assertThat(DrawnMix.of(seed)).isEqualTo(mix);
            assertThat(mix.pools()).hasSizeBetween(2, 8);
            assertThat(mix.groups()).hasSizeBetween(1, 12);
            for (int group = 0; group < mix.groups().size(); group++) {
                int number = group;
                assertThat(mix.groups().get(group).pools()).as("seed %d", seed)
                        .anyMatch(pool -> mix.perNode(pool, number) > 0 && !Valuation.limited(mix, pool));
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}m and {2} MiB")
    @CsvSource({"t3.large, 1930, 6837", "c5.2xlarge, 7910, 14162", "g4dn.xlarge, 3920, 14481"})
    void aNodeHasWhatTheCalculationsSay(String name, long cpuMillis, long memoryMib) {
        var machines = new ArrayList<>(Ec2.PLAIN);
        machines.addAll(Ec2.GPU);
        var machine = machines.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        assertThat(machine.allocatable().cpuMillis()).isEqualTo(cpuMillis);
        assertThat(machine.allocatable().memoryMib()).isEqualTo(memoryMib);
    }

    @Test
    void thePlannerSeesTheSameRoomAndTheSamePools() {
        var threeANode = new MixOf().pool(10, 3, 100).pods(10, 1, 1, 0).mix();
        assertThat(MixWorld.plan(threeANode)).isEqualTo(new MixWorld.Bought(List.of(4), 0));
        var elsewhere = new MixOf().pool(10, 3, 100).pool(10, 3, 100).pods(10, 1, 1, 1).mix();
        assertThat(MixWorld.plan(elsewhere)).isEqualTo(new MixWorld.Bought(List.of(0, 4), 0));
        var tooFew = new MixOf().pool(10, 3, 100, 2).pods(10, 1, 1, 0).mix();
        assertThat(MixWorld.plan(tooFew)).isEqualTo(new MixWorld.Bought(List.of(2), 4));
    }

    @Test
    void thePeersTakeOnePoolForAllThatMayGoThere() {
        var mix = new MixOf().pool(10, 4, 100).pool(25, 8, 100).pods(9, 1, 1, 0, 1).pods(1, 8, 1, 1).mix();
        assertThat(OnePool.alone(mix)).isEqualTo(Optional.of(List.of(0, 3)));
        assertThat(OnePool.buy(mix, OnePool.Choice.LEAST_PRICE)).isEqualTo(Optional.of(List.of(3, 1)));
        var none = new MixOf().pool(10, 4, 100).pool(25, 8, 100).pods(1, 4, 1, 0).pods(1, 8, 1, 1).mix();
        assertThat(OnePool.alone(none)).isEmpty();
    }
}
