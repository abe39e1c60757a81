package executorscaler.bench.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class KnapsackTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingThatFitsIsWorthMore(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            var mix = new MixOf().pool(10, random.nextInt(4, 17), random.nextInt(4, 33));
            int groups = random.nextInt(1, 5);
            var worth = new double[groups];
            for (int group = 0; group < groups; group++) {
                mix.pods(random.nextInt(1, 6), random.nextInt(1, 6), random.nextInt(1, 9), 0);
                worth[group] = random.nextDouble();
            }
            var best = new Knapsack(mix.mix(), 0).fill(worth);
            assertThat(best.value()).isEqualTo(tryAll(mix.mix(), worth, 0, mix.mix().room(0)), within(1e-9));
            assertThat(best.atMost()).isGreaterThanOrEqualTo(best.value()).isEqualTo(best.value(), within(1e-5));
            double told = 0;
            for (int group = 0; group < groups; group++) told += best.pods().get(group) * worth[group];
            assertThat(told).isEqualTo(best.value(), within(1e-9));
        }
    }

    private static double tryAll(Mix mix, double[] worth, int group, Amount room) {
        if (group == worth.length) return 0;
        var pods = mix.groups().get(group);
        double best = 0;
        for (int count = 0; count <= Math.min(pods.pods(), pods.requests().timesInto(room)); count++)
            best = Math.max(best, count * worth[group] + tryAll(mix, worth, group + 1, room.minus(pods.requests().times(count))));
        return best;
    }
}
