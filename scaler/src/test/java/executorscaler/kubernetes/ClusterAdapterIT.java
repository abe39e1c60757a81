package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.config.Config;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.plan.Action;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Node.Cordon;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Selector;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.LocalTestBed;
import testbed.RequiresTool;
import testbed.TestBed;

/** The adapter against a real control plane whose nodes kwok plays. Each test has a namespace and two nodes of its own. */
@Tag("control-plane")
@RequiresTool("go")
class ClusterAdapterIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String NO_UID = "00000000-0000-0000-0000-000000000000";

    private static TestBed bed;

    private final KubernetesClients clients = connect();
    private final String name = "adapter-" + Long.toString(System.nanoTime(), 36);
    private final Config config = ExampleConfigs.config(ExampleConfigs.executor("video", name, "web"));
    private final Signals signals = new Signals();
    private final ClusterWrites writes = new ClusterWrites(clients.calling(), Clock.system(), WriteGate.OPEN);
    private final ClusterCaches caches = new ClusterCaches(clients.watching(), clients.calling(), signals, Clock.system(), () -> 0);

    @BeforeAll
    static void start() {
        bed = TestBed.plan().controlPlane().start();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @BeforeEach
    void makeTwoNodesAndADeployment() throws InterruptedException {
        apply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: NAME}}
                """);
        apply(node("a") + "---\n" + node("b") + """
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NAME}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      nodeSelector: {bed: NAME, side: a}
                      containers: [{name: w, image: 'w:1', resources: {requests: {cpu: 100m}}}]
                """);
        assertThat(caches.awaitListed(config, SOON)).isTrue();
        see(cluster -> nodes(cluster).size() == 2 && nodes(cluster).stream().allMatch(Node::ready) && executor(cluster).ready() == 2
                && pods(cluster).stream().allMatch(Pod::ready));
    }

    @AfterEach
    void removeThem() {
        caches.close();
        clients.calling().namespaces().withName(name).delete();
        clients.calling().nodes().withLabel("bed", name).delete();
        clients.close();
    }

    @Test
    void aScaleWritesOnlyOverWhatThePlannerSaw() {
        var web = executor(read());

        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 7, 9)))
                .isEqualTo(new Outcome.Stale("replicas 2 instead of 7"));
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", NO_UID, 2, 9))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "nope", web.uid(), 2, 9)))
                .isEqualTo(new Outcome.Stale("deployment " + name + "/nope does not exist"));

        var down = writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 0));
        var up = writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 0, 3));

        assertThat(version(up)).isGreaterThan(version(down));
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 3))).as("an order whose answer was lost")
                .isInstanceOf(Outcome.Done.class);
        see(cluster -> executor(cluster).replicas() == 3 && executor(cluster).version() >= version(up));
    }

    @Test
    void startedPodsAreCountedLiveBeforeReplicasFallBesideJobs() {
        var web = executor(read());
        writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 3));
        see(cluster -> pods(cluster).stream().filter(Pod::assigned).count() == 3);

        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 3, 2, true)))
                .isEqualTo(new Outcome.Stale("3 pods have a node by now"));
        assertThat(read().executors()).first().extracting(Executor::replicas).isEqualTo(3);

        writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 3, 30)); // 20 pods a node: the rest have none
        see(cluster -> pods(cluster).stream().filter(pod -> !pod.unschedulable().isEmpty()).count() == 10);
        assertThat(writes.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 30, 20, true))).isInstanceOf(Outcome.Done.class);
        assertThat(pods(see(cluster -> pods(cluster).size() == 20))).allMatch(Pod::assigned);
    }

    /** S19: the gate is asked after the look, at the write. */
    @Test
    void whoIsNotTheLeaderWritesNothing() {
        var closed = new Outcome.Refused("not the leader");
        var gated = new ClusterWrites(clients.calling(), Clock.system(), () -> Optional.of("not the leader"));
        var web = executor(read());
        var node = nodes(read()).getFirst();
        var pod = pods(read()).getFirst();
        var uid = nodes(read()).stream().filter(one -> one.name().equals(pod.node())).findFirst().orElseThrow().uid();

        assertThat(gated.scale(new Action.ScaleExecutor("video", name, "web", web.uid(), 2, 3))).isEqualTo(closed);
        assertThat(gated.cordon(new Action.Cordon(node.name(), node.uid()))).isEqualTo(closed);
        assertThat(sent(() -> writes.cordon(new Action.Cordon(pod.node(), uid)))).isInstanceOf(Outcome.Done.class);
        assertThat(gated.evict(new Action.Evict(pod.namespace(), pod.name(), pod.uid(), pod.node()))).isEqualTo(closed);
        assertThat(gated.uncordon(new Action.Uncordon(pod.node(), uid))).isEqualTo(closed);
        assertThat(clients.calling().nodes().withName(pod.node()).get().getSpec().getUnschedulable()).isTrue();
        assertThat(executor(read()).replicas()).isEqualTo(2);
    }

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
    void aCordonIsMarkedKeptAndTakenBackOnlyWhereItIsOurs() {
        var node = nodes(read()).getFirst();

        assertThat(writes.cordon(new Action.Cordon(node.name(), NO_UID))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.cordon(new Action.Cordon(name + "-z", NO_UID))).isEqualTo(new Outcome.Stale("node " + name + "-z does not exist"));
        assertThat(sent(() -> writes.cordon(new Action.Cordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        var since = nodes(see(cluster -> nodes(cluster).getFirst().cordon() instanceof Cordon.ByUs)).getFirst().cordon();
        assertThat(sent(() -> writes.cordon(new Action.Cordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        assertThat(nodes(read()).getFirst().cordon()).isEqualTo(since);
        assertThat(sent(() -> writes.uncordon(new Action.Uncordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        see(cluster -> nodes(cluster).getFirst().open());

        clients.calling().nodes().withName(node.name()).edit(live -> live.edit().editSpec().withUnschedulable(true).endSpec().build());
        assertThat(writes.cordon(new Action.Cordon(node.name(), node.uid()))).isEqualTo(new Outcome.Stale("cordoned by others"));
        assertThat(writes.uncordon(new Action.Uncordon(node.name(), node.uid()))).isEqualTo(new Outcome.Stale("cordoned by others"));
    }

    @Test
    void aNodeIsNominatedOnlyForAPodThatHasNoneAndAsThePlannerSawIt() {
        // Of a scheduler that is not there: the real one forgets a nomination with every try that fails.
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: waits, namespace: NAME}
                spec: {schedulerName: nobody, containers: [{name: main, image: "example/web:1"}]}
                """);
        var all = pods(see(cluster -> pods(cluster).stream().anyMatch(pod -> pod.name().equals("waits"))));
        var pod = all.stream().filter(each -> each.name().equals("waits")).findFirst().orElseThrow();
        var there = all.stream().filter(Pod::assigned).findFirst().orElseThrow();

        assertThat(writes.nominate(new Action.Nominate(name, pod.name(), NO_UID, "", "n1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.nominate(new Action.Nominate(name, there.name(), there.uid(), "", "n1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.nominate(new Action.Nominate(name, "nobody", NO_UID, "", "n1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.nominate(new Action.Nominate(name, pod.name(), pod.uid(), "", "n1"))).isInstanceOf(Outcome.Done.class);
        see(cluster -> pods(cluster).stream().anyMatch(each -> each.nominated().equals("n1")));
        assertThat(writes.nominate(new Action.Nominate(name, pod.name(), pod.uid(), "", "n2"))).as("another nomination since")
                .isInstanceOf(Outcome.Stale.class);
        assertThat(writes.nominate(new Action.Nominate(name, pod.name(), pod.uid(), "n1", "n2"))).isInstanceOf(Outcome.Done.class);
        see(cluster -> pods(cluster).stream().anyMatch(each -> each.nominated().equals("n2")));
    }

    @Test
    void anEvictionHeedsBudgetAndUidAndOnlyAnEmptyNodeIsConfirmed() {
        var node = nodes(read()).getFirst();
        var pod = pods(read()).getFirst();
        var evict = new Action.Evict(name, pod.name(), pod.uid(), node.name());
        var terminate = new Action.Terminate(node.name(), node.uid(), "pool", "group", "i-1");
        apply("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: NAME}
                spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
                """);
        see(cluster -> cluster.budgets().stream().anyMatch(budget -> budget.namespace().equals(name)));

        assertThat(writes.evict(evict)).as("an open node").isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmEmpty(terminate)).as("an open node").isInstanceOf(Outcome.Stale.class);
        assertThat(sent(() -> writes.cordon(new Action.Cordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        await().atMost(SOON).untilAsserted(() -> assertThat(writes.evict(evict)).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.by()).contains("The disruption budget web needs 2 healthy pods")));
        assertThat(writes.confirmEmpty(terminate)).isInstanceOfSatisfying(Outcome.Stale.class,
                stale -> assertThat(stale.saw()).contains("pod " + name + "/web-"));

        clients.calling().policy().v1().podDisruptionBudget().inNamespace(name).withName("web").delete();
        see(cluster -> cluster.budgets().stream().noneMatch(budget -> budget.namespace().equals(name)));
        assertThat(writes.evict(new Action.Evict(name, pod.name(), NO_UID, node.name()))).as("replaced").isEqualTo(new Outcome.Done(0));
        assertThat(read().pods()).contains(pod);
        for (var gone : pods(read())) {
            assertThat(writes.evict(new Action.Evict(name, gone.name(), gone.uid(), node.name()))).isEqualTo(new Outcome.Done(0));
        }
        see(cluster -> pods(cluster).stream().noneMatch(left -> left.node().equals(node.name())));
        assertThat(writes.evict(evict)).as("gone").isEqualTo(new Outcome.Done(0));
        assertThat(writes.confirmEmpty(terminate)).isInstanceOf(Outcome.Done.class);
        assertThat(writes.confirmEmpty(new Action.Terminate(node.name(), NO_UID, "pool", "group", "i-1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(pods(see(cluster -> pods(cluster).stream().filter(left -> !left.unschedulable().isEmpty()).count() == 2))).hasSize(2);
    }

    @Test
    void whatSaysNoIsSeenAndHeededLive() {
        var node = nodes(read()).getFirst();
        var pod = pods(read()).getFirst();
        annotateNode(node.name(), "cluster-autoscaler.kubernetes.io/scale-down-disabled");
        see(cluster -> nodes(cluster).getFirst().staysFor().contains("scale-down-disabled"));
        assertThat(writes.cordon(new Action.Cordon(node.name(), node.uid()))).isInstanceOfSatisfying(Outcome.Stale.class,
                stale -> assertThat(stale.saw()).contains(node.name() + " stays", "scale-down-disabled"));

        annotateNode(node.name(), "");
        assertThat(sent(() -> writes.cordon(new Action.Cordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        annotateNode(node.name(), "karpenter.sh/do-not-disrupt");
        assertThat(writes.evict(new Action.Evict(name, pod.name(), pod.uid(), node.name()))).as("the node has changed its mind")
                .isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmEmpty(new Action.Terminate(node.name(), node.uid(), "pool", "group", "i-1"))).isInstanceOfSatisfying(
                Outcome.Stale.class, stale -> assertThat(stale.saw()).contains("do-not-disrupt"));

        annotateNode(node.name(), "");
        bed.kubectl("annotate", "pod", "--namespace", name, pod.name(), "cluster-autoscaler.kubernetes.io/safe-to-evict=false");
        assertThat(writes.evict(new Action.Evict(name, pod.name(), pod.uid(), node.name()))).isEqualTo(new Outcome.Stale(
                "pod " + name + "/" + pod.name() + " stays: its annotation cluster-autoscaler.kubernetes.io/safe-to-evict is false"));
        assertThat(pods(see(cluster -> pods(cluster).getFirst().staysFor().contains("safe-to-evict")))).hasSize(2);
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
    void anUnreadyNodeIsSeenWithItsTimeAndConfirmedOnlyEmpty() {
        apply(node("c").replace("kwok.x-k8s.io/node: fake", "quiet: 'yes'") + "status: {conditions: [{type: Ready, status: 'False', "
                + "reason: KubeletNotReady, message: down, lastTransitionTime: '2026-01-05T09:00:00Z', lastHeartbeatTime: '2026-01-05T09:00:00Z'}]}\n");
        var node = nodes(see(cluster -> nodes(cluster).size() == 3)).getLast();
        assertThat(node.ready()).isFalse();
        assertThat(node.unreadySince()).isEqualTo(Instant.parse("2026-01-05T09:00:00Z"));

        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: stranded, namespace: NAME}
                spec: {nodeName: NAME-c, tolerations: [{operator: Exists}], containers: [{name: c, image: 'c:1'}]}
                """);
        assertThat(sent(() -> writes.cordon(new Action.Cordon(node.name(), node.uid())))).isInstanceOf(Outcome.Done.class);
        var terminate = new Action.Terminate(node.name(), node.uid(), "pool", "group", "i-1");
        assertThat(writes.confirmEmpty(terminate)).isEqualTo(new Outcome.Stale("pod " + name + "/stranded is on it"));
        clients.calling().pods().inNamespace(name).withName("stranded").withGracePeriod(0).delete();
        assertThat(writes.confirmEmpty(terminate)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aNodeIsDeletedOnlyMarkedAndNotReady() {
        apply(node("c").replace("kwok.x-k8s.io/node: fake", "quiet: 'yes'")
                + "status: {conditions: [{type: Ready, status: 'True', reason: KubeletReady, message: up}]}\n");
        var node = nodes(see(cluster -> nodes(cluster).size() == 3)).getLast();
        var delete = new Action.DeleteNode(node.name(), node.uid(), "i-1");
        assertThat(writes.deleteNode(delete)).isEqualTo(new Outcome.Stale("the node is not marked as i-1"));
        assertThat(writes.mark(new Action.MarkNode(node.name(), NO_UID, "i-1"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.mark(new Action.MarkNode(node.name(), node.uid(), "i-1"))).isInstanceOf(Outcome.Done.class);
        assertThat(nodes(see(cluster -> nodes(cluster).getLast().instance().equals("i-1")))).hasSize(3);
        assertThat(writes.deleteNode(delete)).isEqualTo(new Outcome.Stale("the node is ready"));
        assertThat(writes.deleteNode(new Action.DeleteNode(node.name(), node.uid(), "i-2"))).isInstanceOf(Outcome.Stale.class);

        bed.kubectl("patch", "node", node.name(), "--subresource=status", "--patch",
                "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"Unknown\"}]}}");
        assertThat(writes.deleteNode(new Action.DeleteNode(node.name(), NO_UID, "i-1"))).isInstanceOf(Outcome.Stale.class);
        var gated = new ClusterWrites(clients.calling(), Clock.system(), () -> Optional.of("not the leader"));
        assertThat(gated.deleteNode(delete)).isEqualTo(new Outcome.Refused("not the leader"));
        bed.kubectl("cordon", node.name());
        assertThat(writes.deleteNode(delete)).isEqualTo(new Outcome.Stale("cordoned by others"));
        bed.kubectl("uncordon", node.name());
        assertThat(sent(() -> writes.deleteNode(delete))).isEqualTo(new Outcome.Done(0));
        see(cluster -> nodes(cluster).size() == 2);
        assertThat(writes.deleteNode(delete)).isEqualTo(new Outcome.Stale("node " + node.name() + " does not exist"));
    }

    /** Of those annotations this one alone; empty: none. Without a version, as the node's heartbeats change it all the time. */
    private void annotateNode(String node, String annotation) {
        bed.kubectl("annotate", "node", node, "cluster-autoscaler.kubernetes.io/scale-down-disabled-", "karpenter.sh/do-not-disrupt-");
        if (!annotation.isEmpty()) bed.kubectl("annotate", "node", node, annotation + "=true");
    }

    @Test
    void anInstanceIsUnjoinedOnlyWhereNoNodeBelongsToIt() {
        apply(node("c").replace("kwok.x-k8s.io/node: fake", "quiet: 'yes'")
                + "status: {addresses: [{type: InternalIP, address: 10.99.0.7}, {type: InternalDNS, address: ip-10-99-0-7.ec2.internal}]}\n");

        assertThat(writes.confirmUnjoined(unjoined("i-" + name + "-c", "", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.7", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "", "IP-10-99-0-7.ec2.internal"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.8", "ip-10-99-0-8"))).isEqualTo(new Outcome.Done(0));
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

    private static KubernetesClients connect() {
        return KubernetesClients.connect(Optional.of(bed.kubeconfig()));
    }

    private static Action.TerminateUnjoined unjoined(String instance, String ip, String dns) {
        return new Action.TerminateUnjoined("pool", "group", instance, ip, dns);
    }

    private String node(String side) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: NAME-SIDE, labels: {bed: NAME, side: SIDE}, annotations: {kwok.x-k8s.io/node: fake}}
                spec: {providerID: 'aws:///us-east-1a/i-NAME-SIDE'}
                STATUS
                """.replace("SIDE", side).replace("STATUS",
                side.equals("c") ? "" : "status: {allocatable: {cpu: 4, memory: 8Gi, pods: 20}, capacity: {cpu: 4, memory: 8Gi, pods: 20}}");
    }

    private void apply(String yaml) {
        var named = ("---\n" + yaml).replace("NAME", name);
        clients.calling().load(new ByteArrayInputStream(named.getBytes(StandardCharsets.UTF_8))).create();
    }

    private Cluster see(Predicate<Cluster> what) {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(this::read, what);
    }

    private Cluster read() {
        return caches.read(config, Instant.now());
    }

    private List<Node> nodes(Cluster cluster) {
        return cluster.nodes().stream().filter(node -> name.equals(node.labels().get("bed"))).toList();
    }

    private List<Pod> pods(Cluster cluster) {
        return cluster.pods().stream().filter(pod -> pod.namespace().equals(name)).toList();
    }

    private static Executor executor(Cluster cluster) {
        return cluster.executors().getFirst();
    }

    /** What becomes of a write that is sent again, as by the next tick, while the cluster's own controllers change the same node: its heartbeats, its taints. */
    private static Outcome sent(Supplier<Outcome> write) {
        return await().atMost(SOON).until(write::get,
                outcome -> !(outcome instanceof Outcome.Stale stale && stale.saw().contains("at the same time")));
    }

    private static long version(Outcome outcome) {
        return outcome instanceof Outcome.Done done ? done.version() : -1;
    }
}
