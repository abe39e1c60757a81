package executorscaler.plan.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Spread;
import executorscaler.snapshot.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scheduler's rules between pods, on nodes with room for ten pods each. Nothing can be bought here: pods that find no place stay homeless. */
@Tag("unit")
class SurroundingsTest {

    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    private final List<Surroundings.Place> places = new ArrayList<>();
    private final List<Bin> bins = new ArrayList<>();

    @Test
    void podsThatAvoidEachOtherGoOneToAHost() {
        nodes("a1:a", "a2:a", "b1:b");
        assertThat(pack(group("web", 5, apart("web", HOST)))).containsExactly("a1=1", "a2=1", "b1=1", "homeless=2");
    }

    @Test
    void podsThatAvoidEachOtherByZoneGoOneToAZone() {
        nodes("a1:a", "a2:a", "b1:b");
        assertThat(pack(group("web", 5, apart("web", ZONE)))).containsExactly("a1=1", "a2=0", "b1=1", "homeless=3");
    }

    @Test
    void aPodThatIsThereIsAvoided() {
        nodes("a1:a", "a2:a");
        pod("a1", "db", PodRules.NONE, false);
        assertThat(pack(group("web", 2, apart("db", HOST)))).containsExactly("a1=0", "a2=2", "homeless=0");
    }

    @Test
    void aPodThatIsThereKeepsOthersAway() {
        nodes("a1:a", "a2:a", "b1:b");
        pod("a1", "db", apart("web", ZONE), false);
        assertThat(pack(group("web", 2, PodRules.NONE))).containsExactly("a1=0", "a2=0", "b1=2", "homeless=0");
    }

    @Test
    void podsPlacedInThisPlanKeepEachOtherAway() {
        nodes("a1:a", "a2:a");
        // Packed in the order of their names, both being of one size.
        assertThat(pack(group("db", 1, apart("web", HOST)), group("web", 2, PodRules.NONE))).containsExactly("a1=1", "a2=2", "homeless=0");
    }

    @Test
    void anAvoidedPodInAnotherNamespaceIsNone() {
        nodes("a1:a");
        pod("a1", "db", PodRules.NONE, false);
        var elsewhere = new PodRules(List.of(), List.of(new PodTerm(List.of("other"), is("db"), HOST)), List.of(), List.of());
        var everywhere = new PodRules(List.of(), List.of(new PodTerm(List.of(), is("db"), HOST)), List.of(), List.of());
        assertThat(pack(group("web", 1, elsewhere))).containsExactly("a1=1", "homeless=0");
        bins.clear();
        bins.add(bin("a1", "a"));
        assertThat(pack(group("web", 1, everywhere))).containsExactly("a1=0", "homeless=1");
    }

    @Test
    void podsGoWhereThePodIsThatTheyWantToBeNear() {
        nodes("a1:a", "b1:b", "b2:b");
        pod("b2", "db", PodRules.NONE, false);
        assertThat(pack(group("web", 2, near("db", HOST)))).containsExactly("a1=0", "b1=0", "b2=2", "homeless=0");
    }

    @Test
    void withNobodyToBeNearPodsStayHomeless() {
        nodes("a1:a");
        assertThat(pack(group("web", 2, near("db", ZONE)))).containsExactly("a1=0", "homeless=2");
    }

    @Test
    void theFirstOfPodsThatWantToBeTogetherMayGoAnywhere() {
        nodes("a1:a", "b1:b", "a2:a");
        assertThat(pack(group("web", 15, near("web", ZONE)))).containsExactly("a1=10", "b1=0", "a2=5", "homeless=0");
    }

    @Test
    void aPodCountsTowardsAffinityOnlyIfAllTermsMeanIt() {
        nodes("a1:a");
        pod("a1", "db", PodRules.NONE, false);
        var both = new PodRules(List.of(new PodTerm(List.of("jobs"), is("db"), ZONE), new PodTerm(List.of("jobs"), is("cache"), ZONE)), List.of(),
                List.of(),
                List.of());
        pod("a1", "cache", PodRules.NONE, false);
        assertThat(pack(group("web", 1, both))).containsExactly("a1=0", "homeless=1");
    }

    @Test
    void podsSpreadOverZonesByTheirSkew() {
        nodes("a1:a", "a2:a", "b1:b", "c1:c");
        pod("a2", "web", PodRules.NONE, false);
        // One is in a: b and c come level with it, then all three grow together until b1 and c1 are full, and a by one more.
        assertThat(pack(group("web", 40, spread(ZONE, 1, 1)))).containsExactly("a1=10", "a2=0", "b1=10", "c1=10", "homeless=10");
    }

    @Test
    void aPodThatIsEndingDoesNotCountForSpread() {
        nodes("a1:a", "b1:b");
        pod("a1", "web", PodRules.NONE, true);
        assertThat(pack(group("web", 1, spread(ZONE, 1, 1)))).containsExactly("a1=1", "b1=0", "homeless=0");
    }

    @Test
    void withTooFewDomainsTheFewestIsNone() {
        nodes("a1:a", "b1:b");
        assertThat(pack(group("web", 6, spread(ZONE, 2, 3)))).containsExactly("a1=2", "b1=2", "homeless=2");
    }

    @Test
    void aNodeWithoutTheLabelIsNoDomainAndTakesNone() {
        nodes("a1:a", "x:");
        assertThat(pack(group("web", 3, spread(ZONE, 1, 1)))).containsExactly("a1=3", "x=0", "homeless=0");
    }

