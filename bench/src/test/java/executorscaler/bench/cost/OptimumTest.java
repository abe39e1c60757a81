package executorscaler.bench.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class OptimumTest {

    static Stream<Arguments> answersFoundByHand() {
        return Stream.of(
                Arguments.of("ten pods, three a node: a third of a node each, four whole nodes",
                        new MixOf().pool(30, 3, 100).pods(10, 1, 1, 0), 100.0, 40 * 3, List.of(4)),
                Arguments.of("two CPUs of three are used: a pod cannot be cut in pieces, so the bound is not 20",
                        new MixOf().pool(10, 3, 100).pods(3, 2, 1, 0), 30.0, 30, List.of(3)),
                Arguments.of("the two kinds complete each other in every node",
                        new MixOf().pool(10, 8, 8).pods(4, 6, 2, 0).pods(4, 2, 6, 0), 40.0, 40, List.of(4)),
                Arguments.of("the cheap pool is full with one node",
                        new MixOf().pool(10, 4, 100, 1).pool(30, 4, 100).pods(12, 1, 1, 0, 1), 70.0, 70, List.of(1, 2)),
                Arguments.of("a large and a small node are cheaper than two of either",
                        new MixOf().pool(10, 2, 100).pool(36, 8, 100).pods(10, 1, 1, 0, 1), 45.0, 46, List.of(1, 1)),
                Arguments.of("those that may go to one pool only decide what the others get",
                        new MixOf().pool(10, 4, 100).pool(9, 4, 100).pods(1, 2, 1, 0).pods(2, 1, 1, 0, 1), 10.0, 10, List.of(1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void answersFoundByHand(String why, MixOf given, double bound, int cost, List<Integer> nodes) {
        var mix = given.mix();
        var patterns = new Patterns(mix);
        var found = patterns.bound();
        assertThat(found.floor()).as(why).isEqualTo(bound, within(1e-3)).isLessThanOrEqualTo(found.value() + 1e-9);
        var optimum = Optimum.find(mix, patterns, everyPodANode(mix));
        assertThat(optimum.atLeast()).isEqualTo(cost);
        assertThat(optimum.nodes()).isEqualTo(nodes);
        allIn(mix, optimum);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOptimumIsWhatTryingEverythingFinds(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 30; i++) {
            var mix = small(random);
            var patterns = new Patterns(mix);
            double bound = patterns.bound().floor();
            var optimum = Optimum.find(mix, patterns, everyPodANode(mix));
            assertThat(optimum.proven()).as("%s", mix).isTrue();
            assertThat(optimum.atLeast()).as("%s", mix).isEqualTo(cheapest(mix));
            allIn(mix, optimum);
            assertThat(bound).as("%s", mix).isLessThanOrEqualTo(optimum.atLeast() * (1 + 1e-9));
        }
    }

    @Test
    void nodesThatDoNotHoldAllPodsAreFoundOut() {
        var mix = new MixOf().pool(10, 3, 100).pods(3, 2, 1, 0).mix();
        assertThatThrownBy(() -> Optimum.find(mix, new Patterns(mix), List.of(2))).hasMessageContaining("[2] does not hold all pods");
    }

    /** Every pod is in a node where it may be and has room. */
    private static void allIn(Mix mix, Optimum.Found optimum) {
        assertThat(optimum.patterns()).hasSizeLessThanOrEqualTo(optimum.nodes().stream().mapToInt(Integer::intValue).sum());
        var in = new int[mix.groups().size()];
        for (var pattern : optimum.patterns()) {
            var room = mix.room(pattern.pool());
            for (int group = 0; group < in.length; group++) {
                int pods = pattern.pods().get(group);
                in[group] += pods;
                room = room.minus(mix.groups().get(group).requests().times(pods));
                if (pods > 0) assertThat(mix.groups().get(group).pools()).contains(pattern.pool());
            }
            assertThat(room.byKind()).allMatch(left -> left >= 0);
        }
        assertThat(in).containsExactly(mix.groups().stream().mapToInt(Mix.Group::pods).toArray());
    }

    /** One to three groups of one to six pods in all, on one to three pools; the first takes everything. */
    private static Mix small(SplittableRandom random) {
        var mix = new MixOf().pool(random.nextInt(20, 41), 8, 16);
        int pools = random.nextInt(1, 4);
        for (int pool = 1; pool < pools; pool++)
            mix.pool(random.nextInt(5, 41), random.nextInt(1, 9), random.nextInt(1, 17), random.nextBoolean() ? random.nextInt(1, 3) : 30_000);
        for (int left = random.nextInt(1, 7), group = 0; left > 0 && group < 3; group++) {
            int pods = random.nextInt(1, left + 1);
            left -= pods;
            var accepts = new ArrayList<>(List.of(0));
            for (int pool = 1; pool < pools; pool++) {
                if (random.nextInt(3) > 0) accepts.add(pool);
            }
            mix.pods(pods, random.nextInt(1, 7), random.nextInt(1, 13), accepts.toArray(Integer[]::new));
        }
        return mix.mix();
    }

    private static List<Integer> everyPodANode(Mix mix) {
        var nodes = new Integer[mix.pools().size()];
        Arrays.fill(nodes, 0);
        for (int group = 0; group < mix.groups().size(); group++) {
            int wanted = mix.groups().get(group).pods();
            for (int pool : mix.groups().get(group).pools()) {
                int bought = mix.perNode(pool, group) == 0 ? 0 : Math.min(wanted, mix.pools().get(pool).max() - nodes[pool]);
                nodes[pool] += bought;
                wanted -= bought;
            }
        }
        return List.of(nodes);
    }

    private static long cheapest(Mix mix) {
        return purchases(mix, 0, new ArrayList<>()).filter(nodes -> holdAll(mix, nodes)).mapToLong(mix::cost).min().orElseThrow();
    }

    private static Stream<List<Integer>> purchases(Mix mix, int pool, List<Integer> before) {
        if (pool == mix.pools().size()) return Stream.of(before);
        return Stream.iterate(0, nodes -> nodes <= Math.min(mix.pods(), mix.pools().get(pool).max()), nodes -> nodes + 1).flatMap(nodes -> {
            var more = new ArrayList<>(before);
            more.add(nodes);
            return purchases(mix, pool + 1, more);
        });
    }

    private static boolean holdAll(Mix mix, List<Integer> nodes) {
        var pools = new ArrayList<Integer>();
        var rooms = new ArrayList<Amount>();
        for (int pool = 0; pool < nodes.size(); pool++) {
            for (int node = 0; node < nodes.get(pool); node++) {
                pools.add(pool);
                rooms.add(mix.room(pool));
            }
        }
        var pods = new ArrayList<Mix.Group>();
        for (var group : mix.groups()) {
            for (int pod = 0; pod < group.pods(); pod++) pods.add(group);
        }
        return place(pods, 0, pools, rooms);
    }

    private static boolean place(List<Mix.Group> pods, int pod, List<Integer> pools, List<Amount> rooms) {
        if (pod == pods.size()) return true;
        var requests = pods.get(pod).requests();
        for (int node = 0; node < rooms.size(); node++) {
            var room = rooms.get(node);
            if (!pods.get(pod).pools().contains(pools.get(node)) || requests.timesInto(room) == 0) continue;
            rooms.set(node, room.minus(requests));
            boolean placed = place(pods, pod + 1, pools, rooms);
            rooms.set(node, room);
            if (placed) return true;
        }
        return false;
    }
}
