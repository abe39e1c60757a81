package executorscaler.plan.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node selector, node affinity and taints: each operator and effect at its edges. */
@Tag("unit")
class FitTest {

    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final SortedMap<String, String> NONE = Collections.emptySortedMap();

    /** Of a node called n1 with the label k of that value; {@code -}: without the label. */
    @ParameterizedTest(name = "k={0} {1} [{2}] -> {3}")
    @CsvSource(delimiter = '|', emptyValue = "", nullValues = "~", textBlock = """
            a   | IN             | a              | true
            a   | IN             | b              | false
            a   | IN             | b,a            | true
            A   | IN             | a              | false
            ''  | IN             | ''             | true
            -   | IN             | ''             | false
            a   | NOT_IN         | a              | false
            a   | NOT_IN         | b              | true
            a   | NOT_IN         | b,a            | false
            -   | NOT_IN         | a              | true
            a   | EXISTS         | ~              | true
            ''  | EXISTS         | ~              | true
            -   | EXISTS         | ~              | false
            a   | DOES_NOT_EXIST | ~              | false
            ''  | DOES_NOT_EXIST | ~              | false
            -   | DOES_NOT_EXIST | ~              | true
            4   | GT             | 5              | false
            5   | GT             | 5              | false
            6   | GT             | 5              | true
            10  | GT             | 9              | true
            -   | GT             | 5              | false
            x   | GT             | 5              | false
            5.5 | GT             | 5              | false
            ''  | GT             | 5              | false
            6   | GT             | x              | false
            6   | GT             | 5,4            | false
            6   | GT             | ~              | false
            0   | GT             | -1             | true
            -1  | GT             | 0              | false
            9223372036854775807 | GT | 9223372036854775806 | true
            9223372036854775808 | GT | 5             | false
            4   | LT             | 5              | true
            5   | LT             | 5              | false
            6   | LT             | 5              | false
            9   | LT             | 10             | true
            -   | LT             | 5              | false
            x   | LT             | 5              | false
            4   | LT             | x              | false
            -1  | LT             | 0              | true
            """)
    void everyOperatorOfNodeAffinity(String value, Requirement.Operator operator, String values, boolean accepted) {
        var labels = value.equals("-") ? NONE : new TreeMap<>(Map.of("k", value));
        var shape = wanting(new Requirement("k", operator, list(values)));

        assertThat(Fit.accepts(shape, "n1", labels, List.of())).isEqualTo(accepted);
        assertThat(Fit.refusals(shape, "n1", labels, List.of()).isEmpty()).isEqualTo(accepted);
    }

    /** A node that is not there yet has a host name that nobody knows. */
    @ParameterizedTest(name = "{0} {1} [{2}], known zones {3} -> {4}")
    @CsvSource(delimiter = '|', nullValues = "~", textBlock = """
            kubernetes.io/hostname                   | EXISTS         | ~     | ~   | true
            kubernetes.io/hostname                   | DOES_NOT_EXIST | ~     | ~   | false
            kubernetes.io/hostname                   | IN             | n1    | ~   | false
            kubernetes.io/hostname                   | NOT_IN         | n1    | ~   | true
            kubernetes.io/hostname                   | GT             | 0     | ~   | false
            metadata.name                            | IN             | n1    | ~   | false
            metadata.name                            | NOT_IN         | n1    | ~   | true
            metadata.name                            | EXISTS         | ~     | ~   | false
            topology.kubernetes.io/zone              | EXISTS         | ~     | ~   | true
            topology.kubernetes.io/zone              | DOES_NOT_EXIST | ~     | ~   | false
            topology.kubernetes.io/zone              | IN             | a,b   | ~   | false
            topology.kubernetes.io/zone              | NOT_IN         | c     | ~   | false
            topology.kubernetes.io/zone              | IN             | a     | a,b | false
            topology.kubernetes.io/zone              | IN             | a,b   | a,b | true
            topology.kubernetes.io/zone              | IN             | a,b,c | a,b | true
            topology.kubernetes.io/zone              | NOT_IN         | c     | a,b | true
            topology.kubernetes.io/zone              | NOT_IN         | b     | a,b | false
            topology.kubernetes.io/zone              | EXISTS         | ~     | a,b | true
            topology.kubernetes.io/zone              | GT             | 0     | 1,2 | false
            topology.ebs.csi.aws.com/zone            | IN             | a,b   | a,b | true
            failure-domain.beta.kubernetes.io/zone   | IN             | a     | a,b | false
            other                                    | EXISTS         | ~     | a,b | false
            other                                    | DOES_NOT_EXIST | ~     | a,b | true
            """)
    void whatANewNodeWillHaveCountsWhicheverValueItIs(String key, Requirement.Operator operator, String values, String zones, boolean accepted) {
        var shape = wanting(new Requirement(key, operator, list(values)));

        assertThat(Fit.accepts(shape, "", NONE, list(zones), List.of())).isEqualTo(accepted);
        assertThat(Fit.refusals(shape, "", NONE, list(zones), List.of()).isEmpty()).isEqualTo(accepted);
        if (!key.equals("metadata.name") && !key.equals("other"))
            assertThat(Fit.accepts(wanting(new Requirement(key, Requirement.Operator.EXISTS, List.of())), "n1", NONE, list(zones), List.of()))
                    .as("a node that is there has its labels and no more").isFalse();
    }

