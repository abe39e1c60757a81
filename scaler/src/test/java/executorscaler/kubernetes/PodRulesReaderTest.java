package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.HostPort;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Spread;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PodRulesReaderTest {

    @Test
    void termsNameTheirNamespaces() throws Unreadable {
        var rules = rules("""
                containers: []
                affinity:
                  podAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: zone, labelSelector: {matchLabels: {app: web}}}
                    - {topologyKey: zone, namespaces: [b, a], labelSelector: {matchExpressions: [{key: app, operator: Exists}]}}
                  podAntiAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: kubernetes.io/hostname, namespaceSelector: {}, labelSelector: {}}
                    preferredDuringSchedulingIgnoredDuringExecution:
                    - {weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {}}}
                """);
        assertThat(rules.near()).containsExactly(new PodTerm(List.of("jobs"), is("app", "web"), "zone"),
                new PodTerm(List.of("a", "b"), new Selector(List.of(new Requirement("app", Requirement.Operator.EXISTS, List.of()))), "zone"));
        assertThat(rules.apart()).containsExactly(new PodTerm(List.of(), new Selector(List.of()), "kubernetes.io/hostname"));
    }

    @Test
    void namespacesMeantByLabelAreKeptAsLabels() throws Unreadable {
        var terms = rules("""
                containers: []
                affinity:
                  podAntiAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: zone, namespaces: [a], namespaceSelector: {matchLabels: {team: x}}, labelSelector: {}}
                    - {topologyKey: zone, namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}, labelSelector: {}}
                """);

        assertThat(terms.apart()).containsExactly(
                new PodTerm(List.of("a"), List.of(new Requirement("team", Requirement.Operator.IN, List.of("x"))), new Selector(List.of()), "zone"),
                new PodTerm(List.of(), List.of(new Requirement("team", Requirement.Operator.EXISTS, List.of())), new Selector(List.of()), "zone"));
        assertThat(terms.selectsNamespaces()).isTrue();
    }

    /** API reference, LabelSelector: one that is not there matches no pods, an empty one all. */
    @Test
    void aTermWithoutSelectorMeansNoPod() throws Unreadable {
        var term = rules("{containers: [], affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}}").near()
                .getFirst();
        assertThat(term.means("jobs", new TreeMap<>(Map.of("app", "web")))).isFalse();
    }

    @Test
    void keysToMatchBecomeThePodsOwnValues() throws Unreadable {
        var rules = rules("""
                containers: []
                affinity:
                  podAntiAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: zone, labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [version, nowhere], mismatchLabelKeys: [app]}
                """);
        assertThat(rules.apart().getFirst().pods().requirements()).containsExactly(new Requirement("app", Requirement.Operator.IN, List.of("web")),
                new Requirement("version", Requirement.Operator.IN, List.of("2")),
                new Requirement("app", Requirement.Operator.NOT_IN, List.of("worker")));
    }

    @Test
    void spreadsThatForbidAreReadWithTheirDefaults() throws Unreadable {
        assertThat(
                rules("""
                        containers: []
                        topologySpreadConstraints:
                        - {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
                        - {maxSkew: 1, topologyKey: host, whenUnsatisfiable: DoNotSchedule, minDomains: 3, nodeAffinityPolicy: Ignore, nodeTaintsPolicy: Honor,
                           labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [version]}
                        - {maxSkew: 1, topologyKey: host, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
                        """)
                        .spreads())
                .containsExactly(new Spread(2, "zone", is("app", "web"), 1, true, false),
                        new Spread(1, "host", new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("web")),
                                new Requirement("version", Requirement.Operator.IN, List.of("2")))), 3, false, true));
    }

    @Test
    void portsOfTheHostAreThoseOfContainersThatKeepRunning() throws Unreadable {
        assertThat(rules("""
                initContainers:
                - {name: once, ports: [{containerPort: 1, hostPort: 1}]}
                - {name: sidecar, restartPolicy: Always, ports: [{containerPort: 2, hostPort: 2, protocol: UDP}]}
                containers:
                - {name: main, ports: [{containerPort: 3, hostPort: 3, hostIP: 10.0.0.1}, {containerPort: 4}]}
                """).hostPorts()).containsExactly(new HostPort("10.0.0.1", "TCP", 3), new HostPort("0.0.0.0", "UDP", 2));
        assertThat(rules("{hostNetwork: true, containers: [{name: main, ports: [{containerPort: 4}]}]}").hostPorts())
                .containsExactly(new HostPort("0.0.0.0", "TCP", 4));
    }

    @Test
    void mostPodsAskNothing() throws Unreadable {
        assertThat(rules("{containers: [{name: main, ports: [{containerPort: 4}]}]}")).isSameAs(PodRules.NONE);
    }

    private static PodRules rules(String spec) throws Unreadable {
        var labels = new TreeMap<>(Map.of("app", "worker", "version", "2"));
        return PodRulesReader.of(Serialization.unmarshal("# YAML\n" + spec, PodSpec.class), "jobs", labels);
    }

    private static Selector is(String key, String value) {
        return new Selector(List.of(new Requirement(key, Requirement.Operator.IN, List.of(value))));
    }
}
