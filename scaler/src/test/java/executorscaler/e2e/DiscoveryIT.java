package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

    private static final String GROUP = "executors-c5";
    private static final String TEMPLATE = "k8s.io/cluster-autoscaler/node-template/";
    private static final List<String> TAGS = List.of("k8s.io/cluster-autoscaler/enabled=true", "k8s.io/cluster-autoscaler/platform=owned",
            TEMPLATE + "label/workload-type=executor", TEMPLATE + "taint/workload-type=executor:NoSchedule");

    /** No pools, but tags as for --node-group-auto-discovery. */
    private static final String CONFIG = Platform.CONFIG.replaceAll("(?s)nodePools:.*scaleDown:",
            "autoDiscovery: {tags: [k8s.io/cluster-autoscaler/enabled, k8s.io/cluster-autoscaler/platform=owned]}\nscaleDown:");

    @BeforeEach
    void tag(TestBed bed) {
        bed.moto().autoScaling().createOrUpdateTags(request -> request.tags(tags()));
    }

    @AfterEach
    void untag(TestBed bed) {
        bed.moto().autoScaling().deleteTags(request -> request.tags(tags()));
    }

    private static List<software.amazon.awssdk.services.autoscaling.model.Tag> tags() {
        var tags = new ArrayList<software.amazon.awssdk.services.autoscaling.model.Tag>();
        for (var tag : TAGS) {
            var parts = tag.split("=", 2);
            tags.add(software.amazon.awssdk.services.autoscaling.model.Tag.builder().resourceId(GROUP).resourceType("auto-scaling-group")
                    .key(parts[0]).value(parts[1]).propagateAtLaunch(false).build());
        }
        return tags;
    }

    @Test
    void aTaggedGroupIsScaledWithinItsOwnBounds(TestBed bed) throws Exception {
        bed.moto().autoScaling().updateAutoScalingGroup(group -> group.autoScalingGroupName(GROUP).minSize(1).maxSize(2).desiredCapacity(1));
        Platform.soon("the first node", () -> Platform.nodes(bed) == 1);
        Platform.deployExecutor(bed, "example/executor:1");
        bed.aws().clearCalls();
        try (var scaler = ScalerProcess.ready(bed, CONFIG)) {
            Platform.inFlight(bed, 40); // 20 pods, 3 on a node: 7 nodes would be needed
            Platform.soon("it is raised to its maximum", () -> Platform.desired(bed, GROUP) == 2);
            Platform.soon("six pods run", () -> Platform.runningPods(bed) == 6);
            Platform.soon("the rest is explained", () -> scaler.state().path("held").findValuesAsText("kind").contains("PoolAtMax")
                    || scaler.state().path("held").findValuesAsText("kind").contains("NoRoomNow"));
            assertThat(Platform.orders(bed)).containsExactly("2");
            assertThat(Platform.desired(bed, "general-t3")).as("a group without the tags").isZero();

            bed.redis("DEL", "jobs:running");
            Platform.soon("the second node goes", () -> Platform.desired(bed, GROUP) == 1 && Platform.nodes(bed) == 1);
            var tick = scaler.tick();
            Platform.soon("ten ticks later", () -> scaler.tick() >= tick + 10);
            assertThat(Platform.desired(bed, GROUP)).as("never below the group's own minimum").isEqualTo(1);
        }
        assertThat(bed.aws().calls()).extracting(call -> call.action()).as("nothing about the group was changed but its size")
                .doesNotContain("UpdateAutoScalingGroup", "CreateOrUpdateTags", "DeleteTags");
    }
}
