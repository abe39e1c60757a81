package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Author;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Rollout.State;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Deployment says of its rollout and of those who write it, and a pod of its images. */
@Tag("unit")
class DeploymentStatusTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private final Mapping mapping = new Mapping();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            all there and all new                  | replicas: 4               | observedGeneration: 2, replicas: 4, updatedReplicas: 4 | COMPLETE
            nothing wanted, nothing there          | replicas: 0               | observedGeneration: 2                                  | COMPLETE
            not looked at yet                      | replicas: 4               | observedGeneration: 1, replicas: 4, updatedReplicas: 4 | SCALING
            pods are being made                    | replicas: 9               | observedGeneration: 2, replicas: 4, updatedReplicas: 4, conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}] | SCALING
            pods are being deleted                 | replicas: 2               | observedGeneration: 2, replicas: 4, updatedReplicas: 4 | SCALING
            old ones are left                      | replicas: 4               | observedGeneration: 2, replicas: 5, updatedReplicas: 2 | UNDER_WAY
            all new ones, and one old              | replicas: 4               | observedGeneration: 2, replicas: 5, updatedReplicas: 4 | UNDER_WAY
            Recreate between old and new           | {replicas: 4, strategy: {type: Recreate}} | observedGeneration: 2, conditions: [{type: Progressing, status: 'True', reason: ReplicaSetUpdated}] | UNDER_WAY
            stopped by hand                        | {replicas: 4, paused: true} | observedGeneration: 2, replicas: 5, updatedReplicas: 2 | PAUSED
            paused with nothing to do              | {replicas: 4, paused: true} | observedGeneration: 2, replicas: 4, updatedReplicas: 4 | COMPLETE
            past its deadline                      | replicas: 4               | observedGeneration: 2, replicas: 5, updatedReplicas: 2, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: timed out}] | STUCK
            """)
    void theRolloutStandsWhereItsControllerSays(String what, String spec, String status, State state) {
        assertThat(deployment(spec, status).rollout().state()).as(what).isEqualTo(state);
    }

    /** Kubernetes documentation, "Deployments", "Max Unavailable" and "Max Surge": of percentages the one is rounded down and the other up. */
    @ParameterizedTest(name = "{0} pods, {1} -> {2} more, {3} fewer")
    @CsvSource(delimiter = '|', textBlock = """
            10 | {}                                                                             | 3  | 2
            4  | {}                                                                             | 1  | 1
            1  | {}                                                                             | 1  | 0
            0  | {}                                                                             | 0  | 1
            10 | {type: RollingUpdate, rollingUpdate: {maxSurge: 7, maxUnavailable: 0}}         | 7  | 0
            10 | {type: RollingUpdate, rollingUpdate: {maxSurge: 1%, maxUnavailable: 99%}}      | 1  | 9
            10 | {type: RollingUpdate, rollingUpdate: {maxSurge: 100%, maxUnavailable: 0%}}     | 10 | 0
            5  | {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 10%}}       | 0  | 1
            8  | {type: Recreate}                                                               | 0  | 8
            """)
    void boundsAreRoundedAsTheControllerRoundsThem(int replicas, String strategy, int surge, int unavailable) {
        var rollout = deployment("{replicas: " + replicas + ", strategy: " + strategy + "}", "observedGeneration: 2").rollout();

        assertThat(rollout.surge()).isEqualTo(surge);
        assertThat(rollout.unavailable()).isEqualTo(unavailable);
    }

    @Test
    void whatForbidsMorePodsIsToldInTheControllersWords() {
        assertThat(deployment("replicas: 4", """
                observedGeneration: 2, replicas: 5, updatedReplicas: 2, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate,
                message: 'exceeded quota: compute'}]""").rollout().trouble()).isEqualTo("exceeded quota: compute");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            nobody told | | ,false,1970-01-01T00:00:00Z
            a client-side apply | {manager: kubectl-client-side-apply, operation: Update, time: '2026-11-21T12:00:00Z', fieldsV1: {"f:spec": {"f:replicas": {}}}} | kubectl-client-side-apply,false,2026-11-21T12:00:00Z
            an autoscaler | {manager: kube-controller-manager, operation: Update, subresource: scale, time: '2026-11-21T12:00:00Z', fieldsV1: {"f:spec": {"f:replicas": {}}}} | kube-controller-manager,true,2026-11-21T12:00:00Z
            who writes the status is not meant | {manager: kube-controller-manager, operation: Update, subresource: status, fieldsV1: {"f:status": {"f:replicas": {}}}} | ,false,1970-01-01T00:00:00Z
            we and an apply that wants the same | {manager: executor-scaler, operation: Update, subresource: scale, time: '2026-11-21T11:00:00Z', fieldsV1: {"f:spec": {"f:replicas": {}}}}, {manager: kubectl, operation: Apply, time: '2026-11-21T12:00:00Z', fieldsV1: {"f:spec": {"f:replicas": {}}}} | executor-scaler,true,2026-11-21T11:00:00Z
            """)
    void whoWroteTheNumberIsWhoHasTheField(String what, String entries, String author) {
        var words = author.split(",", -1);
        var yaml = "metadata: {name: render, namespace: jobs, uid: u, managedFields: [" + (entries == null ? "" : entries)
                + "]}\nspec: {replicas: 4, template: {spec: {containers: [{name: a, image: 'x:1'}]}}}";

        assertThat(mapping.template(YAML.unmarshal(yaml, Deployment.class)).executor().author()).as(what)
                .isEqualTo(new Author(words[0], Boolean.parseBoolean(words[1]), Instant.parse(words[2])));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"ErrImagePull,true", "ImagePullBackOff,true", "InvalidImageName,true", "ErrImageNeverPull,true", "ContainerCreating,false",
            "CrashLoopBackOff,false", "CreateContainerConfigError,false"})
    void anImageThatCannotBePulledIsToldOfThePod(String reason, boolean told) {
        var pod = """
                metadata: {name: p, namespace: jobs, uid: u}
                spec: {nodeName: n, initContainers: [{name: i, image: 'init:1'}], containers: [{name: a, image: 'registry/x:1'}, {name: b, image: 'y:2'}]}
                status: {phase: Pending, containerStatuses: [{name: a, image: '', state: {waiting: {reason: %s}}}, {name: b, state: {waiting: {reason: PodInitializing}}}]}
                """
                .formatted(reason);

        assertThat(mapping.pod(YAML.unmarshal(pod, io.fabric8.kubernetes.api.model.Pod.class)).unpulled()).isEqualTo(told ? "registry/x:1" : "");
    }

    private Executor deployment(String spec, String status) {
        var inner = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        return mapping.template(YAML.unmarshal("""
                metadata: {name: render, namespace: jobs, uid: u, generation: 2, resourceVersion: '77'}
                spec: {%s, template: {spec: {containers: [{name: a, image: 'x:1'}]}}}
                status: {%s}
                """.formatted(inner, status), Deployment.class)).executor();
    }
}
