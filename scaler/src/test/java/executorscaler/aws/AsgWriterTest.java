package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;

/** Which instances are ended, by what the last look at their group says: a second end with decrement would take a place that somebody else needs. */
@Tag("unit")
class AsgWriterTest {

    @ParameterizedTest(name = "{0}, {1} desired of at least {2} -> {3}")
    @CsvSource({"InService,2,0,ended", "Pending,2,0,ended", "InService,1,1,refused", "Terminating,2,0,done", "Terminating:Wait,2,0,done",
            "Terminated,2,0,done", "Detaching,2,0,done", "Standby,2,0,refused", "Warmed:Stopped,2,0,refused", "elsewhere,2,0,stale"})
    void onlyWhatItsGroupCountsIsEnded(String state, int desired, int least, String what) {
        var instance = Instance.builder().instanceId(state.equals("elsewhere") ? "i-2" : "i-1").lifecycleState(state).build();
        var group = AutoScalingGroup.builder().autoScalingGroupName("g").desiredCapacity(desired).minSize(least).instances(instance).build();
        var instead = AsgWriter.insteadOfEnding(group, "i-1");
        assertThat(instead.map(outcome -> switch (outcome) {
            case Outcome.Done _ -> "done";
            case Outcome.Stale _ -> "stale";
            case Outcome.Refused _ -> "refused";
            case Outcome.Failed _ -> "failed";
        }).orElse("ended")).isEqualTo(what);
    }
}
