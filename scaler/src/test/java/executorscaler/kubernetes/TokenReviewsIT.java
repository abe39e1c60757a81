package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.loop.FakeTime;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;
import testbed.TestBed;

/** Who may see the page, as a real API server says it. */
@Tag("control-plane")
@RequiresTool("go")
class TokenReviewsIT {
    private final FakeTime clock = new FakeTime();

    @Test
    void aTokenOfWhoeverMayGetThePathIsAccepted() throws Exception {
        try (var bed = TestBed.plan().controlPlane().start();
                var clients = KubernetesClients.connect(Optional.of(bed.kubeconfig()))) {
            apply(clients, """
                    {apiVersion: v1, kind: ServiceAccount, metadata: {name: viewer, namespace: default}}
                    """);
            var request = new TokenRequestBuilder().withNewSpec().withExpirationSeconds(600L).endSpec().build();
            var token = clients.calling().serviceAccounts().inNamespace("default").withName("viewer").tokenRequest(request).getStatus().getToken();
            var reviews = new TokenReviews(clients.calling(), clock);
            assertThat(reviews.accepts("")).isFalse();
            assertThat(reviews.accepts("nonsense")).isFalse();
            assertThat(reviews.accepts(token)).as("known, and without the right").isFalse();

            apply(clients, """
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRole
                    metadata: {name: executor-scaler-viewer}
                    rules:
                    - {nonResourceURLs: [/executor-scaler], verbs: [get]}
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRoleBinding
                    metadata: {name: executor-scaler-viewer}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: executor-scaler-viewer}
                    subjects:
                    - {kind: ServiceAccount, name: viewer, namespace: default}
                    """);
            await("the right").atMost(Duration.ofSeconds(30)).until(() -> {
                clock.seconds(10); // refusals are forgotten after five seconds
                return reviews.accepts(token);
            });
            clients.calling().rbac().clusterRoleBindings().withName("executor-scaler-viewer").delete();
            clock.seconds(30);
            assertThat(reviews.accepts(token)).as("an acceptance counts for a minute").isTrue();
            await("the right is gone").atMost(Duration.ofSeconds(30)).until(() -> {
                clock.seconds(70);
                return !reviews.accepts(token);
            });
        }
    }

    private static void apply(KubernetesClients clients, String yaml) {
        clients.calling().load(new ByteArrayInputStream(("---\n" + yaml).getBytes(StandardCharsets.UTF_8))).create();
    }
}
