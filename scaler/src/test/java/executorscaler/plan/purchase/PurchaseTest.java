package executorscaler.plan.purchase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("unit")
class PurchaseTest {

    private static final long GIB = 1L << 30;

    @Test
    void oneKindOfPodBuysTheKindOfNodeThatHoldsItForTheLeast() {
        // Three a node for 0.34, or seven a node for 0.68: 50 pods are 17 x 0.34 = 5.78, or 8 x 0.68 = 5.44, or 7 x 0.68 and 1 x 0.34 = 5.10.
        var bought = Purchase.cheapest(List.of(pods(2000, 4, 50, 0, 1)), List.of(nodes(7910, 14, 0.34, 99), nodes(15890, 29, 0.68, 99)));
        assertThat(cost(bought, 0.34, 0.68)).isEqualTo(5.10, within(1e-9));
        assertThat(placed(bought, 0)).isEqualTo(50);
    }

    @Test
    void podsOfDifferentShapeShareNodes() {
        // Much CPU and much memory beside each other: two of each a node, where one kind alone would take two.
        var bought = Purchase.cheapest(List.of(pods(3000, 1, 10, 0), pods(500, 7, 10, 0)), List.of(nodes(8000, 16, 1, 99)));
        assertThat(cost(bought, 1)).isEqualTo(5);
    }

    @Test
    void whatIsThereIsFilledBeforeAnythingIsBought() {
        var bought = Purchase.cheapest(List.of(pods(1000, 1, 10, 0, 1)), List.of(nodes(4000, 8, 0, 2), nodes(4000, 8, 1, 99)));
        assertThat(cost(bought, 0, 1)).isEqualTo(1);
        assertThat(placed(bought, 0)).isEqualTo(10);
    }

    @Test
    void aKindOfWhichThereAreTooFewIsNotBoughtTwice() {
        var bought = Purchase.cheapest(List.of(pods(1000, 1, 40, 0, 1)), List.of(nodes(4000, 8, 1, 3), nodes(4000, 8, 9, 4)));
        assertThat(bought.stream().filter(each -> each.node() == 0).mapToInt(Filling::times).sum()).isEqualTo(3);
        assertThat(bought.stream().filter(each -> each.node() == 1).mapToInt(Filling::times).sum()).isEqualTo(4);
        assertThat(placed(bought, 0)).isEqualTo(28);
    }

    @Test
    void podsThatNoNodeTakesAreInNone() {
        var bought = Purchase.cheapest(List.of(pods(9000, 1, 4, 0), pods(1000, 1, 4, 0), new PodKind(amount(1000, 1, 1), 5, List.of())),
                List.of(nodes(4000, 8, 1, 99)));
        assertThat(placed(bought, 0)).isZero();
        assertThat(placed(bought, 1)).isEqualTo(4);
        assertThat(placed(bought, 2)).isZero();
        assertThat(cost(bought, 1)).isEqualTo(1);
    }

    @Test
    void nothingToPlaceAndNothingToBuy() {
        assertThat(Purchase.cheapest(List.of(), List.of())).isEmpty();
        assertThat(Purchase.cheapest(List.of(pods(1, 1, 1, 0)), List.of(nodes(4000, 8, 1, 0)))).isEmpty();
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    /** Small enough to try everything: the purchase is never cheaper than the optimum, and seldom dearer, see docs/benchmarks.md for how seldom. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aPurchaseHoldsWhatItSaysAndTakesEveryPod(int seed) {
        var random = new SplittableRandom(seed);
        int nodeKinds = random.nextInt(1, 5);
        var nodes = new ArrayList<NodeKind>();
        for (int n = 0; n < nodeKinds; n++) {
            int size = 1 << random.nextInt(0, 4);
            nodes.add(nodes(2000L * size - 90, random.nextLong(2, 9) * size, 0.08 * size * random.nextDouble(0.5, 1.5),
                    random.nextInt(3) == 0 ? 3 : 500));
        }
        var pods = new ArrayList<PodKind>();
        int podKinds = random.nextInt(1, 7);
        for (int i = 0; i < podKinds; i++) {
            var takers = IntStream.range(0, nodeKinds).filter(_ -> random.nextInt(4) > 0).boxed().toList();
            pods.add(new PodKind(amount(100L * random.nextInt(1, 40), random.nextInt(1, 16), 1), random.nextInt(1, 60), takers));
        }
        var bought = Purchase.cheapest(pods, nodes);
        assertThat(Purchase.cheapest(pods, nodes)).isEqualTo(bought);
        var used = new int[nodeKinds];
        var placed = new int[podKinds];
        for (var filling : bought) {
            used[filling.node()] += filling.times();
            var room = nodes.get(filling.node()).room();
            for (int i = 0; i < podKinds; i++) {
                int count = filling.pods().get(i);
                placed[i] += count * filling.times();
                if (count > 0) assertThat(pods.get(i).nodes()).contains(filling.node());
                room = room.minus(pods.get(i).requests().times(count));
            }
            assertThat(List.of(room.cpuMillis(), room.memoryBytes(), room.pods())).allMatch(left -> left >= 0);
        }
        for (int n = 0; n < nodeKinds; n++) assertThat(used[n]).isLessThanOrEqualTo(nodes.get(n).most());
        for (int i = 0; i < podKinds; i++) {
            var kind = pods.get(i);
            assertThat(placed[i]).isLessThanOrEqualTo(kind.pods());
            boolean plenty = kind.nodes().stream().map(nodes::get).anyMatch(node -> node.most() == 500 && kind.requests().fitsIn(node.room()));
            if (plenty) assertThat(placed[i]).isEqualTo(kind.pods());
            // Whoever is left over would not fit on another node that could still be had.
            boolean another = IntStream.range(0, nodeKinds)
                    .anyMatch(n -> kind.nodes().contains(n) && used[n] < nodes.get(n).most() && kind.requests().fitsIn(nodes.get(n).room()));
            if (another) assertThat(placed[i]).isEqualTo(kind.pods());
        }
    }

    private static PodKind pods(long cpuMillis, long gib, int count, Integer... nodes) {
        return new PodKind(amount(cpuMillis, gib, 1), count, Arrays.asList(nodes));
    }

    private static NodeKind nodes(long cpuMillis, long gib, double cost, int most) {
        return new NodeKind(amount(cpuMillis, gib, 58), cost, most);
    }

    private static Resources amount(long cpuMillis, long gib, long pods) {
        return new Resources(cpuMillis, gib * GIB, 0, pods, new TreeMap<>());
    }

    private static double cost(List<Filling> bought, double... costs) {
        return bought.stream().mapToDouble(each -> costs[each.node()] * each.times()).sum();
    }

    private static int placed(List<Filling> bought, int pod) {
        return bought.stream().mapToInt(each -> each.pods().get(pod) * each.times()).sum();
    }
}
