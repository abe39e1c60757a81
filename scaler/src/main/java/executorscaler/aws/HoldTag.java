package executorscaler.aws;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Tag;

/** The tag that tells a suspension of ours from an operator's, so that whoever leads next can end it. */
final class HoldTag {

    /** The tag's key. */
    static final String KEY = "executor-scaler/held-since";
    private static final String RESOURCE = "auto-scaling-group";

    private HoldTag() {}

    /** Since when we hold the group; a value that is no time is as old as can be, so that the hold ends. */
    static Optional<Instant> since(AutoScalingGroup group) {
        return group.tags().stream().filter(tag -> KEY.equals(tag.key())).map(tag -> time(Objects.requireNonNullElse(tag.value(), ""))).findFirst();
    }

    private static Instant time(String written) {
        try {
            return Instant.parse(written);
        } catch (DateTimeParseException nonsense) {
            return Instant.EPOCH;
        }
    }

    static void write(AutoScalingClient groups, String group, Instant since) {
        var tag = Tag.builder().resourceId(group).resourceType(RESOURCE).key(KEY).value(since.toString()).propagateAtLaunch(false).build();
        groups.createOrUpdateTags(request -> request.tags(tag));
    }

    static void remove(AutoScalingClient groups, String group) {
        var tag = Tag.builder().resourceId(group).resourceType(RESOURCE).key(KEY).build();
        groups.deleteTags(request -> request.tags(tag));
    }
}
