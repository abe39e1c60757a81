package executorscaler.plan.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes of 8 CPUs and 16 GiB, and one of 4 and 8. */
@Tag("unit")
class RehearsalTest {

    private final List<Bin> bins = new ArrayList<>();

    @Test
    void smallPodsSpreadOverTheNodesThatLargeOnesNeed() {
        bins.addAll(List.of(node("a", 8), node("b", 8)));
        assertThat(play(group("small", 2, PodRules.NONE), 2, group("large", 7, PodRules.NONE), 1)).containsExactly("a=1", "b=1", "large left");
        assertThat(play(group("large", 7, PodRules.NONE), 1, group("small", 2, PodRules.NONE), 2)).containsExactly("a=1", "b=2");
    }

    @Test
    void theNodeWithTheLargerFreeShareIsPreferred() {
        bins.addAll(List.of(node("small", 4), node("large", 8)));
        assertThat(play(group("p", 1, PodRules.NONE), 2, group("q", 1, PodRules.NONE), 1)).containsExactly("small=1", "large=2");
    }

    @Test
    void aTaintThatShouldBeAvoidedOutweighsRoom() {
        bins.add(new Bin(Bin.Kind.NEW, "pool", "avoided", labels("avoided"), List.of(new Taint("a", "b", Taint.Effect.PREFER_NO_SCHEDULE)),
                amount(8)));
        bins.add(node("full", 4));
        assertThat(play(group("p", 1, PodRules.NONE), 4, group("q", 1, PodRules.NONE), 1))
                .containsExactly("avoided=1", "full=4");
    }

    @Test
    void aPodThatWaitsForAnotherOneIsTriedAgain() {
        bins.add(node("a", 8));
        var near = new PodTerm(List.of("jobs"), new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("leader")))),
                "kubernetes.io/hostname");
        var follower = group("follower", 1, new PodRules(List.of(near), List.of(), List.of(), List.of()));
        assertThat(play(follower, 1, group("leader", 1, PodRules.NONE), 1)).containsExactly("a=2");
    }

    /** {@code node=pods} for each node, and {@code pod left} for each that found none. */
    private List<String> play(Group first, int firstPods, Group second, int secondPods) {
        var order = new ArrayList<>(Collections.nCopies(firstPods, first));
        order.addAll(Collections.nCopies(secondPods, second));
        var filled = bins.stream().map(Bin::unfilled).toList();
        var left = Rehearsal.play(order, filled, Surroundings.of(Arrays.asList(first, second), List.of()));
        var lines = new ArrayList<String>();
        for (Bin bin : filled) lines.add(bin.node() + "=" + bin.placed());
        left.forEach((group, pods) -> lines.addAll(Collections.nCopies(pods, group.example() + " left")));
        return lines;
    }

    private static Bin node(String name, int cpus) {
        return new Bin(Bin.Kind.NEW, "pool", name, labels(name), List.of(), amount(cpus));
    }

    private static SortedMap<String, String> labels(String name) {
        return new TreeMap<>(Map.of("kubernetes.io/hostname", name));
    }

    private static Resources amount(int cpus) {
        return new Resources(cpus * 1000L, (cpus * 2L) << 30, 0, 110, new TreeMap<>());
    }

    private static Group group(String name, int cpus, PodRules rules) {
        var requests = new Resources(cpus * 1000L, (cpus * 2L) << 30, 0, 1, new TreeMap<>());
        return new Group(new PodShape(requests, new TreeMap<>(), List.of(), List.of(), rules, 0, List.of()), "jobs",
                new TreeMap<>(Map.of("app", name)), name,
                1, 0);
    }
}
