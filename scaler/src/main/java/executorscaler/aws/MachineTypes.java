package executorscaler.aws;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;

/**
 * What kind of machine a group launches. Instance types do not change and are kept for hours, and so are numbered launch template versions;
 * {@code $Latest} and {@code $Default} are looked up anew every minute. Where EC2 does not answer, the last answer stands. One thread.
 */
final class MachineTypes {

    private static final Duration HOURS = Duration.ofHours(12);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Kept<T>(T value, Duration at) {
        boolean younger(Duration lifetime, Duration elapsed) {
            return elapsed.minus(at).compareTo(lifetime) < 0;
        }
    }

    private final Ec2Client ec2;
    private final Map<String, Kept<MachineType>> types = new HashMap<>();
    private final Map<String, Kept<String>> templates = new HashMap<>();

    MachineTypes(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    /** @param elapsed monotonic time, as of {@link executorscaler.loop.Clock} */
    MachineType of(PoolConfig pool, AutoScalingGroup group, Duration elapsed) throws NoMachineType {
        return type(typeName(pool, group, elapsed), elapsed);
    }

    private String typeName(PoolConfig pool, AutoScalingGroup group, Duration elapsed) throws NoMachineType {
        if (!pool.instanceType().isEmpty()) return pool.instanceType();
        var overridden = firstOverride(group);
        if (overridden != null) return overridden;
        var template = template(group);
        if (template == null) {
            throw new NoMachineType("Auto Scaling Group " + pool.autoScalingGroup()
                    + " has no launch template that says what it launches: set the pool's instanceType in the config");
        }
        return templateType(template, elapsed);
    }

    /** The first type that a mixed-instances policy lists, or null. Groups of several types are planned as if they launched the first alone. */
    static @Nullable String firstOverride(AutoScalingGroup group) {
        var mixed = group.mixedInstancesPolicy();
        if (mixed == null || mixed.launchTemplate() == null) return null;
        for (var override : mixed.launchTemplate().overrides()) {
            if (override.instanceType() != null) return override.instanceType();
        }
        return null;
    }

    private static @Nullable LaunchTemplateSpecification template(AutoScalingGroup group) {
        var mixed = group.mixedInstancesPolicy();
        if (mixed != null && mixed.launchTemplate() != null) return mixed.launchTemplate().launchTemplateSpecification();
        return group.launchTemplate();
    }

    private String templateType(LaunchTemplateSpecification template, Duration elapsed) throws NoMachineType {
        var version = template.version() == null ? "$Default" : template.version();
        var name = template.launchTemplateName() == null ? template.launchTemplateId() : template.launchTemplateName();
        var key = template.launchTemplateId() + "/" + name + "/" + version;
        var kept = templates.get(key);
        if (kept != null && kept.younger(version.startsWith("$") ? MINUTE : HOURS, elapsed)) return kept.value();
        try {
            var versions = ec2.describeLaunchTemplateVersions(request -> {
                if (template.launchTemplateId() != null) request.launchTemplateId(template.launchTemplateId());
                else
                    request.launchTemplateName(name);
                request.versions(version);
            }).launchTemplateVersions();
            var type = versions.isEmpty() ? null : versions.get(0).launchTemplateData().instanceTypeAsString();
            if (type == null) throw new NoMachineType("launch template " + name + " version " + version + " names no instance type");
            templates.put(key, new Kept<>(type, elapsed));
            return type;
        } catch (SdkException trouble) {
            if (kept != null) return kept.value();
            throw new NoMachineType("launch template " + name + " version " + version + ": " + AwsWords.of(trouble));
        }
    }

    private MachineType type(String name, Duration elapsed) throws NoMachineType {
        var kept = types.get(name);
        if (kept != null && kept.younger(HOURS, elapsed)) return kept.value();
        try {
            // Each type by a call of its own: one unknown name among several makes an error of them all.
            var answer = ec2.describeInstanceTypes(request -> request.instanceTypesWithStrings(name)).instanceTypes();
            if (answer.isEmpty()) throw unknown(name);
            var type = Mapping.machineType(answer.get(0));
            types.put(name, new Kept<>(type, elapsed));
            return type;
        } catch (SdkException trouble) {
            if (kept != null) return kept.value();
            if (AwsWords.code(trouble).equals("InvalidInstanceType")) throw unknown(name);
            throw new NoMachineType("EC2 instance type " + name + ": " + AwsWords.of(trouble));
        }
    }

    private static NoMachineType unknown(String name) {
        // A name that the SDK knows but the region does not have is worth telling apart from a misspelled one.
        boolean elsewhere = InstanceType.fromValue(name) != InstanceType.UNKNOWN_TO_SDK_VERSION;
        return new NoMachineType("EC2 does not know instance type " + name + (elsewhere ? " in this region" : ""));
    }
}