    @Test
    void onlyNodesThatThePodSelectsAreDomains() {
        nodes("a1:a", "b1:b");
        var onlyA = new PodShape(requests(), new TreeMap<>(Map.of(ZONE, "a")), List.of(), List.of(), spread(ZONE, 1, 1), 0, List.of());
        assertThat(pack(new Group(onlyA, "jobs", app("web"), "web", 4, 0))).containsExactly("a1=4", "b1=0", "homeless=0");
        var ignoring = new PodRules(List.of(), List.of(), List.of(new Spread(1, ZONE, is("web"), 1, false, false)), List.of());
        var shape = new PodShape(requests(), new TreeMap<>(Map.of(ZONE, "a")), List.of(), List.of(), ignoring, 0, List.of());
        bins.clear();
        bins.add(bin("a1", "a"));
        assertThat(pack(new Group(shape, "jobs", app("web"), "web", 4, 0))).containsExactly("a1=1", "homeless=3");
    }

    /** PodTopologySpread knows nothing of volumes: a zone to which only its volume keeps the pod from going is a domain, and one without any of the pods. */
    @Test
    void nodesThatOnlyAVolumeForbidsAreDomains() {
        nodes("a1:a", "a2:a", "b1:b");
        var inA = List.of(new Selector(List.of(new Requirement(ZONE, Requirement.Operator.IN, List.of("a")))));
        var byVolume = new PodShape(requests(), new TreeMap<>(), inA, List.of(), List.of(), spread(ZONE, 1, 1), 0, true, List.of(), List.of());
        assertThat(pack(new Group(byVolume, "jobs", app("web"), "web", 4, 0))).containsExactly("a1=1", "a2=0", "b1=0", "homeless=3");
        bins.clear();
        places.clear();
        nodes("a1:a", "a2:a", "b1:b");
        var byAffinity = new PodShape(requests(), new TreeMap<>(), inA, inA, List.of(), spread(ZONE, 1, 1), 0, true, List.of(), List.of());
        assertThat(pack(new Group(byAffinity, "jobs", app("web"), "web", 4, 0))).containsExactly("a1=4", "a2=0", "b1=0", "homeless=0");
    }

    @Test
    void aPortOfTheHostIsTakenOnce() {
        nodes("a1:a", "a2:a");
        var port = new PodRules(List.of(), List.of(), List.of(), List.of(new HostPort("0.0.0.0", "TCP", 9100)));
        assertThat(pack(group("agent", 3, port))).containsExactly("a1=1", "a2=1", "homeless=1");
        var elsewhere = new HostPort("10.0.0.1", "TCP", 9100);
        assertThat(elsewhere.conflicts(new HostPort("10.0.0.2", "TCP", 9100))).isFalse();
        assertThat(elsewhere.conflicts(new HostPort("0.0.0.0", "UDP", 9100))).isFalse();
        assertThat(elsewhere.conflicts(new HostPort("0.0.0.0", "TCP", 9100))).isTrue();
    }

    private List<String> pack(Group... groups) {
        var around = Surroundings.of(Arrays.asList(groups), places);
        var packing = new Packing(bins, around);
        int homeless = Arrays.stream(groups).sorted(Packing.LARGEST_FIRST).mapToInt(group -> packing.place(group, group.pods(), _ -> true)).sum();
        var lines = new ArrayList<String>();
        for (Bin bin : packing.bins()) lines.add(bin.node() + "=" + bin.placed());
        lines.add("homeless=" + homeless);
        return lines;
    }

    /** Each as {@code name:zone}. */
    private void nodes(String... nodes) {
        for (var node : nodes) {
            var parts = node.split(":", -1);
            bins.add(bin(parts[0], parts[1]));
            places.add(new Surroundings.Place(parts[0], labels(parts[0], parts[1]), List.<Taint>of(), List.of()));
        }
    }

    private static Bin bin(String node, String zone) {
        return new Bin(Bin.Kind.OPEN, "", node, labels(node, zone), List.of(),
                new Resources(10_000, 1L << 40, 1L << 40, 10, Collections.emptySortedMap()));
    }

    private static SortedMap<String, String> labels(String node, String zone) {
        var labels = new TreeMap<>(Map.of(HOST, node));
        if (!zone.isEmpty()) labels.put(ZONE, zone);
        return labels;
    }

    private void pod(String node, String app, PodRules rules, boolean terminating) {
        var shape = new PodShape(requests(), new TreeMap<>(), List.of(), List.of(), rules, 0, List.of());
        var pod = new Pod("jobs", app + "-on-" + node, "uid", "Deployment/" + app, shape, app(app), Pod.Phase.RUNNING, node, "", true, terminating,
                false, false, "",
                Instant.EPOCH);
        places.replaceAll(place -> {
            if (!place.node().equals(node)) return place;
            var pods = new ArrayList<>(place.pods());
            pods.add(pod);
            return new Surroundings.Place(node, place.labels(), place.taints(), pods);
        });
    }

    private static Group group(String app, int pods, PodRules rules) {
        return new Group(new PodShape(requests(), new TreeMap<>(), List.of(), List.of(), rules, 0, List.of()), "jobs", app(app), app, pods, 0);
    }

    private static Resources requests() {
        return new Resources(1000, 1 << 20, 0, 1, Collections.emptySortedMap());
    }

    private static SortedMap<String, String> app(String app) {
        return new TreeMap<>(Map.of("app", app));
    }

    private static PodRules near(String app, String key) {
        return new PodRules(List.of(new PodTerm(List.of("jobs"), is(app), key)), List.of(), List.of(), List.of());
    }

    private static PodRules apart(String app, String key) {
        return new PodRules(List.of(), List.of(new PodTerm(List.of("jobs"), is(app), key)), List.of(), List.of());
    }

    private static PodRules spread(String key, int maxSkew, int minDomains) {
        return new PodRules(List.of(), List.of(), List.of(new Spread(maxSkew, key, is("web"), minDomains, true, false)), List.of());
    }

    private static Selector is(String app) {
        return new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of(app))));
    }
}
