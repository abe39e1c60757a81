package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** What a group's tags say of a hold of ours. */
@Tag("unit")
class HoldTagTest {

    @ParameterizedTest(name = "''{0}'' -> {1}")
    @CsvSource({"2026-11-21T12:00:00Z, 2026-11-21T12:00:00Z", "2026-11-21T12:00:00.123456Z, 2026-11-21T12:00:00.123456Z",
            "yesterday, 1970-01-01T00:00:00Z",
            "'', 1970-01-01T00:00:00Z"})
    void aTimeIsReadAndWhatIsNoneIsLongOver(String written, Instant since) {
        assertThat(HoldTag.since(tagged("executor-scaler/held-since", written))).contains(since);
    }

    @Test
    void withoutTheTagTheGroupIsNotOurs() {
        assertThat(HoldTag.since(AutoScalingGroup.builder().build())).isEmpty();
        assertThat(HoldTag.since(tagged("held-since", "2026-11-21T12:00:00Z"))).isEmpty();
    }

    private static AutoScalingGroup tagged(String key, String value) {
        return AutoScalingGroup.builder().tags(TagDescription.builder().key(key).value(value).build()).build();
    }
}
