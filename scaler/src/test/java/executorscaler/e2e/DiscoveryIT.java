package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import testbed.RequiresTool;
import testbed.TestBed;

/** Groups that carry a Cluster Autoscaler user's tags are pools, and nothing about them is touched but their size. */
@Tag("control-plane")
@RequiresTool({"go", "python"})
@ExtendWith(SharedBed.class)
class DiscoveryIT {

    private static final String EXECUTORS = "executors-c5";
    private static final String GENERAL = "general-t3";
    private static final String TEMPLATE = "k8s.io/cluster-autoscaler/node-template/";
    private static final List<String> FOUND_BY = List.of("k8s.io/cluster-autoscaler/enabled=true", "k8s.io/cluster-autoscaler/platform=owned");

    /** No pools, but tags as for --node-group-auto-discovery. */
    private static final String CONFIG = Platform.CONFIG.replaceAll("(?s)nodePools:.*scaleDown:",
            "autoDiscovery: {tags: [k8s.io/cluster-autoscaler/enabled, k8s.io/cluster-autoscaler/platform=owned]}\nscaleDown:");

    @AfterEach
    void untag(TestBed bed) {
        for (var group : List.of(EXECUTORS, GENERAL)) {
            for (var tag : bed.moto().group(group).orElseThrow().tags()) {
                var gone = of(group).key(tag.key()).build();
                bed.moto().autoScaling().deleteTags(request -> request.tags(gone));
            }
        }
    }

    private static void tag(TestBed bed, String group, String... more) {
        for (var text : Stream.concat(FOUND_BY.stream(), Arrays.stream(more)).toList()) {
            var parts = text.split("=", 2);
            var tag = of(group).key(parts[0]).value(parts[1]).propagateAtLaunch(false).build();
            bed.moto().autoScaling().createOrUpdateTags(request -> request.tags(tag));
        }
    }

    private static software.amazon.awssdk.services.autoscaling.model.Tag.Builder of(String group) {
        return software.amazon.awssdk.services.autoscaling.model.Tag.builder().resourceId(group).resourceType("auto-scaling-group");
    }

    @Test
    void aTaggedGroupIsRaisedToItsOwnMaximumAndNoFurther(TestBed bed) throws Exception {
        tag(bed, EXECUTORS, TEMPLATE + "label/workload-type=executor", TEMPLATE + "taint/workload-type=executor:NoSchedule");
        bed.moto().autoScaling().updateAutoScalingGroup(group -> group.autoScalingGroupName(EXECUTORS).minSize(1).maxSize(2).desiredCapacity(1));
        Platform.soon("the first node", () -> Platform.nodes(bed) == 1);
        Platform.deployExecutor(bed, "example/executor:1");
        bed.aws().clearCalls();
        try (var scaler = ScalerProcess.ready(bed, CONFIG)) {
            Platform.inFlight(bed, 40); // 20 pods, 3 on a node: 7 nodes would be needed
            Platform.soon("six pods run", () -> Platform.runningPods(bed) == 6);
            Platform.soon("the rest is explained", () -> scaler.state().path("held").findValuesAsText("kind").contains("PoolAtMax"));
            assertThat(Platform.desired(bed, EXECUTORS)).isEqualTo(2);
            assertThat(Platform.orders(bed)).containsExactly("2");
            assertThat(Platform.desired(bed, GENERAL)).as("a group without the tags").isZero();
        }
        assertThat(bed.aws().calls()).extracting(call -> call.action()).as("nothing about the group was changed but its size")
                .doesNotContain("UpdateAutoScalingGroup", "CreateOrUpdateTags", "DeleteTags");
    }

    @Test
    void idleNodesOfATaggedGroupGoDownToItsOwnMinimumAndNoFurther(TestBed bed) throws Exception {
        tag(bed, GENERAL, TEMPLATE + "label/workload-type=general");
        bed.moto().autoScaling().updateAutoScalingGroup(group -> group.autoScalingGroupName(GENERAL).minSize(1).maxSize(5).desiredCapacity(3));
        Platform.soon("three nodes", () -> Platform.nodes(bed) == 3);
        Platform.deployExecutor(bed, "example/executor:1");
        try (var scaler = ScalerProcess.ready(bed, CONFIG)) {
            Platform.soon("one node is left", () -> Platform.desired(bed, GENERAL) == 1 && Platform.nodes(bed) == 1);
            var tick = scaler.tick();
            Platform.soon("ten ticks later", () -> scaler.tick() >= tick + 10);
            assertThat(Platform.desired(bed, GENERAL)).isEqualTo(1);
        }
    }
}
