package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.snapshot.Node.Cordon;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class MappingTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private final Mapping mapping = new Mapping();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            nothing requested                              | containers: [{name: a}]                                                                             | 0    | 0
            containers add up                              | containers: [{name: a, resources: {requests: {cpu: 200m, memory: 1Ki}}}, {name: b, resources: {requests: {cpu: '0.3'}}}] | 500 | 1024
            rounded up                                     | containers: [{name: a, resources: {requests: {cpu: 0.1m, memory: 0.5}}}]                             | 1    | 1
            CPU is rounded up for each container           | containers: [{name: a, resources: {requests: {cpu: 0.1m}}}, {name: b, resources: {requests: {cpu: 0.1m}}}, {name: c, resources: {requests: {cpu: 1.5m}}}] | 4 | 0
            bytes only in the sum                          | containers: [{name: a, resources: {requests: {memory: 400m}}}, {name: b, resources: {requests: {memory: 400m}}}, {name: c, resources: {requests: {memory: 500m}}}] | 0 | 2
            an exponent is a number                        | containers: [{name: a, resources: {requests: {cpu: 2e-1, memory: 1E3}}}]                             | 200  | 1000
            a limit alone counts                           | containers: [{name: a, resources: {limits: {cpu: 2, memory: 1k}, requests: {cpu: 1}}}]               | 1000 | 1000
            a small init container is hidden               | {initContainers: [{name: i, resources: {requests: {cpu: 100m}}}], containers: [{name: a, resources: {requests: {cpu: 200m}}}]} | 200 | 0
            a large init container counts alone            | {initContainers: [{name: i, resources: {requests: {cpu: 900m}}}], containers: [{name: a, resources: {requests: {cpu: 200m}}}]} | 900 | 0
            a sidecar adds to the containers               | {initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}], containers: [{name: a, resources: {requests: {cpu: 200m}}}]} | 300 | 0
            an init container runs beside earlier sidecars | {initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}, {name: i, resources: {requests: {cpu: 700m}}}], containers: [{name: a, resources: {requests: {cpu: 500m}}}]} | 800 | 0
            and not beside later ones                      | {initContainers: [{name: i, resources: {requests: {cpu: 700m}}}, {name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}], containers: [{name: a, resources: {requests: {cpu: 500m}}}]} | 700 | 0
            each resource by itself                        | {initContainers: [{name: i, resources: {requests: {cpu: 900m, memory: 1}}}], containers: [{name: a, resources: {requests: {cpu: 200m, memory: 5}}}]} | 900 | 5
            overhead comes on top                          | {overhead: {cpu: 50m, memory: 7}, containers: [{name: a, resources: {requests: {cpu: 200m}}}]}        | 250  | 7
            the pod's own word overrides                   | {resources: {requests: {cpu: 1}}, overhead: {cpu: 50m}, containers: [{name: a, resources: {requests: {cpu: 200m, memory: 3}}}]} | 1050 | 3
            the pod's own word against init containers     | {resources: {requests: {cpu: 1}}, initContainers: [{name: i, resources: {requests: {cpu: 2, memory: 9}}}], containers: [{name: a}]} | 1000 | 9
            a pod limit does not hide a request            | {resources: {limits: {cpu: 4}}, containers: [{name: a, resources: {requests: {cpu: 200m}}}]}         | 200  | 0
            ephemeral storage and devices are not the pod's | {resources: {requests: {ephemeral-storage: 1, nvidia.com/gpu: 1, cpu: 300m}}, containers: [{name: a}]} | 300 | 0
            a sidecar restarts only with Always            | {initContainers: [{name: s, restartPolicy: OnFailure, resources: {requests: {cpu: 100m}}}], containers: [{name: a, resources: {requests: {cpu: 200m}}}]} | 200 | 0
            a pod limit where nobody requests              | {resources: {limits: {cpu: 1, memory: 9}}, containers: [{name: a, resources: {requests: {cpu: 200m}}}]} | 200 | 9
            """)
    void requestsAreWhatTheSchedulerCounts(String rule, String spec, long cpuMillis, long memoryBytes) {
        var requests = shape(spec).requests();

        assertThat(requests.cpuMillis()).as(rule).isEqualTo(cpuMillis);
        assertThat(requests.memoryBytes()).as(rule).isEqualTo(memoryBytes);
        assertThat(requests.pods()).isEqualTo(1);
    }

    /** k8s.io/component-helpers/resource, determineEffectiveRequests; the container asks for 2 CPU and 20 bytes. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            no word from the node                | containerStatuses: []                                                                                                                  | 2000 | 20
            a status without resources           | containerStatuses: [{name: a, allocatedResources: {cpu: 9}}]                                                                           | 2000 | 20
            it asks for more than it has         | containerStatuses: [{name: a, resources: {requests: {cpu: 1, memory: 10}}, allocatedResources: {cpu: 1, memory: 10}}]                   | 2000 | 20
            it has more than it asks for         | containerStatuses: [{name: a, resources: {requests: {cpu: 3, memory: 10}}, allocatedResources: {cpu: 1, memory: 30}}]                   | 3000 | 30
            deferred is still asked for          | {conditions: [{type: PodResizePending, reason: Deferred}], containerStatuses: [{name: a, resources: {requests: {cpu: 1, memory: 10}}}]} | 2000 | 20
            what never can be does not count     | {conditions: [{type: PodResizePending, reason: Infeasible}], containerStatuses: [{name: a, resources: {requests: {cpu: 1, memory: 10}}}]} | 1000 | 10
            another container's word is not its  | containerStatuses: [{name: b, resources: {requests: {cpu: 3}}}]                                                                        | 2000 | 20
            """)
    void aPodThatIsBeingResizedCountsTheMostOfWhatItAsksForWasGrantedAndHas(String rule, String status, long cpuMillis, long memoryBytes) {
        var pod = pod(
                "metadata: {name: p, namespace: n}\nspec: {nodeName: n1, containers: [{name: a, resources: {requests: {cpu: 2, memory: 20}}}]}\n"
                        + "status: " + (status.startsWith("{") ? status : "{" + status + "}"));

        assertThat(pod.shape().requests().cpuMillis()).as(rule).isEqualTo(cpuMillis);
        assertThat(pod.shape().requests().memoryBytes()).as(rule).isEqualTo(memoryBytes);
    }

    @Test
    void aSidecarAndThePodItselfAreResizedAsWell() {
        var sidecar = pod("""
                metadata: {name: p, namespace: n}
                spec:
                  initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 1}}}, {name: i, resources: {requests: {cpu: 100m}}}]
                  containers: [{name: a, resources: {requests: {cpu: 1}}}]
                status:
                  initContainerStatuses: [{name: s, resources: {requests: {cpu: 3}}}, {name: i, resources: {requests: {cpu: 9}}}]
                """);
        assertThat(sidecar.shape().requests().cpuMillis()).as("an init container that ends is never resized").isEqualTo(4000);

        var whole = pod("""
                metadata: {name: p, namespace: n}
                spec: {resources: {requests: {cpu: 1}}, containers: [{name: a, resources: {requests: {cpu: 500m}}}]}
                status: {resources: {requests: {cpu: 2}}, allocatedResources: {cpu: 3}}
                """);
        assertThat(whole.shape().requests().cpuMillis()).isEqualTo(3000);
    }

    @Test
    void devicesHugePagesAndNamesOfKubernetesOwnDomainAreExtendedResources() {
        var requests = shape("containers: [{name: a, resources: {requests: {nvidia.com/gpu: 2, hugepages-2Mi: 4Mi, ephemeral-storage: 1Gi, "
                + "kubernetes.io/batch: 3, attachable-volumes-aws-ebs: 4}}}]").requests();

        assertThat(requests)
                .isEqualTo(new Resources(0, 0, 1L << 30, 1, new TreeMap<>(
                        java.util.Map.of("nvidia.com/gpu", 2L, "hugepages-2Mi", 4L << 20, "kubernetes.io/batch", 3L))));
    }

    @ParameterizedTest(name = "{1} -> {3}")
    @CsvSource(delimiter = '|', textBlock = """
            pod-template-hash: 5d4f9 | ReplicaSet/render-5d4f9 | true  | Deployment/render
            pod-template-hash: 5d4f9 | ReplicaSet/a-b-5d4f9    | true  | Deployment/a-b
            pod-template-hash: 5d4f9 | ReplicaSet/render       | true  | ReplicaSet/render
            app: x                   | ReplicaSet/render-5d4f9 | true  | ReplicaSet/render-5d4f9
            app: x                   | Job/render-1            | true  | Job/render-1
            app: x                   | Job/render-1            | false | ''
            """)
    void theOwnerIsTheControllerAndADeploymentOwnsItsReplicaSets(String label, String reference, boolean controller, String owner) {
        var kindAndName = reference.split("/", 2);
        var pod = pod("""
                metadata:
                  name: p
                  namespace: jobs
                  labels: {%s}
                  ownerReferences: [{kind: Node, name: other}, {kind: %s, name: %s, controller: %s}]
                spec: {containers: []}
                """.formatted(label, kindAndName[0], kindAndName[1], controller));

        assertThat(pod.owner()).isEqualTo(owner);
        assertThat(pod.resident()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]
            annotations: {kubernetes.io/config.mirror: abc}
            """)
    void daemonAndStaticPodsGoWithTheirNode(String metadata) {
        assertThat(pod("metadata: {name: p, namespace: n, " + metadata + "}\nspec: {containers: []}").resident()).isTrue();
    }

    @ParameterizedTest(name = "{0}: gated {1}, unschedulable {2}, ready {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/2 nodes} | false | 0/2 nodes     | false
            {type: PodScheduled, status: 'False', reason: Unschedulable}                     | false | Unschedulable | false
            {type: PodScheduled, status: 'True', reason: Unschedulable, message: old}        | false | ""            | false
            {type: PodScheduled, status: 'False', reason: SchedulingGated}                   | true  | ""            | false
            {type: Ready, status: 'True'}                                                    | false | ""            | true
            {type: Ready, status: Unknown}                                                   | false | ""            | false
            """)
    void conditionsSayWhatAPodWaitsFor(String condition, boolean gated, String unschedulable, boolean ready) {
        var pod = pod("metadata: {name: p, namespace: n}\nspec: {containers: []}\nstatus: {conditions: [" + condition + "]}");

        assertThat(pod.gated()).isEqualTo(gated);
        assertThat(pod.unschedulable()).isEqualTo(unschedulable);
        assertThat(pod.ready()).isEqualTo(ready);
    }

    @Test
    void aPodIsReadAsAWhole() {
        var pod = pod(
                """
                        metadata: {name: p, namespace: jobs, uid: u-1, creationTimestamp: '2026-11-21T10:00:00Z', deletionTimestamp: '2026-11-21T11:00:00Z', labels: {app: a}}
                        spec: {nodeName: n1, schedulingGates: [{name: wait}], containers: [{name: c}]}
                        status: {phase: Running}
                        """);

        assertThat(pod).isEqualTo(
                new Pod("jobs", "p", "u-1", "", pod.shape(), new TreeMap<>(java.util.Map.of("app", "a")), Pod.Phase.RUNNING, "n1", "", false, true,
                        true, false, "", Instant.parse("2026-11-21T10:00:00Z")));
    }

    @ParameterizedTest(name = "cost {0}, grace {1} -> {2}, {3} s")
    @CsvSource({",,0,30", "'-1000',900,-1000,900", "'7',0,7,0", "'first',30,0,30"})
    void deletionCostAndGracePeriodAreRead(@Nullable String cost, @Nullable Integer grace, int readCost, int readGrace) {
        var pod = pod(
                "metadata: {name: p, namespace: n, annotations: {" + (cost == null ? "" : Annotations.DELETION_COST + ": '" + cost + "'") + "}}\n"
                        + "spec: {containers: []" + (grace == null ? "" : ", terminationGracePeriodSeconds: " + grace) + "}");
        assertThat(pod.deletionCost()).isEqualTo(readCost);
        assertThat(pod.graceSeconds()).isEqualTo(readGrace);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"Pending,PENDING", "Running,RUNNING", "Succeeded,SUCCEEDED", "Failed,FAILED", "Unknown,UNKNOWN", "Dreaming,UNKNOWN"})
    void phasesAreTheApis(String phase, Pod.Phase expected) {
        assertThat(pod("metadata: {name: p, namespace: n}\nspec: {containers: []}\nstatus: {phase: " + phase + "}").phase()).isEqualTo(expected);
    }

    @Test
    void aNodeIsReadAsAWhole() throws Unreadable {
        var node = node(
                """
                        metadata: {name: n1, uid: u-1, labels: {zone: a}, creationTimestamp: '2026-11-21T10:00:00Z'}
                        spec:
                          providerID: aws:///us-east-1a/i-1
                          taints: [{key: gpu, value: 'yes', effect: NoSchedule}, {key: node.kubernetes.io/not-ready, effect: NoExecute}, {key: soft, effect: PreferNoSchedule}]
                        status:
                          allocatable: {cpu: 3920m, memory: 1Gi, pods: 58, nvidia.com/gpu: 1, attachable-volumes-aws-ebs: 25}
                          conditions: [{type: MemoryPressure, status: 'False'}, {type: Ready, status: 'True'}]
                          addresses: [{type: Hostname, address: h}, {type: InternalIP, address: 10.0.0.1}, {type: InternalDNS, address: d}, {type: InternalIP, address: 'fd00::1'}]
                        """);

        assertThat(node).isEqualTo(new executorscaler.snapshot.Node("n1", "u-1", "aws:///us-east-1a/i-1", "10.0.0.1", "d",
                new TreeMap<>(java.util.Map.of("zone", "a")),
                List.of(new Taint("gpu", "yes", Taint.Effect.NO_SCHEDULE), new Taint("node.kubernetes.io/not-ready", "", Taint.Effect.NO_EXECUTE),
                        new Taint("soft", "", Taint.Effect.PREFER_NO_SCHEDULE)),
                new Resources(3920, 1L << 30, 0, 58, new TreeMap<>(java.util.Map.of("nvidia.com/gpu", 1L))), true, new Cordon.None(),
                Instant.parse("2026-11-21T10:00:00Z")));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {type: InternalDNS, address: d}, {type: Hostname, address: h} | d
            {type: Hostname, address: h}                                  | h
            {type: InternalIP, address: 10.0.0.1}                         | n1
            """)
    void thePrivateNameIsInternalDnsElseHostnameElseTheNodesName(String addresses, String name) throws Unreadable {
        assertThat(node("metadata: {name: n1}\nstatus: {addresses: [" + addresses + "]}").privateDns()).isEqualTo(name);
    }

    @Test
    void aCordonIsOursOnlyWithOurMark() throws Unreadable {
        assertThat(
                node("metadata: {name: n, annotations: {executor-scaler/cordoned-at: '2026-11-21T10:00:00Z'}}\nspec: {unschedulable: true}").cordon())
                .isEqualTo(new Cordon.ByUs(Instant.parse("2026-11-21T10:00:00Z")));
        assertThat(node("metadata: {name: n, annotations: {executor-scaler/cordoned-at: yesterday}}\nspec: {unschedulable: true}").cordon())
                .isEqualTo(new Cordon.ByOthers());
        assertThat(node("metadata: {name: n}\nspec: {unschedulable: true}").cordon()).isEqualTo(new Cordon.ByOthers());
        assertThat(node("metadata: {name: n, annotations: {executor-scaler/cordoned-at: '2026-11-21T10:00:00Z'}}").cordon())
                .isEqualTo(new Cordon.None());
    }

    @Test
    void requiredNodeAffinityBecomesTermsAndAnEmptyTermMatchesNothing() {
        var shape = shape("""
                nodeSelector: {disk: ssd}
                tolerations: [{operator: Exists}, {key: gpu, value: 'yes', effect: NoSchedule}]
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: zone, operator: In, values: [a, b]}, {key: cores, operator: Gt, values: ['4']}]
                        matchFields: [{key: metadata.name, operator: NotIn, values: [n1]}]
                      - {}
                containers: []
                """);

        assertThat(shape.nodeTerms()).hasSize(1);
        assertThat(shape.nodeTerms().getFirst().requirements()).containsExactly(new Requirement("zone", Requirement.Operator.IN, List.of("a", "b")),
                new Requirement("cores", Requirement.Operator.GT, List.of("4")),
                new Requirement("metadata.name", Requirement.Operator.NOT_IN, List.of("n1")));
        assertThat(shape.nodeSelector()).containsEntry("disk", "ssd");
        assertThat(shape.tolerations()).containsExactly(new executorscaler.snapshot.Toleration("", true, "", ""),
                new executorscaler.snapshot.Toleration("gpu", false, "yes", "NoSchedule"));

        var nowhere = shape(
                "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}}, containers: []}");
        assertThat(nowhere.nodeTerms()).hasSize(1);
        assertThat(nowhere.nodeTerms().getFirst().matches(new TreeMap<>(java.util.Map.of("metadata.name", "n1")))).isFalse();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}                               | ""
            affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, namespaceSelector: {}}]}}           | ""
            affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, namespaceSelector: {matchLabels: {a: b}}}]}} | ""
            topologySpreadConstraints: [{whenUnsatisfiable: DoNotSchedule, topologyKey: zone}]                                             | ""
            initContainers: [{name: a, ports: [{containerPort: 80, hostPort: 80}]}]                                                        | ""
            resourceClaims: [{name: gpu}]                                                                                                  | resourceClaims
            volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]                                                                    | ""
            volumes: [{name: v, awsElasticBlockStore: {volumeID: vol-1}}]                                                                  | volumes.awsElasticBlockStore
            volumes: [{name: v, rbd: {image: i, monitors: [m]}}]                                                                           | volumes.rbd
            volumes: [{name: v, iscsi: {iqn: i, lun: 0, targetPortal: p}}]                                                                 | volumes.iscsi
            schedulingGroup: {podGroupName: g}                                                                                             | schedulingGroup
            tolerations: [{key: load, operator: Gt, value: '5'}]                                                                           | toleration operator Gt
            tolerations: [{key: load, operator: Lt, value: '5'}]                                                                           | toleration operator Lt
            initContainers: [{name: a, restartPolicyRules: [{action: RestartAllContainers}]}]                                              | restartPolicyRules
            initContainers: [{name: a, restartPolicyRules: [{action: Restart}]}]                                                           | ""
            {hostNetwork: true, hostUsers: false}                                                                                          | hostUsers
            hostUsers: false                                                                                                               | ""
            volumes: [{name: v, emptyDir: {}}]                                                                                             | ""
            initContainers: [{name: a, resources: {requests: {cpu: lots}}}]                                                                | unreadable: quantity cpu is lots
            initContainers: [{name: a, resources: {requests: {memory: 99999999Ei}}}]                                                             | unreadable: quantity memory is 99999999Ei
            """)
    void whatThePlannerCannotPromiseIsNamed(String spec, String name) {
        var fields = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        assertThat(shape("{" + fields + ", containers: []}").notModelled()).isEqualTo(name.isEmpty() ? List.of() : List.of(name));
    }

    /** They are alpha in Kubernetes 1.36: while they are off they match no taint, least of all one of an equal value. */
    @Test
    void aTolerationThatComparesToleratesNothing() {
        assertThat(shape("{tolerations: [{key: load, operator: Gt, value: '5'}], containers: []}").tolerations()).isEmpty();
    }

    @Test
    void claimsAreThoseThatThePodNamesAndThoseThatAreMadeForIt() {
        var pod = pod("""
                metadata: {name: p, namespace: n}
                spec:
                  containers: []
                  volumes:
                  - {name: a, persistentVolumeClaim: {claimName: data}}
                  - {name: b, persistentVolumeClaim: {claimName: data}}
                  - {name: scratch, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: gp3}}}}
                  - {name: c, emptyDir: {}}
                """);

        assertThat(pod.claims()).containsExactly("data", "p-scratch");
    }

    @Test
    void aPodThatNeverPreemptsSaysSo() {
        assertThat(shape("{preemptionPolicy: Never, containers: []}").preempts()).isFalse();
        assertThat(shape("{preemptionPolicy: PreemptLowerPriority, containers: []}").preempts()).isTrue();
        assertThat(shape("{containers: []}").preempts()).isTrue();
    }

    @Test
    void aNodeOfUnknownSizeTakesNoPart() {
        assertThatThrownBy(() -> node("metadata: {name: n}\nstatus: {allocatable: {cpu: lots}}")).isInstanceOf(Unreadable.class)
                .hasMessage("quantity cpu is lots");
    }

    @Test
    void equalPodsShareOneShape() {
        assertThat(shape("containers: [{name: a, resources: {requests: {cpu: 1}}}]"))
                .isSameAs(shape("containers: [{name: b, image: x, resources: {requests: {cpu: 1000m}}}]"));
    }

    @ParameterizedTest(name = "spec {0}, updated {1}, all {2}, observed {3} -> {4}")
    @CsvSource({"4,4,4,2,true", "4,3,4,2,false", "4,4,5,2,false", "4,4,4,1,false", "0,0,0,2,true"})
    void aRolloutIsDoneWhenAllPodsAreOfTheNewestTemplate(int replicas, int updated, int all, int observed, boolean done) {
        var executor = executor("""
                metadata: {name: render, namespace: jobs, uid: u, generation: 2, resourceVersion: '77'}
                spec: {replicas: %d, template: {spec: {containers: [{name: a, image: 'x:1'}, {name: b, image: 'y:2'}]}}}
                status: {observedGeneration: %d, updatedReplicas: %d, replicas: %d, readyReplicas: 3}
                """.formatted(replicas, observed, updated, all));

        assertThat(executor.rolledOut()).isEqualTo(done);
        assertThat(executor.replicas()).isEqualTo(replicas);
        assertThat(executor.ready()).isEqualTo(3);
        assertThat(executor.version()).isEqualTo(77);
        assertThat(executor.images()).containsExactly("x:1", "y:2");
    }

    @Test
    void aDeploymentThatDoesNotSayAsksForOne() {
        var executor = executor("metadata: {name: d, namespace: n, resourceVersion: opaque}\nspec: {template: {spec: {containers: []}}}");

        assertThat(executor.replicas()).isEqualTo(1);
        assertThat(executor.version()).isZero();
    }

    @Test
    void daemonsTolerateWhatTheirControllerAdds() {
        var daemon = mapping.daemon(YAML.unmarshal("""
                metadata: {name: agent, namespace: kube-system}
                spec: {template: {spec: {hostNetwork: true, containers: [{name: a, resources: {requests: {cpu: 10m}}}]}}}
                """, DaemonSet.class));

        assertThat(daemon.shape().tolerations()).extracting(toleration -> toleration.key() + ":" + toleration.effect())
                .contains("node.kubernetes.io/not-ready:NoExecute", "node.kubernetes.io/unschedulable:NoSchedule",
                        "node.kubernetes.io/network-unavailable:NoSchedule");
        assertThat(daemon.shape().requests().cpuMillis()).isEqualTo(10);
    }

    @Test
    void aBudgetThatIsNotUpToDateOrNotUnderstoodAllowsNothing() {
        assertThat(budget("{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]}", 2).disruptionsAllowed()).isEqualTo(1);
        assertThat(budget("{matchLabels: {app: web}}", 1).disruptionsAllowed()).isZero();
        var strange = budget("{matchExpressions: [{key: tier, operator: Resembles}]}", 2);
        assertThat(strange.disruptionsAllowed()).isZero();
        assertThat(strange.covers(pod("metadata: {name: p, namespace: jobs}\nspec: {containers: []}"))).isTrue();
    }

    @Test
    void anEmptySelectorCoversTheNamespaceAndAMissingOneNothing() {
        var pod = pod("metadata: {name: p, namespace: jobs, labels: {app: web}}\nspec: {containers: []}");

        assertThat(budget("{}", 2).covers(pod)).isTrue();
        assertThat(budget("null", 2).covers(pod)).isFalse();
        assertThat(budget("{matchLabels: {app: web}}", 2).covers(pod)).isTrue();
        assertThat(budget("{matchLabels: {app: db}}", 2).covers(pod)).isFalse();
    }

    private PodShape shape(String spec) {
        var block = spec.startsWith("{") || spec.contains("\n") ? spec : "{" + spec + "}";
        return pod("metadata: {name: p, namespace: n}\nspec:\n" + block.indent(2)).shape();
    }

    private Pod pod(String yaml) {
        return mapping.pod(YAML.unmarshal(yaml, io.fabric8.kubernetes.api.model.Pod.class));
    }

    private executorscaler.snapshot.Node node(String yaml) throws Unreadable {
        return mapping.node(YAML.unmarshal(yaml, io.fabric8.kubernetes.api.model.Node.class));
    }

    private executorscaler.snapshot.Executor executor(String yaml) {
        return mapping.template(YAML.unmarshal(yaml, Deployment.class)).executor();
    }

    private executorscaler.snapshot.Budget budget(String selector, int observed) {
        return mapping.budget(YAML.unmarshal("metadata: {name: web, namespace: jobs, generation: 2}\nspec: {selector: " + selector
                + "}\nstatus: {disruptionsAllowed: 1, observedGeneration: " + observed + "}", PodDisruptionBudget.class));
    }
}
