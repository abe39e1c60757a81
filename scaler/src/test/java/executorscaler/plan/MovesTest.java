package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.scheduling.Bin;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Room for the pods of a node, all together or not at all. */
@Tag("unit")
class MovesTest {

    private final PodShape small = Given.shape(400, 1, "");
    private final PodShape large = Given.shape(900, 1, "");

    @Test
    void whereOnePodFindsNoRoomNoneIsTakenForTheOthers() {
        var moves = moves(room("a", 1500));
        assertThat(moves.take("x", pods(large, large))).map(Pod::path).hasValue("web/p1");
        assertThat(moves.receives("a")).isFalse();
        assertThat(moves.take("y", pods(large, small))).isEmpty();
        assertThat(moves.receives("a")).isTrue();
    }

    /** The first try filled the room, which must not count as full afterwards. */
    @Test
    void roomThatWasOnlyTriedIsFoundAgain() {
        var moves = moves(room("a", 900), room("b", 500));
        assertThat(moves.take("x", pods(large, large))).isPresent();
        assertThat(moves.take("y", pods(small))).isEmpty();
        assertThat(moves.receives("a")).isTrue();
    }

    @Test
    void aNodesOwnRoomIsForOthersOnly() {
        var moves = moves(room("a", 900));
        assertThat(moves.take("a", pods(large))).isPresent();
        assertThat(moves.take("b", pods(large))).isEmpty();
    }

    @Test
    void aNodeThatIsClosedTakesNothing() {
        var moves = moves(room("a", 900), room("b", 900));
        moves.close("a");
        assertThat(moves.take("x", pods(large))).isEmpty();
        assertThat(moves.receives("b")).isTrue();
        assertThat(moves.take("y", pods(large))).isPresent();
    }

    /** The largest first, or it would find its place taken: 900 and 400 into 1000 and 450. */
    @Test
    void theLargestPodChoosesFirst() {
        assertThat(moves(room("a", 1000), room("b", 450)).take("x", pods(small, large))).isEmpty();
    }

    @Test
    void podsThatAreLeavingAlreadyNeedNoRoom() {
        var pod = pods(large).getFirst();
        var leaving = new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), "x", "", true, true, false,
                false, "", pod.createdAt());
        assertThat(moves(room("a", 100)).take("x", List.of(leaving))).isEmpty();
    }

    private static Moves moves(Bin... rooms) {
        return new Moves(Arrays.asList(rooms));
    }

    private static Bin room(String node, long cpuMillis) {
        return new Bin(Bin.Kind.OPEN, "compute", node, new TreeMap<>(), List.of(), new Resources(cpuMillis, Given.GIB, 0, 10, new TreeMap<>()));
    }

    private static List<Pod> pods(PodShape... shapes) {
        var given = new Given();
        for (int i = 0; i < shapes.length; i++) given.pod("p" + i, "Deployment/web", shapes[i], "x", false);
        return given.pods;
    }
}
