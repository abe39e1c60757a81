package executorscaler.aws;

import executorscaler.snapshot.Pool;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/**
 * What a group has launched, as far as its own description tells: no other call is made for it.
 *
 * @param types of its instances, without those that leave
 * @param now those of them that were launched as the group would launch today; empty where nobody can know, as {@code $Latest} may have become another version
 */
record Launched(SortedSet<String> types, SortedSet<String> now) {

    /** Where instances tell nothing of what comes next. */
    static final Launched NOTHING = new Launched(Collections.emptySortedSet(), Collections.emptySortedSet());

    /** Of a group without a mixed-instances policy. */
    static Launched by(AutoScalingGroup group) {
        var types = new TreeSet<String>();
        var now = new TreeSet<String>();
        for (var instance : group.instances()) {
            var type = Objects.requireNonNullElse(instance.instanceType(), "");
            boolean leaves = Mapping.lifecycle(Objects.requireNonNullElse(instance.lifecycleStateAsString(), "")) == Pool.Lifecycle.LEAVING;
            if (type.isEmpty() || leaves) continue;
            types.add(type);
            if (sameConfiguration(group, instance) || sameTemplate(group.launchTemplate(), instance.launchTemplate())) now.add(type);
        }
        return new Launched(types, now);
    }

    /** Whether this type is not what the group launches today or, where nobody can know that, what not one of its instances is. */
    boolean contradicts(String type) {
        var known = now.isEmpty() ? types : now;
        return !known.isEmpty() && !known.contains(type);
    }

    /** Launch configurations cannot be changed, only exchanged. */
    private static boolean sameConfiguration(AutoScalingGroup group, Instance instance) {
        return group.launchConfigurationName() != null && group.launchConfigurationName().equals(instance.launchConfigurationName());
    }

    /** Nor can versions of launch templates. An instance names the number, a group may name {@code $Latest} or {@code $Default}. */
    private static boolean sameTemplate(@Nullable LaunchTemplateSpecification template, @Nullable LaunchTemplateSpecification of) {
        if (template == null || of == null || template.version() == null || template.version().startsWith("$")
                || !template.version().equals(of.version()))
            return false;
        return template.launchTemplateId() != null
                ? template.launchTemplateId().equals(of.launchTemplateId())
                : template.launchTemplateName() != null && template.launchTemplateName().equals(of.launchTemplateName());
    }
}
