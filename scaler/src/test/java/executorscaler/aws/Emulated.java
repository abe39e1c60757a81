package executorscaler.aws;

import executorscaler.act.WriteGate;
import executorscaler.loop.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import testbed.Pool;
import testbed.TestBed;

/** Moto behind the test bed's proxy, with groups named after the tests that use them, and our adapters in front of it. */
final class Emulated implements AutoCloseable {

    final TestBed bed;
    final AwsClients clients;
    final List<String> counted = new CopyOnWriteArrayList<>(); // attempts, as the metric counts them
    final Semaphore news = new Semaphore(0);
    final AsgReader reader;
    final AsgWriter writer;

    private Emulated(TestBed bed) {
        this.bed = bed;
        clients = AwsClients.emulator(bed.awsEndpoint(), "us-east-1", (operation, result) -> counted.add(operation + " " + result));
        reader = new AsgReader(clients, Clock.system(), news::release);
        writer = new AsgWriter(clients, WriteGate.OPEN, reader::wrote);
    }

    /** Groups of 2 x c5.2xlarge, from 1 to 9. */
    static Emulated withGroups(String... names) {
        var plan = TestBed.plan().aws();
        for (var name : names) plan.pool(Pool.of(name, "c5.2xlarge", 1, 9));
        var emulated = new Emulated(plan.start());
        for (var name : names) emulated.bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName(name).desiredCapacity(2));
        return emulated;
    }

    /** A group with a mixed-instances policy of types and weights, e.g. {@code c5.large=2}, and as much desired capacity; up to 20. */
    void mixed(String name, int desired, int percentOnDemand, String... types) {
        var overrides = Arrays.stream(types).map(type -> type.split("=", -1))
                .map(type -> LaunchTemplateOverrides.builder().instanceType(type[0]).weightedCapacity(type[1]).build()).toList();
        var like = bed.moto().groups().getFirst();
        var template = LaunchTemplateSpecification.builder().launchTemplateName(like.launchTemplate().launchTemplateName()).version("$Latest")
                .build();
        bed.moto().autoScaling().createAutoScalingGroup(request -> request.autoScalingGroupName(name).minSize(0).maxSize(20).desiredCapacity(desired)
                .vpcZoneIdentifier(like.vpcZoneIdentifier())
                .mixedInstancesPolicy(mixed -> mixed.launchTemplate(launch -> launch.launchTemplateSpecification(template).overrides(overrides))
                        .instancesDistribution(split -> split.onDemandPercentageAboveBaseCapacity(percentOnDemand))));
    }

    /** Another group of the same launch template, with as many instances; up to 300. */
    void like(String other, String name, int instances) {
        var like = bed.moto().group(other).orElseThrow();
        bed.moto().autoScaling()
                .createAutoScalingGroup(request -> request.autoScalingGroupName(name).minSize(0).maxSize(300).desiredCapacity(instances)
                        .vpcZoneIdentifier(like.vpcZoneIdentifier())
                        .launchTemplate(template -> template.launchTemplateName(like.launchTemplate().launchTemplateName()).version("$Latest")));
    }

    /** Tags a group: key, value, key, value ... */
    void tag(String group, String... keysAndValues) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            var tag = Tag.builder().resourceId(group).resourceType("auto-scaling-group")
                    .key(keysAndValues[i]).value(keysAndValues[i + 1]).propagateAtLaunch(false).build();
            bed.moto().autoScaling().createOrUpdateTags(request -> request.tags(tag));
        }
    }

    void untag(String group, String key) {
        var tag = Tag.builder().resourceId(group).resourceType("auto-scaling-group").key(key).build();
        bed.moto().autoScaling().deleteTags(request -> request.tags(tag));
    }

    int desired(String group) {
        return bed.moto().group(group).orElseThrow().desiredCapacity();
    }

    int calls(String action) {
        return bed.aws().calls(action).size();
    }

    @Override
    public void close() {
        reader.close();
        clients.close();
        bed.close();
    }
}
