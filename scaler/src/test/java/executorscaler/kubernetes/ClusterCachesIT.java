package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.plan.Action;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.LocalTestBed;
import testbed.RequiresTool;

/** What is read of a real control plane, also while it or the right to it is away. */
@Tag("control-plane")
@RequiresTool("go")
class ClusterCachesIT extends TwoNodes {

    /** S17: quiet kinds are listed anew, and what cannot be reached is never believed. */
    @Test
    void cachesAreMissingUntilTheyAreAsNewAsTheLease() throws InterruptedException {
        var version = new AtomicLong();
        try (var watched = new ClusterCaches(clients.watching(), clients.calling(), new Signals(), Clock.system(), version::get)) {
            assertThat(watched.awaitListed(config, SOON)).isTrue();
            clients.calling().configMaps().inNamespace(name)
                    .resource(new ConfigMapBuilder().withNewMetadata().withName("lease").endMetadata().build()).create();
            version.set(Long.parseLong(Objects.requireNonNull(clients.calling().configMaps().inNamespace(name).withName("lease").get()).getMetadata()
                    .getResourceVersion()));
            assertThat(watched.read(config, Instant.now()).missing()).singleElement()
                    .satisfies(missing -> assertThat(missing.error()).contains("older than the lease"));
            assertThat(watched.awaitListed(config, SOON)).as("disruption budgets, of which there are none, included").isTrue();
            assertThat(executor(watched.read(config, Instant.now())).replicas()).isEqualTo(2);
        }
    }

