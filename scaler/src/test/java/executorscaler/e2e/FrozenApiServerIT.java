package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.ApiServerPair;
import testbed.AwsCall;
import testbed.RequiresTool;
import testbed.TestBed;

/** Rule S17 with two API servers on one etcd, of which the second comes to a stand: from then on it answers nothing, or what was so once. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class FrozenApiServerIT {

    private static final String GROUP = "executors-c5";
    private static final String CORDONED_AT = "executor-scaler/cordoned-at";
    private static final List<String> READS = List.of("DescribeAutoScalingGroups", "DescribeInstances", "DescribeInstanceTypes",
            "DescribeScalingActivities", "DescribeLaunchTemplateVersions");

    private static ApiServerPair servers;

    @BeforeAll
    static void start(TestBed bed) {
        servers = bed.secondApiServer();
    }

    @AfterEach
    void thaw() {
        servers.thawSecond();
        servers.leadToFirst();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    /** It is led there while it runs, is killed, and starts there anew. Meanwhile its idle node gets a pod, a person closes the other, and the jobs end. */
    @Test
    void whoIsLedToAServerThatStandsStillWritesNothingAndThenDoesWhatIsRightByNow(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.freeLease(bed);
        Platform.inFlight(bed, 2);
        var addresses = addresses(bed, servers.switchedKubeconfig());
        var config = Platform.configWith("idleSeconds: 3", "idleSeconds: 5");
        String used;
        String late;
        try (var scaler = ScalerProcess.ready(bed, config, addresses)) {
            Platform.soon("a pod runs", () -> Platform.runningPods(bed) == 1 && isProtected(bed));
            used = name(nodes(bed).getFirst());
            Platform.setDesiredByHand(bed, GROUP, 2);
            Platform.soon("the idle node is seen", () -> scaler.state().path("pools").toString().contains("\"ready\":2"));
            servers.freezeSecond();
            servers.leadToSecond();
            late = nodes(bed).stream().map(FrozenApiServerIT::name).filter(name -> !name.equals(used)).findFirst().orElseThrow();
            bed.aws().clearCalls();
            podOn(bed, late);
            bed.kubectl("cordon", used);
            bed.redis("DEL", "jobs:running");

            Platform.soon("it says why it stands still", () -> scaler.source("Kubernetes").path("error").asText().contains("does not answer"));
            Platform.stays(Duration.ofSeconds(7), () -> nothingWasWritten(bed, used));
            assertThat(scaler.log()).contains("Kubernetes missing since ");
            scaler.signal("KILL");
        }
        try (var scaler = ScalerProcess.candidate(bed, "scaler-a", config, addresses)) {
            Platform.soon("it says why it does not begin", () -> scaler.log().contains("the API server does not answer for the lease")
                    && scaler.source("Kubernetes").path("error").asText().contains("answer"));
            Platform.stays(Duration.ofSeconds(3), () -> {
                nothingWasWritten(bed, used);
                assertThat(scaler.status("/ready")).isEqualTo(503);
                assertThat(scaler.role()).isEqualTo("follower");
            });

            servers.thawSecond();
            Platform.soon("the executor goes, as no job is left", () -> Platform.replicas(bed) == 0 && scaler.allSourcesRead());
            Platform.soon("the closed node is theirs", () -> scaler.held("node/" + used, "CordonedByOthers").isPresent());
            Platform.stays(Duration.ofSeconds(7), () -> {
                assertThat(Platform.cordoned(bed)).extracting(FrozenApiServerIT::name).containsExactly(used);
                assertThat(Platform.nodes(bed)).isEqualTo(2);
                assertThat(Platform.terminations(bed)).isZero();
            });
            bed.kubernetes().pods().inNamespace("default").withName("late").withGracePeriod(0).delete();
            Platform.soon("the idle node goes after its pod", () -> Platform.desired(bed, GROUP) == 1 && nodes(bed).size() == 1);
            assertThat(nodes(bed)).extracting(FrozenApiServerIT::name).containsExactly(used);
        }
    }

    /** The follower reads from the second server, which keeps Leases alone up to date: what it sees when it wins is the past, and watches say nothing. */
    @Test
    void whoWinsTheLeaseBelievesNothingThatIsOlder(TestBed bed) throws Exception {
        Platform.deployExecutor(bed, "example/executor:1");
        Platform.freeLease(bed);
        bed.aws().throttle("SetDesiredCapacity", Integer.MAX_VALUE);
        try (var first = ScalerProcess.candidate(bed, "scaler-a");
                var second = ScalerProcess.candidate(bed, "scaler-b", Platform.CONFIG, addresses(bed, servers.secondKubeconfig()))) {
            Platform.soon("one leads, the other follows", () -> first.role().equals("leader") && second.status("/ready") == 200);
            Platform.deploy(bed, Platform.NAMESPACE, "web", "example/web:1", 2, "1500m", "1Gi", "general");
            Platform.soon("both would buy for the pods that wait", () -> !first.lines("RaiseCapacity", "Refused").isEmpty()
                    && second.state().path("planned").toString().contains("RaiseCapacity"));
            servers.freezeSecondButLeases();
            bed.kubernetes().apps().deployments().inNamespace(Platform.NAMESPACE).withName("web").delete();
            Platform.soon("nobody waits any more", () -> bed.kubernetes().pods().inNamespace(Platform.NAMESPACE).list().getItems().isEmpty());
            first.stop();
            bed.aws().clear();
            bed.aws().clearCalls();

            Platform.soon("the other leads", () -> second.role().equals("leader"));
            Platform.stays(Duration.ofSeconds(5), () -> {
                assertThat(Platform.orders(bed)).as("for pods that are gone").isEmpty();
                assertThat(second.role()).isEqualTo("leader");
            });
            assertThat(second.log()).contains("the caches are older than the lease");
            assertThat(second.source("Kubernetes").path("ok").asText()).isEqualTo("false");

            servers.thawSecond();
            Platform.soon("all is read", second::allSourcesRead);
            Platform.inFlight(bed, 2);
            Platform.soon("it works for who waits by now", () -> Platform.runningPods(bed) == 1);
            assertThat(Platform.orders(bed)).containsExactly("1");
            assertThat(Platform.desired(bed, "general-t3")).isZero();
        }
    }

    private static Map<String, String> addresses(TestBed bed, Path kubeconfig) {
        var addresses = new HashMap<>(bed.env());
        addresses.put("KUBECONFIG", kubeconfig.toString());
        return addresses;
    }

    /** Looked up past the service's own way. */
    private static void nothingWasWritten(TestBed bed, String closedByAPerson) {
        assertThat(Platform.replicas(bed)).isEqualTo(1);
        assertThat(bed.aws().calls()).extracting(AwsCall::action).isSubsetOf(READS);
        assertThat(Platform.cordoned(bed)).extracting(FrozenApiServerIT::name).containsExactly(closedByAPerson);
        assertThat(Platform.cordoned(bed).getFirst().getMetadata().getAnnotations()).doesNotContainKey(CORDONED_AT);
        assertThat(Platform.nodes(bed)).isEqualTo(2);
    }

    private static boolean isProtected(TestBed bed) {
        return bed.aws().answered("SetInstanceProtection").stream().anyMatch(one -> one.status() == 200);
    }

    private static void podOn(TestBed bed, String node) {
        bed.kubectlApply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: late, namespace: default}
                spec: {nodeName: %s, containers: [{name: main, image: 'example/late:1', resources: {requests: {cpu: 100m}}}]}
                """.formatted(node));
    }

    private static List<Node> nodes(TestBed bed) {
        return bed.kubernetes().nodes().list().getItems();
    }

    private static String name(Node node) {
        return node.getMetadata().getName();
    }
}
