package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.scheduling.Fit;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pods name: claims, namespaces by label, priority classes. */
@Tag("unit")
class ReferencesTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String WANTS_TIER = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ["
            + "{matchExpressions: [{key: tier, operator: In, values: [web]}]}, {matchExpressions: [{key: tier, operator: In, values: [db]}]}]}}}, ";

    private static final List<Volume> VOLUMES = List.of(
            Volume.of(volume("in-a", "",
                    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}")),
            Volume.of(volume("in-b", "",
                    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [b]}]}]}}")),
            Volume.of(volume("anywhere", "", "capacity: {storage: 1Gi}")),
            Volume.of(volume("labelled", "topology.kubernetes.io/zone: a__b", "capacity: {storage: 1Gi}")),
            Volume.of(volume("of-old", "failure-domain.beta.kubernetes.io/zone: a", "capacity: {storage: 1Gi}")),
            Volume.of(volume("local", "",
                    "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}]}]}}")),
            Volume.of(volume("strange", "", "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: Near}]}]}}")));

    private static final List<VolumeClass> CLASSES = List.of(
            VolumeClass.of(storage("late", "volumeBindingMode: WaitForFirstConsumer, provisioner: p")),
            VolumeClass.of(storage("late-in-a", "volumeBindingMode: WaitForFirstConsumer, provisioner: p, "
                    + "allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}, {}]")),
            VolumeClass.of(storage("nowhere", "volumeBindingMode: WaitForFirstConsumer, provisioner: p, allowedTopologies: [{}]")),
            VolumeClass.of(storage("by-hand", "volumeBindingMode: WaitForFirstConsumer, provisioner: kubernetes.io/no-provisioner")),
            VolumeClass.of(storage("at-once", "volumeBindingMode: Immediate, provisioner: p")));

    private final Mapping mapping = new Mapping();

    /** The pod's own affinity is tier web or db. The nodes: n1 (zone a, tier web), n2 (zone b, tier db), n3 (zone a, tier none), n4 (zone c, tier web). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            bound to a volume in a         | spec: {volumeName: in-a}                            | true  | n1       | ""
            bound to a volume in b         | spec: {volumeName: in-b}                            | true  | n2       | ""
            bound to one for any node      | spec: {volumeName: anywhere}                        | true  | n1 n2 n4 | ""
            bound to one with a zone label | spec: {volumeName: labelled}                        | true  | n1 n2    | ""
            the label's name of old        | spec: {volumeName: of-old}                          | true  | n1       | ""
            bound to a disk of a node      | spec: {volumeName: local}                           | true  | n1       | ""
            bound to one that is gone      | spec: {volumeName: gone}                            | true  | n1 n2 n4 | claim data is bound to volume gone, which does not exist
            binding is not complete        | spec: {volumeName: in-a}                            | false | n1 n2 n4 | claim data is not bound to volume in-a yet
            its volume was lost            | {spec: {volumeName: in-a}, status: {phase: Lost}}   | true  | n1 n2 n4 | claim data has lost its volume
            binds late                     | spec: {storageClassName: late}                      | false | n1 n2 n4 | ""
            binds late, in zone a alone    | spec: {storageClassName: late-in-a}                 | false | n1       | ""
            binds late, in no zone         | spec: {storageClassName: nowhere}                   | false | ""       | ""
            binds at once, and has not     | spec: {storageClassName: at-once}                   | false | n1 n2 n4 | claim data is not bound, and its StorageClass at-once does not wait for the pod
            its class does not exist       | spec: {storageClassName: gone}                      | false | n1 n2 n4 | claim data is not bound, and its StorageClass gone does not exist
            has no class                   | spec: {accessModes: [ReadWriteOnce]}                | false | n1 n2 n4 | claim data is not bound and has no StorageClass
            """)
    void aClaimDemandsOfTheNodeWhatItsVolumeDoes(String what, String claim, boolean bound, String nodes, String waitsFor) {
        var shape = complete(pod("p", "", WANTS_TIER + mounting("data")), claims(claim(claim, bound, "")));

        assertThat(accepting(shape)).as(what).isEqualTo(nodes);
        assertThat(shape.waitsFor()).isEqualTo(waitsFor.isEmpty() ? List.of() : List.of(waitsFor));
        assertThat(shape.notModelled()).isEmpty();
    }

    @Test
    void aClaimThatIsNotThereKeepsItsPodWaitingAndSoDoesOneThatIsGoing() {
        assertThat(complete(pod("p", "", mounting("data")), claims()).waitsFor()).containsExactly("claim data does not exist");
        assertThat(complete(pod("p", "", "volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}], "), claims()).waitsFor())
                .containsExactly("claim p-v does not exist");
        var going = read(
                """
                        metadata: {namespace: jobs, name: data, deletionTimestamp: '2026-11-21T10:00:00Z', annotations: {pv.kubernetes.io/bind-completed: 'yes'}}
                        spec: {volumeName: in-a}
                        """,
                PersistentVolumeClaim.class);
        assertThat(complete(pod("p", "", mounting("data")), claims(Claim.of(going))).waitsFor()).containsExactly("claim data is being deleted");
    }

    @Test
    void volumesInTwoZonesLeaveNoNodeAndThoseInOneZoneDo() {
        var first = claim("spec: {volumeName: in-a}", true, "");
        var there = new Claim("jobs/more", Claim.State.BOUND, "in-a", "", "", false);
        var elsewhere = new Claim("jobs/more", Claim.State.BOUND, "in-b", "", "", false);

        assertThat(accepting(complete(pod("p", "", mounting("data", "more")), claims(first, there)))).isEqualTo("n1 n3");
        assertThat(accepting(complete(pod("p", "", mounting("data", "more")), claims(first, elsewhere)))).isEmpty();
    }

    @Test
    void aVolumeThatIsBeingMadeForANodeKeepsItsPodThere() {
        var made = claim("spec: {storageClassName: late}", false, "volume.kubernetes.io/selected-node: n4");

        assertThat(accepting(complete(pod("p", "", mounting("data")), claims(made)))).isEqualTo("n4");
    }

    @Test
    void aPodThatHasItsNodeWaitsForNothingButKeepsItsZone() {
        var placed = pod("p", "n1", mounting("data", "gone"));
        var shape = complete(placed, claims(claim("spec: {volumeName: in-a}", true, "")));

        assertThat(shape.waitsFor()).isEmpty();
        assertThat(accepting(shape)).isEqualTo("n1 n3");
    }

    @Test
    void whatCannotBeKnownIsNamedAndTheRestCounts() {
        assertThat(complete(pod("p", "", mounting("data")), claims(claim("spec: {storageClassName: by-hand}", false, ""))).notModelled())
                .containsExactly("persistentVolumeClaims: by-hand makes no volumes");
        assertThat(complete(pod("p", "", mounting("data")), claims(claim("spec: {volumeName: strange}", true, ""))).notModelled())
                .containsExactly("volume strange: operator is Near");
        var blind = new Knowledge(Known.unknown("missing right to list persistentvolumeclaims"), Known.of(List.of()), Known.of(List.of()),
                Known.of(List.of()), Known.of(List.of()));
        var shape = complete(pod("p", "", WANTS_TIER + mounting("data")), blind);
        assertThat(shape.notModelled()).containsExactly("persistentVolumeClaims: missing right to list persistentvolumeclaims");
        assertThat(shape.waitsFor()).isEmpty();
        assertThat(accepting(shape)).isEqualTo("n1 n2 n4");
    }

    @Test
    void howManyVolumesANodeCanAttachIsNamedWhereTheSchedulerSaysSo() {
        var refused = read(
                """
                        metadata: {namespace: jobs, name: p}
                        spec: {containers: [], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}
                        status: {conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/3 nodes are available: 3 node(s) exceed max volume count.'}]}
                        """,
                io.fabric8.kubernetes.api.model.Pod.class);

        assertThat(complete(mapping.pod(refused), claims(claim("spec: {volumeName: in-a}", true, ""))).notModelled())
                .containsExactly("volumes that a node can attach");
    }

    @Test
    void aClaimForOnePodAtATimeKeepsTheSecondWaiting() {
        var once = claims(claim("spec: {volumeName: in-a, accessModes: [ReadWriteOncePod]}", true, ""));
        var references = new References(once, mapping::shared);
        var second = pod("second", "", mounting("data"));
        var pods = references.pods(List.of(pod("first", "n1", mounting("data")), second));

        assertThat(pods.getFirst().shape().waitsFor()).isEmpty();
        assertThat(pods.getLast().shape().waitsFor()).containsExactly("claim data is for one pod at a time, and jobs/first has it");
        assertThat(references.pods(List.of(second)).getFirst().shape().waitsFor()).as("when the first has gone").isEmpty();
    }

    @Test
    void equalPodsShareOneShapeAndNothingIsDoneTwice() {
        var references = new References(claims(claim("spec: {volumeName: in-a}", true, "")), mapping::shared);
        var pods = List.of(pod("p", "", mounting("data")), pod("q", "", mounting("data")), pod("r", "", ""));
        var complete = references.pods(pods);

        assertThat(complete.get(0).shape()).isSameAs(complete.get(1).shape());
        assertThat(complete.get(2)).isSameAs(pods.get(2));
        assertThat(references.pods(pods)).isSameAs(complete);
        assertThat(references.pods(List.of(pods.getFirst())).getFirst()).isSameAs(complete.getFirst());
        var plain = List.of(pod("r", "", ""));
        assertThat(references.pods(plain)).isSameAs(plain);
    }

    @Test
    void namespacesMeantByLabelAreFoundByName() {
        var avoiding = pod("p", "", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["
                + "{topologyKey: zone, namespaceSelector: {matchLabels: {team: x}}, labelSelector: {matchLabels: {app: db}}}, "
                + "{topologyKey: zone, namespaces: [b], namespaceSelector: {matchLabels: {team: x}}, labelSelector: {matchLabels: {app: db}}}, "
                + "{topologyKey: zone, namespaceSelector: {matchLabels: {team: nobody}}, labelSelector: {matchLabels: {app: db}}}]}}, ");
        var app = new Selector(List.of(new Requirement("app", Requirement.Operator.IN, List.of("db"))));

        var shape = complete(avoiding, namespaces("a: x", "c: x", "d: y"));
        assertThat(shape.rules().apart()).containsExactly(new PodTerm(List.of("a", "c"), app, "zone"),
                new PodTerm(List.of("a", "b", "c"), app, "zone"), new PodTerm(List.of(), Selector.NOTHING, "zone"));
        assertThat(shape.rules().selectsNamespaces()).isFalse();
        assertThat(shape.rules().apart().getLast().means("a", new TreeMap<>(Map.of("app", "db")))).as("no namespace is meant").isFalse();
        assertThat(complete(avoiding, namespaces("a: y", "e: x")).rules().apart().getFirst().namespaces()).as("labels changed").containsExactly("e");

        var blind = new Knowledge(Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.unknown("missing right to list namespaces"),
                Known.of(List.of()));
        assertThat(complete(avoiding, blind).notModelled()).containsExactly("namespaceSelector: missing right to list namespaces");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            its class is worth 500     | priorityClassName: high                      | 500        | true  | ""
            its class is for waiting   | priorityClassName: patient                   | 700        | false | ""
            it never preempts itself   | {priorityClassName: high, preemptionPolicy: Never} | 500  | false | ""
            none named: the default    | restartPolicy: Always                        | -20        | true  | ""
            a class of the system      | priorityClassName: system-node-critical      | 2000001000 | true  | ""
            another                    | priorityClassName: system-cluster-critical   | 2000000000 | true  | ""
            a priority of its own      | priority: 7                                  | 7          | true  | ""
            a class that is not there  | priorityClassName: gone                      | 0          | true  | priority class gone does not exist
            """)
    void theTemplatesPodsWillHaveThePriorityOfItsClass(String what, String spec, int priority, boolean preempts, String waitsFor) {
        var classes = List.of(level("{metadata: {name: high}, value: 500}"),
                level("{metadata: {name: patient}, value: 700, preemptionPolicy: Never}"),
                level("{metadata: {name: two}, value: -10, globalDefault: true}"), level("{metadata: {name: one}, value: -20, globalDefault: true}"));
        var shape = template(spec,
                new Knowledge(Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.of(classes)));

        assertThat(shape.priority()).as(what).isEqualTo(priority);
        assertThat(shape.preempts()).isEqualTo(preempts);
        assertThat(shape.waitsFor()).isEqualTo(waitsFor.isEmpty() ? List.of() : List.of(waitsFor));
    }

    @Test
    void withoutTheClassesATemplatesPriorityIsNamedAndNotGuessed() {
        var blind = new Knowledge(Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.unknown("no right"));

        assertThat(template("priorityClassName: high", blind).notModelled()).containsExactly("priorityClassName: no right");
        assertThat(template("priorityClassName: system-node-critical", blind).priority()).isEqualTo(2_000_001_000);
        assertThat(template("restartPolicy: Always", blind).notModelled()).isEmpty();
    }

    @Test
    void aTemplatesClaimsCountForThePodsThatItWillMake() {
        var knowledge = claims(claim("spec: {volumeName: in-b}", true, ""));

        assertThat(accepting(template("volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]", knowledge))).isEqualTo("n2");
        assertThat(accepting(template("volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: late-in-a}}}}]", knowledge)))
                .isEqualTo("n1 n3");
        assertThat(template("volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: at-once}}}}]", knowledge).notModelled())
                .containsExactly("persistentVolumeClaims: at-once binds before there is a node");
        assertThat(template("volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}]", knowledge).waitsFor())
                .containsExactly("a claim of its own is not bound and has no StorageClass");
    }

    private PodShape complete(Pod pod, Knowledge knowledge) {
        return new References(knowledge, mapping::shared).pods(List.of(pod)).getFirst().shape();
    }

    private PodShape template(String spec, Knowledge knowledge) {
        var fields = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        var deployment = read("metadata: {namespace: jobs, name: render}\nspec: {template: {spec: {containers: [], " + fields + "}}}",
                Deployment.class);
        return new References(knowledge, mapping::shared).executor(mapping.template(deployment), "render", List.of()).shape();
    }

    private static Knowledge claims(Claim... claims) {
        return new Knowledge(Known.of(List.of(claims)), Known.of(VOLUMES), Known.of(CLASSES), Known.of(List.of()), Known.of(List.of()));
    }

    /** Each as {@code name: team}. */
    private static Knowledge namespaces(String... namespaces) {
        var known = List.of(namespaces).stream().map(each -> each.split(": ", 2)).map(parts -> NamespaceLabels
                .of(read("metadata: {name: " + parts[0] + ", labels: {team: " + parts[1] + "}}", Namespace.class))).toList();
        return new Knowledge(Known.of(List.of()), Known.of(List.of()), Known.of(List.of()), Known.of(known), Known.of(List.of()));
    }

    private Pod pod(String name, String node, String spec) {
        return mapping.pod(read("metadata: {namespace: jobs, name: " + name + "}\nspec: {" + spec
                + (node.isEmpty() ? "" : "nodeName: " + node + ", ") + "containers: []}", io.fabric8.kubernetes.api.model.Pod.class));
    }

    private static String mounting(String... claims) {
        return "volumes: ["
                + String.join(", ", List.of(claims).stream().map(claim -> "{name: v, persistentVolumeClaim: {claimName: " + claim + "}}").toList())
                + "], ";
    }

    private static Claim claim(String fields, boolean bound, String annotation) {
        var block = fields.startsWith("{") ? fields.substring(1, fields.length() - 1) : fields;
        return Claim.of(read("{metadata: {namespace: jobs, name: data, annotations: {"
                + (bound ? "pv.kubernetes.io/bind-completed: 'yes'" : annotation) + "}}, " + block + "}", PersistentVolumeClaim.class));
    }

    private static PersistentVolume volume(String name, String label, String spec) {
        return read("{metadata: {name: " + name + ", labels: {" + label + "}}, spec: {" + spec + "}}", PersistentVolume.class);
    }

    private static StorageClass storage(String name, String fields) {
        return read("{metadata: {name: " + name + "}, " + fields + "}", StorageClass.class);
    }

    private static PriorityLevel level(String yaml) {
        return PriorityLevel.of(read(yaml, PriorityClass.class));
    }

    private static String accepting(PodShape shape) {
        var nodes = new TreeMap<>(Map.of("n1", "a web", "n2", "b db", "n3", "a none", "n4", "c web"));
        return String.join(" ", nodes.entrySet().stream().filter(node -> {
            var parts = node.getValue().split(" ", 2);
            var labels = new TreeMap<>(Map.of("zone", parts[0], "topology.kubernetes.io/zone", parts[0], "tier", parts[1], "kubernetes.io/hostname",
                    node.getKey()));
            return Fit.accepts(shape, node.getKey(), labels, List.of());
        }).map(Map.Entry::getKey).toList());
    }

    /** What begins with a brace would be taken for JSON. */
    private static <T> T read(String yaml, Class<T> type) {
        return YAML.unmarshal("---\n" + yaml, type);
    }
}
