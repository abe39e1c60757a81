package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.act.Outcome;
import executorscaler.loop.Clock;
import executorscaler.plan.Action;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node.Cordon;
import executorscaler.snapshot.Pod;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;

/** What is written to a real control plane, and what is not because the world is no more as the planner saw it. */
@Tag("control-plane")
@RequiresTool("go")
class ClusterWritesIT extends TwoNodes {

    private static final String NO_UID = "00000000-0000-0000-0000-000000000000";

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

    @Test
    void anInstanceIsUnjoinedOnlyWhereNoNodeBelongsToIt() {
        apply(node("c").replace("kwok.x-k8s.io/node: fake", "quiet: 'yes'")
                + "status: {addresses: [{type: InternalIP, address: 10.99.0.7}, {type: InternalDNS, address: ip-10-99-0-7.ec2.internal}]}\n");

        assertThat(writes.confirmUnjoined(unjoined("i-" + name + "-c", "", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.7", ""))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "", "IP-10-99-0-7.ec2.internal"))).isInstanceOf(Outcome.Stale.class);
        assertThat(writes.confirmUnjoined(unjoined("i-x", "10.99.0.8", "ip-10-99-0-8"))).isEqualTo(new Outcome.Done(0));
    }

    /** Of those annotations this one alone; empty: none. Without a version, as the node's heartbeats change it all the time. */
    private void annotateNode(String node, String annotation) {
        bed.kubectl("annotate", "node", node, "cluster-autoscaler.kubernetes.io/scale-down-disabled-", "karpenter.sh/do-not-disrupt-");
        if (!annotation.isEmpty()) bed.kubectl("annotate", "node", node, annotation + "=true");
    }

    /** What becomes of a write that is sent again, as by the next tick, while the cluster's own controllers change the same node: its heartbeats, its taints. */
    private static Outcome sent(Supplier<Outcome> write) {
        return await().atMost(SOON).until(write::get,
                outcome -> !(outcome instanceof Outcome.Stale stale && stale.saw().contains("at the same time")));
    }

    private static long version(Outcome outcome) {
        return outcome instanceof Outcome.Done done ? done.version() : -1;
    }

    private static Action.TerminateUnjoined unjoined(String instance, String ip, String dns) {
        return new Action.TerminateUnjoined("pool", "group", instance, ip, dns);
    }
}
