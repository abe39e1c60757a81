package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ManifestReaderTest {

    private static final String NODE_B = "{apiVersion: v1, kind: Node, metadata: {name: b}, status: {allocatable: {cpu: 2}}}";
    private static final String NODE_A = "{apiVersion: v1, kind: Node, metadata: {name: a}}";
    private static final String POD = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: jobs}, spec: {containers: []}}";
    private static final String DEPLOYMENT = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: render, namespace: jobs},"
            + " spec: {replicas: 4, template: {spec: {containers: []}}}}";
    private static final String REPLICA_SET = "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: render-1, namespace: jobs}, spec: {}}";

    @TempDir
    private Path folder;

    @Test
    void aListIsReadInTheOrderOfNamesAndExecutorsAreNamedByTheConfig() throws IOException {
        var list = "apiVersion: v1\nkind: List\nitems:\n"
                + String.join("\n", List.of("- " + NODE_B, "- " + NODE_A, "- " + POD, "- " + DEPLOYMENT, "- " + REPLICA_SET));
        var cluster = new ManifestReader(file(list)).read(config(executor("video", "render"), executor("absent", "nowhere")), Instant.EPOCH);

        assertThat(cluster.nodes()).extracting(Node::name).containsExactly("a", "b");
        assertThat(cluster.pods()).extracting(Pod::path).containsExactly("jobs/p");
        assertThat(cluster.executors()).extracting(Executor::name).containsExactly("video");
        assertThat(cluster.executors()).extracting(Executor::replicas).containsExactly(4);
        assertThat(cluster.missing()).isEmpty();
    }

    @Test
    void whatPodsNameIsReadTooAndAKindOfWhichThereIsNothingIsUnknown() throws IOException {
        var pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: jobs}, spec: {containers: [],"
                + " volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}}";
        var claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: jobs}, spec: {storageClassName: late}}";
        var storage = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: late}, provisioner: p, volumeBindingMode: Immediate}";
        var priority = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: all}, value: 9, globalDefault: true}";

        var whole = new ManifestReader(file("---\n" + String.join("\n---\n", pod, claim, storage, priority, DEPLOYMENT)))
                .read(config(executor("video", "render")), Instant.EPOCH);
        assertThat(whole.pods().getFirst().shape().waitsFor())
                .containsExactly("claim data is not bound, and its StorageClass late does not wait for the pod");
        assertThat(whole.executors().getFirst().shape().priority()).isEqualTo(9);
        var part = new ManifestReader(file("---\n" + pod + "\n---\n" + claim)).read(config(), Instant.EPOCH);
        assertThat(part.pods().getFirst().shape().notModelled()).containsExactly("persistentVolumeClaims: storageclasses: none in the file");
        assertThat(new ManifestReader(file("---\n" + pod)).read(config(), Instant.EPOCH).pods().getFirst().shape().notModelled())
                .containsExactly("persistentVolumeClaims: persistentvolumeclaims: none in the file");
    }

    @Test
    void severalDocumentsAreReadAsWell() throws IOException {
        var cluster = new ManifestReader(file("---\n" + NODE_B + "\n---\n" + POD + "\n---\n" + NODE_A)).read(config(), Instant.EPOCH);

        assertThat(cluster.nodes()).extracting(Node::name).containsExactly("a", "b");
        assertThat(cluster.pods()).hasSize(1);
    }

    @Test
    void oneObjectAloneIsAClusterToo() throws IOException {
        assertThat(new ManifestReader(file("---\n" + NODE_A)).read(config(), Instant.EPOCH).nodes()).hasSize(1);
    }

    @Test
    void aMissingFileIsSaidToBeMissing() {
        var nowhere = folder.resolve("nowhere.yaml");

        assertThatThrownBy(() -> new ManifestReader(nowhere)).isInstanceOf(ManifestException.class).hasMessage(nowhere + ": no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "just words", "", "{apiVersion: v1, kind: Pod"})
    void whatIsNoManifestNamesTheFile(String text) throws IOException {
        var file = file(text);

        assertThatThrownBy(() -> new ManifestReader(file)).isInstanceOf(ManifestException.class).hasMessageStartingWith(file + ": ");
    }

    @Test
    void aBrokenLineIsNamed() throws IOException {
        var file = file("apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n bad: indent\n");

        assertThatThrownBy(() -> new ManifestReader(file)).isInstanceOf(ManifestException.class).hasMessageContaining("line 5");
    }

    @Test
    void anObjectThatCannotBeReadIsNamed() throws IOException {
        var file = file("---\n{apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: lots}}}");

        assertThatThrownBy(() -> new ManifestReader(file)).isInstanceOf(ManifestException.class).hasMessageContaining("Node a: quantity cpu is lots");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("cluster.yaml"), text);
    }

    private static ExecutorConfig executor(String name, String deployment) {
        return ExampleConfigs.executor(name, "jobs", deployment);
    }

    private static Config config(ExecutorConfig... executors) {
        return ExampleConfigs.config(executors);
    }
}