    @Test
    void theOneZoneOfAPoolIsItsNodesZoneUnderEveryName() {
        var labels = new TreeMap<>(Map.of(ZONE, "a"));
        var driver = new Requirement("topology.ebs.csi.aws.com/zone", Requirement.Operator.IN, List.of("a"));

        assertThat(Fit.accepts(wanting(driver), "", labels, List.of())).isTrue();
        assertThat(Fit.accepts(wanting(driver), "n1", labels, List.of())).isFalse();
        var selecting = shape(Map.of("topology.ebs.csi.aws.com/zone", "a"), List.of(), List.of());
        assertThat(Fit.accepts(selecting, "", labels, List.of())).isTrue();
        assertThat(Fit.accepts(selecting, "n1", labels, List.of())).isFalse();
    }

    @Test
    void aNewNodeCannotBeChosenByItsName() {
        var byName = shape(Map.of(HOST, "n1"), List.of(), List.of());

        assertThat(Fit.refusals(byName, "", NONE, List.of()))
                .containsExactly("the pod's nodeSelector wants kubernetes.io/hostname=n1, the name of a new node is not known");
    }

    @Test
    void termsAreAlternativesAndWithinOneAllMustHold() {
        var a = new Requirement("k", Requirement.Operator.IN, List.of("a"));
        var b = new Requirement("k", Requirement.Operator.IN, List.of("b"));
        var labels = new TreeMap<>(Map.of("k", "b"));

        assertThat(Fit.accepts(shape(Map.of(), List.of(term(a), term(b)), List.of()), "n1", labels, List.of())).isTrue();
        assertThat(Fit.accepts(shape(Map.of(), List.of(term(a, b)), List.of()), "n1", labels, List.of())).as("contradictory").isFalse();
        assertThat(Fit.accepts(shape(Map.of(), List.of(new Selector(List.of())), List.of()), "n1", labels, List.of())).as("empty").isFalse();
        assertThat(Fit.accepts(shape(Map.of(), List.of(Selector.NOTHING), List.of()), "n1", labels, List.of())).isFalse();
        assertThat(Fit.refusals(shape(Map.of(), List.of(term(a), term(a, b)), List.of()), "n1", labels, List.of())).containsExactly(
                "none of 2 alternatives matches: the pod's node affinity, or that of its volumes, wants k in a, the node has b");
        assertThat(Fit.refusals(shape(Map.of(), List.of(Selector.NOTHING), List.of()), "n1", labels, List.of()))
                .containsExactly("the pod's node affinity, or that of its volumes, matches no node");
    }