    @Test
    void aPodOfAControllerWithLocalStorageStays() {
        apply("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: NAME}
                spec:
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec:
                      nodeSelector: {bed: NAME}
                      containers: [{name: c, image: 'c:1'}]
                      volumes: [{name: files, emptyDir: {}}]
                """);
        see(cluster -> pods(cluster).stream()
                .anyMatch(pod -> pod.owner().equals("StatefulSet/db") && pod.staysFor().equals("its volume files is local storage of the node")));
    }

    @Test
    void aChangeOfARecordWakesTheLoopAndNoiseDoesNot() throws InterruptedException {
        var node = nodes(read()).getLast().name();
        // What other tests left behind may go at any moment and wake it; noise that woke it would do so each time.
        var noise = new AtomicInteger();
        await().atMost(SOON).until(() -> {
            signals.awaitMillis(0);
            clients.calling().nodes().withName(node)
                    .edit(live -> live.edit().editMetadata().addToAnnotations("noise", "" + noise.incrementAndGet()).endMetadata().build());
            return signals.awaitMillis(1500).equals(Set.of(Signals.Cause.TIMER));
        });

        clients.calling().nodes().withName(node).edit(live -> live.edit().editMetadata().addToLabels("news", "1").endMetadata().build());
        assertThat(signals.awaitMillis(5000)).containsExactly(Signals.Cause.CLUSTER);
        see(cluster -> "1".equals(nodes(cluster).getLast().labels().get("news")));
    }

    @Test
    void anExecutorThatTheConfigNewlyNamesIsMissingUntilItIsListed() throws InterruptedException {
        var more = ExampleConfigs.config(ExampleConfigs.executor("video", name, "web"), ExampleConfigs.executor("absent", name, "absent"));

        assertThat(caches.read(more, Instant.now()).missing()).hasSize(1);
        assertThat(caches.awaitListed(more, SOON)).isTrue();
        assertThat(caches.read(more, Instant.now()).executors()).extracting(Executor::name).containsExactly("video");
    }

    @Test
    void whileTheApiServerIsAwayItIsMissingAndTheLastRecordsStay() {
        var before = read();
        bed.stopApiServer();
        try {
            var away = see(cluster -> !cluster.missing().isEmpty());
            assertThat(away.missing()).singleElement().satisfies(one -> assertThat(one.error()).contains("the API server does not answer"));
            assertThat(away.pods()).hasSameSizeAs(before.pods());
            assertThat(away.nodes()).hasSameSizeAs(before.nodes());
            assertThat(writes.scale(scaleWeb(2, 3, before))).isInstanceOf(Outcome.Failed.class);
        } finally {
            bed.startApiServer();
        }
        see(cluster -> cluster.missing().isEmpty());
        assertThat(writes.scale(scaleWeb(2, 3, before))).isInstanceOf(Outcome.Done.class);
        see(cluster -> executor(cluster).replicas() == 3);
    }

    @Test
    void anApiServerThatIsFrozenIsMissingThoughItsConnectionsStand() throws Exception {
        var before = read();
        signal("STOP");
        try {
            var frozen = see(cluster -> !cluster.missing().isEmpty());
            assertThat(frozen.missing()).singleElement().satisfies(one -> assertThat(one.error()).contains("does not answer", "no answer"));
            assertThat(frozen.pods()).hasSameSizeAs(before.pods());
            assertThat(writes.scale(scaleWeb(2, 3, before))).isInstanceOf(Outcome.Failed.class);
            assertThat(writes
                    .confirmEmpty(new Action.Terminate(nodes(before).getFirst().name(), nodes(before).getFirst().uid(), "pool", "group", "i-1")))
                    .isInstanceOf(Outcome.Failed.class);
        } finally {
            signal("CONT");
        }
        see(cluster -> cluster.missing().isEmpty());
    }

    @Test
    void aRightThatIsMissingIsNamedAndCountsOnceItIsGiven() throws Exception {
        rights("{apiGroups: [''], resources: [nodes, pods], verbs: [get, list, watch]}, {apiGroups: [apps], resources: [deployments], verbs: [get, list, watch]}, "
                + "{apiGroups: [apps], resources: [daemonsets], verbs: [list]}");
        try (var weak = KubernetesClients.connect(Optional.of(bed.kubeconfigFor(name, "weak")));
                var weakCaches = new ClusterCaches(weak.watching(), weak.calling(), new Signals(), Clock.system(), () -> 0)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(weakCaches.read(config, Instant.now()).missing()).singleElement().satisfies(
                    one -> assertThat(one.error()).contains("missing right to watch daemonsets (403)",
                            "missing right to list poddisruptionbudgets (403)")));
            var weakWrites = new ClusterWrites(weak.calling(), Clock.system(), WriteGate.OPEN);
            var node = nodes(read()).getFirst();
            assertThat(weakWrites.scale(scaleWeb(2, 3, read()))).isInstanceOfSatisfying(Outcome.Refused.class,
                    refused -> assertThat(refused.by()).contains("deployments/scale"));
            assertThat(weakWrites.cordon(new Action.Cordon(node.name(), node.uid()))).isInstanceOf(Outcome.Refused.class);

            rights("{apiGroups: ['', apps, policy], resources: [nodes, pods, deployments, daemonsets, poddisruptionbudgets], verbs: [get, list, watch]}");
            await().atMost(SOON).until(() -> weakCaches.read(config, Instant.now()).missing().isEmpty());
            assertThat(executor(read()).replicas()).isEqualTo(2);
        }
    }

    @Test
    void whatPodsNameIsLookedUpOnceOneDoesAndFollowed() {
        apply("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: NAME-disk}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  storageClassName: NAME
                  hostPath: {path: /nowhere}
                  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: side, operator: In, values: [b]}]}]}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: stateful, namespace: NAME}
                spec:
                  nodeSelector: {bed: NAME}
                  containers: [{name: c, image: 'c:1'}]
                  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
                  affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [
                    {topologyKey: kubernetes.io/hostname, labelSelector: {}, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAME-no}}}]}}
                """);
        see(cluster -> stateful(cluster).waitsFor().equals(List.of("claim data does not exist")));
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, namespace: NAME}
                spec: {accessModes: [ReadWriteOnce], storageClassName: NAME, volumeName: NAME-disk, resources: {requests: {storage: 1Gi}}}
                """);
        var bound = stateful(see(cluster -> stateful(cluster).waitsFor().isEmpty() && stateful(cluster).notModelled().isEmpty()));
        assertThat(bound.nodeTerms()).containsExactly(
                new Selector(List.of(new Requirement("side", Requirement.Operator.IN, List.of("b")))));
        assertThat(bound.rules().apart()).containsExactly(new PodTerm(List.of(), Selector.NOTHING, "kubernetes.io/hostname"));
        assertThat(see(cluster -> pods(cluster).stream().anyMatch(pod -> pod.name().equals("stateful") && pod.assigned())).pods())
                .filteredOn(pod -> pod.name().equals("stateful") && pod.namespace().equals(name)).extracting(Pod::node).containsExactly(name + "-b");
        clients.calling().persistentVolumes().withName(name + "-disk").delete();
    }

    @Test
    void withoutTheRightToWhatAPodNamesThatPodIsNotModelledAndAllElseGoesOn() throws Exception {
        rights("{apiGroups: ['', apps, policy], resources: [nodes, pods, deployments, daemonsets, poddisruptionbudgets], verbs: [get, list, watch]}");
        try (var weak = KubernetesClients.connect(Optional.of(bed.kubeconfigFor(name, "weak")));
                var weakCaches = new ClusterCaches(weak.watching(), weak.calling(), new Signals(), Clock.system(), () -> 0)) {
            assertThat(weakCaches.awaitListed(config, SOON)).isTrue();
            apply("{apiVersion: v1, kind: Pod, metadata: {name: stateful, namespace: NAME}, spec: {nodeSelector: {bed: nowhere}, "
                    + "containers: [{name: c, image: 'c:1'}], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}}");
            await().atMost(SOON).untilAsserted(() -> {
                var seen = weakCaches.read(config, Instant.now());
                assertThat(seen.missing()).isEmpty();
                assertThat(stateful(seen).notModelled()).singleElement().asString().startsWith("persistentVolumeClaims: ")
                        .contains("missing right to list", "persistentvolumeclaims (403)");
            });
        }
    }

    private PodShape stateful(Cluster cluster) {
        return pods(cluster).stream().filter(pod -> pod.name().equals("stateful")).map(Pod::shape).findFirst()
                .orElse(new PodShape(Resources.NONE, new TreeMap<>(), List.of(), List.of(), List.of("not there yet")));
    }

    /** What the service account {@code weak} may do, and nothing else. */
    private void rights(String rules) {
        bed.kubectlApply("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: weak, namespace: NAME}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: NAME}
                rules: [RULES]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: NAME}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
                subjects: [{kind: ServiceAccount, name: weak, namespace: NAME}]
                """.replace("NAME", name).replace("RULES", rules));
    }

    private static void signal(String signal) throws Exception {
        var pid = Objects.requireNonNull(((LocalTestBed) bed).pids().get("kube-apiserver"));
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).inheritIO().start().waitFor()).isZero();
    }

    private Action.ScaleExecutor scaleWeb(int expected, int replicas, Cluster seen) {
        return new Action.ScaleExecutor("video", name, "web", executor(seen).uid(), expected, replicas);
    }
}
