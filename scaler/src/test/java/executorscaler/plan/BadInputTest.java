package executorscaler.plan;

import static executorscaler.plan.Given.actions;
import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.PoolConfig;
import executorscaler.kubernetes.ManifestReader;
import executorscaler.snapshot.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod that asks for what cannot be, or cannot be read, is explained; the pod beside it gets its node all the same, and no other is bought. */
@Tag("unit")
class BadInputTest {

    private static final String FINE = "{apiVersion: v1, kind: Pod, metadata: {name: fine, namespace: web}, spec: {nodeSelector: {workload-type: general}, "
            + "containers: [{name: a, resources: {requests: {cpu: 600m}}}]}}";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            contradictory affinity         | affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: workload-type, operator: In, values: [general]}, {key: workload-type, operator: NotIn, values: [general]}]}]}}} | workload-type not in general, the node has general
            selector against affinity      | {nodeSelector: {workload-type: general}, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: workload-type, operator: In, values: [executor]}]}]}}}} | workload-type in executor, the node has general
            an affinity that is empty      | affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}} | matches no node
            labels of two different pools  | nodeSelector: {workload-type: general, team: batch}                                          | wants team=batch, the node has web
            a quantity that does not parse | {containers: [{name: a, resources: {requests: {cpu: lots}}}]}                                | quantity cpu is lots
            a quantity beyond all bounds   | {containers: [{name: a, resources: {requests: {memory: 99999999Ei}}}]}                       | quantity memory is 99999999Ei
            an operator that nobody knows  | affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Near}]}]}}} | operator is Near
            a claim that nobody made       | volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]                               | claim data does not exist
            """)
    void isExplainedAndAllElseGoesOn(String mistake, String spec, String explanation) throws IOException {
        var fields = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        var bad = "{apiVersion: v1, kind: Pod, metadata: {name: bad, namespace: web}, spec: {" + fields
                + (fields.contains("containers:") ? "" : ", containers: [{name: a, resources: {requests: {cpu: 600m}}}]") + "}}";
        var given = given();
        given.pods.addAll(read(bad, FINE));

        var plan = given.planAtFirstSight();
        assertThat(actions(plan)).as(mistake).containsExactly(new Action.RaiseCapacity("general", "asg-general", 0, 1));
        assertThat(held(plan, "pod/web/bad")).singleElement().asString().contains(explanation);
        assertThat(held(plan, "pod/web/fine")).isEmpty();
    }

    /** Whoever has the node has it: what a pod there that cannot be read takes of it is not known, and nothing is taken away because of it. */
    @Test
    void aPodThatCannotBeReadKeepsItsNode() throws IOException {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(1, 1);
        given.pods.addAll(read(
                "{apiVersion: v1, kind: Pod, metadata: {name: bad, namespace: web, ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]}, "
                        + "spec: {nodeName: n0, containers: [{name: a, resources: {requests: {cpu: lots}}}]}, status: {phase: Running}}"));

        var plan = given.planAfterAnHour();
        assertThat(actions(plan)).isEmpty();
        assertThat(held(plan, "node/n0")).singleElement().asString().contains("quantity cpu is lots");
    }

    private static Given given() {
        var given = Given.executorsOnly().jobs(0, 0).replicas(0);
        given.poolConfigs.clear();
        var general = Given.general(0, 10);
        var labels = new TreeMap<>(general.labels());
        labels.put("team", "web");
        given.poolConfigs.add(new PoolConfig("general", "asg-general", "t3.large",
                PoolConfig.CapacityType.ON_DEMAND, 0, 10, labels, List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 600));
        given.pool(given.poolConfigs.getFirst(), Given.T3, 0);
        return given;
    }

    private List<Pod> read(String... pods) throws IOException {
        var unrelated = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: other, namespace: web}, spec: {}}";
        var file = Files.writeString(folder.resolve("cluster.yaml"), "---\n" + String.join("\n---\n", pods) + "\n---\n" + unrelated);
        return new ManifestReader(file).read(Given.executorsOnly().config(), Instant.EPOCH).pods();
    }
}