    /** Of a taint k=v with that effect. */
    @ParameterizedTest(name = "taint {0}: key {1}, operator {2}, value {3}, effect {4} -> {5}")
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            NO_SCHEDULE        | other | Equal  | v  | ''               | false
            NO_SCHEDULE        | k     | Equal  | v  | ''               | true
            NO_SCHEDULE        | k     | Equal  | w  | ''               | false
            NO_SCHEDULE        | k     | Equal  | '' | ''               | false
            NO_SCHEDULE        | k     | Exists | '' | ''               | true
            NO_SCHEDULE        | ''    | Exists | '' | ''               | true
            NO_SCHEDULE        | ''    | Exists | '' | NoSchedule       | true
            NO_SCHEDULE        | ''    | Exists | '' | NoExecute        | false
            NO_SCHEDULE        | k     | Equal  | v  | NoSchedule       | true
            NO_SCHEDULE        | k     | Equal  | v  | PreferNoSchedule | false
            NO_SCHEDULE        | k     | Equal  | v  | NoExecute        | false
            NO_EXECUTE         | k     | Equal  | v  | NoExecute        | true
            NO_EXECUTE         | k     | Equal  | v  | NoSchedule       | false
            NO_EXECUTE         | k     | Exists | '' | ''               | true
            NO_EXECUTE         | other | Exists | '' | ''               | false
            PREFER_NO_SCHEDULE | other | Equal  | v  | ''               | true
            PREFER_NO_SCHEDULE | k     | Equal  | v  | NoSchedule       | true
            """)
    void everyEffectOfATaint(Taint.Effect taint, String key, String operator, String value, String effect, boolean accepted) {
        var shape = shape(Map.of(), List.of(), List.of(new Toleration(key, operator.equals("Exists"), value, effect)));
        var taints = List.of(new Taint("k", "v", taint));

        assertThat(Fit.accepts(shape, "n1", NONE, taints)).isEqualTo(accepted);
        assertThat(Fit.refusals(shape, "n1", NONE, taints)).isEqualTo(accepted ? List.of() : List.of("the pod does not tolerate k=v"));
    }

    @Test
    void everyTaintMustBeTolerated() {
        var taints = List.of(new Taint("a", "", Taint.Effect.NO_SCHEDULE), new Taint("b", "", Taint.Effect.NO_SCHEDULE));
        var one = shape(Map.of(), List.of(), List.of(new Toleration("a", true, "", "")));

        assertThat(Fit.refusals(one, "n1", NONE, taints)).containsExactly("the pod does not tolerate b");
        assertThat(Fit.accepts(one, "n1", NONE, taints.subList(0, 1))).isTrue();
    }

    @Test
    void everythingThatRefusesIsNamed() {
        var affinity = term(new Requirement("disk", Requirement.Operator.IN, List.of("fast")),
                new Requirement("spot", Requirement.Operator.DOES_NOT_EXIST, List.of()));
        var shape = shape(Map.of("team", "a", "tier", "web"), List.of(affinity), List.of());
        var taints = List.of(new Taint("gpu", "yes", Taint.Effect.NO_SCHEDULE), new Taint("soft", "", Taint.Effect.PREFER_NO_SCHEDULE));

        assertThat(Fit.refusals(shape, "n1", new TreeMap<>(Map.of("tier", "db", "team", "a", "spot", "yes")), taints)).containsExactly(
                "the pod's nodeSelector wants tier=web, the node has db",
                "the pod's node affinity, or that of its volumes, wants disk in fast, the node has no such label",
                "the pod's node affinity, or that of its volumes, wants spot not to exist, the node has yes",
                "the pod does not tolerate gpu=yes");
    }

    /** Of a node with the label k=v and the taint t, and whatever else. */
    @ParameterizedTest(name = "selects {0}, affinity {1} {2} [{3}], tolerates t: {4} -> {5}")
    @CsvSource(delimiter = '|', nullValues = "~", textBlock = """
            k=v    | ~                           | ~              | ~   | true  | false
            k=w    | ~                           | ~              | ~   | true  | true
            other=v | ~                          | ~              | ~   | true  | false
            ~      | ~                           | ~              | ~   | false | true
            ~      | k                           | IN             | v   | true  | false
            ~      | k                           | IN             | w   | true  | true
            ~      | k                           | DOES_NOT_EXIST | ~   | true  | true
            ~      | other                       | IN             | w   | true  | false
            ~      | other                       | EXISTS         | ~   | true  | false
            ~      | topology.kubernetes.io/zone | IN             | a   | true  | false
            ~      | kubernetes.io/hostname      | IN             | n1  | true  | true
            """)
    void whatIsNotToldOfANodeRefusesNobodyForCertain(@Nullable String selector, @Nullable String key, Requirement.Operator operator, String values,
            boolean tolerates,
            boolean refused) {
        var selects = selector == null ? Map.<String, String>of() : Map.of(selector.split("=", -1)[0], selector.split("=", -1)[1]);
        var terms = key == null ? List.<Selector>of() : List.of(term(new Requirement(key, operator, list(values))));
        var shape = shape(selects, terms, tolerates ? List.of(new Toleration("t", true, "", "")) : List.of());
        var taints = List.of(new Taint("t", "", Taint.Effect.NO_SCHEDULE));

        assertThat(Fit.certainRefusals(shape, new TreeMap<>(Map.of("k", "v")), taints).isEmpty()).isEqualTo(!refused);
    }

    @Test
    void ofAlternativesEachMustBeRefusedForCertain() {
        var told = term(new Requirement("k", Requirement.Operator.IN, List.of("w")));
        var untold = term(new Requirement("other", Requirement.Operator.IN, List.of("w")));
        var labels = new TreeMap<>(Map.of("k", "v"));

        assertThat(Fit.certainRefusals(shape(Map.of(), List.of(told, untold), List.of()), labels, List.of())).isEmpty();
        assertThat(Fit.certainRefusals(shape(Map.of(), List.of(told, told), List.of()), labels, List.of())).hasSize(1);
    }

    private static PodShape wanting(Requirement requirement) {
        return shape(Map.of(), List.of(term(requirement)), List.of());
    }

    private static Selector term(Requirement... requirements) {
        return new Selector(Arrays.asList(requirements));
    }

    private static PodShape shape(Map<String, String> selector, List<Selector> terms, List<Toleration> tolerations) {
        return new PodShape(new Resources(1, 1, 0, 1, Collections.emptySortedMap()), new TreeMap<>(selector), terms, tolerations, List.of());
    }

    private static List<String> list(@Nullable String values) {
        return values == null ? List.of() : Arrays.asList(values.split(",", -1));
    }
}
