package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pods and nodes say about being taken away, as Cluster Autoscaler and Karpenter read it. */
@Tag("unit")
class AnnotationsTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String CA = "cluster-autoscaler.kubernetes.io/";
    private static final String OWNED = "ownerReferences: [{kind: StatefulSet, name: db, controller: true}]";
    private final Mapping mapping = new Mapping();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            a pod with a controller                  | true  |                                            |                                                  | ""
            a pod without                            | false |                                            |                                                  | nothing would make it again: it has no controller
            whose owner says that it is safe         | false | CA/safe-to-evict: "true"                   |                                                  | ""
            whose owner says that it is not          | true  | CA/safe-to-evict: "false"                  |                                                  | its annotation CA/safe-to-evict is false
            whose owner says something else          | true  | CA/safe-to-evict: "perhaps"                |                                                  | ""
            Karpenter's word                         | true  | karpenter.sh/do-not-disrupt: "true"        |                                                  | its annotation karpenter.sh/do-not-disrupt says so
            Karpenter's word to the contrary         | true  | karpenter.sh/do-not-disrupt: "false"       |                                                  | ""
            a folder of its own                      | true  |                                            | {name: tmp, emptyDir: {}}                        | its volume tmp is local storage of the node
            a folder in memory                       | true  |                                            | {name: tmp, emptyDir: {medium: Memory}}          | ""
            a folder of the node                     | true  |                                            | {name: logs, hostPath: {path: /var/log}}         | its volume logs is local storage of the node
            a claim                                  | true  |                                            | {name: data, persistentVolumeClaim: {claimName: c}} | ""
            a folder that it can do without          | true  | CA/safe-to-evict-local-volumes: "a,tmp"    | {name: tmp, emptyDir: {}}                        | ""
            another that it can do without           | true  | CA/safe-to-evict-local-volumes: "a,b"      | {name: tmp, emptyDir: {}}                        | its volume tmp is local storage of the node
            a folder, and that it is safe            | true  | CA/safe-to-evict: "true"                   | {name: tmp, emptyDir: {}}                        | ""
            """)
    void whyAPodMayNotBeEvicted(String what, boolean owned, @Nullable String annotation, @Nullable String volume, String staysFor) {
        assertThat(pod(owned ? OWNED : "ownerReferences: []", annotation, volume).staysFor()).as(what).isEqualTo(staysFor.replace("CA/", CA));
    }

    @Test
    void karpentersWordHoldsBesideOneThatItIsSafe() {
        assertThat(pod(OWNED, "karpenter.sh/do-not-disrupt: 'true', CA/safe-to-evict: 'true'", null).staysFor()).contains("do-not-disrupt");
    }

    @Test
    void residentsGoWithTheirNodeWhateverTheySay() {
        assertThat(pod("ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]", "CA/safe-to-evict: 'false'",
                "{name: logs, hostPath: {path: /var/log}}").staysFor()).isEmpty();
    }

    @Test
    void equalPodsShareTheWords() {
        var volume = "{name: tmp, emptyDir: {}}";
        assertThat(pod(OWNED, null, volume).staysFor()).isSameAs(pod(OWNED, null, volume).staysFor());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            CA/scale-down-disabled: 'true'       | its annotation CA/scale-down-disabled says so
            CA/scale-down-disabled: 'false'      | ''
            karpenter.sh/do-not-disrupt: 'true'  | its annotation karpenter.sh/do-not-disrupt says so
            karpenter.sh/do-not-disrupt: 'false' | ''
            other: 'true'                        | ''
            """)
    void whyANodeMayNotBeTakenAway(String annotation, String staysFor) throws Unreadable {
        assertThat(node("metadata: {name: n, annotations: {" + annotation.replace("CA/", CA) + "}}").staysFor())
                .isEqualTo(staysFor.replace("CA/", CA));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {type: Ready, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'}    | never
            {type: Ready, status: 'False', lastTransitionTime: '2026-11-21T10:00:00Z'}   | 2026-11-21T10:00:00Z
            {type: Ready, status: Unknown, lastTransitionTime: '2026-11-21T10:00:00Z'}   | 2026-11-21T10:00:00Z
            {type: Ready, status: 'False'}                                               | never
            {type: Ready, status: 'False', lastTransitionTime: yesterday}                | never
            {type: DiskPressure, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'} | never
            """)
    void sinceWhenANodeIsNotReadyIsItsConditionsWord(String condition, String since) throws Unreadable {
        assertThat(node("metadata: {name: n}\nstatus: {conditions: [" + condition + "]}").unreadySince())
                .isEqualTo(since.equals("never") ? Instant.MAX : Instant.parse(since));
    }

    private Pod pod(String owners, @Nullable String annotations, @Nullable String volume) {
        return mapping.pod(YAML.unmarshal("""
                metadata: {name: p, namespace: n, %s, annotations: {%s}}
                spec: {containers: [{name: c}], volumes: [%s]}
                """.formatted(owners, annotations == null ? "" : annotations.replace("CA/", CA), volume == null ? "" : volume),
                io.fabric8.kubernetes.api.model.Pod.class));
    }

    private executorscaler.snapshot.Node node(String yaml) throws Unreadable {
        return mapping.node(YAML.unmarshal(yaml, io.fabric8.kubernetes.api.model.Node.class));
    }

    @ParameterizedTest(name = "pause {0}, force {1}: {2} {3}")
    @CsvSource({",,NONE,0,false", "hold,,HOLD,0,false", "hold-in,,HOLD_IN,0,false", "hold-out,,HOLD_OUT,0,false", ",'7',FORCE,7,false",
            "stop,,HOLD,0,true", "'',,HOLD,0,true", ",many,HOLD,0,true", ",'-1',HOLD,0,true", ",99999999999,HOLD,0,true", "hold-in,'7',HOLD,0,true"})
    void whatAPersonWritesOnADeployment(@Nullable String pause, @Nullable String force, Pause.Kind kind, int replicas, boolean trouble) {
        var annotations = new TreeMap<String, String>();
        if (pause != null) annotations.put(Annotations.PAUSE, pause);
        if (force != null) annotations.put(Annotations.FORCE_REPLICAS, force);
        var read = Annotations.pause(new ObjectMetaBuilder().withAnnotations(annotations).build());
        assertThat(read.kind()).isEqualTo(kind);
        assertThat(read.replicas()).isEqualTo(replicas);
        assertThat(!read.trouble().isEmpty()).isEqualTo(trouble);
    }
}
